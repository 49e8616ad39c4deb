package storetest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/mail"
	"pupitre/licensing"
	"pupitre/notify"
	"pupitre/orders"
	"pupitre/orders/trade"
	"pupitre/privacy"
)

// Notify runs the rules of what persons are told on one engine.
func Notify(t *testing.T, e dbtest.Engine) {
	w := NewWorld(t, e)
	buying := &orders.Service{Store: w.Store.Orders(), IDs: w.Store.IDs, Subscriptions: w.Licensing}
	telling := &notify.Service{Store: w.Store.Notify(), IDs: w.Store.IDs, Words: lang.MustLoad(), Base: "https://pupitre.example", Writes: true, Stock: w.Licensing}
	for name, rule := range map[string]func(t *testing.T, b *board){
		"AnOrderIsToldToWhomItConcerns":           orderIsTold,
		"ADeliveryIsToldToWhoAssigns":             deliveryIsTold,
		"AnAgentIsAskedForTheirAddress":           agentIsAsked,
		"RequestsClientsAndSuggestionsAreTold":    askingIsTold,
		"WhatIsRefusedOrToldAgainIsNotToldTwice":  toldOnce,
		"ANotificationIsReadByItsReaderOnly":      notificationIsRead,
		"NobodyIsWrittenToBeforeTheyConfirm":      confirmedFirst,
		"ALinkIsGoodOnceAndForADay":               linkIsGoodOnce,
		"ALetterIsSentUntilItIsTaken":             sentUntilTaken,
		"AWorkerThatDiesLeavesTheLetterToAnother": workerDies,
		"ManyWorkersSendEachLetterOnce":           manyWorkers,
		"ADigestTellsTheDayTogether":              digestTellsTheDay,
		"OneClickStopsTheLetters":                 clickStops,
		"AStockIsToldOnce":                        stockIsTold,
		"WhatAPersonWasToldIsForgotten":           toldIsForgotten,
		"NotificationsAndLettersGoInTheirTime":    notificationsGo,
	} {
		t.Run(name, func(t *testing.T) { rule(t, newBoard(t, w, buying, telling)) })
	}
}

// board is a market whose persons are told, and a mail server that does what the test says.
type board struct {
	*market
	*notify.Service
	line *postbox
}

func newBoard(t *testing.T, w *World, buying *orders.Service, telling *notify.Service) *board {
	b := &board{newMarket(t, w, buying), telling, &postbox{}}
	b.follow(t)
	w.exec(`delete from letter`) // of the rules before: a worker sends whatever is due
	return b
}

// follow makes notifications of every fact told so far. On PostgreSQL a fact may wait for elder transactions of other tests.
func (b *board) follow(t testing.TB) {
	t.Helper()
	for {
		n, err := b.Follow(context.Background(), 100)
		switch {
		case err != nil:
			t.Fatal(err)
		case n == 0 && (b.World.Store.DB.Engine == db.SQLite || b.count(`select
				(select count(*) from outbox where (writer, seq) > (select writer, seq from outbox_follower where name = 'notify'))
				+ (select count(*) from outbox where not exists (select 1 from outbox_follower where name = 'notify'))`) == 0):
			return
		}
	}
}

// person is somebody of a school, as one who is told.
func (b *board) person(id directory.PersonID) (p notify.Person) {
	b.scan(`select project, id from person where id = $1`, []any{string(id)}, &p.Project, &p.ID)
	return p
}

