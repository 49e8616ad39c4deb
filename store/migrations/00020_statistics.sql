-- +goose Up
-- What SQLite's planner is told of the tables that begin with a school, once and for all (https://sqlite.org/queryplanner-ng.html, « fixed
-- results of ANALYZE »): without, it believes that a school has ten of everything, and reads all holdings of a school to find one person's.
-- The shape is an ordinary one: two schools of a thousand persons, sixty classes and groups each, forty resources, a term of launches.
-- Numbers are those of ANALYZE: rows in all, then for each column of the index how many share the columns up to it. PostgreSQL keeps its own.

-- +goose StatementBegin
/*sqlite:
analyze sqlite_schema;
delete from sqlite_stat1 where tbl in ('attachment', 'cohort', 'cohort_within', 'membership', 'person', 'subject', 'course', 'assignment_manager', 'pool', 'holding',
	'given_target', 'ledger', 'ledger_copy', 'journal', 'lti_context', 'lti_lineitem', 'lti_link', 'lti_score');
insert into sqlite_stat1 (tbl, idx, stat) values
	('person', 'person', '2000 2000 1'),
	('person', 'person_by_id', '2000 1'),
	('person', 'sqlite_autoindex_person_2', '2000 2000 1'),
	('attachment', 'attachment', '2000 1000 1 1'),
	('attachment', 'attachment_by_person', '2000 1 1'),
	('cohort', 'cohort', '120 60 1'),
	('cohort', 'sqlite_autoindex_cohort_2', '120 60 1'),
	('cohort_within', 'cohort_within', '120 60 2 1'),
	('membership', 'membership', '6000 3000 50 1'),
	('membership', 'membership_by_person', '6000 3000 3'),
	('subject', 'subject', '40 20 1'),
	('course', 'course', '20 10 1'),
	('assignment_manager', 'assignment_manager', '4 2 1'),
	('assignment_manager', 'assignment_manager_by_person', '4 1 1'),
	('pool', 'pool', '80 40 1'),
	('pool', 'pool_by_resource', '80 40 1'),
	('pool', 'pool_by_subscription', '80 2 1'),
	('holding', 'holding', '40000 20000 500 1'),
	('holding', 'holding_by_person', '40000 20 20 1'),
	('given_target', 'given_target', '100 50 2 1'),
	('ledger', 'ledger', '4000 2000 50 1'),
	('ledger', 'ledger_by_act', '4000 2000 2'),
	('ledger', 'ledger_movements', '4000 2'),
	('ledger_copy', 'ledger_copy', '80000 40000 1000 20 1'),
	('journal', 'journal', '200000 60000 1'),
	('journal', 'journal_by_person', '190000 95 1'),
	('journal', 'journal_by_subject', '200000 60000 1500 1'),
	('journal', 'journal_accesses', '190000 1'),
	('lti_context', 'lti_context', '100 50 1'),
	('lti_context', 'lti_context_by_id', '100 1'),
	('lti_context', 'sqlite_autoindex_lti_context_2', '100 50 2 1 1'),
	('lti_lineitem', 'lti_lineitem', '400 200 1'),
	('lti_lineitem', 'lti_lineitem_by_context', '400 200 4'),
	('lti_lineitem', 'lti_lineitem_by_age', '400 1'),
	('lti_link', 'lti_link', '200 100 1'),
	('lti_link', 'lti_link_by_cohort', '200 100 2'),
	('lti_link', 'lti_link_by_age', '200 1'),
	('lti_score', 'lti_score', '8000 8000 4 4 1'),
	('lti_score', 'lti_score_by_item', '8000 4000 25'),
	('lti_score', 'lti_score_by_age', '8000 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
