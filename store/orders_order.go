package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/orders"
)

func basketKey(of orders.BasketKey) []any {
	return []any{string(of.School), string(of.Buyer.Person), string(of.Buyer.Bookseller)}
}

// FindBasket implements orders.Reader.
func (t ordersTx) FindBasket(ctx context.Context, of orders.BasketKey) (orders.Basket, error) {
	b := orders.Basket{BasketKey: of, Version: 1} // as LockBasket makes one
	err := t.One(ctx, `select version from basket where school = $1 and person = $2 and bookseller = $3`, basketKey(of), &b.Version)
	if err != nil && !db.IsNoRow(err) {
		return b, err
	}
	b.Items, err = list(ctx, t.Tx, `
		select i.quantity, i.year, `+offerColumns+` from basket_item i
		join offer f on f.distributor = i.distributor and f.id = i.offer join resource r on r.id = f.resource
		where i.school = $1 and i.person = $2 and i.bookseller = $3 order by i.at, i.distributor, i.offer`, basketKey(of), func(row db.Row) (i orders.Item, err error) {
		var schools texts
		err = row.Scan(append([]any{&i.Quantity, &i.Year}, offerFields(&i.Offer, &schools)...)...)
		i.Offer.Schools = typed[directory.UAI](schools)
		return i, err
	})
	return b, err
}

// LockBasket implements orders.Writer.
func (t ordersTx) LockBasket(ctx context.Context, of orders.BasketKey) (orders.Basket, error) {
	if _, err := t.Exec(ctx, `insert into basket (school, person, bookseller, version) values ($1, $2, $3, 1)
		on conflict (school, person, bookseller) do update set version = basket.version`, basketKey(of)...); err != nil {
		return orders.Basket{}, err
	}
	return t.FindBasket(ctx, of)
}

// PutItem implements orders.Writer.
func (t ordersTx) PutItem(ctx context.Context, of orders.BasketKey, c orders.Change) error {
	key := append(basketKey(of), c.Offer.Distributor, string(c.Offer.ID))
	if c.Quantity == 0 {
		_, err := t.Exec(ctx, `delete from basket_item where school = $1 and person = $2 and bookseller = $3 and distributor = $4 and offer = $5`, key...)
		return err
	}
	_, err := t.Exec(ctx, `insert into basket_item (school, person, bookseller, distributor, offer, quantity, year, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (school, person, bookseller, distributor, offer) do update set quantity = excluded.quantity, year = excluded.year`,
		append(key, c.Quantity, c.Year, db.Micros(t.Now()))...)
	return err
}

// EmptyBasket implements orders.Writer.
func (t ordersTx) EmptyBasket(ctx context.Context, of orders.BasketKey) error {
	_, err := t.Exec(ctx, `delete from basket_item where school = $1 and person = $2 and bookseller = $3`, basketKey(of)...)
	return err
}

// StampBasket implements orders.Writer.
func (t ordersTx) StampBasket(ctx context.Context, of orders.BasketKey) error {
	_, err := t.Exec(ctx, `update basket set version = version + 1 where school = $1 and person = $2 and bookseller = $3`, basketKey(of)...)
	return err
}

// NextNumber implements orders.Writer.
func (t ordersTx) NextNumber(ctx context.Context, school directory.SchoolID, year int) (n int, err error) {
	err = t.One(ctx, `insert into order_counter (school, year, last) values ($1, $2, 1)
		on conflict (school, year) do update set last = order_counter.last + 1 returning last`, []any{string(school), year}, &n)
	return n, err
}

const orderColumns = `o.school, o.id, o.uai, o.number, o.distributor, o.person, o.bookseller, o.state, o.purchase_order, o.engagement, o.siret, o.mail, o.reason,
	o.made_at, o.valid_until, o.sent_at, o.changed_at, o.basket`

func scanOrder(row db.Row) (o orders.Order, err error) {
	err = row.Scan(&o.School, &o.ID, &o.UAI, &o.Number, &o.Distributor, &o.Buyer.Person, &o.Buyer.Bookseller, &o.State, &o.References.PurchaseOrder, &o.References.Engagement,
		&o.References.SIRET, &o.References.Mail, &o.Reason, (*instant)(&o.Made), (*day)(&o.ValidUntil), (*instant)(&o.SentAt), (*instant)(&o.Changed), &o.Basket)
	return o, err
}

// FindOrder implements orders.Reader.
func (t ordersTx) FindOrder(ctx context.Context, key orders.Key) (orders.Order, error) {
	return t.order(ctx, key, "")
}

