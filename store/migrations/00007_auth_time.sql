-- +goose Up
-- The instant of a sign-in is the same for every publisher entered under it: it would join their users. Only a client that asked
-- by max_age is told (OpenID Connect Core §2).
alter table oidc_grant add column aged boolean not null default false;
