-- +goose Up
-- table device: class identity
-- A learner's phone, tablet or computer that works without a network.
create table device (
  learner text not null,
  id text not null,
  key text not null, -- public, as JSON (RFC 7517)
  kind text not null,
  made_at bigint not null,
  seen_at bigint not null,
  ended_at bigint not null default 0, -- 0: it is in use
  ended_by text not null default '',
  answers bigint not null default 0, -- number of the last answer that it was given
  next bigint not null, -- number of the act that comes next
  head text not null, -- hash of the last act taken in
  floor_at bigint not null, -- what comes next was not done before
  act text not null,
  primary key (learner, id)
) /*sqlite: without rowid */;
create unique index device_by_id on device (id);

-- table device_code: class reference
-- Codes that make a device a learner's: each is good once, for a minute or ten.
create table device_code (
  hash text primary key,
  learner text not null,
  ends_at bigint not null,
  act text not null
) /*sqlite: without rowid */;
create index device_code_by_end on device_code (ends_at);

-- table device_answer: class identity
-- When a device was answered: what names the answer was done after.
create table device_answer (
  learner text not null,
  device text not null,
  number bigint not null,
  at bigint not null,
  primary key (learner, device, number)
) /*sqlite: without rowid */;

-- table device_act: class identity
-- Append-only, but for the word on an act: it waits for others, or for a person.
create table device_act (
  learner text not null,
  device text not null,
  seq bigint not null,
  body text not null, -- as it was signed
  signature bytea not null,
  heard_at bigint not null,
  moment text not null, -- JSON of offline.Moment; '' while it waits
  outcome text not null,
  word text not null, -- JSON of offline.Word
  homework text not null,
  exercise text not null,
  primary key (learner, device, seq)
) /*sqlite: without rowid */;
create index device_act_doubtful on device_act (homework, learner, device, seq) where outcome = 'doubtful';
create index device_act_waiting on device_act (learner, device, seq) where outcome = 'waiting';

-- table device_report: class identity
-- What came in a device's name, and is not what it signed or not of its one history.
create table device_report (
  learner text not null,
  device text not null,
  hash text not null,
  body text not null,
  code text not null,
  at bigint not null,
  primary key (learner, device, hash)
) /*sqlite: without rowid */;

-- table device_lent: class identity
-- The modules that a device has or had.
create table device_lent (
  learner text not null,
  device text not null,
  module text not null,
  id text not null,
  from_at bigint not null,
  until_at bigint not null,
  state text not null,
  changed_at bigint not null,
  primary key (learner, device, module)
) /*sqlite: without rowid */;

-- table signing_key: class reference
-- By what devices know us.
create table signing_key (
  number bigint primary key, -- 1
  id text not null,
  private bytea not null, -- Ed25519 seed
  made_at bigint not null
) /*sqlite: without rowid */;