// ListSteps implements orders.Reader. Which side an act was of is told by what was done: a buyer quotes, tries, sends and takes back.
func (t ordersTx) ListSteps(ctx context.Context, key orders.Key) ([]orders.Step, error) {
	return list(ctx, t.Tx, `select j.at, j.verb, j.detail, coalesce(p.family_name, ''), coalesce(p.given_name, ''), coalesce(p.civility, '')
			from journal j left join person p on p.id = j.actor and j.actor_kind = 'person'
		where j.school = $1 and j.subject = $2 and j.verb in ('orders.quoted', 'orders.tried', 'orders.sent', 'orders.withdrawn', 'orders.delivered', 'orders.refused', 'orders.cancelled')
		order by j.id`, []any{string(key.School), string(key.ID)}, func(row db.Row) (s orders.Step, err error) {
		var verb, text string
		if err := row.Scan((*instant)(&s.At), &verb, &text, &s.Name.Family, &s.Name.Given, &s.Name.Civility); err != nil {
			return s, err
		}
		switch verb {
		case "orders.quoted":
			s.State = orders.Quoted
			return s, nil // its lines are how many there are
		case "orders.tried":
			s.State = orders.Sent
			return s, nil
		}
		var detail struct {
			State orders.State   `json:"state"`
			Lines map[int][2]int `json:"lines"`
		}
		err = json.Unmarshal([]byte(text), &detail)
		s.State, s.BySeller = detail.State, verb != "orders.sent" && verb != "orders.withdrawn"
		for _, moved := range detail.Lines {
			s.Delivered, s.Cancelled = s.Delivered+moved[0], s.Cancelled+moved[1]
		}
		return s, err
	})
}

// FindKey implements orders.Reader.
func (t ordersTx) FindKey(ctx context.Context, number string) (key orders.Key, err error) {
	err = t.One(ctx, `select o.school, o.id from school_order o where o.number = $1`, []any{number}, &key.School, &key.ID)
	if db.IsNoRow(err) {
		err = fault.New(fault.NotFound, "orders.order.unknown", "value", number)
	}
	return key, err
}

// TakeTrial implements orders.Writer.
func (t ordersTx) TakeTrial(ctx context.Context, order orders.Key, resource catalogue.ResourceID) (whose orders.OrderID, err error) {
	key := []any{string(order.School), string(resource)}
	if _, err := t.Exec(ctx, `insert into order_trial (school, resource, order_id) values ($1, $2, $3) on conflict (school, resource) do nothing`,
		append(key, string(order.ID))...); err != nil {
		return "", err
	}
	err = t.One(ctx, `select order_id from order_trial where school = $1 and resource = $2`, key[:2:2], &whose)
	return whose, err
}

// FreeTrial implements orders.Writer.
func (t ordersTx) FreeTrial(ctx context.Context, school directory.SchoolID, resource catalogue.ResourceID) error {
	_, err := t.Exec(ctx, `delete from order_trial where school = $1 and resource = $2`, string(school), string(resource))
	return err
}

// LockOrder implements orders.Writer.
func (t ordersTx) LockOrder(ctx context.Context, key orders.Key) (orders.Order, error) {
	return t.order(ctx, key, " /*postgres: for update */")
}

func (t ordersTx) order(ctx context.Context, key orders.Key, lock string) (orders.Order, error) {
	o, err := one(ctx, t.Tx, db.For(t.Engine, `select `+orderColumns+` from school_order o where o.school = $1 and o.id = $2`+lock),
		[]any{string(key.School), string(key.ID)}, scanOrder, fault.New(fault.NotFound, "orders.order.unknown", "value", string(key.ID)))
	if err != nil {
		return o, err
	}
	all := []orders.Order{o}
	err = t.lines(ctx, all)
	return all[0], err
}

// ListOrders implements orders.Reader.
func (t ordersTx) ListOrders(ctx context.Context, f orders.Filter) ([]orders.Order, error) {
	w := where{}
	if f.School != "" {
		w.and("o.school = ?", string(f.School))
	}
	if f.Distributor != "" {
		w.and("o.distributor = ? and o.sent_at > 0", f.Distributor)
	}
	if f.Bookseller != "" {
		w.and("o.bookseller = ?", string(f.Bookseller))
		if f.School == "" {
			w.and("exists (select 1 from bookseller_client c where c.school = o.school and c.bookseller = o.bookseller and c.state = ?)", string(orders.ClientAccepted))
		}
	}
	if len(f.States) > 0 {
		w.and("o.state in (select e.value from "+members("?")+")", jsonArray(f.States))
	}
	if f.Before != "" {
		w.and("o.id < ?", string(f.Before))
	}
	query := `select ` + orderColumns + ` from school_order o where ` + w.String() + w.bind(` order by o.id desc limit ?`, f.Limit)
	out, err := list(ctx, t.Tx, db.For(t.Engine, query), w.args, scanOrder)
	if err != nil {
		return nil, err
	}
	return out, t.lines(ctx, out)
}

