-- +goose Up
-- table handed: class identity
-- Files that learners hand in as answers. They belong to an attempt, and go with the learner.
create table handed (
  learner text not null,
  attempt text not null,
  hash text not null,
  response text not null,
  name text not null,
  media text not null,
  data bytea not null,
  at bigint not null,
  primary key (learner, attempt, hash)
);
