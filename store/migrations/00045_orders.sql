-- +goose Up
-- Orders (« commandes »): what distributors offer, what buyers gather and order for schools, and what was agreed at what price.

-- table offer: class reference
create table offer (
  distributor text not null,
  id text not null,            -- the distributor's own reference
  ark text not null,
  resource text not null,
  kind text not null,
  transferable boolean not null,
  publics text not null,       -- profiles, as a subscription's
  years bigint not null,
  net bigint not null,         -- cents, without tax
  rate bigint not null,        -- hundredths of a per cent
  least bigint not null,
  from_day text not null,
  until_day text not null,
  schools text not null,       -- JSON array of UAI codes, [] for every school
  ended_at bigint not null default 0,
  act text not null,
  primary key (distributor, id),
  constraint offer_bounds check (net >= 0 and rate >= 0 and least > 0 and years > 0)
) /*sqlite: without rowid */;
create index offer_by_resource on offer (resource, distributor, id);

-- table bookseller: class reference
create table bookseller (
  id text primary key,
  name text not null,
  siret text not null,
  act text not null
);
create unique index bookseller_by_siret on bookseller (siret);

-- table bookseller_client: class school (which booksellers a school took)
create table bookseller_client (
  school text not null,
  bookseller text not null,
  state text not null,         -- « asked », « accepted » or « ended »
  since bigint not null,
  act text not null,
  primary key (school, bookseller)
) /*sqlite: without rowid */;
create index bookseller_client_by_bookseller on bookseller_client (bookseller, school);

-- table order_buyer: class school (« gestionnaires »: whom the head named to order)
create table order_buyer (
  school text not null,
  person text not null,
  since bigint not null,
  act text not null,
  primary key (school, person)
) /*sqlite: without rowid */;
create index order_buyer_by_person on order_buyer (person, school);

-- table basket: class school (drafts: one for each buyer, a person or a bookseller)
create table basket (
  school text not null,
  person text not null,
  bookseller text not null,
  version bigint not null,
  primary key (school, person, bookseller)
) /*sqlite: without rowid */;

-- table basket_item: class school
create table basket_item (
  school text not null,
  person text not null,
  bookseller text not null,
  distributor text not null,
  offer text not null,
  quantity bigint not null,
  year text not null,          -- the first school year, YYYY-YYYY
  at bigint not null,          -- when it came
  primary key (school, person, bookseller, distributor, offer)
) /*sqlite: without rowid */;

-- table order_counter: class school (a school's orders of a calendar year)
create table order_counter (
  school text not null,
  year bigint not null,
  last bigint not null,
  primary key (school, year)
) /*sqlite: without rowid */;

-- table school_order: class school
create table school_order (
  school text not null,
  id text not null,
  uai text not null,
  number text not null,
  distributor text not null,
  person text not null,
  bookseller text not null,
  state text not null,
  purchase_order text not null,
  engagement text not null,
  siret text not null,
  mail text not null,
  reason text not null,
  made_at bigint not null,
  valid_until text not null,
  sent_at bigint not null,
  changed_at bigint not null,
  basket bigint not null,      -- the version of the basket that it was made of
  act text not null,           -- the last that changed it
  primary key (school, id)
) /*sqlite: without rowid */;
create unique index school_order_by_number on school_order (number);
create index school_order_by_distributor on school_order (distributor, id) where sent_at > 0;
create index school_order_by_bookseller on school_order (bookseller, id) where bookseller <> '';

-- table order_line: class school
-- What is delivered and cancelled is never more than what was ordered, however many act at once: the check is the last guard.
create table order_line (
  school text not null,
  order_id text not null,
  no bigint not null,
  offer text not null,
  resource text not null,
  ark text not null,
  title text not null,
  kind text not null,
  transferable boolean not null,
  publics text not null,
  year text not null,
  years bigint not null,
  net bigint not null,
  rate bigint not null,
  ordered bigint not null,
  delivered bigint not null,
  cancelled bigint not null,
  opened text not null,        -- the first day of what was delivered, '' before
  primary key (school, order_id, no),
  constraint order_line_never_over check (delivered >= 0 and cancelled >= 0 and delivered + cancelled <= ordered)
) /*sqlite: without rowid */;

-- table order_request: class school (what teachers ask for)
create table order_request (
  school text not null,
  id text not null,
  teacher text not null,
  distributor text not null,
  offer text not null,
  quantity bigint not null,
  word text not null,
  made_at bigint not null,
  state text not null,
  reason text not null,
  answered_by text not null,
  answered_at bigint not null,
  act text not null,
  primary key (school, id)
) /*sqlite: without rowid */;
create index order_request_by_teacher on order_request (teacher, school, id);

-- +goose StatementBegin
/*sqlite:
insert into sqlite_stat1 (tbl, idx, stat) values
	('offer', 'offer', '20000 200 1'),
	('offer', 'offer_by_resource', '20000 2 2 1'),
	('bookseller_client', 'bookseller_client', '4000 2 1'),
	('bookseller_client', 'bookseller_client_by_bookseller', '4000 40 1'),
	('order_buyer', 'order_buyer', '4000 2 1'),
	('order_buyer', 'order_buyer_by_person', '4000 1 1'),
	('basket', 'basket', '4000 2 1 1'),
	('basket_item', 'basket_item', '20000 10 5 5 5 1'),
	('order_counter', 'order_counter', '10000 5 1'),
	('school_order', 'school_order', '60000 30 1'),
	('school_order', 'school_order_by_number', '60000 1'),
	('school_order', 'school_order_by_distributor', '60000 3000 1'),
	('school_order', 'school_order_by_bookseller', '20000 500 1'),
	('order_line', 'order_line', '500000 250 8 1'),
	('order_request', 'order_request', '20000 10 1'),
	('order_request', 'order_request_by_teacher', '20000 3 3 1');
analyze sqlite_schema;
*/
select 1;
-- +goose StatementEnd
