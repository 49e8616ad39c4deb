-- +goose Up
-- table declaration: class reference (what notices ask for anew that an operator has not allowed; the resource's row has what is in force)
create table declaration (
  resource text primary key references resource (id),
  asked text not null, -- a JSON array, as resource.declared
  state text not null check (state in ('waiting', 'refused')),
  act text not null, -- that asked, or refused
  asked_at bigint not null
) /*sqlite: without rowid */;
create index declaration_waiting on declaration (asked_at, resource) where state = 'waiting';
