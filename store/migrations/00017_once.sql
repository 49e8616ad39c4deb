-- +goose Up
-- table said_once: class reference
-- What a portal said and may be shown once (a SAML assertion), until it would be too old anyway. It is of no person: the key leads with
-- the portal's project.
create table said_once (
  project text not null,
  hash text not null,
  until bigint not null,
  primary key (project, hash)
) /*sqlite: without rowid */;
create index said_once_by_age on said_once (until);
