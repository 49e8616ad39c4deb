package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
	"pupitre/orders"
)

// levels makes a resource's notice say for what level and subject it is.
func (m *market) levels(r licensing.Work, level, subject string) {
	m.exec(`update resource set levels = $2, subjects = $3 where id = $1`, string(r.ID), `[{"URI":"urn:niveau","Label":"`+level+`"}]`, `[{"URI":"`+subject+`","Label":"x"}]`)
}

// renewed is the row of a resource in a renewal.
func renewed(t *testing.T, r orders.Renewal, work licensing.Work) orders.Renewed {
	t.Helper()
	for _, row := range r.Rows {
		if row.Resource == work.ID {
			return row
		}
	}
	t.Fatalf("%s is not in %+v", work.Title, r.Rows)
	return orders.Renewed{}
}

func renewalShows(t *testing.T, m *market) {
	ctx := t.Context()
	m.levels(m.work, "5e", "urn:matiere:a")
	five, six := m.Class(m.school.ID, "5B"+m.distributor[1:9]), m.Class(m.school.ID, "6A"+m.distributor[1:9])
	m.exec(`update cohort set level = '6e' where school = $1 and id = $2`, string(m.school.ID), string(six))
	pupils := m.Persons(m.school.ID, directory.Pupil, 6, five)
	m.Persons(m.school.ID, directory.Pupil, 9, six)
	if _, err := m.Deliver(ctx, Seller, m.distributor, m.sent(t, m.head, 8).Key, "", nil); err != nil {
		t.Fatal(err)
	}
	for _, p := range pupils[:5] {
		m.Assign(t, To(m.school, m.work, licensing.ToPerson(p)))
	}
	for _, p := range pupils[:4] {
		if _, err := m.Open(m.school, m.work, p); err != nil {
			t.Fatal(err)
		}
	}
	m.tryable(t, true)
	if _, err := m.Try(ctx, m.basket(m.head), orders.OfferKey{Distributor: m.distributor, ID: "essai"}, 3); err != nil {
		t.Fatal(err)
	}
	family := m.Resource(true)
	m.Sell(t, m.World.Offer(m.school, family, 30))

	r, err := m.FindRenewal(ctx, orders.Renewing{School: m.school.ID, Person: m.head.Person})
	if err != nil || r.Year != "2027-2028" || r.From != "2026-2027" || !r.Next || len(r.Rows) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	row := renewed(t, r, m.work)
	if row.Copies != 8 || row.Given != 5 || row.Opened != 4 || row.Never() != 1 || row.Heads != 9 {
		t.Errorf("8 copies, 5 given, 4 opened, 9 pupils to come: %+v", row)
	}
	// Four of six opened it; of nine it will be six.
	if !row.Found || !row.Same || row.Offer.ID != m.offer.ID || row.Advice != 6 || row.Ahead != 0 || row.Coming != 0 {
		t.Errorf("%+v", row)
	}
	// Who is in 5e now is in 4e then; the entry is guessed.
	if len(r.Levels) != 3 || r.Levels[2].Level != "4e" || r.Levels[2].Then != 6 || r.Levels[0].Level != "6e" || !r.Levels[0].Guessed || r.Levels[0].Then != 9 || r.Levels[1].Then != 9 || r.Levels[1].Now != 6 || len(r.Levels[1].Classes) != 1 {
		t.Errorf("%+v", r.Levels)
	}
	if r.Others[directory.Teacher] != 1 || r.Others[directory.Staff] != 1 {
		t.Errorf("%+v", r.Others)
	}
	// For the year that has begun nothing was had the year before; and whose classes are there is counted as they are.
	if r, err := m.FindRenewal(ctx, orders.Renewing{School: m.school.ID, Person: m.head.Person, Year: "2026-2027"}); err != nil || r.Next || len(r.Rows) != 0 || r.Levels[1].Then != 6 {
		t.Errorf("%+v, %v", r, err)
	}
	refused(t, second(m.FindRenewal(ctx, orders.Renewing{School: m.school.ID, Person: m.head.Person, Year: "2028-2029"})), fault.Invalid, "orders.year.choice")
	for _, stranger := range []directory.PersonID{m.teacher.Person, pupils[0], newMarket(t, m.World, m.Service).head.Person, ""} {
		refused(t, second(m.FindRenewal(ctx, orders.Renewing{School: m.school.ID, Person: stranger})), fault.Denied, "orders.buyer.none")
	}
	// Once the year has begun, it is renewed for it; and the year before is what was had.
	m.SetNow(time.Date(2027, time.September, 6, 8, 0, 0, 0, time.UTC))
	if r, err := m.FindRenewal(ctx, orders.Renewing{School: m.school.ID, Person: m.head.Person}); err != nil || r.Year != "2027-2028" || r.Next || renewed(t, r, m.work).Heads != 6 {
		t.Errorf("%+v, %v", r, err)
	}
}

