-- +goose Up
-- table harvest_aside: class reference (notices of a harvest under way that came before the mother of family whom they name: they are
-- brought in after its last page. It keeps its rowid: its rows are long)
create table harvest_aside (
  harvest text not null references harvest (id),
  identifier text not null, -- of the record
  ark text not null,
  ends boolean not null, -- it ends a family: its turn is behind the others'
  notice bytea not null,
  primary key (harvest, identifier, ark)
);

-- Until now such notices were refused, or came in without their family, and were never asked for again: every source is harvested whole once
-- more, also where a harvest is under way.
update harvest set since = '', begun = '', token = '';

-- Whose mother became none in the change that they joined her in are in no family.
update resource set family = '' where family <> '' and not exists (select 1 from resource m where m.id = resource.family and m.is_family);
