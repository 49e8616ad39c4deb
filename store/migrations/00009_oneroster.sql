-- +goose Up
-- The rows of each project's last OneRoster package, as deltas have changed them since: a delta says only what changes.

-- table oneroster_package: class identity
-- revision counts the changes of the rows: two imports at once are not compared with the same ones.
create table oneroster_package (
  project text not null,
  revision bigint not null,
  primary key (project)
) /*sqlite: without rowid */;

-- table oneroster_row: class identity
-- cells is a JSON object of the columns that we use; a deletion that a delta told is kept with its date.
create table oneroster_row (
  project text not null,
  file text not null,
  id text /*postgres: collate "C" */ not null,
  cells text not null,
  primary key (project, file, id)
) /*sqlite: without rowid */;