// told is what somebody was told, the latest first, in short.
func (b *board) told(t testing.TB, p notify.Person) (list []string) {
	t.Helper()
	b.follow(t)
	all, err := b.Service.List(context.Background(), p, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range all {
		list = append(list, string(n.Kind)+" "+n.About.What)
		if title, lines := n.Say(b.Words, lang.French); strings.Contains(title+strings.Join(lines, ""), "⟦") {
			t.Errorf("%s has no words: %s %q", n.Kind, title, lines)
		}
	}
	return list
}

func (b *board) wants(t testing.TB, who string, p notify.Person, want ...string) {
	t.Helper()
	if got := b.told(t, p); !slices.Equal(got, want) {
		t.Errorf("%s was told %q, want %q", who, got, want)
	}
}

// agent lets somebody in for a house.
func (b *board) agent(t testing.TB, house trade.House) notify.Person {
	t.Helper()
	a, err := (&trade.Service{Store: b.World.Store.Trade(), IDs: b.World.Store.IDs}).Add(context.Background(), Seller, trade.Agent{Name: directory.Name{Given: "Basile", Family: "Thévenin"}, House: house})
	if err != nil {
		t.Fatal(err)
	}
	return notify.Person{Project: local.Guests, ID: a.Person}
}

// postbox is a mail server that answers what it is told to.
type postbox struct {
	answers []error // one a letter; none left: taken
	dead    error
	got     []mail.Message
}

func (p *postbox) Send(_ context.Context, m mail.Message) error {
	p.got = append(p.got, m)
	if len(p.answers) == 0 {
		return nil
	}
	err := p.answers[0]
	p.answers = p.answers[1:]
	return err
}

func (p *postbox) Close() error { return nil }

func (b *board) sender(worker string) *notify.Sender {
	return &notify.Sender{Service: b.Service, Worker: worker, Log: slog.New(slog.DiscardHandler),
		Open: func(context.Context) (notify.Line, error) { return b.line, b.line.dead }}
}

// post sends what is due, and returns it.
func (b *board) post(t testing.TB) []mail.Message {
	t.Helper()
	b.follow(t)
	b.line.got = nil
	if _, err := b.sender("w").Round(context.Background()); err != nil && len(b.line.answers) == 0 && b.line.dead == nil && !errors.Is(err, errCut) {
		t.Fatal(err)
	}
	return b.line.got
}

var errCut = errors.New("the line was cut")

// confirmed gives somebody an address that they confirmed.
func (b *board) confirmed(t testing.TB, p notify.Person, address string) {
	t.Helper()
	if err := b.GiveAddress(context.Background(), p, address, lang.French); err != nil {
		t.Fatal(err)
	}
	got := b.post(t)
	if len(got) != 1 || got[0].To != address {
		t.Fatalf("the letter that asks: %+v", got)
	}
	if mail, err := b.Confirm(context.Background(), linkIn(t, got[0])); err != nil || mail != address {
		t.Fatal(mail, err)
	}
}

// linkIn is what the link of a letter that asks says.
func linkIn(t testing.TB, m mail.Message) federation.Token {
	t.Helper()
	for line := range strings.Lines(m.Text) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "https://pupitre.example"+notify.ConfirmPath) && strings.Contains(m.HTML, line) {
			return federation.Token(path.Base(line))
		}
	}
	t.Fatalf("no link in %s", m.Text)
	return ""
}

