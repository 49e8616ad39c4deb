-- +goose Up
-- table publisher: class reference
-- Who publishes here. Its modules are those whose resource begins with its prefix.
create table publisher (
  id text primary key,
  name text not null,
  prefix text not null unique,
  created_at bigint not null,
  act text not null
) /*sqlite: without rowid */;

-- table publisher_key: class reference
-- By what a publisher's staff and programs come in; of the key itself there is only a hash.
create table publisher_key (
  id text primary key,
  publisher text not null,
  name text not null,
  hash text not null unique,
  ends_at bigint not null,
  revoked_at bigint not null default 0,
  created_at bigint not null,
  act text not null
) /*sqlite: without rowid */;
create index publisher_key_by_publisher on publisher_key (publisher, id);

-- table publisher_session: class reference
create table publisher_session (
  hash text primary key,
  key text not null,
  ends_at bigint not null,
  act text not null
) /*sqlite: without rowid */;
create index publisher_session_by_key on publisher_session (key);
create index publisher_session_by_end on publisher_session (ends_at);

-- table deposit: class reference
-- A package as a publisher sent it, and what was found in it. Nothing of it is published by being here.
create table deposit (
  publisher text not null,
  id text not null,
  made_with text not null, -- the key
  name text not null,
  size bigint not null,
  received bigint not null default 0,
  hash text not null default '', -- of all bytes, once they are there
  at bigint not null,
  touched_at bigint not null,
  summary text not null default '', -- JSON of exos.Found without its report
  report text not null default '', -- JSON of the report
  module text not null default '',
  version text not null default '', -- what it was published as
  act text not null,
  primary key (publisher, id),
  constraint deposit_received check (received >= 0 and received <= size)
) /*sqlite: without rowid */;
create unique index deposit_by_hash on deposit (publisher, hash) where hash <> '';
create index deposit_unfinished on deposit (touched_at) where hash = '';

-- table deposit_part: class reference
create table deposit_part (
  deposit text not null,
  start bigint not null,
  data bytea not null,
  primary key (deposit, start)
);

-- Pupils of a module are counted for its publisher.
create index place_by_module on place (module, version);
create index mark_by_module on mark (module, exercise);
