-- +goose Up
-- How a publisher's program proves itself where it is not by a secret (federation.Proof).
alter table client add column proof text not null default '{}';

-- The certificate without which an access token is worth nothing (RFC 8705 §3); '' for none.
alter table oidc_token add column bound text not null default '';

-- table spent: class reference
-- What a program signed and may show once (the jti of a proof, RFC 7523 §3), until it would be too old anyway. It is of no person and
-- of no school: the key leads with the program's.
create table spent (
  client text not null,
  kind text not null,
  hash text not null,
  until bigint not null,
  primary key (client, kind, hash)
) /*sqlite: without rowid */;
create index spent_by_age on spent (until);