func orderIsTold(t *testing.T, b *board) {
	ctx := t.Context()
	head := b.person(b.head.Person)
	named := b.Persons(b.school.ID, directory.Teacher, 1, "")[0]
	if err := b.Name(ctx, b.head.Person, b.school.ID, named); err != nil {
		t.Fatal(err)
	}
	buyer, agent := b.person(named), b.agent(t, trade.House{Distributor: b.distributor})
	stranger := b.agent(t, trade.House{Distributor: "999000816_0000000000000816"})
	other := newMarket(t, b.World, b.market.Service)
	pupil := b.person(b.Persons(b.school.ID, directory.Pupil, 1, "")[0])

	o := b.sent(t, b.head, 10)
	b.wants(t, "the distributor", agent, "order-received sent")
	b.wants(t, "who else orders", buyer, "order-sent sent")
	b.wants(t, "who sent it", head)
	for _, step := range []struct {
		what  string
		parts orders.Parts
	}{{"confirmed", orders.Parts{1: 0}}, {"partly", orders.Parts{1: 4}}, {"delivered", nil}} {
		if _, err := b.Deliver(ctx, Seller, b.distributor, o.Key, b.seen(t, o), step.parts); err != nil {
			t.Fatal(err)
		}
		if got := b.told(t, head); len(got) == 0 || got[0] != "order-answered "+step.what {
			t.Errorf("%s: the buyer was told %q", step.what, got)
		}
	}
	if _, err := b.Cancel(ctx, Seller, b.distributor, o.Key, b.seen(t, o), orders.Parts{1: 3}, "retour de Léa Marchal"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Cancel(ctx, Seller, b.distributor, o.Key, "", nil, "tout"); err != nil {
		t.Fatal(err)
	}
	second := b.sent(t, b.head, 1)
	if _, err := b.Refuse(ctx, Seller, b.distributor, second.Key, "épuisé"); err != nil {
		t.Fatal(err)
	}
	third := b.sent(t, b.head, 1)
	if _, err := b.Withdraw(ctx, b.head, third.Key); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Withdraw(ctx, b.head, b.quoted(t, b.head, 1).Key); err != nil { // nobody ever had it
		t.Fatal(err)
	}
	b.wants(t, "the buyer", head, "order-answered refused", "order-answered cancelled", "order-answered reduced", "order-answered delivered", "order-answered partly", "order-answered confirmed")
	b.wants(t, "the distributor", agent, "order-received withdrawn", "order-received sent", "order-received sent", "order-received sent")
	b.wants(t, "another distributor", stranger)
	b.wants(t, "another school's head", b.person(other.head.Person))
	b.wants(t, "a pupil", pupil)
	all, err := b.Service.List(ctx, head, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range all {
		if title, lines := n.Say(b.Words, lang.French); strings.Contains(title+strings.Join(lines, " "), "Marchal") {
			t.Errorf("what somebody wrote is repeated: %s %q", title, lines)
		}
	}
}

func askingIsTold(t *testing.T, b *board) {
	ctx := t.Context()
	head, teacher := b.person(b.head.Person), b.person(b.teacher.Person)
	q, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 12, "pour la 5e B")
	if err != nil {
		t.Fatal(err)
	}
	b.wants(t, "who orders", head, "request-made open")
	if err := b.Decline(ctx, b.head.Person, b.school.ID, q.ID, "pas cette année"); err != nil {
		t.Fatal(err)
	}
	b.wants(t, "the teacher", teacher, "request-answered declined")
	if q, err = b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, ""); err != nil {
		t.Fatal(err)
	}
	if err := b.Unask(ctx, b.teacher.Person, b.school.ID, q.ID); err != nil { // before anybody heard of it
		t.Fatal(err)
	}
	b.wants(t, "the teacher", teacher, "request-answered declined")

	seller, err := b.AddBookseller(ctx, Seller, "Librairie des Tilleuls", siretOf(b.serial.Add(1)))
	if err != nil {
		t.Fatal(err)
	}
	agent := b.agent(t, trade.House{Bookseller: seller.ID})
	for _, step := range []func() error{
		func() error { return b.AskClient(ctx, seller.ID, b.school.ID) },
		func() error { return b.AnswerClient(ctx, b.head.Person, b.school.ID, seller.ID, true) },
		func() error { return b.LeaveClient(ctx, seller.ID, b.school.ID) },
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
		b.follow(t)
	}
	b.wants(t, "the head", head, "client-asked ended", "client-asked asked", "request-made open")
	b.wants(t, "the bookseller", agent, "client-answered accepted")

	l := b.lesson(t, 20)
	b.exec(`insert into assignment_manager (school, person, state, source) values ($1, $2, 'confirmed', 'head')`, string(l.school.ID), string(b.Persons(l.school.ID, directory.Staff, 1, "")[0]))
	var manager directory.PersonID
	b.scan(`select person from assignment_manager where school = $1`, []any{string(l.school.ID)}, &manager)
	s := b.suggest(t, l.teacher, l.suggestion("5e A"))
	b.wants(t, "the manager", b.person(manager), "suggestion-made open")
	if err := b.Licensing.DeclineSuggestions(ctx, Teacher(manager), l.school.ID, []licensing.SuggestionID{s.ID}, "non"); err != nil {
		t.Fatal(err)
	}
	b.wants(t, "who suggested", b.person(l.teacher), "suggestion-answered declined")
	// Who has left is told nothing any more.
	s = b.suggest(t, l.teacher, l.suggestion("5e B"))
	if err := b.Licensing.DeclineSuggestions(ctx, Teacher(manager), l.school.ID, []licensing.SuggestionID{s.ID}, "non"); err != nil {
		t.Fatal(err)
	}
	b.exec(`update attachment set until = '2026-01-01' where person = $1`, string(l.teacher))
	b.wants(t, "who left", b.person(l.teacher), "suggestion-answered declined")
}

func toldOnce(t *testing.T, b *board) {
	ctx := t.Context()
	head := b.person(b.head.Person)
	o := b.sent(t, b.head, 3)
	each(t, 8, func(ctx context.Context) error {
		_, err := b.Deliver(ctx, Seller, b.distributor, o.Key, "", nil)
		return err
	})
	_, err := b.Deliver(ctx, Seller, b.distributor, o.Key, b.seen(t, o), orders.Parts{1: 1}) // refused: its transaction is rolled back
	refused(t, err, fault.Conflict, "orders.state.deliver")
	b.wants(t, "the buyer", head, "order-answered delivered")
	each(t, 8, func(ctx context.Context) error { _, err := b.Follow(ctx, 100); return err })
	b.wants(t, "the buyer, followed again", head, "order-answered delivered")
}

