-- +goose Up
-- What an exercise trains, as its author calls it: a JSON list.
alter table exercise add column skills text not null default '';
