-- +goose Up
-- table register: class reference
-- Where statements lie: a publisher's, or the operator's.
create table register (
  id text primary key,
  name text not null unique,
  publisher text not null, -- '': the operator's
  secret bytea not null, -- from which pseudonyms are made
  own boolean not null, -- our own statements are made for it
  made_until bigint not null, -- up to which event they were
  created_at bigint not null,
  act text not null
);
create unique index register_by_publisher on register (publisher) where publisher <> '';

-- table register_client: class reference
create table register_client (
  id text primary key,
  register text not null,
  name text not null,
  hash text not null,
  scopes text not null, -- JSON list
  ends_at bigint not null,
  revoked_at bigint not null default 0,
  created_at bigint not null,
  act text not null
) /*sqlite: without rowid */;
create index register_client_by_register on register_client (register, id);

-- table statement: class reference
-- Kept as they came, and never changed; a pupil's own go with the learner.
create table statement (
  register text not null,
  id text not null,
  client text not null,
  stored_at bigint not null,
  place text /*postgres: collate "C" */ not null, -- breaks ties of stored_at
  verb text not null,
  ref text not null, -- the statement that is its object
  voids boolean not null,
  voided boolean not null,
  session text not null, -- context.registration
  learner text not null, -- '' of what came from elsewhere
  body text not null,
  primary key (register, id)
);
create index statement_by_time on statement (register, stored_at, place);
create index statement_by_verb on statement (register, verb, stored_at);
create index statement_by_session on statement (register, session) where session <> '';
create index statement_by_ref on statement (register, ref) where ref <> '';
create index statement_by_learner on statement (learner) where learner <> '';

-- table statement_mention: class reference
-- By whom and by what a statement is found; near: its actor or its object.
create table statement_mention (
  register text not null,
  kind text not null, -- agent, activity
  value text not null,
  id text not null,
  near boolean not null,
  primary key (register, kind, value, id)
) /*sqlite: without rowid */;
create index statement_mention_by_id on statement_mention (register, id);

-- table activity_definition: class reference
create table activity_definition (
  register text not null,
  activity text not null,
  definition text not null,
  primary key (register, activity)
) /*sqlite: without rowid */;

-- table statement_attachment: class reference
create table statement_attachment (
  register text not null,
  sha2 text not null,
  media text not null,
  data bytea not null,
  primary key (register, sha2)
);

-- table register_document: class reference
-- States and profiles.
create table register_document (
  register text not null,
  kind text not null, -- state, activity, agent
  activity text not null,
  agent text not null,
  session text not null,
  name text not null,
  media text not null,
  data bytea not null,
  etag text not null,
  changed_at bigint not null,
  primary key (register, kind, activity, agent, session, name)
);

-- Our own statements follow events in the order in which they came.
create index event_by_time on event (received_at);
