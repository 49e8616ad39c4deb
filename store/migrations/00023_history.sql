-- +goose Up
-- The history of one person's copies, and of a school's acts without the accesses between them.
create index ledger_copy_by_person on ledger_copy (school, person);
create index journal_acts on journal (school, id) where class = 'ledger';

-- +goose StatementBegin
/*sqlite:
analyze sqlite_schema;
insert into sqlite_stat1 (tbl, idx, stat) values
	('ledger_copy', 'ledger_copy_by_person', '80000 40000 40'),
	('journal', 'journal_acts', '4000 2000 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
