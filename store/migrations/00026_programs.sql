-- +goose Up
-- What comes in by files and programs: batches of licensing, and the doors of a school's own programs (package token).

-- table batch: class school
-- refused is a JSON array of lines that are not carried out: [line, kind, code, [name, value, …]]. It may hold what somebody typed, and
-- goes after a day.
create table batch (
  school text not null,
  id text not null,
  name text not null, -- of the file
  actor_kind text not null,
  actor text not null,
  state text not null, -- draft, waiting, running, done, refused, failed
  hash text not null,
  whole boolean not null, -- one transaction
  lines bigint not null,
  refused_lines bigint not null,
  refused text not null,
  worker text not null default '',
  lease_until bigint not null default 0,
  attempts integer not null default 0,
  trouble text not null default '',
  act text not null, -- that prepared it, then the one that started it
  made_at bigint not null,
  started_at bigint not null default 0,
  ended_at bigint not null default 0,
  primary key (school, id)
) /*sqlite: without rowid */;
create index batch_open on batch (state, id) where state in ('waiting', 'running');
-- One at a time: two workers that claim at the same instant cannot both have a batch of one school.
create unique index batch_one_at_a_time on batch (school) where state = 'running';
create index batch_by_age on batch (made_at);

-- table batch_step: class school
-- outcomes is a JSON array, [person, verdict, why, site-wide], in the order of the plan; ids only.
create table batch_step (
  school text not null,
  batch text not null,
  seq integer not null,
  resource text not null,
  take boolean not null,
  rank text not null,
  short text not null,
  program text not null,
  targets text not null, -- JSON array of licensing.Target.String
  hash text not null,
  state text not null, -- waiting, done, refused
  figures text not null, -- JSON
  outcomes text not null,
  act text not null default '',
  code text not null default '', -- of its refusal
  params text not null default '[]',
  primary key (school, batch, seq)
) /*sqlite: without rowid */;

-- table api_token: class school
-- A program of a manager: what it shows is kept as a hash.
create table api_token (
  school text not null,
  id text not null,
  person text not null, -- the manager for whom it acts
  name text not null,
  hash text not null,
  ends_at bigint not null,
  made_at bigint not null,
  revoked_at bigint not null default 0,
  used_on text not null default '', -- the day
  act text not null,
  primary key (school, id)
) /*sqlite: without rowid */;
create unique index api_token_by_hash on api_token (hash);

-- table api_answer: class school
-- What a program was answered under a key, for as long as it may ask again.
create table api_answer (
  school text not null,
  token text not null,
  idempotency_key text not null,
  request text not null, -- hash
  status integer not null,
  location text not null,
  body text not null,
  at bigint not null,
  primary key (school, token, idempotency_key)
) /*sqlite: without rowid */;
create index api_answer_by_age on api_answer (at);

-- +goose StatementBegin
/*sqlite:
analyze sqlite_schema;
delete from sqlite_stat1 where tbl in ('batch', 'batch_step', 'api_token', 'api_answer');
insert into sqlite_stat1 (tbl, idx, stat) values
	('batch', 'batch', '40 20 1'),
	('batch', 'batch_open', '2 1 1'),
	('batch', 'batch_one_at_a_time', '2 1'),
	('batch', 'batch_by_age', '40 1'),
	('batch_step', 'batch_step', '400 200 10 1'),
	('api_token', 'api_token', '4 2 1'),
	('api_token', 'api_token_by_hash', '4 1'),
	('api_answer', 'api_answer', '2000 1000 500 1'),
	('api_answer', 'api_answer_by_age', '2000 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
