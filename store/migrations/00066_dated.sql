-- +goose Up
-- What every launch leaves is kept under a key that begins with the moment (federation.NewDated): what is given together lies together,
-- on pages that are in hand. One index by the person is left of each; whoever sweeps goes by the key.
alter table cas_ticket rename to before_cas_ticket;
drop index cas_ticket_by_hash;
drop index cas_ticket_by_age;
alter table oidc_grant rename to before_oidc_grant;
drop index oidc_grant_by_code;
drop index oidc_grant_by_age;
alter table oidc_token rename to before_oidc_token;
drop index oidc_token_by_hash;
/*postgres: alter index cas_ticket_pkey rename to before_cas_ticket_pkey; */
/*postgres: alter index oidc_grant_pkey rename to before_oidc_grant_pkey; */
/*postgres: alter index oidc_token_pkey rename to before_oidc_token_pkey; */

-- table cas_ticket: class identity
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
  used_for text not null default '', -- the question that took it
  ticket text not null default '',
  released text not null default '[]', -- JSON: names of attributes
  act text not null,
  primary key (project, hash)
) /*sqlite: without rowid */ /*postgres: with (fillfactor = 75) */;
insert into cas_ticket (project, person, hash, session, client, resource, school, profile, service, proxies, until, used_at, ticket, released, act)
  select project, person, /*sqlite: printf('%014x', created_at) */ /*postgres: lpad(to_hex(created_at), 14, '0') */ || hash,
    session, client, resource, school, profile, service, proxies, until, used_at, ticket, released, act from before_cas_ticket;
drop table before_cas_ticket;
create unique index cas_ticket_by_hash on cas_ticket (hash);
create index cas_ticket_by_person on cas_ticket (project, person);

-- table oidc_grant: class identity
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
  aged boolean not null default false,
  code_until bigint not null,
  code_used_at bigint not null default 0,
  used_for text not null default '',
  revoked_at bigint not null default 0,
  released text not null default '[]', -- JSON: names of attributes
  act text not null,
  primary key (project, id)
) /*sqlite: without rowid */ /*postgres: with (fillfactor = 75) */;
insert into oidc_grant (project, person, id, session, client, resource, school, profile, scope, nonce, code, redirect, challenge, aged, code_until, code_used_at,
    used_for, revoked_at, released, act)
  select project, person, id, session, client, resource, school, profile, scope, nonce,
    /*sqlite: printf('%014x', created_at) */ /*postgres: lpad(to_hex(created_at), 14, '0') */ || code,
    redirect, challenge, aged, code_until, code_used_at, used_for, revoked_at, released, act from before_oidc_grant;
drop table before_oidc_grant;
create unique index oidc_grant_by_code on oidc_grant (code);
create index oidc_grant_by_person on oidc_grant (project, person);

-- table oidc_token: class identity (a token is its grant's, and so its person's)
create table oidc_token (
  project text not null,
  granted text not null,
  hash text not null,
  kind text not null, -- access or refresh
  until bigint not null,
  used_at bigint not null default 0, -- a refresh token is used once
  bound text not null default '',
  primary key (project, granted, hash)
) /*sqlite: without rowid */;
insert into oidc_token (project, granted, hash, kind, until, used_at, bound)
  select project, granted, hash, kind, until, used_at, bound from before_oidc_token;
drop table before_oidc_token;
create unique index oidc_token_by_hash on oidc_token (hash);
