-- +goose Up
-- Whether a notice says that its resource costs nothing (LOM 6.1). What came in before says so when its notice comes again, changed.
alter table resource add column free boolean not null default false;
create index resource_free on resource (folded, id) where free;
