-- +goose Up
-- Lists of codes and addresses are JSON arrays in text: they are read and written whole, never searched.

-- table ent_project: class reference
create table ent_project (
  id text primary key,
  name text not null,
  created_at bigint not null
) /*sqlite: without rowid */;

-- table person: class identity
-- secret makes the person's pseudonyms (docs/contracts.md §6); erasing the row makes ledger and journal nameless.
create table person (
  project text not null,
  id text not null,
  external text not null,
  secondary text not null,
  family_name text not null,
  given_name text not null,
  civility text not null,
  mails text not null,
  folded text /*postgres: collate "C" */ not null, -- directory.Fold of family then given name: for search and order
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
  uai text /*postgres: collate "C" */ not null unique,
  name text not null,
  town text not null,
  nature text not null,
  degree text not null,
  contract text not null,
  phone text not null,
  mail text not null,
  seat text not null, -- UAI of the seat of its « cité scolaire »
  confirm_managers boolean not null default false, -- the head confirms the managers whom the portal names
  digest text not null default '', -- of its part of the last file set that was applied
  waiting text not null default '', -- digest of the part that would remove too many and waits for a word
  created_at bigint not null
) /*sqlite: without rowid */;
create index school_by_project on school (project, uai);

-- table course: class school (MEF: what pupils follow, and its level)
create table course (
  school text not null,
  code text /*postgres: collate "C" */ not null,
  label text /*postgres: collate "C" */ not null,
  attached text not null, -- MEF de rattachement
  stat11 text not null,
  level text not null,
  primary key (school, code)
) /*sqlite: without rowid */;

-- table subject: class school (matières)
create table subject (
  school text not null,
  code text /*postgres: collate "C" */ not null,
  label text /*postgres: collate "C" */ not null,
  primary key (school, code)
) /*sqlite: without rowid */;

-- table attachment: class school
create table attachment (
  school text not null,
  person text not null,
  profile text not null,
  level text not null,
  courses text not null,  -- MEF or MEFSTAT4 codes, followed or taught
  subjects text not null, -- what a pupil follows
  posts text not null,    -- a teacher's « disciplines de poste »
  digest text not null,   -- of everything that the last file set said of this person here
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
  code text /*postgres: collate "C" */ not null,
  label text /*postgres: collate "C" */ not null,
  level text not null,
  closed boolean not null default false,
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
  subjects text not null default '[]', -- what a teacher teaches there
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
