-- +goose Up
-- What a publisher's program is as an LTI tool (federation.LTI); '' for none.
alter table client add column lti text not null default '';

-- table lti_launch: class identity
-- A message that was begun and that the tool must ask for, within a minute; for content that a teacher chooses at the tool, what the
-- tool's answer must carry, within an hour. Taken by one guarded statement.
create table lti_launch (
  project text not null,
  person text not null,
  hash text not null,
  kind text not null,
  session text not null,
  client text not null,
  resource text not null,
  school text not null,
  profile text not null,
  login text not null,  -- hash of login_hint
  target text not null, -- target_link_uri
  cohort text not null, -- the class that it is for; '' for none
  link text not null,   -- the pinned link that is opened; '' for none
  body text not null default '', -- what was chosen, until its teacher is back
  until bigint not null,
  used_at bigint not null default 0,
  created_at bigint not null,
  primary key (project, person, hash)
) /*sqlite: without rowid */;
create unique index lti_launch_by_hash on lti_launch (hash);
create index lti_launch_by_age on lti_launch (created_at);

-- table lti_context: class school
-- A class as one tool knows it, for one resource: by an id that joins it to nothing elsewhere.
create table lti_context (
  school text not null,
  id text not null,
  cohort text not null,
  client text not null,
  resource text not null,
  created_at bigint not null,
  primary key (school, id),
  unique (school, cohort, client, resource)
) /*sqlite: without rowid */;
create unique index lti_context_by_id on lti_context (id);

-- table lti_link: class school
-- A pinned link: content that a teacher chose at a tool for a class.
create table lti_link (
  school text not null,
  id text not null,
  cohort text not null,
  client text not null,
  resource text not null,
  url text not null,
  title text not null,
  description text not null,
  custom text not null, -- JSON: what the tool wants back when it is opened
  created_at bigint not null,
  act text not null,
  primary key (school, id)
) /*sqlite: without rowid */;
create index lti_link_by_cohort on lti_link (school, cohort);
create index lti_link_by_age on lti_link (created_at);

-- table lti_token: class reference
-- Access tokens of tools themselves (client_credentials): of no person and of no school, for an hour.
create table lti_token (
  client text not null,
  hash text not null,
  scope text not null,
  until bigint not null,
  primary key (client, hash)
) /*sqlite: without rowid */;
create unique index lti_token_by_hash on lti_token (hash);
create index lti_token_by_age on lti_token (until);

-- table lti_lineitem: class school
-- A column of a class's gradebook.
create table lti_lineitem (
  school text not null,
  id text not null,
  context text not null,
  label text not null,
  maximum double precision not null,
  tag text not null,
  resource_id text not null, -- the tool's own name of what is marked
  link text not null,        -- resource_link_id; '' for none
  starts_at bigint not null,
  ends_at bigint not null,
  used_at bigint not null,   -- made, or last marked
  act text not null,
  primary key (school, id)
) /*sqlite: without rowid */;
create index lti_lineitem_by_context on lti_lineitem (school, context);
create index lti_lineitem_by_age on lti_lineitem (used_at);

-- table lti_score: class identity
-- What a tool says of somebody's work: a cell of the gradebook.
create table lti_score (
  project text not null,
  person text not null,
  school text not null,
  item text not null,
  marked boolean not null, -- false: no mark, only how far the work is
  given double precision not null,
  maximum double precision not null,
  activity text not null,
  grading text not null,
  remark text not null,
  said_at bigint not null,     -- the tool's timestamp
  received_at bigint not null, -- ours
  act text not null,
  primary key (project, person, school, item)
) /*sqlite: without rowid */;
create index lti_score_by_item on lti_score (school, item);
create index lti_score_by_age on lti_score (received_at);