func renewalNames(t *testing.T, m *market) {
	ctx := t.Context()
	reader := m.Persons(m.school.ID, directory.Pupil, 1, "")[0]
	used := func(r licensing.Work, n licensing.Count) {
		m.Sell(t, m.World.Offer(m.school, r, n))
		m.Assign(t, To(m.school, r, licensing.ToPerson(reader)))
		if _, err := m.Open(m.school, r, reader); err != nil {
			t.Fatal(err)
		}
	}
	// Bought by an offer that is ended, in whose place there is another; bought by none, and there is one; there is none, and others are near.
	ended, sold, gone, near, far := m.work, m.Resource(false), m.Resource(false), m.Resource(false), m.Resource(false)
	if _, err := m.Deliver(ctx, Seller, m.distributor, m.sent(t, m.head, 2).Key, "", nil); err != nil {
		t.Fatal(err)
	}
	used(sold, 3)
	used(gone, 3)
	subject := "urn:matiere:" + m.distributor
	m.levels(gone, "5e", subject)
	m.levels(near, "collège", subject)
	m.levels(far, "3e", subject)
	m.keep(t, m.made(m.work, "cahier-eleve-3-ans", 1200), m.made(sold, "autre", 300), m.made(near, "voisin", 300), m.made(far, "loin", 300))
	if err := m.EndOffer(ctx, Seller, m.offer.OfferKey); err != nil {
		t.Fatal(err)
	}
	r, err := m.FindRenewal(ctx, orders.Renewing{School: m.school.ID, Person: m.head.Person})
	if err != nil || len(r.Rows) != 3 {
		t.Fatalf("%+v, %v", r, err)
	}
	if row := renewed(t, r, ended); !row.Found || row.Same || row.Was != m.offer.ID || row.Offer.ID != "cahier-eleve-3-ans" || row.Advice != 0 {
		t.Errorf("%+v", row)
	}
	if row := renewed(t, r, sold); !row.Found || !row.Same || row.Offer.ID != "autre" || row.Advice != 1 {
		t.Errorf("%+v", row)
	}
	if row := renewed(t, r, gone); row.Found || row.Advice != 0 || len(row.Near) != 1 || row.Near[0].Of.Resource != near.ID {
		t.Errorf("%+v", row)
	}
	// A resource whose notice is gone is not offered again, whatever its distributor still says.
	m.exec(`update resource set withdrawn = true where id = $1`, string(sold.ID))
	if r, err = m.FindRenewal(ctx, orders.Renewing{School: m.school.ID, Person: m.head.Person}); err != nil || renewed(t, r, sold).Found || !renewed(t, r, sold).Withdrawn {
		t.Errorf("%+v, %v", r.Rows, err)
	}
}

func renewalOnce(t *testing.T, m *market) {
	ctx := t.Context()
	o := m.sent(t, m.head, 2)
	if _, err := m.Deliver(ctx, Seller, m.distributor, o.Key, "", nil); err != nil {
		t.Fatal(err)
	}
	// Who has never had a basket orders as well: what the other made is not taken for theirs.
	if err := m.Name(ctx, m.head.Person, m.school.ID, m.teacher.Person); err != nil {
		t.Fatal(err)
	}
	trial := m.tryable(t, true)
	if _, err := m.Try(ctx, m.basket(m.teacher), trial.OfferKey, 1); err != nil {
		t.Fatal(err)
	}
	fresh, err := m.FindRenewal(ctx, orders.Renewing{School: m.school.ID, Person: m.teacher.Person})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		made, err := m.Quote(ctx, m.basket(m.teacher), fresh.Basket.Version, orders.Change{Offer: m.offer.OfferKey, Quantity: 1, Year: fresh.Year})
		if err != nil || len(made) != 1 || made[0].Trial() {
			t.Fatalf("%+v, %v", made, err)
		}
		if _, err := m.Withdraw(ctx, m.teacher, made[0].Key); err != nil {
			t.Fatal(err)
		}
	}
	beside := m.Resource(false)
	m.Sell(t, m.World.Offer(m.school, beside, 5))
	one := orders.Renewing{School: m.school.ID, Person: m.head.Person, Order: o.ID}
	r, err := m.FindRenewal(ctx, one)
	if err != nil || len(r.Rows) != 1 {
		t.Fatalf("of one order: %+v, %v", r, err)
	}
	refused(t, second(m.FindRenewal(ctx, orders.Renewing{School: m.school.ID, Person: m.head.Person, Order: "x"})), fault.NotFound, "orders.order.unknown")
	change := orders.Change{Offer: r.Rows[0].Offer.OfferKey, Quantity: 3, Year: r.Year}
	each(t, 16, func(ctx context.Context) error {
		made, err := m.Quote(ctx, m.basket(m.head), r.Basket.Version, change)
		if err == nil && (len(made) != 1 || made[0].Lines[0].Year != "2027-2028" || made[0].Lines[0].Ordered != 3) {
			err = fmt.Errorf("%+v", made)
		}
		return err
	})
	if n := m.count(`select count(*) from school_order where school = $1 and state = 'quoted'`, string(m.school.ID)); n != 1 {
		t.Errorf("%d quotes of sixteen clicks", n)
	}
	// What is on its way is not proposed again; what is delivered for the year runs on.
	if r, err = m.FindRenewal(ctx, one); err != nil || r.Rows[0].Coming != 3 || r.Rows[0].Ahead != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	list, err := m.List(ctx, m.basket(m.head), orders.Filter{States: []orders.State{orders.Quoted}})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if _, err := m.Send(ctx, m.head, list[0].Key, orders.References{SIRET: siret}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Deliver(ctx, Seller, m.distributor, list[0].Key, "", nil); err != nil {
		t.Fatal(err)
	}
	if r, err = m.FindRenewal(ctx, one); err != nil || r.Rows[0].Copies != 2 || r.Rows[0].Coming != 0 || r.Rows[0].Ahead != 3 || r.Rows[0].Until.String() != "2028-08-15" || r.Rows[0].Advice != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}

