package store

import (
	"context"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/journal/journaldb"
	"pupitre/licensing"
	"pupitre/orders"
)

// Orders is the orders' view of the database.
func (s *Store) Orders() orders.Store {
	return bound[orders.Reader, orders.Writer]{s,
		func(t journaldb.Tx) orders.Reader { return ordersTx{t} },
		func(t journaldb.Tx) orders.Writer { return ordersTx{t} }}
}

// ordersTx asks and changes offers, baskets and orders inside a transaction.
type ordersTx struct{ journaldb.Tx }

var _ orders.Writer = ordersTx{}

// FindSchool implements orders.Reader.
func (t ordersTx) FindSchool(ctx context.Context, id directory.SchoolID) (directory.School, error) {
	return directoryTx(t).School(ctx, id)
}

const offerColumns = `f.distributor, f.id, f.ark, f.resource, r.title, f.kind, f.transferable, f.publics, f.years, f.net, f.rate, f.least, f.from_day, f.until_day, f.schools, f.ended_at,
	f.trial_days, f.trial_most, f.trial_at_once`

func offerFields(o *orders.Offer, schools *texts) []any {
	return []any{&o.Distributor, &o.ID, &o.ARK, &o.Resource, &o.Title, &o.Kind, &o.Transferable, (*publics)(&o.Publics), &o.Years, &o.Net, &o.Rate, &o.Least,
		(*day)(&o.From), (*day)(&o.Until), schools, (*instant)(&o.Ended), &o.Trial.Days, &o.Trial.Most, &o.Trial.AtOnce}
}

func scanOffer(row db.Row) (o orders.Offer, err error) {
	var schools texts
	err = row.Scan(offerFields(&o, &schools)...)
	o.Schools = typed[directory.UAI](schools)
	return o, err
}

// typed is a list of texts by their type.
func typed[T ~string](list texts) []T {
	var out []T
	for _, s := range list {
		out = append(out, T(s))
	}
	return out
}

// FindOffer implements orders.Reader.
func (t ordersTx) FindOffer(ctx context.Context, key orders.OfferKey) (orders.Offer, error) {
	return one(ctx, t.Tx, `select `+offerColumns+` from offer f join resource r on r.id = f.resource where f.distributor = $1 and f.id = $2`,
		[]any{key.Distributor, string(key.ID)}, scanOffer, fault.New(fault.NotFound, "orders.offer.unknown", "field", "offre", "value", string(key.ID)))
}

// ListOffers implements orders.Reader.
func (t ordersTx) ListOffers(ctx context.Context, f orders.OfferFilter) ([]orders.Offer, error) {
	w := where{}
	w.and("f.ended_at = 0")
	if f.Distributor != "" {
		w.and("f.distributor = ?", f.Distributor)
	}
	if f.School != "" {
		w.and("f.from_day <= ? and (f.until_day = '' or f.until_day >= ?)", f.Today.String(), f.Today.String())
		w.and("(f.schools = '[]' or exists (select 1 from "+members("f.schools")+" where e.value = ?))", string(f.School))
	}
	if f.Tries != "" {
		w.and("(f.trial_days = 0 or not exists (select 1 from order_trial t where t.school = ? and t.resource = f.resource))", string(f.Tries))
	}
	if f.Resource != "" {
		w.and("f.resource = ?", string(f.Resource))
	}
	if f.After.ID != "" {
		w.and("(f.distributor, f.id) > (?, ?)", f.After.Distributor, string(f.After.ID))
	}
	query := `select ` + offerColumns + ` from offer f join resource r on r.id = f.resource where ` + w.String() + w.bind(` order by f.distributor, f.id limit ?`, f.Limit)
	return list(ctx, t.Tx, db.For(t.Engine, query), w.args, scanOffer)
}

// FindWorks implements orders.Reader.
func (t ordersTx) FindWorks(ctx context.Context, arks []catalogue.ARK) (map[catalogue.ARK]orders.Work, error) {
	out := map[catalogue.ARK]orders.Work{}
	query := db.For(t.Engine, `select r.ark, r.id, r.title, r.is_family from resource r where `+oneOf("r.ark", "$1"))
	err := t.Each(ctx, query, []any{jsonArray(arks)}, func(row db.Row) error {
		var ark catalogue.ARK
		var w orders.Work
		err := row.Scan(&ark, &w.ID, &w.Title, &w.Family)
		out[ark] = w
		return err
	})
	return out, err
}

// KeepOffer implements orders.Writer.
func (t ordersTx) KeepOffer(ctx context.Context, act journal.ActID, o orders.Offer) error {
	_, err := t.Exec(ctx, `
		insert into offer (distributor, id, ark, resource, kind, transferable, publics, years, net, rate, least, from_day, until_day, schools, ended_at, act,
			trial_days, trial_most, trial_at_once)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
		on conflict (distributor, id) do update set ark = excluded.ark, resource = excluded.resource, kind = excluded.kind, transferable = excluded.transferable,
			publics = excluded.publics, years = excluded.years, net = excluded.net, rate = excluded.rate, least = excluded.least, from_day = excluded.from_day,
			until_day = excluded.until_day, schools = excluded.schools, ended_at = excluded.ended_at, act = excluded.act,
			trial_days = excluded.trial_days, trial_most = excluded.trial_most, trial_at_once = excluded.trial_at_once`,
		o.Distributor, string(o.ID), string(o.ARK), string(o.Resource), string(o.Kind), o.Transferable, licensing.JoinProfiles(o.Publics), o.Years, int64(o.Net), int(o.Rate),
		o.Least, o.From.String(), o.Until.String(), untyped(o.Schools).String(), db.Micros(o.Ended), string(act),
		o.Trial.Days, o.Trial.Most, o.Trial.AtOnce)
	return err
}