func notificationIsRead(t *testing.T, b *board) {
	ctx := t.Context()
	head, other := b.person(b.head.Person), b.person(b.teacher.Person)
	for range 3 {
		if _, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, ""); err != nil {
			t.Fatal(err)
		}
	}
	b.follow(t)
	all, err := b.Service.List(ctx, head, "")
	if n, counted := b.CountUnread(ctx, head); err != nil || counted != nil || n != 3 || len(all) != 3 {
		t.Fatalf("%d new of %d, %v, %v", n, len(all), err, counted)
	}
	_, err = b.Service.Open(ctx, other, all[1].ID)
	refused(t, err, fault.NotFound, "notify.notification.unknown")
	if n, err := b.Service.Open(ctx, head, all[1].ID); err != nil || n.ID != all[1].ID {
		t.Errorf("%+v, %v", n, err)
	}
	if err := b.ReadAll(ctx, other, all[0].ID); err != nil {
		t.Fatal(err)
	}
	if n, err := b.CountUnread(ctx, head); err != nil || n != 2 {
		t.Errorf("%d new, %v", n, err)
	}
	if err := b.ReadAll(ctx, head, all[1].ID); err != nil { // the latest came meanwhile
		t.Fatal(err)
	}
	if n, err := b.CountUnread(ctx, head); err != nil || n != 1 {
		t.Errorf("%d new, %v", n, err)
	}
	if older, err := b.Service.List(ctx, head, all[0].ID); err != nil || len(older) != 2 || older[0].Read.IsZero() {
		t.Errorf("%+v, %v", older, err)
	}
}

func confirmedFirst(t *testing.T, b *board) {
	ctx := t.Context()
	head := b.person(b.head.Person)
	for _, address := range []string{"", "sans-arobase", "Claire <c@exemple.fr>", "c@exemple.fr\r\nBcc: d@exemple.fr", "é@exemple.fr", "c@local", `"c d"@exemple.fr`, "c@[127.0.0.1]", strings.Repeat("a", 65) + "@exemple.fr"} {
		refused(t, b.GiveAddress(ctx, head, address, lang.French), fault.Invalid, "mail.address.form")
	}
	if err := b.GiveAddress(ctx, head, "c@exemple.fr", lang.French); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, "Pour Inès Marchal"); err != nil {
		t.Fatal(err)
	}
	if got := b.post(t); len(got) != 1 || !strings.Contains(got[0].Subject, "Confirmez") {
		t.Fatalf("before the word of who reads there: %+v", got)
	}
	b.SetNow(b.Now().Add(2 * time.Minute))
	b.confirmed(t, head, "claire@exemple.fr")
	if _, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, "Pour Inès Marchal"); err != nil {
		t.Fatal(err)
	}
	got := b.post(t)
	if len(got) != 1 || got[0].To != "claire@exemple.fr" || got[0].Unsubscribe == "" || got[0].Language != "fr" {
		t.Fatalf("%+v", got)
	}
	for _, text := range []string{got[0].Subject, got[0].Text, got[0].HTML} {
		if strings.Contains(text, "Marchal") || strings.Contains(text, "⟦") {
			t.Errorf("%s", text)
		}
	}
	if again := b.post(t); len(again) != 0 {
		t.Errorf("sent again: %+v", again)
	}
	// Another address is written to once it is confirmed, and until then the first.
	b.SetNow(b.Now().Add(2 * time.Minute))
	if err := b.GiveAddress(ctx, head, "autre@exemple.fr", lang.English); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, ""); err != nil {
		t.Fatal(err)
	}
	to := []string{}
	for _, m := range b.post(t) {
		to = append(to, m.To)
	}
	if slices.Sort(to); !slices.Equal(to, []string{"autre@exemple.fr", "claire@exemple.fr"}) {
		t.Errorf("written to %q", to)
	}
	if err := b.RemoveAddress(ctx, head); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, ""); err != nil {
		t.Fatal(err)
	}
	if got := b.post(t); len(got) != 0 {
		t.Errorf("after the address was taken back: %+v", got)
	}
}

func linkIsGoodOnce(t *testing.T, b *board) {
	ctx := t.Context()
	head := b.person(b.head.Person)
	give := func(address string) federation.Token {
		t.Helper()
		if err := b.GiveAddress(ctx, head, address, lang.French); err != nil {
			t.Fatal(err)
		}
		got := b.post(t)
		if len(got) != 1 {
			t.Fatalf("%+v", got)
		}
		return linkIn(t, got[0])
	}
	first := give("a@exemple.fr")
	refused(t, b.GiveAddress(ctx, head, "b@exemple.fr", lang.French), fault.Exhausted, "notify.address.often")
	b.SetNow(b.Now().Add(time.Minute))
	second := give("b@exemple.fr")
	for _, token := range []federation.Token{first, "", federation.NewToken()} {
		_, err := b.Confirm(ctx, token)
		refused(t, err, fault.NotFound, "notify.link.over")
	}
	if to, err := b.Pending(ctx, second); err != nil || to != "b@exemple.fr" { // looking at it uses nothing up
		t.Errorf("%s, %v", to, err)
	}
	if to, err := b.Confirm(ctx, second); err != nil || to != "b@exemple.fr" {
		t.Errorf("%s, %v", to, err)
	}
	_, err := b.Confirm(ctx, second)
	refused(t, err, fault.NotFound, "notify.link.over")
	b.SetNow(b.Now().Add(time.Minute))
	third := give("c@exemple.fr")
	b.SetNow(b.Now().Add(24 * time.Hour))
	_, err = b.Confirm(ctx, third)
	refused(t, err, fault.NotFound, "notify.link.over")
	for i := range 5 {
		b.SetNow(b.Now().Add(time.Minute))
		give(fmt.Sprintf("d%d@exemple.fr", i))
	}
	b.SetNow(b.Now().Add(time.Minute))
	refused(t, b.GiveAddress(ctx, head, "e@exemple.fr", lang.French), fault.Exhausted, "notify.address.often")
	if n := b.count(`select count(*) from letter where secret <> ''`); n != 0 {
		t.Errorf("%d links are kept after they were sent", n)
	}
}

