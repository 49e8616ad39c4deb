-- +goose Up
-- Passkeys of local accounts (WebAuthn), and what a school lets its pupils do with theirs.

-- table local_passkey: class identity
-- id and public_key are hexadecimal, the key as COSE has it; flags are the authenticator's when it was added (WebAuthn §6.1).
create table local_passkey (
  project text not null,
  person text not null,
  id text not null,
  name text not null, -- what its person calls it
  public_key text not null,
  flags integer not null,
  sign_count bigint not null,
  created_at bigint not null,
  used_at bigint not null default 0,
  act text not null,
  primary key (project, person, id)
) /*sqlite: without rowid */;
create unique index local_passkey_by_id on local_passkey (project, id);

-- table local_challenge: class identity (what a passkey is to sign, once; key is a hash of the attempt or the passage that it is for)
create table local_challenge (
  project text not null,
  hash text not null,
  challenge text not null,
  until_at bigint not null,
  primary key (project, hash)
) /*sqlite: without rowid */;
create index local_challenge_by_age on local_challenge (until_at);

-- table local_school: class school
create table local_school (
  school text primary key,
  pupils_choose boolean not null, -- pupils may change their pass phrase
  act text not null
) /*sqlite: without rowid */;
