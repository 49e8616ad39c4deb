-- +goose Up
-- Every change of the catalogue has a number. The row is held until the change is committed, so numbers come in the order of commits:
-- who has read up to one has missed nothing (the search, which follows; what others harvest of us).
-- table catalogue_state: class reference (one row)
create table catalogue_state (
  id text primary key,
  revision bigint not null
) /*sqlite: without rowid */;
insert into catalogue_state (id, revision) values ('catalogue', 0);

alter table resource add column revision bigint not null default 0; -- of the change that last touched it, or its publisher's name
alter table resource add column publics text not null default '[]'; -- whom it is for: a JSON array, as levels
alter table resource add column accessibility text not null default '[]'; -- what it does for those who see, hear or move otherwise: a JSON array of sentences
create index resource_by_revision on resource (revision, id);
