-- +goose Up
-- Sites that take the word of a session's end through the browser only are told by the browser that ended it: what it shows to do so
-- (hashed) and since when; the LogoutRequest that is under way (its ID, hashed); and when the site answered, or itself said so first.
alter table saml_session add column parting text not null default '';
alter table saml_session add column parted_at bigint not null default 0;
alter table saml_session add column asked text not null default '';
alter table saml_session add column told_at bigint not null default 0;
create index saml_session_by_parting on saml_session (parting) where parting <> '';
create unique index saml_session_by_asked on saml_session (asked) where asked <> '';
