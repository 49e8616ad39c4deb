-- +goose Up
-- What teachers suggest for their classes and groups, and what became of it.

-- table suggestion: class school
-- word and reason are what persons wrote: licensing's part of the register of personal data erases them.
create table suggestion (
  school text not null,
  id text not null,
  resource text not null,
  teacher text not null,
  word text not null,
  made_at bigint not null,
  state text not null,         -- open, accepted, partly, declined, withdrawn
  reason text not null,
  answered_by text not null,   -- '' for nobody, or for the house
  answered_at bigint not null, -- 0 while it is open
  act text not null,           -- the last act on it
  primary key (school, id)
) /*sqlite: without rowid */;
create index suggestion_open on suggestion (school, id) where state = 'open';
create unique index suggestion_once on suggestion (school, teacher, resource) where state = 'open';
create index suggestion_by_teacher on suggestion (teacher, school, id);
create index suggestion_by_age on suggestion (made_at);

-- table suggestion_target: class school
create table suggestion_target (
  school text not null,
  suggestion text not null,
  target text not null,   -- licensing.Target.String
  kind text not null,     -- its parts, for joins
  target_id text not null,
  profiles text not null,
  given boolean not null, -- accepted
  primary key (school, suggestion, target)
) /*sqlite: without rowid */;

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
	('suggestion', 'suggestion', '200 100 1'),
	('suggestion', 'suggestion_open', '20 10 1'),
	('suggestion', 'suggestion_once', '20 10 2 1'),
	('suggestion', 'suggestion_by_teacher', '200 5 5 1'),
	('suggestion', 'suggestion_by_age', '200 1'),
	('suggestion_target', 'suggestion_target', '400 200 2 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
