-- +goose Up
-- table delivery: class identity
-- A file set that a portal handed in: directory/delivery. The archive itself lies in the spool.
create table delivery (
  project text not null,
  id text /*postgres: collate "C" */ not null,
  degree text not null, -- '' where the name of the archive does not say it
  name text not null,
  door text not null,
  bytes bigint not null,
  sha256 text not null,
  confirm text not null default '[]', -- JSON array of UAI: where more may leave
  state text not null, -- waiting, running, done, refused, failed
  worker text not null default '',
  lease_until bigint not null default 0, -- of the worker; of one that waits: no earlier than
  attempts integer not null default 0,
  done integer not null default 0, -- schools
  total integer not null default 0,
  report text not null default '', -- JSON
  trouble text not null default '', -- of the last attempt
  act text not null, -- that it came by, or was last repeated by
  arrived_at bigint not null,
  ended_at bigint not null default 0,
  primary key (project, id)
) /*sqlite: without rowid */;
create unique index delivery_by_id on delivery (id);
create index delivery_open on delivery (state, id) where state in ('waiting', 'running');
-- One at a time: two workers that claim at the same instant cannot both have a delivery of one project.
create unique index delivery_one_at_a_time on delivery (project) where state = 'running';
