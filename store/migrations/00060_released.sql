-- +goose Up
-- What an entry's journal line says was released, beside what is given for it: a later use of that releases no more, whatever its notice
-- declares by then. What was given before this column releases none: tokens of five minutes, tickets of ten seconds.
alter table oidc_grant add column released text not null default '[]'; -- JSON: names of attributes
alter table cas_ticket add column released text not null default '[]'; -- JSON: names of attributes
