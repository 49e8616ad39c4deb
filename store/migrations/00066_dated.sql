-- +goose Up
-- What every launch leaves is kept under a key that begins with the moment (federation.NewDated): what is given together lies together,
-- on pages that are in hand. One index by the person is left of each; whoever sweeps goes by the key.

-- table cas_ticket: class identity
create table dated_ticket (
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
  used_for text not null default '', -- the question that took it
  ticket text not null default '',
  released text not null default '[]', -- JSON: names of attributes
  act text not null,
  primary key (project, hash)
) /*sqlite: without rowid */ /*postgres: with (fillfactor = 75) */;
insert into dated_ticket (project, person, hash, session, client, resource, school, profile, service, proxies, until, used_at, ticket, released, act)
  select project, person, /*sqlite: printf('%014x', created_at) */ /*postgres: lpad(to_hex(created_at), 14, '0') */ || hash,
    session, client, resource, school, profile, service, proxies, until, used_at, ticket, released, act from cas_ticket;
drop table cas_ticket;
alter table dated_ticket rename to cas_ticket;
create unique index cas_ticket_by_hash on cas_ticket (hash);
create index cas_ticket_by_person on cas_ticket (project, person);

-- table oidc_grant: class identity
create table dated_grant (
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
  aged boolean not null default false,
  code_until bigint not null,
  code_used_at bigint not null default 0,
  used_for text not null default '',
  revoked_at bigint not null default 0,
  released text not null default '[]', -- JSON: names of attributes
  act text not null,
  primary key (project, id)
) /*sqlite: without rowid */ /*postgres: with (fillfactor = 75) */;
insert into dated_grant (project, person, id, session, client, resource, school, profile, scope, nonce, code, redirect, challenge, aged, code_until, code_used_at,
    used_for, revoked_at, released, act)
  select project, person, id, session, client, resource, school, profile, scope, nonce,
    /*sqlite: printf('%014x', created_at) */ /*postgres: lpad(to_hex(created_at), 14, '0') */ || code,
    redirect, challenge, aged, code_until, code_used_at, used_for, revoked_at, released, act from oidc_grant;
drop table oidc_grant;
alter table dated_grant rename to oidc_grant;
create unique index oidc_grant_by_code on oidc_grant (code);
create index oidc_grant_by_person on oidc_grant (project, person);

-- table oidc_token: class identity (a token is its grant's, and so its person's)
create table dated_token (
  project text not null,
  granted text not null,
  hash text not null,
  kind text not null, -- access or refresh
  until bigint not null,
  used_at bigint not null default 0, -- a refresh token is used once
  bound text not null default '',
  primary key (project, granted, hash)
) /*sqlite: without rowid */;
insert into dated_token (project, granted, hash, kind, until, used_at, bound)
  select project, granted, hash, kind, until, used_at, bound from oidc_token;
drop table oidc_token;
alter table dated_token rename to oidc_token;
create unique index oidc_token_by_hash on oidc_token (hash);
