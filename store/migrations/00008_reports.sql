-- +goose Up
-- Reports to distributors (« rapports d'affectation ») are read from the ledger; what is kept is who has taken which.

-- The lines by which rights move, by time: a distributor's acts, far more numerous on some days, are not among them.
create index ledger_movements on ledger (at) where (assigned <> 0 or through <> '');

-- table report_taken: class reference (a partner's, few)
create table report_taken (
  partner text not null references partner (id),
  day text not null, -- the day that the report tells of
  act text not null,
  taken_at bigint not null,
  primary key (partner, day)
) /*sqlite: without rowid */;
