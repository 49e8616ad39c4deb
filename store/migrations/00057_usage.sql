-- +goose Up
-- What becomes of resources, counted by week (usage). No row is about a person.

-- table usage_week: class school
create table usage_week (
  school text not null,
  resource text not null,
  week text not null,   -- its Monday
  part text not null,   -- the class, '' for who is in none
  users bigint not null,
  fresh bigint not null, -- of them, those who had not opened it since the school year began
  accesses bigint not null,
  primary key (school, resource, week, part)
) /*sqlite: without rowid */;
create index usage_week_by_age on usage_week (week);

-- table usage_counted: class school (all before this Monday is counted)
create table usage_counted (
  school text primary key,
  until text not null
) /*sqlite: without rowid */;

-- table usage_area: class reference (the same, of all schools of a département)
create table usage_area (
  resource text not null,
  week text not null,
  area text not null,
  users bigint not null,
  fresh bigint not null,
  accesses bigint not null,
  holders bigint not null,
  primary key (resource, week, area)
) /*sqlite: without rowid */;
create index usage_area_by_age on usage_area (week);

-- A publisher has agents, too: of the three houses an agent has one.
-- table trade_agent_now: class identity
create table trade_agent_now (
  project text not null,
  person text not null,
  mail text not null,
  bookseller text not null,
  distributor text not null,
  publisher text not null default '',
  since bigint not null,
  closed_at bigint not null default 0,
  act text not null,
  primary key (project, person),
  constraint trade_agent_one_of_three check
    ((case when bookseller = '' then 0 else 1 end) + (case when distributor = '' then 0 else 1 end) + (case when publisher = '' then 0 else 1 end) = 1)
) /*sqlite: without rowid */;
insert into trade_agent_now (project, person, mail, bookseller, distributor, since, closed_at, act)
  select project, person, mail, bookseller, distributor, since, closed_at, act from trade_agent;
drop table trade_agent;
alter table trade_agent_now rename to trade_agent;
create index trade_agent_by_house on trade_agent (bookseller, distributor);

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
	('trade_agent', 'trade_agent', '1000 1000 1'),
	('trade_agent', 'trade_agent_by_house', '1000 2 2'),
	('usage_week', 'usage_week', '60000 30000 900 30 1'),
	('usage_week', 'usage_week_by_age', '60000 900'),
	('usage_counted', 'usage_counted', '1000 1'),
	('usage_area', 'usage_area', '200000 2000 50 1'),
	('usage_area', 'usage_area_by_age', '200000 4000');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
