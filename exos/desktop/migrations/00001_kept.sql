-- +goose Up
-- table kept: class learner
-- What the app keeps on this computer, in its own stores; both its names and its values are the app's (exos/web/script/app/db.ts).
create table kept (
  store text not null,
  name text not null, -- the app's key, so written that the order of names is the order of keys
  value text not null, -- JSON
  primary key (store, name)
) /*sqlite: without rowid */;

-- table file: class content
-- Pictures and sounds of workbooks, by what they contain.
create table file (
  sha256 text primary key,
  media text not null,
  data blob not null
);

-- table secret: class learner
-- The device's key, as a seed (RFC 8032 §5.1.5). There is one at a time.
create table secret (
  one integer primary key check (one = 1),
  seed blob not null
);

-- table setting: class learner
create table setting (
  name text primary key,
  value text not null
) /*sqlite: without rowid */;