// lines reads the lines of orders into them.
func (t ordersTx) lines(ctx context.Context, all []orders.Order) error {
	at := map[orders.Key]int{}
	var schools, ids []string
	for i, o := range all {
		at[o.Key] = i
		ids = append(ids, string(o.ID))
		if !slices.Contains(schools, string(o.School)) {
			schools = append(schools, string(o.School))
		}
	}
	query := db.For(t.Engine, `select l.school, l.order_id, l.no, l.offer, l.resource, l.ark, l.title, l.kind, l.transferable, l.publics, l.year, l.years, l.net, l.rate,
		l.ordered, l.delivered, l.cancelled, l.opened, l.trial_days from order_line l
		where `+oneOf("l.school", "$1")+` and `+oneOf("l.order_id", "$2")+` order by l.school, l.order_id, l.no`)
	return t.Each(ctx, query, []any{jsonArray(schools), jsonArray(ids)}, func(row db.Row) error {
		var key orders.Key
		var l orders.Line
		if err := row.Scan(&key.School, &key.ID, &l.No, &l.Offer, &l.Resource, &l.ARK, &l.Title, &l.Kind, &l.Transferable, (*publics)(&l.Publics), &l.Year, &l.Years,
			&l.Net, &l.Rate, &l.Ordered, &l.Delivered, &l.Cancelled, (*day)(&l.Opened), &l.TrialDays); err != nil {
			return err
		}
		if i, there := at[key]; there {
			all[i].Lines = append(all[i].Lines, l)
		}
		return nil
	})
}

// AddOrder implements orders.Writer.
func (t ordersTx) AddOrder(ctx context.Context, act journal.ActID, o orders.Order) error {
	if _, err := t.Exec(ctx, `
		insert into school_order (school, id, uai, number, distributor, person, bookseller, state, purchase_order, engagement, siret, mail, reason,
			made_at, valid_until, sent_at, changed_at, basket, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', '', '', $9, $10, 0, $9, $11, $12)`,
		string(o.School), string(o.ID), string(o.UAI), o.Number, o.Distributor, string(o.Buyer.Person), string(o.Buyer.Bookseller), string(o.State),
		db.Micros(o.Made), o.ValidUntil.String(), o.Basket, string(act)); err != nil {
		return err
	}
	for _, l := range o.Lines {
		if err := t.Later(ctx, `
			insert into order_line (school, order_id, no, offer, resource, ark, title, kind, transferable, publics, year, years, net, rate, ordered, delivered, cancelled, opened, trial_days)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, 0, '', $16)`,
			string(o.School), string(o.ID), l.No, string(l.Offer), string(l.Resource), string(l.ARK), l.Title, string(l.Kind), l.Transferable, licensing.JoinProfiles(l.Publics),
			l.Year, l.Years, int64(l.Net), int(l.Rate), l.Ordered, l.TrialDays); err != nil {
			return err
		}
	}
	return nil
}

// KeepOrder implements orders.Writer.
func (t ordersTx) KeepOrder(ctx context.Context, act journal.ActID, o orders.Order) error {
	r := o.References
	if _, err := t.Exec(ctx, `update school_order set state = $3, purchase_order = $4, engagement = $5, siret = $6, mail = $7, reason = $8, sent_at = $9, changed_at = $10, act = $11
		where school = $1 and id = $2`, string(o.School), string(o.ID), string(o.State), r.PurchaseOrder, r.Engagement, r.SIRET, r.Mail, string(o.Reason),
		db.Micros(o.SentAt), db.Micros(o.Changed), string(act)); err != nil {
		return err
	}
	for _, l := range o.Lines {
		if err := t.Later(ctx, `update order_line set delivered = $4, cancelled = $5, opened = $6 where school = $1 and order_id = $2 and no = $3`,
			string(o.School), string(o.ID), l.No, l.Delivered, l.Cancelled, l.Opened.String()); err != nil {
			return err
		}
	}
	return nil
}

