-- +goose Up
-- The trade (« les professionnels »): who comes in for a bookseller or a distributor, by an account of our own.

-- table trade_agent: class identity
create table trade_agent (
  project text not null,
  person text not null,
  mail text not null,
  bookseller text not null,    -- one of the two
  distributor text not null,   -- its number, SIREN_ISNI
  since bigint not null,
  closed_at bigint not null default 0,
  act text not null,
  primary key (project, person),
  constraint trade_agent_one_house check ((bookseller = '') <> (distributor = ''))
) /*sqlite: without rowid */;
create index trade_agent_by_house on trade_agent (bookseller, distributor);

-- table trade_session: class identity
create table trade_session (
  project text not null,
  hash text not null,
  person text not null,
  started_at bigint not null,
  seen_at bigint not null,
  act text not null,
  primary key (project, hash)
) /*sqlite: without rowid */;
create index trade_session_by_person on trade_session (project, person);
create index trade_session_by_age on trade_session (started_at);

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
	('trade_agent', 'trade_agent', '1000 1000 1'),
	('trade_agent', 'trade_agent_by_house', '1000 2 2'),
	('trade_session', 'trade_session', '500 500 1'),
	('trade_session', 'trade_session_by_person', '500 500 1'),
	('trade_session', 'trade_session_by_age', '500 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
