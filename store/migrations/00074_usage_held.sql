-- +goose Up
-- table usage_held: class school (who had a resource from a week of a school year on, by class: a row where that changed. No row is about a person)
create table usage_held (
  school text not null,
  resource text not null,
  week text not null,   -- its Monday
  part text not null,   -- the class, '' for who is in none
  holders bigint not null,
  primary key (school, resource, week, part)
) /*sqlite: without rowid */;
create index usage_held_by_age on usage_held (week);

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
	('usage_held', 'usage_held', '60000 30000 900 30 1'),
	('usage_held', 'usage_held_by_age', '60000 900');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
