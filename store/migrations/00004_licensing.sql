-- +goose Up
-- Sets of profiles are the words of directory.Profile in their order, commas between; lists of codes are JSON arrays in text.

-- table subscription: class reference
create table subscription (
  id text /*postgres: collate "C" */ primary key, -- the distributor's
  distributor text not null,
  resource text not null,
  ark text not null,
  title text not null,
  comment text not null,
  project_code text not null,
  starts text not null,
  ends text not null,        -- inclusive
  school_year text not null, -- YYYY-YYYY where the distributor wrote it so
  natures text not null,
  kind text not null,
  transferable boolean not null,
  publics text not null,
  counts text not null,      -- {"": n} for a global count, else {"eleve": n, …}; -1 is unlimited
  act text not null,         -- the last act on it
  created_at bigint not null,
  modified_at bigint not null,
  ended_at bigint not null   -- 0 while it stands
) /*sqlite: without rowid */;
create index subscription_by_distributor on subscription (distributor, id);
create index subscription_by_resource on subscription (resource, id);
create index subscription_by_project on subscription (project_code, id) where project_code <> '';

-- table subscription_school: class reference (the schools that a subscription names by number)
create table subscription_school (
  subscription text /*postgres: collate "C" */ not null,
  uai text /*postgres: collate "C" */ not null,
  primary key (subscription, uai)
) /*sqlite: without rowid */;
create index subscription_school_by_uai on subscription_school (uai, subscription);

-- table subscription_nature: class reference (the natures of school that a subscription names)
create table subscription_nature (
  subscription text /*postgres: collate "C" */ not null,
  nature text not null,
  primary key (nature, subscription)
) /*sqlite: without rowid */;

-- table pool: class school
-- The checks are the last guard of promise 1: whatever the code above them does, no copy too many is ever kept.
create table pool (
  school text not null,
  id text not null,
  subscription text not null,
  resource text not null,
  kind text not null,
  transferable boolean not null,
  publics text not null,
  starts text not null,
  ends text not null,
  unlimited boolean not null,
  total bigint not null,    -- 0 when unlimited
  assigned bigint not null,
  reserved bigint not null,
  locked bigint not null,
  seq bigint not null,      -- the number of its last ledger line
  ended boolean not null,
  primary key (school, id),
  constraint pool_counts check (assigned >= 0 and reserved >= 0 and total >= 0 and locked between 0 and assigned),
  constraint pool_never_over check (unlimited or assigned + reserved <= total)
) /*sqlite: without rowid */;
create index pool_by_resource on pool (school, resource);
create index pool_by_subscription on pool (subscription, school);

-- table ledger: class school
-- One line per act and pool: what it did to each counter. It only grows; a counter is the sum of its column.
create table ledger (
  school text not null,
  pool text not null,
  seq bigint not null,
  act text not null,
  at bigint not null,
  cause text not null,
  through text not null,   -- the target by which copies moved, or that was given or taken; '' for the distributor's acts
  assigned bigint not null,
  locked bigint not null,
  reserved bigint not null,
  total bigint not null,
  primary key (school, pool, seq)
) /*sqlite: without rowid */;
create index ledger_by_act on ledger (school, act);

-- table ledger_copy: class school
-- One line per copy that a ledger line moved: +1 given, -1 taken back or ended.
create table ledger_copy (
  school text not null,
  pool text not null,
  seq bigint not null,
  person text not null,
  assigned smallint not null,
  primary key (school, pool, seq, person)
) /*sqlite: without rowid */;

-- table holding: class school
-- A copy in somebody's hands (state « held »), or the memory of one that ended with its subscription (« ended »).
create table holding (
  school text not null,
  pool text not null,
  person text not null,
  state text not null,
  act text not null,       -- the act that gave it
  through text not null,   -- the target by which it was given
  since bigint not null,
  opened_at bigint not null, -- first opening, 0 for never
  last_at bigint not null,
  primary key (school, pool, person)
) /*sqlite: without rowid */;
-- With the pool too, so that a planner without statistics that prefers this index to the key still finds one row.
create index holding_by_person on holding (person, school, pool);

-- table given_target: class school
-- A school-wide right (« affectation établissement »): whoever is in the target, newcomers too, has it.
create table given_target (
  school text not null,
  pool text not null,
  target text not null,    -- licensing.Target.String
  state text not null,     -- « held », or « ended » with its subscription
  kind text not null,      -- its parts, for joins
  target_id text not null,
  profiles text not null,
  act text not null,
  since bigint not null,
  primary key (school, pool, target)
) /*sqlite: without rowid */;
