-- +goose Up
-- table content_key: class reference
-- By which addresses of publishers' content are signed, so that any node knows its sisters'. One row, made at the first start.
create table content_key (
  id bigint not null primary key check (id = 1),
  secret text not null, -- 32 random bytes in hexadecimal
  made_at bigint not null
);
