-- +goose Up
-- table partner: class reference
create table partner (
  id text primary key,
  name text not null,
  distributor text not null, -- SIREN_ISNI, '' for a portal
  project text not null, -- ENT project, '' for a distributor
  act text not null,
  created_at bigint not null
) /*sqlite: without rowid */;
create unique index partner_by_distributor on partner (distributor) where distributor <> '';
create unique index partner_by_project on partner (project) where project <> '';

-- table partner_certificate: class reference
create table partner_certificate (
  fingerprint text primary key, -- SHA-256 of the certificate, in hexadecimal
  partner text not null references partner (id),
  purpose text not null,
  subject text not null,
  valid_from bigint not null,
  valid_until bigint not null,
  revoked_at bigint not null default 0,
  act text not null,
  created_at bigint not null
) /*sqlite: without rowid */;
create index partner_certificate_by_partner on partner_certificate (partner);
