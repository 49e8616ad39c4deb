-- +goose Up
-- table manager_visit: class school
-- When an assignment manager last looked at the console's first page, and since when it tells them what is new.
create table manager_visit (
  school text not null,
  person text not null,
  since bigint not null,  -- the end of the visit before this one; 0: there was none
  seen_at bigint not null,
  primary key (school, person)
) /*sqlite: without rowid */;
create index manager_visit_by_person on manager_visit (person, school);

-- What a school's news are read from: two causes among many, so that other acts pay nothing.
create index ledger_opened on ledger (school, at) where cause = 'subscribed';
create index ledger_left on ledger (school, at) where cause = 'left';

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
	('manager_visit', 'manager_visit', '4 2 1'),
	('manager_visit', 'manager_visit_by_person', '4 1 1'),
	('ledger', 'ledger_opened', '80 40 1'),
	('ledger', 'ledger_left', '200 100 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
