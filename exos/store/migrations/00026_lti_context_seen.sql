-- +goose Up
-- When somebody last came from a group of a platform: 0 before the first sweep has looked at it.
alter table lti_context add column seen_at bigint not null default 0;
create index lti_context_by_seen on lti_context (seen_at);
