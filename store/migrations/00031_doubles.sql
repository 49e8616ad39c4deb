-- +goose Up
-- Accounts that portals say are one person's (GARPersonIdSecondaire).
create index person_by_secondary on person (secondary) where secondary <> '';

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values ('person', 'person_by_secondary', '2000 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