const requestColumns = `q.school, q.id, q.teacher, q.quantity, q.word, q.made_at, q.state, q.reason, q.answered_by, q.answered_at, ` + offerColumns

const requestTables = ` from order_request q join offer f on f.distributor = q.distributor and f.id = q.offer join resource r on r.id = f.resource`

func scanRequest(row db.Row) (q orders.Request, err error) {
	var schools texts
	fields := []any{&q.School, &q.ID, &q.Teacher, &q.Quantity, &q.Word, (*instant)(&q.Made), &q.State, &q.Reason, &q.By, (*instant)(&q.Answered)}
	err = row.Scan(append(fields, offerFields(&q.Offer, &schools)...)...)
	q.Offer.Schools = typed[directory.UAI](schools)
	return q, err
}

// FindRequest implements orders.Reader.
func (t ordersTx) FindRequest(ctx context.Context, school directory.SchoolID, id orders.RequestID) (orders.Request, error) {
	return one(ctx, t.Tx, `select `+requestColumns+requestTables+` where q.school = $1 and q.id = $2`, []any{string(school), string(id)}, scanRequest,
		fault.New(fault.NotFound, "orders.request.unknown", "value", string(id)))
}

// ListRequests implements orders.Reader.
func (t ordersTx) ListRequests(ctx context.Context, school directory.SchoolID, teacher directory.PersonID, open bool) ([]orders.Request, error) {
	w := where{}
	w.and("q.school = ?", string(school))
	if teacher != "" {
		w.and("q.teacher = ?", string(teacher))
	}
	if open {
		w.and("q.state = ?", string(orders.Asked))
	}
	return list(ctx, t.Tx, `select `+requestColumns+requestTables+` where `+w.String()+` order by q.id desc limit 200`, w.args, scanRequest)
}

// AddRequest implements orders.Writer.
func (t ordersTx) AddRequest(ctx context.Context, act journal.ActID, q orders.Request) error {
	return t.Later(ctx, `insert into order_request (school, id, teacher, distributor, offer, quantity, word, made_at, state, reason, answered_by, answered_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', '', 0, $10)`,
		string(q.School), string(q.ID), string(q.Teacher), q.Offer.Distributor, string(q.Offer.ID), q.Quantity, string(q.Word), db.Micros(q.Made), string(q.State), string(act))
}

// AnswerRequest implements orders.Writer.
func (t ordersTx) AnswerRequest(ctx context.Context, act journal.ActID, q orders.Request) (bool, error) {
	n, err := t.Exec(ctx, `update order_request set state = $3, reason = $4, answered_by = $5, answered_at = $6, act = $7 where school = $1 and id = $2 and state = 'open'`,
		string(q.School), string(q.ID), string(q.State), string(q.Reason), string(q.By), db.Micros(q.Answered), string(act))
	return n > 0, err
}

// ListRequestsOf implements orders.Reader.
func (t ordersTx) ListRequestsOf(ctx context.Context, teacher directory.PersonID) ([]orders.Request, error) {
	return list(ctx, t.Tx, `select `+requestColumns+requestTables+` where q.teacher = $1 order by q.school, q.id`, []any{string(teacher)}, scanRequest)
}

// ListBuying implements orders.Reader.
func (t ordersTx) ListBuying(ctx context.Context, person directory.PersonID) ([]directory.SchoolID, error) {
	return list(ctx, t.Tx, `select b.school from order_buyer b where b.person = $1 order by b.school`, []any{string(person)}, func(row db.Row) (s directory.SchoolID, err error) {
		err = row.Scan(&s)
		return s, err
	})
}

// Forget implements orders.Writer.
func (t ordersTx) Forget(ctx context.Context, _ journal.ActID, person directory.PersonID) error {
	for _, query := range []string{
		`delete from order_request where teacher = $1`,
		`delete from order_buyer where person = $1`,
		`delete from basket_item where person = $1`,
		`delete from basket where person = $1`,
		`update school_order set mail = '' where person = $1 and mail <> ''`,
	} {
		if _, err := t.Exec(ctx, query, string(person)); err != nil {
			return err
		}
	}
	return nil
}

// SweepRequests implements orders.Writer.
func (t ordersTx) SweepRequests(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := t.Exec(ctx, `delete from order_request where (school, id) in
		(select q.school, q.id from order_request q where q.made_at < $1 and q.answered_at < $1 order by q.school, q.id limit $2)`, db.Micros(before), limit)
	return int(n), err
}
