-- +goose Up
-- table apart: class school
-- Namesakes of whom somebody who assigns copies has looked and said that they are two persons. Each pair lies here both ways round.
create table apart (
  school text not null,
  person text not null,
  other text not null,
  act text not null,    -- that said so
  since bigint not null,
  primary key (school, person, other)
) /*sqlite: without rowid */;
create index apart_by_person on apart (person, school, other);

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
	('apart', 'apart', '8 4 1 1'),
	('apart', 'apart_by_person', '8 1 1 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
