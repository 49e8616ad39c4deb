-- +goose Up
-- Tokens are kept as SHA-256 in hexadecimal, never as they are.

-- table session: class identity
create table session (
  project text not null,
  person text not null,
  id text not null,
  token text not null,
  upstream text not null,
  portal_index text not null, -- what the portal calls this sign-in, hashed; '' where it has no name for it
  school text not null,
  profile text not null,
  started_at bigint not null,
  seen_at bigint not null,
  ended_at bigint not null default 0,
  act text not null,
  primary key (project, person, id)
) /*sqlite: without rowid */;
create unique index session_by_token on session (token);
create index session_by_portal_index on session (project, portal_index) where portal_index <> '';
create index session_by_start on session (started_at);

-- table visit: class identity (the clients entered in a session: who is told when it ends)
create table visit (
  project text not null,
  person text not null,
  session text not null,
  client text not null,
  at bigint not null,
  primary key (project, person, session, client)
) /*sqlite: without rowid */;

-- table acquaintance: class identity (the publishers that have seen a person: who is told of them, and who must erase)
create table acquaintance (
  project text not null,
  person text not null,
  sector text not null,
  since bigint not null,
  primary key (project, person, sector)
) /*sqlite: without rowid */;
create index acquaintance_by_person on acquaintance (person, sector);

-- table client: class reference
create table client (
  id text primary key,
  sector text not null,
  name text not null,
  secret text not null,
  redirects text not null,
  signed_out text not null,
  algorithm text not null,
  refresh boolean not null,
  resource text not null,
  logout_url text not null,
  events_url text not null,
  created_at bigint not null,
  act text not null
) /*sqlite: without rowid */;
create index client_by_sector on client (sector);

-- table signing_key: class reference
-- private is PKCS #8, sealed with the operator's key where there is one (federation.Seal).
create table signing_key (
  algorithm text not null,
  serial integer not null,
  id text not null unique,
  private text not null,
  signs_from bigint not null,
  act text not null,
  primary key (algorithm, serial)
) /*sqlite: without rowid */;

-- table oidc_grant: class identity
-- One per authorization; its code is taken by one guarded statement.
create table oidc_grant (
  project text not null,
  person text not null,
  id text not null,
  session text not null,
  client text not null,
  resource text not null,
  school text not null,
  profile text not null,
  scope text not null,
  nonce text not null,
  code text not null,
  redirect text not null,
  challenge text not null,
  code_until bigint not null,
  code_used_at bigint not null default 0,
  revoked_at bigint not null default 0,
  created_at bigint not null,
  act text not null,
  primary key (project, person, id)
) /*sqlite: without rowid */;
create unique index oidc_grant_by_code on oidc_grant (code);
create index oidc_grant_by_age on oidc_grant (created_at);

-- table oidc_token: class identity
create table oidc_token (
  project text not null,
  person text not null,
  hash text not null,
  kind text not null, -- access or refresh
  granted text not null,
  until bigint not null,
  used_at bigint not null default 0, -- a refresh token is used once
  primary key (project, person, hash)
) /*sqlite: without rowid */;
create unique index oidc_token_by_hash on oidc_token (hash);
create index oidc_token_by_grant on oidc_token (project, person, granted);

-- table push: class identity (what publishers are to be told; a row goes when it is delivered or given up)
create table push (
  project text not null,
  person text not null,
  id text not null, -- the token's jti, in order of time
  client text not null,
  kind text not null,
  body text not null,
  at bigint not null,
  due_at bigint not null,
  leased_until bigint not null default 0,
  tries integer not null default 0,
  primary key (project, person, id)
) /*sqlite: without rowid */;
create index push_by_client on push (client, due_at);