func sentUntilTaken(t *testing.T, b *board) {
	ctx := t.Context()
	head := b.person(b.head.Person)
	b.confirmed(t, head, "claire@exemple.fr")
	ask := func() {
		t.Helper()
		if _, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, ""); err != nil {
			t.Fatal(err)
		}
	}
	ask()
	b.line.dead = errors.New("connection refused")
	if got := b.post(t); len(got) != 0 {
		t.Fatalf("%+v", got)
	}
	if n := b.count(`select count(*) from letter where attempts > 0 and state = 'waiting'`); n != 0 {
		t.Error("a server that is not there is held against the letter")
	}
	b.line.dead, b.line.answers = nil, []error{errCut, mail.Refused{Code: 451, Text: "greylisted claire@exemple.fr"}, mail.Refused{Code: 452}}
	ids := map[string]int{}
	for i, wait := range []time.Duration{0, time.Minute, 5 * time.Minute, 15 * time.Minute} {
		if i > 0 {
			b.SetNow(b.Now().Add(wait - time.Second))
			if early := b.post(t); len(early) != 0 {
				t.Errorf("attempt %d comes early", i+1)
			}
			b.SetNow(b.Now().Add(time.Second))
		}
		for _, m := range b.post(t) {
			ids[m.ID]++
		}
	}
	if len(ids) != 1 {
		t.Errorf("one letter, ids %v", ids)
	}
	for id, n := range ids {
		if n != 4 || !strings.HasSuffix(id, "@pupitre.example") {
			t.Errorf("%s was sent %d times", id, n)
		}
	}
	// A no for good is one, and the operator reads of it, but not who it was for.
	ask()
	b.line.answers = []error{mail.Refused{Code: 550, Text: "no such user <claire@exemple.fr>"}}
	b.post(t)
	list, counts, err := b.ListLetters(ctx, "", 10)
	if err != nil || len(list) == 0 || list[0].State != notify.Failed || counts[notify.Failed] != 1 || counts[notify.Sent] != 2 {
		t.Fatalf("%+v, %v, %v", list, counts, err)
	}
	if !strings.Contains(list[0].Trouble, "550") || strings.Contains(list[0].Trouble, "claire") {
		t.Errorf("the operator reads %q", list[0].Trouble)
	}
	// What nobody takes for five days is given up.
	ask()
	for range 60 {
		b.line.answers = []error{mail.Refused{Code: 450}}
		b.post(t)
		b.SetNow(b.Now().Add(6 * time.Hour))
	}
	if list, _, err = b.ListLetters(ctx, "", 1); err != nil || list[0].State != notify.Failed || list[0].Attempts < 10 {
		t.Errorf("%+v, %v", list, err)
	}
}