// FindOffice implements orders.Reader.
func (t ordersTx) FindOffice(ctx context.Context, school directory.SchoolID, person directory.PersonID) (o orders.Office, err error) {
	const there = `exists (select 1 from attachment a where a.school = $1 and a.person = $2 and a.until = '' and a.profile <> 'eleve'`
	err = t.One(ctx, `select `+there+` and a.head), `+there+`) and exists (select 1 from order_buyer b where b.school = $1 and b.person = $2), `+there+`)`,
		[]any{string(school), string(person)}, &o.Heads, &o.Buys, &o.Teaches)
	return o, err
}

// ListNamed implements orders.Reader.
func (t ordersTx) ListNamed(ctx context.Context, school directory.SchoolID) ([]orders.Named, error) {
	return list(ctx, t.Tx, `select b.person, p.family_name, p.given_name, p.civility, b.since from order_buyer b join person p on p.id = b.person
		where b.school = $1 order by p.folded, b.person`, []any{string(school)}, func(row db.Row) (n orders.Named, err error) {
		err = row.Scan(&n.Person, &n.Name.Family, &n.Name.Given, &n.Name.Civility, (*instant)(&n.Since))
		return n, err
	})
}

// Name implements orders.Writer.
func (t ordersTx) Name(ctx context.Context, act journal.ActID, school directory.SchoolID, person directory.PersonID) error {
	_, err := t.Exec(ctx, `insert into order_buyer (school, person, since, act) values ($1, $2, $3, $4) on conflict (school, person) do nothing`,
		string(school), string(person), db.Micros(t.Now()), string(act))
	return err
}

// Unname implements orders.Writer.
func (t ordersTx) Unname(ctx context.Context, school directory.SchoolID, person directory.PersonID) (bool, error) {
	n, err := t.Exec(ctx, `delete from order_buyer where school = $1 and person = $2`, string(school), string(person))
	return n > 0, err
}

// FindBookseller implements orders.Reader.
func (t ordersTx) FindBookseller(ctx context.Context, id orders.BooksellerID) (orders.Bookseller, error) {
	return t.bookseller(ctx, "b.id = $1", string(id))
}

// FindBooksellerBySIRET implements orders.Reader.
func (t ordersTx) FindBooksellerBySIRET(ctx context.Context, siret string) (orders.Bookseller, error) {
	return t.bookseller(ctx, "b.siret = $1", siret)
}

func (t ordersTx) bookseller(ctx context.Context, where, value string) (b orders.Bookseller, err error) {
	err = t.One(ctx, `select b.id, b.name, b.siret from bookseller b where `+where, []any{value}, &b.ID, &b.Name, &b.SIRET)
	if db.IsNoRow(err) {
		err = fault.New(fault.NotFound, "orders.bookseller.unknown", "value", value)
	}
	return b, err
}

// KeepBookseller implements orders.Writer.
func (t ordersTx) KeepBookseller(ctx context.Context, act journal.ActID, b orders.Bookseller) error {
	n, err := t.Exec(ctx, `insert into bookseller (id, name, siret, act) values ($1, $2, $3, $4) on conflict (siret) do nothing`, string(b.ID), b.Name, b.SIRET, string(act))
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "orders.bookseller.twice", "value", b.SIRET)
	}
	return err
}

const customerColumns = `c.school, b.id, b.name, b.siret, c.state, c.since`

func scanCustomer(row db.Row) (c orders.Client, err error) {
	err = row.Scan(&c.School, &c.Bookseller.ID, &c.Bookseller.Name, &c.Bookseller.SIRET, &c.State, (*instant)(&c.Since))
	return c, err
}

// FindClient implements orders.Reader.
func (t ordersTx) FindClient(ctx context.Context, school directory.SchoolID, seller orders.BooksellerID) (orders.Client, error) {
	return one(ctx, t.Tx, `select `+customerColumns+` from bookseller_client c join bookseller b on b.id = c.bookseller where c.school = $1 and c.bookseller = $2`,
		[]any{string(school), string(seller)}, scanCustomer, fault.New(fault.NotFound, "orders.bookseller.unknown", "value", string(seller)))
}

// ListClients implements orders.Reader.
func (t ordersTx) ListClients(ctx context.Context, school directory.SchoolID, seller orders.BooksellerID) ([]orders.Client, error) {
	w := where{}
	if school != "" {
		w.and("c.school = ?", string(school))
	} else {
		w.and("c.bookseller = ?", string(seller))
	}
	return list(ctx, t.Tx, `select `+customerColumns+` from bookseller_client c join bookseller b on b.id = c.bookseller where `+w.String()+` order by b.name, c.school`,
		w.args, scanCustomer)
}

// KeepClient implements orders.Writer.
func (t ordersTx) KeepClient(ctx context.Context, act journal.ActID, c orders.Client) error {
	_, err := t.Exec(ctx, `insert into bookseller_client (school, bookseller, state, since, act) values ($1, $2, $3, $4, $5)
		on conflict (school, bookseller) do update set state = excluded.state, since = excluded.since, act = excluded.act`,
		string(c.School), string(c.Bookseller.ID), string(c.State), db.Micros(c.Since), string(act))
	return err
}

// untyped is a list of our own texts as a column keeps it.
func untyped[T ~string](list []T) texts {
	out := make(texts, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}
