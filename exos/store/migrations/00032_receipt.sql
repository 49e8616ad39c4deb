-- +goose Up
-- table sealing_key: class reference
-- What opens the files that devices without a network seal for teachers.
create table sealing_key (
  number bigint primary key, -- 1
  id text not null,
  private bytea not null, -- P-256 scalar
  made_at bigint not null
) /*sqlite: without rowid */;

-- table device_receipt: class identity
-- Receipts of work on devices that teachers have seen.
create table device_receipt (
  learner text not null,
  device text not null,
  checked_by text not null, -- the teacher
  work text not null, -- a homework, or a module
  seq bigint not null, -- of the last act that the device held
  answered bigint not null, -- exercises, by the device's word
  done_at bigint not null, -- by the device's clock
  head text not null, -- hash of that act; '' where the receipt was typed
  tag text not null, -- the first bits of it
  seen_at bigint not null,
  act text not null,
  primary key (learner, device, checked_by, work, seq, tag)
) /*sqlite: without rowid */;
create index device_receipt_by_teacher on device_receipt (checked_by, seen_at);