func workerDies(t *testing.T, b *board) {
	ctx := t.Context()
	head := b.person(b.head.Person)
	b.confirmed(t, head, "claire@exemple.fr")
	if _, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, ""); err != nil {
		t.Fatal(err)
	}
	b.follow(t)
	var dead notify.Letter
	err := b.Service.Store.Write(ctx, func(ctx context.Context, w notify.Writer) (err error) {
		dead, _, err = w.Claim(ctx, "dead", w.Now().Add(10*time.Minute))
		return err
	})
	if err != nil || dead.ID == "" {
		t.Fatal(dead, err)
	}
	if got := b.post(t); len(got) != 0 {
		t.Errorf("two have it at once: %+v", got)
	}
	b.SetNow(b.Now().Add(11 * time.Minute))
	if got := b.post(t); len(got) != 1 || !strings.HasPrefix(got[0].ID, string(dead.ID)+"@") {
		t.Errorf("%+v", got)
	}
	// Who had it says too late that the server refused it: it has been sent.
	err = b.Service.Store.Write(ctx, func(ctx context.Context, w notify.Writer) error {
		held, err := w.End(ctx, dead, "dead", notify.Ending{State: notify.Failed})
		if held {
			t.Error("a lost lease ends a letter")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func manyWorkers(t *testing.T, b *board) {
	b.confirmed(t, b.person(b.head.Person), "claire@exemple.fr")
	for range 12 {
		if _, err := b.Ask(t.Context(), b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, ""); err != nil {
			t.Fatal(err)
		}
	}
	b.follow(t)
	boxes := make([]postbox, 4)
	next := make(chan int, len(boxes))
	for i := range boxes {
		next <- i
	}
	each(t, len(boxes), func(ctx context.Context) error {
		i := <-next
		s := b.sender(fmt.Sprint("w", i))
		s.Open = func(context.Context) (notify.Line, error) { return &boxes[i], nil }
		_, err := s.Round(ctx)
		return err
	})
	ids := map[string]bool{}
	n := 0
	for i := range boxes {
		for _, m := range boxes[i].got {
			ids[m.ID] = true
			n++
		}
	}
	if n != 12 || len(ids) != 12 {
		t.Errorf("%d sent, %d different", n, len(ids))
	}
}

func digestTellsTheDay(t *testing.T, b *board) {
	ctx := t.Context()
	head := b.person(b.head.Person)
	b.confirmed(t, head, "claire@exemple.fr")
	if err := b.Choose(ctx, head, lang.English, []notify.Choice{{Kind: notify.RequestMade, Cadence: notify.Daily}, {Kind: notify.OrderAnswered, Cadence: notify.Never}}); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, ""); err != nil {
			t.Fatal(err)
		}
	}
	o := b.sent(t, b.head, 1)
	if _, err := b.Deliver(ctx, Seller, b.distributor, o.Key, "", nil); err != nil {
		t.Fatal(err)
	}
	if got := b.post(t); len(got) != 0 {
		t.Fatalf("before the morning: %+v", got)
	}
	all, err := b.Service.List(ctx, head, "")
	if err != nil || len(all) != 4 {
		t.Fatal(all, err)
	}
	if _, err := b.Service.Open(ctx, head, all[3].ID); err != nil { // the first request was read on the page
		t.Fatal(err)
	}
	seven := time.Date(Monday.Year(), Monday.Month(), Monday.Day()+1, 7, 0, 0, 0, b.school.Zone())
	b.SetNow(seven.Add(-time.Second))
	if got := b.post(t); len(got) != 0 {
		t.Fatalf("a second before seven: %+v", got)
	}
	b.SetNow(seven)
	got := b.post(t)
	if len(got) != 1 || got[0].Language != "en" || strings.Count(got[0].Text, "— ") != 2 || !strings.HasSuffix(got[0].Unsubscribe, path.Base(got[0].Unsubscribe)) {
		t.Fatalf("%+v", got)
	}
	// What comes later that day waits for the next morning, and is not sent if it has been read by then.
	if _, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, ""); err != nil {
		t.Fatal(err)
	}
	b.follow(t)
	if all, err = b.Service.List(ctx, head, ""); err != nil {
		t.Fatal(err)
	}
	if err := b.ReadAll(ctx, head, all[0].ID); err != nil {
		t.Fatal(err)
	}
	b.SetNow(seven.Add(24 * time.Hour))
	if got := b.post(t); len(got) != 0 {
		t.Errorf("all was read: %+v", got)
	}
}

func clickStops(t *testing.T, b *board) {
	ctx := t.Context()
	head := b.person(b.head.Person)
	b.confirmed(t, head, "claire@exemple.fr")
	ask := func() []mail.Message {
		t.Helper()
		if _, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, ""); err != nil {
			t.Fatal(err)
		}
		return b.post(t)
	}
	got := ask()
	if len(got) != 1 {
		t.Fatal(got)
	}
	stop := path.Base(path.Dir(got[0].Unsubscribe))
	if kind := path.Base(got[0].Unsubscribe); kind != string(notify.RequestMade) {
		t.Errorf("it stops %s", kind)
	}
	for _, none := range []string{"", "x", string(b.head.Person)} {
		refused(t, b.Stop(ctx, none, ""), fault.NotFound, "notify.link.over")
	}
	if err := b.Stop(ctx, stop, notify.RequestMade); err != nil {
		t.Fatal(err)
	}
	if got := ask(); len(got) != 0 {
		t.Errorf("after the click: %+v", got)
	}
	if n := len(b.told(t, head)); n != 2 {
		t.Errorf("on the page: %d", n)
	}
	o := b.sent(t, b.head, 1)
	if _, err := b.Deliver(ctx, Seller, b.distributor, o.Key, "", nil); err != nil {
		t.Fatal(err)
	}
	if got := b.post(t); len(got) != 1 {
		t.Errorf("letters of another kind: %+v", got)
	}
	if err := b.Stop(ctx, stop, ""); err != nil {
		t.Fatal(err)
	}
	o = b.sent(t, b.head, 1)
	if _, err := b.Deliver(ctx, Seller, b.distributor, o.Key, "", nil); err != nil {
		t.Fatal(err)
	}
	if got := b.post(t); len(got) != 0 {
		t.Errorf("all were stopped: %+v", got)
	}
}

