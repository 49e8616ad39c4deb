-- +goose Up
-- Where a resource's program is opened without a network, as its notice says; '' where it does not.
alter table resource add column offline_url text not null default '';
