-- The school of the bench: fictional persons, one for each case that a publisher meets.
insert into school (school, project, uai, name, town, nature, degree, contract, phone, mail, seat, created_at) values
  ('essai-ecole', 'ESSAI', '0990001N', 'École des Platanes', 'Valmoré', '151', '1D', 'PU', '', '', '', 1),
  ('essai-college', 'ESSAI', '0991234D', 'Collège des Tilleuls', 'Valmoré', '340', '2D', 'PU', '', '', '', 1),
  ('essai-lycee', 'ESSAI', '0995678S', 'Lycée du Port', 'Valmoré', '300', '2D', 'PU', '', '', '', 1)
  on conflict do nothing;

insert into person (project, id, external, secondary, family_name, given_name, civility, mails, folded, secret, created_at) values
  ('ESSAI', 'essai-lina', 'lina', '', 'Aubert', 'Lina', '', '[]', 'aubert lina', '{secret}1', 1),
  ('ESSAI', 'essai-malo', 'malo', '', 'Tissier', 'Malo', '', '[]', 'tissier malo', '{secret}2', 1),
  ('ESSAI', 'essai-helene', 'helene', '', 'Roussel', 'Hélène', 'Mme', '["h.roussel@tilleuls.example"]', 'roussel helene', '{secret}3', 1),
  ('ESSAI', 'essai-karim', 'karim', '', 'Benoît', 'Karim', 'M.', '["k.benoit@tilleuls.example"]', 'benoit karim', '{secret}4', 1),
  ('ESSAI', 'essai-odile', 'odile', '', 'Perrin', 'Odile', 'Mme', '["o.perrin@tilleuls.example"]', 'perrin odile', '{secret}5', 1),
  ('ESSAI', 'essai-sacha', 'sacha', '', 'Delmas', 'Sacha', 'M.', '["s.delmas@port.example"]', 'delmas sacha', '{secret}6', 1),
  ('ESSAI', 'essai-jade', 'jade', '', 'Colin', 'Jade', '', '[]', 'colin jade', '{secret}7', 1)
  on conflict do nothing;

insert into attachment (school, person, profile, level, courses, subjects, posts, digest, since) values
  ('essai-ecole', 'essai-lina', 'eleve', 'CM1', '[]', '[]', '[]', '', '2026-09-01'),
  ('essai-college', 'essai-malo', 'eleve', '5e', '[]', '[]', '[]', '', '2026-09-01'),
  ('essai-college', 'essai-helene', 'enseignant', '', '[]', '[]', '[]', '', '2026-09-01'),
  ('essai-college', 'essai-karim', 'documentaliste', '', '[]', '[]', '[]', '', '2026-09-01'),
  ('essai-college', 'essai-odile', 'autre', '', '[]', '[]', '[]', '', '2026-09-01'),
  ('essai-college', 'essai-sacha', 'enseignant', '', '[]', '[]', '[]', '', '2026-09-01'),
  ('essai-lycee', 'essai-sacha', 'enseignant', '', '[]', '[]', '[]', '', '2026-09-01'),
  ('essai-college', 'essai-jade', 'eleve', '5e', '[]', '[]', '[]', '', '2026-09-01')
  on conflict do nothing;

insert into cohort (school, id, kind, code, label, level) values
  ('essai-ecole', 'essai-cm1', 'DIVISION', 'CM1', 'CM1', 'CM1'),
  ('essai-college', 'essai-5b', 'DIVISION', '5B', '5e B', '5e'),
  ('essai-college', 'essai-5c', 'DIVISION', '5C', '5e C', '5e'),
  ('essai-college', 'essai-latin', 'GROUPE', 'LAT', 'Latin 5e', '5e'),
  ('essai-lycee', 'essai-2a', 'DIVISION', '2A', '2de A', '2de')
  on conflict do nothing;

insert into cohort_within (school, cohort, class) values
  ('essai-college', 'essai-latin', 'essai-5b'), ('essai-college', 'essai-latin', 'essai-5c')
  on conflict do nothing;

insert into subject (school, code, label) values
  ('essai-college', '020700', 'FRANCAIS'), ('essai-college', '061300', 'MATHEMATIQUES'), ('essai-lycee', '061300', 'MATHEMATIQUES')
  on conflict do nothing;

insert into membership (school, cohort, person, subjects) values
  ('essai-ecole', 'essai-cm1', 'essai-lina', '[]'),
  ('essai-college', 'essai-5b', 'essai-malo', '[]'), ('essai-college', 'essai-latin', 'essai-malo', '[]'),
  ('essai-college', 'essai-5b', 'essai-jade', '[]'),
  ('essai-college', 'essai-5b', 'essai-helene', '["020700"]'), ('essai-college', 'essai-5c', 'essai-helene', '["020700"]'),
  ('essai-college', 'essai-latin', 'essai-helene', '["020700"]'),
  ('essai-college', 'essai-5c', 'essai-sacha', '["061300"]'), ('essai-lycee', 'essai-2a', 'essai-sacha', '["061300"]')
  on conflict do nothing;