func stockIsTold(t *testing.T, b *board) {
	ctx := t.Context()
	school, r := b.School("099", "340"), b.Resource(false)
	manager := b.Persons(school.ID, directory.Staff, 1, "")[0]
	b.exec(`insert into assignment_manager (school, person, state, source) values ($1, $2, 'confirmed', 'head')`, string(school.ID), string(manager))
	b.Sell(t, b.Offer(school, r, 10))
	others := b.Offer(school, r, 90) // no copy of which is a pupil's
	others.Publics = []directory.Profile{directory.Teacher}
	b.Sell(t, others)
	pupils := b.Persons(school.ID, directory.Pupil, 10, "")
	watch := func() {
		t.Helper()
		for n := 1; n > 0; {
			var err error
			if n, err = b.Watch(ctx); err != nil {
				t.Fatal(err)
			}
		}
	}
	who := b.person(manager)
	watch()
	b.wants(t, "the manager, nothing being short", who)
	for _, p := range pupils[:9] {
		b.Assign(t, To(school, r, licensing.ToPerson(p)))
	}
	watch() // looked at today already
	b.wants(t, "the manager, the same day", who)
	b.SetNow(b.Now().AddDate(0, 0, 1))
	watch()
	b.wants(t, "the manager, the day after", who, "stock look")
	all, err := b.Service.List(ctx, who, "")
	if err != nil || len(all[0].About.Stock) != 1 || all[0].About.Stock[0] != (notify.StockItem{What: "short", Title: r.Title, N: 1, For: "eleve"}) {
		t.Errorf("%+v, %v", all, err)
	}
	b.SetNow(b.Now().AddDate(0, 0, 1))
	watch()
	b.wants(t, "the manager, of the same again", who, "stock look")
}

