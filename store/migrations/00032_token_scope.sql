-- +goose Up
-- What a program's token lets it do: « read », or « change » too. Those made before may change.
alter table api_token add column scope text not null default 'change';
