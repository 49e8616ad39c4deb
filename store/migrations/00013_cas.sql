-- +goose Up
-- CAS services: prefixes of addresses to which tickets may go, with the resource that is meant there (federation.CASService).
alter table client add column services text not null default '[]';

-- table cas_ticket: class identity
-- A service or proxy ticket; it is taken by one guarded statement. ticket is '' until then: once it opens nothing any more it is kept,
-- for it is by this name that the publisher is told when the session ends (CAS §2.3.3).
create table cas_ticket (
  project text not null,
  person text not null,
  hash text not null,
  session text not null,
  client text not null,
  resource text not null,
  school text not null,
  profile text not null,
  service text not null,
  proxies text not null, -- JSON: the proxies that it came through, the last one first
  until bigint not null,
  used_at bigint not null default 0,
  ticket text not null default '',
  created_at bigint not null,
  act text not null,
  primary key (project, person, hash)
) /*sqlite: without rowid */;
create unique index cas_ticket_by_hash on cas_ticket (hash);
create index cas_ticket_by_age on cas_ticket (created_at);

-- table cas_granting: class identity
-- A proxy-granting ticket: as good as its session, at the place and for the publisher where it was given.
create table cas_granting (
  project text not null,
  person text not null,
  hash text not null,
  session text not null,
  client text not null,
  resource text not null,
  school text not null,
  profile text not null,
  proxies text not null, -- JSON, its own callback first
  created_at bigint not null,
  act text not null,
  primary key (project, person, hash)
) /*sqlite: without rowid */;
create unique index cas_granting_by_hash on cas_granting (hash);
create index cas_granting_by_age on cas_granting (created_at);
