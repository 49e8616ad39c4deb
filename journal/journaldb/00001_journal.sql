-- +goose Up
-- table journal: class school (school is '' for acts on reference data)
create table journal (
  school text not null,
  id text not null,
  at bigint not null,
  actor_kind text not null,
  actor text not null,
  verb text not null,
  subject text not null,
  person text not null,
  class text not null,
  detail text not null,
  primary key (school, id)
) /*sqlite: without rowid */;
create index journal_by_person on journal (person, id) where person <> '';
create index journal_by_subject on journal (school, subject, id);
create index journal_accesses on journal (at) where class = 'access';

-- table outbox: class reference (a queue; rows go a month after every follower has handled them)
create table outbox (
  /*sqlite: seq integer primary key autoincrement, */
  /*postgres: seq bigint generated always as identity primary key, */
  /*postgres: writer bigint not null default (pg_current_xact_id()::text::bigint), */
  topic text not null,
  school text not null,
  person text not null,
  subject text not null,
  at bigint not null,
  body text not null
);

-- table outbox_follower: class reference
create table outbox_follower (
  name text primary key,
  seq bigint not null
);
