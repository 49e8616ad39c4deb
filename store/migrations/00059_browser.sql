-- +goose Up
-- « Se souvenir de moi »: browsers that stand for their person's password for a while (federation/local).

-- table local_browser: class identity
-- hash is of the token that the browser holds since turned_at, before_hash of the one before; session is the last that it began.
create table local_browser (
  project text not null,
  person text not null,
  id text not null,
  hash text not null,
  before_hash text not null default '',
  turned_at bigint not null,
  name text not null, -- as its person recognises it: « Firefox, Windows »
  session text not null,
  since bigint not null,
  used_at bigint not null,
  until_at bigint not null,
  act text not null,
  primary key (project, person, id)
) /*sqlite: without rowid */;
create unique index local_browser_by_id on local_browser (project, id);
create index local_browser_by_age on local_browser (until_at);

-- What a sign-in under way is to do with its browser: remember it under a name; or it is one that is remembered.
alter table local_passage add column remember text not null default '';
alter table local_passage add column browser text not null default '';
