-- +goose Up
-- Which of the copies a step takes back, where not all: licensing.Only, as JSON. It may name persons, as targets and outcomes do.
alter table batch_step add column only_of text not null default '{}';
