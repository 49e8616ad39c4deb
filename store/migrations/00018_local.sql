-- +goose Up
-- Local accounts (federation/local): the persons of schools that have no portal.

-- table local_project: class reference (the projects that an operator has declared to be local)
create table local_project (
  project text primary key,
  act text not null
) /*sqlite: without rowid */;

-- table local_account: class identity
-- password is argon2id with its salt and parameters; factor is the second factor's secret, sealed with the operator's key where there is one.
create table local_account (
  project text not null,
  person text not null,
  login text /*postgres: collate "C" */ not null,
  password text not null,
  must_change boolean not null, -- the password is a slip's, and they choose their own
  created_at bigint not null,
  changed_at bigint not null,
  used_at bigint not null default 0,
  closed_at bigint not null default 0,
  factor text not null default '',
  factor_step bigint not null default 0, -- the last time step whose code was used
  act text not null,
  primary key (project, person),
  unique (project, login)
) /*sqlite: without rowid */;

-- table local_recovery: class identity (the hashes of recovery codes; a row goes when its code is used)
create table local_recovery (
  project text not null,
  person text not null,
  hash text not null,
  primary key (project, person, hash)
) /*sqlite: without rowid */;

-- table local_passage: class identity (sign-ins between their password and their session)
create table local_passage (
  project text not null,
  person text not null,
  hash text not null,
  attempt text not null,
  step text not null,
  proved boolean not null,
  secret text not null,
  until_at bigint not null,
  primary key (project, person, hash)
) /*sqlite: without rowid */;
create unique index local_passage_by_hash on local_passage (hash);
create index local_passage_by_age on local_passage (until_at);

-- table local_try: class identity (attempts counted for a while; key is a hash of an identifier or an address)
create table local_try (
  project text not null,
  bucket text not null,
  tries integer not null,
  last_at bigint not null,
  wait_until bigint not null default 0,
  primary key (project, bucket)
) /*sqlite: without rowid */;
create index local_try_by_age on local_try (last_at);
