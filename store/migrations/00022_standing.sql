-- +goose Up
-- table standing_rule: class school
-- Standing assignments (« affectations permanentes »). Rules on one resource are served in the order of their numbers. It names nobody:
-- who made or changed one is in the journal, under act.
create table standing_rule (
  school text not null,
  id text not null,
  resource text not null,
  number bigint not null,  -- order of creation among the rules of the resource
  targets text not null,   -- JSON array of licensing.Target.String
  rank text not null,
  reserve bigint not null, -- how many copies it is to keep back
  keep text not null,      -- licensing.Keep
  state text not null,     -- « force », « suspended » or « dropped »
  reason text not null,    -- why it is suspended
  content text not null,   -- the day on which it last looked and nobody waited, '' where somebody may: a hint
  act text not null,       -- the last act on it
  created_at bigint not null,
  changed_at bigint not null,
  primary key (school, id),
  unique (school, resource, number)
) /*sqlite: without rowid */;

-- table standing_reserve: class school
-- What rules keep back out of a pool: pool.reserved is its sum.
create table standing_reserve (
  school text not null,
  pool text not null,
  rule text not null,
  n bigint not null,
  primary key (school, pool, rule),
  constraint standing_reserve_some check (n > 0)
) /*sqlite: without rowid */;

-- table standing_turn: class school
-- The last day, in the school's own zone, on which pools that ended or began were looked at.
create table standing_turn (
  school text primary key,
  day text not null
) /*sqlite: without rowid */;

create index pool_by_end on pool (ends, school);
create index pool_by_start on pool (starts, school);

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
	('standing_rule', 'standing_rule', '20 10 1'),
	('standing_rule', 'sqlite_autoindex_standing_rule_2', '20 10 2 1'),
	('standing_reserve', 'standing_reserve', '20 10 1 1'),
	('pool', 'pool_by_end', '80 20 10'),
	('pool', 'pool_by_start', '80 20 10');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
