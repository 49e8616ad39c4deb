-- +goose Up
-- table guess: class identity
-- Wrong codes, counted for a while: of a learner, or of an address (then learner is ''); the key is a hash.
create table guess (
  learner text not null,
  bucket text not null,
  tries bigint not null,
  last_at bigint not null,
  wait_until bigint not null default 0,
  primary key (learner, bucket)
) /*sqlite: without rowid */;
create index guess_by_age on guess (last_at);
