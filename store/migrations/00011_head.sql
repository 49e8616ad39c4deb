-- +goose Up
-- Who heads the school (National_dir) has a word in who assigns copies there.
alter table attachment add column head boolean not null default false;
