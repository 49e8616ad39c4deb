-- +goose Up
-- A module of a teacher's own: whose, and in which school; '' of a publisher's.
alter table module add column owner text not null default '';
alter table module add column school text not null default '';
create index module_by_school on module (school) where owner <> '';
create index module_by_owner on module (owner) where owner <> '';

-- table notebook: class identity
-- A teacher's own exercises; what pupils have of them is a module.
create table notebook (
  learner text not null,
  id text not null,
  title text not null,
  changed_at bigint not null,
  module text not null default '',
  version text not null default '',
  number bigint not null default 0,
  published_at bigint not null default 0,
  primary key (learner, id)
) /*sqlite: without rowid */;

-- table draft: class identity
create table draft (
  learner text not null,
  notebook text not null,
  id text not null,
  place bigint not null,
  edition bigint not null,
  form text not null, -- JSON of author.Form, '' where it came in a file and no form says it
  question text not null, -- JSON of question.Question
  files text not null, -- JSON: path in its file, hash of the content
  primary key (learner, notebook, id)
) /*sqlite: without rowid */;
