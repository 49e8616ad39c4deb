-- +goose Up
-- What a distributor ended, among all lines: whoever had it may have it again once it is open again.
create index ledger_ended on ledger (school, act) where cause = 'ended';

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values ('ledger', 'ledger_ended', '80 40 2');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
