-- +goose Up
-- What others harvest of us goes by when something changed. Instants are given in the order of the changes' numbers, under the lock of
-- catalogue_state, and never before one that a harvester was told: who asks from there on has missed nothing.
-- table catalogue_change: class reference
create table catalogue_change (
  revision bigint primary key,
  at bigint not null
) /*sqlite: without rowid */;
create index catalogue_change_by_instant on catalogue_change (at, revision);
insert into catalogue_change (revision, at)
  select c.revision, max(c.latest) over (order by c.revision) from (select revision, max(updated_at) as latest from resource group by revision) c;
alter table catalogue_state add column at bigint not null default 0; -- the latest instant that a change was given, or a harvester told
update catalogue_state set at = coalesce((select max(at) from catalogue_change), 0);

-- It is, or was, in the catalogue for all to see: its end is told to harvesters, too.
alter table resource add column published boolean not null default false;
update resource set published = true where shown or is_family;

-- table thumbnail: class reference (an address that notices give as their picture, and what became of it)
create table thumbnail (
  address text primary key,
  state text not null check (state in ('waiting', 'kept', 'refused')),
  small text not null, -- hash of the picture as cards have it; '' for none
  large text not null, -- the same, twice as large
  trouble text not null, -- why it was refused, a code; '' for no reason
  params text not null, -- of the trouble: a JSON array
  tries int not null, -- in a row that came to nothing for a reason that may pass
  worker text not null,
  leased_until bigint not null,
  due_at bigint not null
) /*sqlite: without rowid */;
create index thumbnail_waiting on thumbnail (due_at, address) where state = 'waiting';
create index thumbnail_refused on thumbnail (due_at, address) where state = 'refused';
create index thumbnail_by_small on thumbnail (small);
create index thumbnail_by_large on thumbnail (large);
insert into thumbnail (address, state, small, large, trouble, params, tries, worker, leased_until, due_at)
  select distinct thumbnail, 'waiting', '', '', '', '[]', 0, '', 0, 0 from resource where thumbnail <> '';
create index resource_by_thumbnail on resource (thumbnail) where thumbnail <> '';

-- table picture: class reference (small pictures that we drew ourselves of what was fetched, by the hash of their content)
create table picture (
  hash text primary key,
  body bytea not null
);
