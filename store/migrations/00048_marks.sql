-- +goose Up
-- table favourite: class school (what persons keep at hand in their médiacentre)
create table favourite (
  school text not null,
  person text not null,
  resource text not null,
  since bigint not null,
  primary key (school, person, resource)
) /*sqlite: without rowid */;
create index favourite_by_person on favourite (person, school);

-- table pinned: class school (what teachers put above the others for a class or group of theirs)
create table pinned (
  school text not null,
  cohort text not null,
  resource text not null,
  teacher text not null,
  word text not null,      -- what the teacher wrote beside it, '' for nothing
  since bigint not null,
  act text not null,
  primary key (school, cohort, resource)
) /*sqlite: without rowid */;
create index pinned_by_teacher on pinned (teacher, school);

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
	('favourite', 'favourite', '6000 3000 3 1'),
	('favourite', 'favourite_by_person', '6000 3 3'),
	('pinned', 'pinned', '400 200 4 1'),
	('pinned', 'pinned_by_teacher', '400 8 8');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
