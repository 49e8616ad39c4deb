-- +goose Up
-- What a device said of itself when it spoke last: how many answers it still had.
alter table device add column unsent bigint not null default 0;

-- table device_share: class identity
-- Our half of what opens a device's locked content. Neither the code nor what it encrypts is ever here.
create table device_share (
  learner text not null,
  device text not null,
  secret bytea not null, -- 32 random bytes; what the device gets is derived from it
  proof text not null, -- SHA-256, in hexadecimal, of what the right code gives; '' where a new code may be chosen
  tries bigint not null default 0, -- wrong ones in a row
  made_at bigint not null,
  primary key (learner, device)
) /*sqlite: without rowid */;

-- table device_ready: class identity
-- The homework that a device has, by its own last word.
create table device_ready (
  learner text not null,
  device text not null,
  homework text not null,
  version bigint not null, -- of the homework, as it was taken along
  whole bigint not null, -- 1 where nothing is missing
  online bigint not null, -- how many exercises of it are done online only
  at bigint not null, -- since when it has said so
  primary key (learner, device, homework)
) /*sqlite: without rowid */;
create index device_ready_by_homework on device_ready (homework);
