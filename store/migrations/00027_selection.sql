-- +goose Up
-- Whom a manager has chosen so far for a resource, before any plan. It is a draft: it changes nobody's rights, so no act and no journal
-- entry stand behind it, and it goes 30 days after its last change. All windows of a manager share it; its version tells a window that
-- another one has changed it.

-- table selection: class school
create table selection (
  school text not null,
  manager text not null,
  purpose text not null,      -- a resource's id
  version bigint not null,
  changed_at bigint not null,
  primary key (school, manager, purpose)
) /*sqlite: without rowid */;
create index selection_by_age on selection (changed_at);

-- table selection_target: class school
create table selection_target (
  school text not null,
  manager text not null,
  purpose text not null,
  target text not null,       -- licensing.Target.String
  primary key (school, manager, purpose, target)
) /*sqlite: without rowid */;

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
	('selection', 'selection', '20 10 5 1'),
	('selection', 'selection_by_age', '20 1'),
	('selection_target', 'selection_target', '2000 1000 500 100 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