func toldIsForgotten(t *testing.T, b *board) {
	ctx := t.Context()
	head := b.person(b.head.Person)
	keeper, who := notify.Keeper{Store: b.World.Store.Notify()}, privacy.Subject{Project: string(head.Project), ID: string(head.ID)}
	if out, err := keeper.Export(ctx, who); err != nil || out != nil {
		t.Errorf("%v, %v", out, err)
	}
	b.confirmed(t, head, "claire@exemple.fr")
	if err := b.Choose(ctx, head, lang.French, []notify.Choice{{Kind: notify.StockLow, Cadence: notify.Never}}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, ""); err != nil {
		t.Fatal(err)
	}
	b.follow(t)
	if out, err := keeper.Export(ctx, who); err != nil || !strings.Contains(fmt.Sprint(out), "claire@exemple.fr") || !strings.Contains(fmt.Sprint(out), "request-made") {
		t.Errorf("%v, %v", out, err)
	}
	for range 2 { // erasing twice is erasing
		if err := keeper.Erase(ctx, who); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := keeper.Export(ctx, who); err != nil || out != nil {
		t.Errorf("%v, %v", out, err)
	}
	if got := b.post(t); len(got) != 0 {
		t.Errorf("a letter that waited was sent: %+v", got)
	}
	for _, table := range []string{"notification", "letter", "mail_address", "mail_choice"} {
		if n := b.count(`select count(*) from `+table+` where person = $1`, string(head.ID)); n != 0 {
			t.Errorf("%s keeps %d rows", table, n)
		}
	}
}

func notificationsGo(t *testing.T, b *board) {
	ctx := t.Context()
	head := b.person(b.head.Person)
	b.confirmed(t, head, "claire@exemple.fr")
	if _, err := b.Ask(ctx, b.teacher.Person, b.school.ID, b.offer.OfferKey, 1, ""); err != nil {
		t.Fatal(err)
	}
	b.post(t)
	for _, step := range []struct {
		sweep func(context.Context, int) (int, error)
		kept  time.Duration
		table string
		n     int64
	}{{b.SweepLetters, notify.LettersKept, "letter", 2}, {b.SweepNotifications, notify.NotificationsKept, "notification", 1}} {
		b.SetNow(Monday.Add(step.kept))
		if _, err := step.sweep(ctx, 1000); err != nil {
			t.Fatal(err)
		}
		count := `select count(*) from ` + step.table + ` where person = $1`
		if n := b.count(count, string(head.ID)); n != step.n {
			t.Errorf("%s: %d kept, want %d", step.table, n, step.n)
		}
		b.SetNow(Monday.Add(step.kept + time.Second))
		if _, err := step.sweep(ctx, 1000); err != nil {
			t.Fatal(err)
		}
		if n := b.count(count, string(head.ID)); n != 0 {
			t.Errorf("%s: %d left", step.table, n)
		}
	}
}

// Copies that came are told to who assigns them, and to whom the order names: by letters where they confirmed that address, and to nobody's else.
func deliveryIsTold(t *testing.T, b *board) {
	ctx := t.Context()
	manager := b.person(b.Persons(b.school.ID, directory.Teacher, 1, "")[0])
	b.exec(`insert into assignment_manager (school, person, state, source) values ('` + string(b.school.ID) + `', '` + string(manager.ID) + `', 'confirmed', 'head')`)
	librarian, pupil := b.person(b.Persons(b.school.ID, directory.Librarian, 1, "")[0]), b.person(b.Persons(b.school.ID, directory.Pupil, 1, "")[0])
	other := newMarket(t, b.World, b.market.Service)
	elsewhere := b.person(b.World.Persons(other.school.ID, directory.Teacher, 1, "")[0])
	const address = "cdi@exemple.test"
	b.confirmed(t, manager, "responsable@exemple.test")
	for _, p := range []notify.Person{librarian, pupil, elsewhere} {
		b.confirmed(t, p, address)
	}
	deliver := func(mail string, parts orders.Parts, key *orders.Order) orders.Order {
		t.Helper()
		if key == nil {
			o, err := b.Send(ctx, b.head, b.quoted(t, b.head, 4).Key, orders.References{SIRET: siret, Mail: mail})
			if err != nil {
				t.Fatal(err)
			}
			key = &o
		}
		if _, err := b.Deliver(ctx, Seller, b.distributor, key.Key, b.seen(t, *key), parts); err != nil {
			t.Fatal(err)
		}
		return *key
	}
	to := func() (list []string) {
		for _, m := range b.post(t) {
			list = append(list, m.To)
			if strings.Contains(m.Text, "Marchal") {
				t.Errorf("it names somebody: %s", m.Text)
			}
		}
		slices.Sort(list)
		return list
	}
	o := deliver("CDI@exemple.test", orders.Parts{1: 0}, nil)
	b.wants(t, "the manager, of what is confirmed alone", manager)
	deliver("", orders.Parts{1: 1}, &o)
	b.wants(t, "the manager", manager, "order-delivered partly")
	if got := to(); !slices.Equal(got, []string{address, "responsable@exemple.test"}) {
		t.Errorf("letters to %q", got)
	}
	deliver("", nil, &o)
	b.wants(t, "the manager", manager, "order-delivered delivered", "order-delivered partly")
	b.wants(t, "whom the order names", librarian, "order-delivered delivered", "order-delivered partly")
	b.wants(t, "the buyer", b.person(b.head.Person), "order-answered delivered", "order-answered partly", "order-answered confirmed")
	b.wants(t, "a pupil with that address", pupil)
	b.wants(t, "another school's with that address", elsewhere)
	to()
	deliver("inconnu@exemple.test", nil, nil)
	if got := to(); !slices.Equal(got, []string{"responsable@exemple.test"}) {
		t.Errorf("letters to %q, where nobody confirmed the address", got)
	}
}

// The address that an agent was let in with is asked for once, and written to from the day they say that it is theirs.
func agentIsAsked(t *testing.T, b *board) {
	ctx := t.Context()
	house := trade.House{Distributor: b.distributor}
	add := func(address string) notify.Person {
		t.Helper()
		a, err := (&trade.Service{Store: b.World.Store.Trade(), IDs: b.World.Store.IDs}).Add(ctx, Seller, trade.Agent{Name: directory.Name{Given: "Basile", Family: "Thévenin"}, House: house, Mail: address})
		if err != nil {
			t.Fatal(err)
		}
		return notify.Person{Project: local.Guests, ID: a.Person}
	}
	agent := add("basile@relais.test")
	add("")
	asked := b.post(t)
	if len(asked) != 1 || asked[0].To != "basile@relais.test" {
		t.Fatalf("%+v", asked)
	}
	b.sent(t, b.head, 2)
	if got := b.post(t); len(got) != 0 {
		t.Errorf("an address that nobody confirmed is written to: %+v", got)
	}
	if _, err := b.Confirm(ctx, linkIn(t, asked[0])); err != nil {
		t.Fatal(err)
	}
	b.sent(t, b.head, 3)
	if got := b.post(t); len(got) != 1 || got[0].To != "basile@relais.test" {
		t.Errorf("the agent is not written to: %+v", got)
	}
	b.wants(t, "the agent", agent, "order-received sent", "order-received sent")
}
