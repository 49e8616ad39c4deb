-- +goose Up
-- table mandate_spared: class school
-- Copies that an act of a delegate's gave again and that their budget does not count: it did not when the delegate took them back.
create table mandate_spared (
  school text not null,
  mandate text not null,
  act text not null,
  pool text not null,
  person text not null,
  primary key (school, mandate, act, pool, person)
) /*sqlite: without rowid */;

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values ('mandate_spared', 'mandate_spared', '40 20 10 2 2 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
