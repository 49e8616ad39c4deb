-- +goose Up
-- Delegates (« délégués »): who gives and takes copies within a scope and a budget, and which acts were theirs.

-- table mandate: class school
-- What is out under a mandate is counted from its acts' lines of the ledger whenever it matters, behind this row's lock: whoever takes
-- a copy back need not know of mandates. « spent » is that count as of the delegate's last act, and the check the last guard.
create table mandate (
  school text not null,
  person text not null,
  id text not null,         -- of this naming: named again after the end, it is another
  cohorts text not null,    -- JSON arrays of ids, [] for all
  resources text not null,
  budget bigint not null,   -- -1 without limit
  spent bigint not null,
  until text not null,      -- inclusive
  given_by text not null,
  state text not null,      -- « standing » or « ended »
  act text not null,        -- the last that changed its terms
  since bigint not null,
  primary key (school, person),
  constraint mandate_never_over check (spent >= 0 and (budget < 0 or spent <= budget))
) /*sqlite: without rowid */;
create index mandate_by_person on mandate (person, school);

-- table mandate_act: class school (the acts by which a delegate gave copies)
create table mandate_act (
  school text not null,
  mandate text not null,
  act text not null,
  primary key (school, mandate, act)
) /*sqlite: without rowid */;

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
	('mandate', 'mandate', '4 2 1'),
	('mandate', 'mandate_by_person', '4 1 1'),
	('mandate_act', 'mandate_act', '400 200 50 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
