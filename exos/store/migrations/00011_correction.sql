-- +goose Up
-- The hash of the last correction of keys that was applied to a homework: applied again, it is done already.
alter table homework add column plan text not null default '';
