-- +goose Up
-- Trials (« essais »): a few copies for some days, at no price, once for each school and resource.
alter table offer add column trial_days bigint not null default 0; -- 0: the offer is no trial
alter table offer add column trial_most bigint not null default 0; -- the most copies that a school may try
alter table offer add column trial_at_once boolean not null default false; -- delivered as soon as it is asked for
alter table order_line add column trial_days bigint not null default 0; -- 0: what was ordered is no trial
alter table subscription add column trial boolean not null default false;
alter table pool add column trial boolean not null default false;

-- table order_trial: class school (the one trial of a resource that a school has had or waits for, and by which order)
create table order_trial (
  school text not null,
  resource text not null,
  order_id text not null,
  primary key (school, resource)
) /*sqlite: without rowid */;

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values ('order_trial', 'order_trial', '10000 10 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
