-- +goose Up
-- A OneRoster package that says only what has changed: no later one stands for it.
alter table delivery add column delta boolean not null default false;