func renewalPublics(t *testing.T, m *market) {
	ctx := t.Context()
	teachers := m.made(m.work, "cahier-maitre", 900)
	teachers.Publics = []directory.Profile{directory.Teacher}
	m.keep(t, teachers)
	order := func(year string, deliver bool, changes ...orders.Change) {
		t.Helper()
		for i := range changes {
			changes[i].Year = year
		}
		b, err := m.FindBasket(ctx, m.basket(m.head))
		if err != nil {
			t.Fatal(err)
		}
		made, err := m.Quote(ctx, m.basket(m.head), b.Version, changes...)
		if err != nil || len(made) != 1 {
			t.Fatalf("%+v, %v", made, err)
		}
		if _, err := m.Send(ctx, m.head, made[0].Key, orders.References{SIRET: siret}); err != nil {
			t.Fatal(err)
		}
		if !deliver {
			return
		}
		if _, err := m.Deliver(ctx, Seller, m.distributor, made[0].Key, "", nil); err != nil {
			t.Fatal(err)
		}
	}
	order("2026-2027", true, orders.Change{Offer: m.offer.OfferKey, Quantity: 5}, orders.Change{Offer: teachers.OfferKey, Quantity: 2})
	for _, p := range append(m.Persons(m.school.ID, directory.Pupil, 4, ""), m.teacher.Person) {
		m.Assign(t, To(m.school, m.work, licensing.ToPerson(p)))
		if _, err := m.Open(m.school, m.work, p); err != nil {
			t.Fatal(err)
		}
	}
	order("2027-2028", false, orders.Change{Offer: m.offer.OfferKey, Quantity: 3})
	look := func() []orders.Renewed {
		t.Helper()
		r, err := m.FindRenewal(ctx, orders.Renewing{School: m.school.ID, Person: m.head.Person})
		if err != nil {
			t.Fatal(err)
		}
		return r.Rows
	}
	if rows := look(); len(rows) != 2 || rows[0].Coming != 3 || rows[0].Advice != 1 || rows[1].Coming != 0 || rows[1].Advice != 1 {
		t.Errorf("three for the pupils: %+v", rows)
	}
	// One offer takes the place of both: of five who opened it, three have theirs on the way.
	all := m.made(m.work, "cahier-tous", 450)
	all.Publics = []directory.Profile{directory.Pupil, directory.Teacher}
	m.keep(t, all)
	for _, o := range []orders.Offer{m.offer, teachers} {
		if err := m.EndOffer(ctx, Seller, o.OfferKey); err != nil {
			t.Fatal(err)
		}
	}
	if rows := look(); len(rows) != 1 || rows[0].Offer.ID != all.ID || len(rows[0].Publics) != 2 || rows[0].Copies != 7 || rows[0].Opened != 5 || rows[0].Heads != 5 || rows[0].Coming != 3 || rows[0].Advice != 2 {
		t.Errorf("one row for both: %+v", rows)
	}
	// Delivered, what was ordered by it is as little proposed again as before.
	order("2027-2028", true, orders.Change{Offer: all.OfferKey, Quantity: 2})
	if rows := look(); len(rows) != 1 || rows[0].Coming != 3 || rows[0].Ahead != 2 || rows[0].Advice != 0 {
		t.Errorf("two are there: %+v", rows)
	}
}
