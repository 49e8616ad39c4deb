-- +goose Up
-- Notifications (« notifications »): what persons are told of, on the page and by mail; where they are written to, and how often.

-- table notification: class identity
create table notification (
  project text not null,
  person text not null,
  id text not null,
  kind text not null,
  school text not null,        -- where it happened; for a distributor too
  subject text not null,       -- of what it is: an order, a request, a suggestion
  about text not null,         -- JSON: numbers, titles and figures; names nobody
  at bigint not null,
  read_at bigint not null default 0,
  letter text not null default '', -- the letter that tells it, '' where none does
  primary key (project, person, id)
) /*sqlite: without rowid */;
create index notification_unread on notification (project, person) where read_at = 0;
create index notification_by_age on notification (at);

-- table mail_address: class identity (where a person is written to: by their own word, confirmed by a link)
create table mail_address (
  project text not null,
  person text not null,
  address text not null,       -- '' until one is confirmed
  confirmed_at bigint not null,
  pending text not null,       -- given, and not confirmed yet; '' for none
  pending_hash text not null,  -- of what its link says
  pending_until bigint not null,
  asked_at bigint not null,    -- when the last one was given
  asked bigint not null,       -- how many were, within a day
  locale text not null,
  stop text not null,          -- opaque: who has it may stop the letters, and nothing else
  act text not null,
  primary key (project, person)
) /*sqlite: without rowid */;
create unique index mail_address_stop on mail_address (stop);
create index mail_address_pending on mail_address (pending_hash) where pending_hash <> '';

-- table mail_choice: class identity (how often a person is written to of a kind of notifications, where they said so)
create table mail_choice (
  project text not null,
  person text not null,
  kind text not null,
  cadence text not null,
  primary key (project, person, kind)
) /*sqlite: without rowid */;

-- table letter: class identity (what is to be sent, and what became of it; the address is read when it is sent)
create table letter (
  project text not null,
  person text not null,
  id text not null,            -- in its Message-ID
  kind text not null,          -- « notification », « digest » or « confirm »
  state text not null,
  due_at bigint not null,
  leased_until bigint not null default 0,
  worker text not null default '',
  attempts bigint not null default 0,
  trouble text not null default '', -- what went wrong last, for the operator
  secret text not null default '',  -- of a letter that asks for a confirmation, until it is sent
  made_at bigint not null,
  ended_at bigint not null default 0,
  primary key (project, person, id)
) /*sqlite: without rowid */;
create index letter_due on letter (due_at) where state = 'waiting';
create index letter_latest on letter (id);
create index letter_ended on letter (ended_at) where ended_at > 0;

-- table stock_told: class school (what managers were told last of a school's copies)
create table stock_told (
  school text primary key,
  day text not null,           -- on which it was looked at last
  told text not null           -- JSON array
) /*sqlite: without rowid */;
