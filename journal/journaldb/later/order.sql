-- +goose Up
-- Facts are followed in the order of their writers, and of each writer's numbers (package journaldb). What was written until now stands
-- before all that comes, in the order of its numbers, by which it was followed: every follower is where it was.
/*sqlite: alter table outbox add column writer bigint not null default 0; */
/*postgres: create index outbox_in_order on outbox (writer, seq); */
update outbox set writer = 0 where writer <> 0;

alter table outbox_follower add column writer bigint not null default 0;
alter table outbox_follower add column server bigint not null default 0; -- whose writers the position speaks of; 0: not said yet
update outbox_follower set server = /*sqlite: 0 */ /*postgres: (select system_identifier from pg_control_system()) */;
