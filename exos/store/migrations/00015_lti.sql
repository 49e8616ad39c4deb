-- +goose Up
-- table lti_platform: class reference
-- Other platforms from which classes open what an operator lets them, to a last day.
create table lti_platform (
  id text primary key,
  name text not null,
  issuer text not null,
  client text not null,
  deployments text not null, -- JSON list
  authorize text not null,
  token text not null,
  keys_at text not null,
  opens text not null, -- JSON list of resources, or beginnings of them
  last_day text not null,
  created_at bigint not null,
  act text not null,
  unique (issuer, client)
) /*sqlite: without rowid */;

-- table lti_waiting: class reference
-- Messages that wait for their browser, and choices that are open: by the hash of a token, for a moment.
create table lti_waiting (
  hash text primary key,
  body text not null,
  ends_at bigint not null
) /*sqlite: without rowid */;
create index lti_waiting_by_end on lti_waiting (ends_at);

-- table lti_key: class reference
-- With which we sign what platforms are told.
create table lti_key (
  serial bigint primary key,
  id text not null unique,
  from_at bigint not null,
  private bytea not null
);

-- table lti_context: class school
-- A group of a platform, and where its members may be asked for.
create table lti_context (
  school text not null,
  code text not null,
  platform text not null,
  members text not null,
  primary key (school, code)
) /*sqlite: without rowid */;

-- table lti_grade: class identity
-- Where what a learner earns is told, and whether something is owed.
create table lti_grade (
  learner text not null,
  platform text not null,
  link text not null,
  module text not null,
  exercise text not null, -- '': the whole module
  title text not null,
  item text not null,
  items text not null,
  owed_at bigint not null default 0, -- since when; 0: nothing
  owed_last bigint not null default 0, -- when it last came to be owed
  due_at bigint not null default 0,
  leased_until bigint not null default 0,
  tries bigint not null default 0,
  told text not null default '', -- what was told last, hashed
  primary key (learner, platform, link)
) /*sqlite: without rowid */;
create index lti_grade_owed on lti_grade (due_at) where owed_at > 0;
create index lti_grade_by_module on lti_grade (learner, module);
