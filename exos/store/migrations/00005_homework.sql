-- +goose Up
-- A homework's terms; to whom it is given, each in a row; its former versions.
drop index homework_by_cohort;
-- table homework_for: class school
create table homework_for (
  school text not null,
  kind text not null, -- class, group; person, whose code is the learner's id
  code text not null,
  homework text not null,
  label text not null,
  primary key (school, kind, code, homework)
) /*sqlite: without rowid */;
create index homework_for_by_homework on homework_for (homework);
insert into homework_for (school, kind, code, homework, label) select school, kind, code, id, label from homework;
alter table homework drop column kind;
alter table homework drop column code;
alter table homework drop column label;
alter table homework add column version bigint not null default 1;
alter table homework add column closes_at bigint not null default 0; -- due and grace
alter table homework add column graded boolean not null default false;
alter table homework add column terms text not null default ''; -- JSON of exos.Terms but its times
alter table homework add column seed bigint not null default 1;
alter table homework add column returned_at bigint not null default 0;
alter table homework add column given_at bigint not null default 0;
update homework set closes_at = due_at, given_at = opens_at;
create index homework_by_author on homework (school, author, due_at);
create unique index homework_by_id on homework (id);

-- table homework_version: class school
-- What a homework was before each change, and as it is.
create table homework_version (
  school text not null,
  homework text not null,
  version bigint not null,
  state text not null, -- JSON of exos.Homework
  at bigint not null,
  act text not null,
  primary key (school, homework, version)
) /*sqlite: without rowid */;

-- table paper: class identity
-- That a learner began a homework, and when.
create table paper (
  learner text not null,
  homework text not null,
  started_at bigint not null,
  primary key (learner, homework)
) /*sqlite: without rowid */;
create index paper_by_homework on paper (homework);

-- An attempt may be made for a homework: then it is numbered there.
-- table attempt_made: class identity
create table attempt_made (
  learner text not null,
  id text /*postgres: collate "C" */ not null,
  homework text not null, -- '' in a module
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
  answered_at bigint not null, -- of the last answer that counted; 0: none did
  primary key (learner, id),
  unique (learner, exercise, homework, number)
) /*sqlite: without rowid */;
insert into attempt_made (learner, id, homework, module, exercise, number, version, seed, tries, state, score, best, ended, solved, started_at,
  touched_at, answered_at)
select learner, id, '', module, exercise, number, version, seed, tries, state, score, best, ended, solved, started_at, touched_at,
  case when tries > 0 then touched_at else 0 end
from attempt;
drop table attempt;
alter table attempt_made rename to attempt;
create index attempt_by_homework on attempt (homework, learner) where homework <> '';
