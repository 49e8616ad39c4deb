-- +goose Up
-- The lines of one person's copies are found by the person first. While the index began with the school it could be taken, by a PostgreSQL
-- whose statistics are of before a mass of copies was given, for a way to the lines of one pool: it then read all of the school's lines for
-- each of them (an undo of 100,000 copies took 17 times what it should).
drop index ledger_copy_by_person;
create index ledger_copy_by_person on ledger_copy (person, school);

-- +goose StatementBegin
/*sqlite:
analyze sqlite_schema;
delete from sqlite_stat1 where idx = 'ledger_copy_by_person';
insert into sqlite_stat1 (tbl, idx, stat) values ('ledger_copy', 'ledger_copy_by_person', '80000 40 40');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
