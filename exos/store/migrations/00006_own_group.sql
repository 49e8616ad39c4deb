-- +goose Up
-- table own_group: class school
-- A group that a teacher made. Who joined it by its code stands in membership, under the kind "own" and the group's id.
create table own_group (
  school text not null,
  id text not null,
  owner text not null, -- learner
  label text not null,
  code text not null,
  created_at bigint not null,
  act text not null,
  primary key (school, id),
  unique (school, code)
) /*sqlite: without rowid */;
create index own_group_by_owner on own_group (owner);
