-- +goose Up
-- table learner: class identity
-- A learner is known by a pseudonym only; names are what the sign-in released last.
create table learner (
  id text primary key,
  issuer text not null,
  subject text not null,
  school text not null,
  profile text not null,
  given_name text not null,
  cohorts text not null, -- JSON, as released last
  rights_at bigint not null default 0, -- when the rights were asked for
  stale_at bigint not null default 0, -- when the issuer last said that they changed
  created_at bigint not null,
  seen_at bigint not null,
  act text not null,
  unique (issuer, subject)
) /*sqlite: without rowid */;

-- table session: class identity
create table session (
  hash text primary key,
  learner text not null,
  upstream text not null,
  sealed bytea,
  started_at bigint not null,
  ends_at bigint not null,
  act text not null
) /*sqlite: without rowid */;
create index session_by_learner on session (learner);
create index session_by_upstream on session (upstream) where upstream <> '';
create index session_by_end on session (ends_at);

-- table learner_right: class identity
create table learner_right (
  learner text not null,
  ark text not null,
  title text not null,
  first_day text not null,
  last_day text not null,
  opens_at bigint not null,
  closes_at bigint not null,
  status text not null,
  why text not null,
  primary key (learner, ark)
) /*sqlite: without rowid */;

-- table heard: class reference
-- Ids of security events that were acted on, so that each is acted on once.
create table heard (
  issuer text not null,
  jti text not null,
  ends_at bigint not null,
  primary key (issuer, jti)
) /*sqlite: without rowid */;
create index heard_by_end on heard (ends_at);

-- table content: class reference
-- Immutable bytes by their SHA-256: programs with their keys, bodies, pictures.
create table content (
  hash text primary key,
  media text not null,
  data bytea not null,
  act text not null
);

-- table module: class reference
create table module (
  id text primary key,
  identifier text not null unique,
  ark text not null,
  title text not null,
  publisher text not null,
  level text not null,
  current_version text not null,
  created_at bigint not null,
  act text not null
) /*sqlite: without rowid */;
create index module_by_ark on module (ark);

-- table module_version: class reference
create table module_version (
  module text not null,
  version text not null,
  number bigint not null,
  language text not null,
  assets text not null, -- JSON list of hashes
  total bigint not null, -- exercises
  maximum double precision not null, -- Σ maxima
  published_at bigint not null,
  act text not null,
  primary key (module, version),
  unique (module, number)
) /*sqlite: without rowid */;

-- table exercise: class reference
create table exercise (
  id text primary key,
  module text not null,
  identifier text not null,
  title text not null,
  version text not null, -- what marks are tied to
  program text not null,
  body text not null,
  maximum double precision not null,
  scoreable boolean not null,
  by_hand boolean not null,
  adaptive boolean not null,
  interactions text not null, -- JSON list
  act text not null,
  unique (module, identifier, program, body)
) /*sqlite: without rowid */;

-- table version_line: class reference
create table version_line (
  module text not null,
  version text not null,
  position bigint not null,
  exercise text not null,
  section text not null,
  primary key (module, version, position),
  unique (module, version, exercise)
) /*sqlite: without rowid */;

-- table place: class identity
-- Where a learner is in a module, and in which version of it.
create table place (
  learner text not null,
  module text not null,
  version text not null,
  exercise text not null,
  at bigint not null,
  primary key (learner, module)
) /*sqlite: without rowid */;

-- table attempt: class identity
-- What the attempt's events amount to; it could be made again from them.
create table attempt (
  learner text not null,
  id text /*postgres: collate "C" */ not null,
  module text not null,
  exercise text not null,
  number bigint not null,
  version text not null,
  seed bigint not null,
  tries bigint not null,
  state text not null, -- JSON of score.State
  score double precision not null,
  best double precision not null,
  ended boolean not null,
  solved boolean not null,
  started_at bigint not null,
  touched_at bigint not null,
  primary key (learner, id),
  unique (learner, exercise, number)
) /*sqlite: without rowid */;

-- table event: class identity
-- Append-only: what the pupil did, and what the server answered then. Its id was made on the device.
create table event (
  learner text not null,
  id text /*postgres: collate "C" */ not null,
  attempt text not null,
  exercise text not null,
  version text not null,
  seed bigint not null,
  kind text not null,
  payload text not null,
  done_at bigint not null, -- by the device's clock
  received_at bigint not null,
  device text not null,
  seq bigint not null,
  verdict text not null, -- JSON of exos.Verdict
  accepted boolean not null,
  primary key (learner, id)
) /*sqlite: without rowid */;
create index event_by_attempt on event (learner, attempt, received_at);
create index event_answers on event (learner, received_at, id) where kind = 'answered';

-- table mark: class identity
create table mark (
  learner text not null,
  module text not null,
  exercise text not null,
  best double precision not null,
  last double precision not null,
  maximum double precision not null,
  tries bigint not null,
  first_at bigint not null,
  last_at bigint not null,
  primary key (learner, module, exercise),
  constraint mark_tries check (tries > 0)
) /*sqlite: without rowid */;

-- table membership: class school
-- Classes and groups as the last sign-in of each learner told them.
create table membership (
  school text not null,
  kind text not null,
  code text not null,
  learner text not null,
  label text not null,
  pupil boolean not null,
  primary key (school, kind, code, learner)
) /*sqlite: without rowid */;
create index membership_by_learner on membership (learner);

-- table homework: class school
create table homework (
  school text not null,
  id text not null,
  kind text not null,
  code text not null,
  label text not null,
  author text not null,
  title text not null,
  opens_at bigint not null,
  due_at bigint not null,
  parts text not null, -- JSON list of exos.Part
  act text not null,
  primary key (school, id),
  constraint homework_due_after_opening check (due_at > opens_at)
) /*sqlite: without rowid */;
create index homework_by_cohort on homework (school, kind, code, due_at);
