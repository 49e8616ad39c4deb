-- +goose Up
-- A module's test, and a homework that is one: rules of the whole are a content, which never changes.
alter table module_version add column test text not null default ''; -- hash of the content, '' for none
alter table homework add column test text not null default ''; -- JSON of exos.TestOf, '' for none
