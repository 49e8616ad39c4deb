-- +goose Up
-- table harvest: class reference (a source that is harvested by OAI-PMH, and how far its harvest is)
create table harvest (
  id text primary key,
  address text not null,
  prefix text not null, -- metadataPrefix
  set_spec text not null, -- '' for all
  since text not null, -- by the source's clock: what changed from then on is asked for next; '' for all
  begun text not null, -- by the source's clock: when the harvest under way began; '' for none
  token text not null, -- resumptionToken: where it goes on; '' at its first page
  worker text not null,
  leased_until bigint not null,
  due_at bigint not null,
  ended_at bigint not null,
  trouble text not null, -- why the last one ended, in English, for the operator; '' where all went well
  notices bigint not null, -- read in the last one, or in the one under way
  unique (address, prefix, set_spec)
) /*sqlite: without rowid */;

-- table harvested: class reference (which notice a source's record is, for when the source says only that the record is gone)
create table harvested (
  harvest text not null references harvest (id),
  identifier text not null,
  ark text not null,
  primary key (harvest, identifier)
) /*sqlite: without rowid */;

-- Its notice is gone at its source: it is no longer in the catalogue. Copies that were sold go on opening.
alter table resource add column withdrawn boolean not null default false;
