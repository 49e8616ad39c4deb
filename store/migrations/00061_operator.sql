-- +goose Up
-- Operators (« exploitants »): who runs the installation, by an account of our own (local_account, under a project of no portal).

-- table operator_session: class identity
create table operator_session (
  project text not null,
  hash text not null,
  person text not null,
  started_at bigint not null,
  seen_at bigint not null,
  act text not null,
  primary key (project, hash)
) /*sqlite: without rowid */;
create index operator_session_by_person on operator_session (project, person);
create index operator_session_by_age on operator_session (started_at);

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
	('operator_session', 'operator_session', '10 10 1'),
	('operator_session', 'operator_session_by_person', '10 10 2'),
	('operator_session', 'operator_session_by_age', '10 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
