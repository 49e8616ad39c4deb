-- +goose Up
-- SAML service providers (federation.SAMLParty, JSON, '' for none), known by their entity ID.
alter table client add column saml text not null default '';
alter table client add column entity text not null default '';
create unique index client_by_entity on client (entity) where entity <> '';

-- Keys that sign for SAML have a certificate (DER in hexadecimal), '' for JOSE.
alter table signing_key add column certificate text not null default '';

-- table saml_session: class identity
-- What a service provider calls the session of a person who entered there (SessionIndex, hashed): by it a LogoutRequest is understood.
create table saml_session (
  project text not null,
  person text not null,
  session text not null,
  client text not null,
  name text not null,
  created_at bigint not null,
  primary key (project, person, session, client)
) /*sqlite: without rowid */;
create index saml_session_by_name on saml_session (name, client);
create index saml_session_by_age on saml_session (created_at);

-- A SAML request may name a resource by its address, as in the GAR.
create index resource_by_address on resource (publisher, launch_url);
