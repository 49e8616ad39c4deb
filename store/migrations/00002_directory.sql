-- +goose Up
-- table ent_project: class reference
create table ent_project (
  id text primary key,
  name text not null
) /*sqlite: without rowid */;

-- table person: class identity
-- secret makes the person's pseudonyms (docs/contracts.md §6); erasing the row makes ledger and journal nameless.
create table person (
  project text not null,
  id text not null,
  external text not null,
  family_name text not null,
  given_name text not null,
  civility text not null,
  mails text not null,
  folded text not null, -- names folded for search and order: lowercase, without accents
  secret text not null,
  created_at bigint not null,
  primary key (project, id),
  unique (project, external)
) /*sqlite: without rowid */;
create unique index person_by_id on person (id);

-- table school: class school
create table school (
  school text primary key,
  project text not null,
  uai text not null unique,
  name text not null,
  town text not null,
  nature text not null,
  degree text not null,
  departures text not null default '', -- « stopped » while an import waits for a word
  created_at bigint not null
) /*sqlite: without rowid */;

-- table attachment: class school
create table attachment (
  school text not null,
  person text not null,
  profile text not null,
  since text not null,
  until text not null default '',
  primary key (school, person, profile)
) /*sqlite: without rowid */;
create index attachment_by_person on attachment (person, school);

-- table cohort: class school
create table cohort (
  school text not null,
  id text not null,
  kind text not null,
  code text not null,
  label text not null,
  level text not null,
  primary key (school, id),
  unique (school, code)
) /*sqlite: without rowid */;

-- table cohort_within: class school (the classes that a group draws from)
create table cohort_within (
  school text not null,
  cohort text not null,
  class text not null,
  primary key (school, cohort, class)
) /*sqlite: without rowid */;

-- table membership: class school
create table membership (
  school text not null,
  cohort text not null,
  person text not null,
  subjects text not null default '', -- what a teacher teaches there
  primary key (school, cohort, person)
) /*sqlite: without rowid */;
create index membership_by_person on membership (school, person);

-- table assignment_manager: class school
create table assignment_manager (
  school text not null,
  person text not null,
  state text not null,
  source text not null, -- « portal » or « head »
  primary key (school, person)
) /*sqlite: without rowid */;
create index assignment_manager_by_person on assignment_manager (person, school);
