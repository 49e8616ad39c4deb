-- +goose Up
-- table publisher: class reference
create table publisher (
  id text primary key,
  official text not null unique, -- SIREN_ISNI
  name text not null
) /*sqlite: without rowid */;

-- table resource: class reference
-- Lists (levels, subjects, pedagogical, documents, declared) are JSON arrays: read with the row, never asked about in SQL.
-- It keeps its rowid: its rows are long, and without one SQLite spreads each over several pages (a page of 48 cards: 20 % slower).
create table resource (
  id text primary key,
  ark text not null unique,
  publisher text not null references publisher (id),
  title text not null,
  folded text not null, -- title folded for order
  description text not null,
  technical text not null,
  presentation text not null,
  pedagogical text not null,
  documents text not null,
  levels text not null,
  subjects text not null,
  declared text not null,
  launch_url text not null,
  thumbnail text not null,
  family text not null, -- id of the mother, '' for none
  is_family boolean not null,
  shown boolean not null,
  offline boolean not null,
  notice text not null, -- hash of the notice that all this was read from
  act text not null,
  updated_at bigint not null,
  constraint resource_not_its_own_family check (family <> id),
  constraint resource_family_has_one_level check (not is_family or family = '')
);
create index resource_by_title on resource (folded, id);
create index resource_by_publisher on resource (publisher, folded, id);
create index resource_by_family on resource (family, folded, id) where family <> '';

-- table notice: class reference (every version that came in, as it came, by the hash of its content)
create table notice (
  resource text not null references resource (id),
  hash text not null,
  file text not null,
  body bytea not null,
  act text not null,
  read_at bigint not null,
  primary key (resource, hash)
) /*sqlite: without rowid */;
