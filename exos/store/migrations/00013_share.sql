-- +goose Up
-- table share: class school
-- What a teacher shares of their own: a notebook, a homework. With every teacher of the school, with whoever has the code, or both.
create table share (
  school text not null,
  kind text not null, -- notebook, homework
  thing text not null, -- its id
  owner text not null, -- learner
  everyone boolean not null,
  code text not null, -- '' for none
  shared_at bigint not null,
  act text not null,
  primary key (school, kind, thing)
) /*sqlite: without rowid */;
create unique index share_by_code on share (code) where code <> '';
create unique index share_by_thing on share (kind, thing);
create index share_by_owner on share (owner);

-- What a notebook was copied from, as its owner reads it; '' where it is nobody's copy.
alter table notebook add column origin text not null default '';
