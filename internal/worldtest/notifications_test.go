package worldtest_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/clock"
	"pupitre/internal/eximtest"
	"pupitre/internal/lang"
	"pupitre/internal/mail"
	"pupitre/internal/worldtest"
	"pupitre/journal"
	"pupitre/notify"
)

// What persons are told, in a real browser.
func TestNotificationsInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}).JSON(t, false), "notifications")
}

// The same where who acts and who follows are seldom on the same node.
func TestNotificationsOnTwoNodes(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{PostgreSQL: true, Nodes: 2}).JSON(t, true), "notifications")
}

// headOf is who heads the college, as one who is told.
func headOf(t *testing.T, b *brokerapp.Broker) (directory.School, notify.Person) {
	t.Helper()
	school, err := b.Directory.FindSchoolByUAI(t.Context(), ourUAI)
	if err != nil {
		t.Fatal(err)
	}
	heads, err := b.Directory.HeadsOf(t.Context(), school.ID)
	if err != nil || len(heads) == 0 {
		t.Fatal(heads, err)
	}
	return school, notify.Person{Project: heads[0].Project, ID: heads[0].ID}
}

// A broker with a mail server writes to who confirmed: from the order's answer to the letter in the reader's box, and the click that stops it.
func TestLettersArriveByARealServer(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		box := eximtest.Start(t, eximtest.Options{})
		server, err := mail.ReadServer("smtp://127.0.0.1:"+box.Port, "", "", "Pupitre <pupitre@exemple.fr>", "localhost")
		if err != nil {
			t.Fatal(err)
		}
		b, err := brokerapp.Open(t.Context(), brokerapp.Settings{Database: w.Database, Base: w.Broker, Client: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: clock.System, Words: lang.MustLoad(), Mail: server})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close() })
		b.Run(t.Context())
		_, head := headOf(t, b)
		if err := b.Notify.GiveAddress(t.Context(), head, "helene@exemple.fr", lang.English); err != nil {
			t.Fatal(err)
		}
		link := linkOf(t, box.Letters(t, 1), "/adresse/confirmer/")
		stranger := worldtest.NewVisitor()
		if page := stranger.Get(t, link).Press(t, "Confirmer cette adresse", nil); page.Status != http.StatusOK || !page.Says("helene@exemple.fr") {
			t.Fatalf("%d: %s", page.Status, page.Words())
		}
		m := newMarket(t, w)
		if _, err := b.Orders.Refuse(t.Context(), journal.System("test"), m.ordered.Distributor, m.ordered.Key, "Épuisé, dit Inès Marchal"); err != nil {
			t.Fatal(err)
		}
		letters := box.Letters(t, 3) // the link, the bookseller that asks, the answer
		refused := ""
		for _, l := range letters {
			if strings.Contains(l, "refused") {
				refused = l
			}
			if strings.Contains(l, "Marchal") || !strings.Contains(l, "\nTo: <helene@exemple.fr>") {
				t.Errorf("%s", l)
			}
		}
		if !strings.Contains(refused, "Subject: Order "+m.ordered.Number+" refused") {
			t.Fatalf("%d letters: %q", len(letters), letters)
		}
		// A mail program's one click: no cookie, no page, from wherever it is (RFC 8058 §3.1).
		stop := linkOf(t, []string{refused}, "/arreter/")
		r, err := http.NewRequest(http.MethodPost, stop, strings.NewReader("List-Unsubscribe=One-Click"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://webmail.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if page := worldtest.NewVisitor().Do(t, r); page.Status != http.StatusOK {
			t.Fatalf("the click: %d %s", page.Status, page.Words())
		}
		if is, err := b.Notify.Settings(t.Context(), head); err != nil || is.Cadence(notify.OrderAnswered) != notify.Never || is.Cadence(notify.RequestMade) != notify.AtOnce {
			t.Errorf("%+v, %v", is, err)
		}
	})
}

// linkOf is the first address in some letters that leads below a path.
func linkOf(t *testing.T, letters []string, below string) string {
	t.Helper()
	for _, l := range letters {
		l = strings.NewReplacer("=\n", "", "=3D", "=").Replace(l)
		for word := range strings.FieldsSeq(l) {
			if word = strings.Trim(word, "<>"); strings.HasPrefix(word, "http") && strings.Contains(word, below) {
				return word
			}
		}
	}
	t.Fatalf("no link below %s in %q", below, letters)
	return ""
}

// A mail server that answers nobody delays no page: what is told is on the page within a second, and the act takes no longer.
func TestADeadMailServerDelaysNobody(t *testing.T) {
	t.Parallel()
	w := worldtest.Open(t, worldtest.Options{})
	b, err := brokerapp.Open(t.Context(), brokerapp.Settings{Database: w.Database, Base: w.Broker, Client: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: clock.System, Words: lang.MustLoad(),
		Mail: &mail.Server{Host: "192.0.2.1", Port: "25"}}) // an address of nobody's (RFC 5737)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	b.Run(t.Context())
	m := newMarket(t, w)
	_, head := headOf(t, b)
	if err := b.Notify.GiveAddress(t.Context(), head, "helene@exemple.fr", lang.French); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := b.Orders.Refuse(t.Context(), journal.System("test"), m.ordered.Distributor, m.ordered.Key, "Épuisé"); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the act took %v", took)
	}
	if !worldtest.Soon(t.Context(), 2*time.Second, func() bool {
		list, err := b.Notify.List(t.Context(), head, "")
		return err == nil && len(list) > 0 && list[0].Kind == notify.OrderAnswered
	}) {
		t.Error("it is not on the page")
	}
}

// Nobody reads another's notifications, by any route: somebody of the school, somebody of another, an agent, a stranger.
func TestNobodyReadsAnothersNotifications(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		m := newMarket(t, w)
		_, head := headOf(t, m.Broker)
		if _, err := m.Orders.Refuse(t.Context(), journal.System("test"), m.ordered.Distributor, m.ordered.Key, "Épuisé"); err != nil {
			t.Fatal(err)
		}
		var list []notify.Notification
		if !worldtest.Soon(t.Context(), 20*time.Second, func() bool {
			var err error
			list, err = m.Notify.List(t.Context(), head, "")
			return err == nil && len(list) > 1
		}) {
			t.Fatalf("the head was told %+v", list)
		}
		values := map[string]string{"id": string(list[0].ID), "kind": string(notify.OrderAnswered), "stop": string(head.ID), "token": string(head.ID)}
		form := url.Values{"jusque": {string(list[0].ID)}, "quand-order-answered": {"never"}}
		nadia, pupil := worldtest.NewVisitor(), worldtest.NewVisitor()
		nadia.SignIn(t, w.Broker+"/mediacentre", "nadia.aubry")
		pupil.SignIn(t, w.Broker+"/mediacentre", "ines.marchal")
		walked := 0
		for who, v := range map[string]*worldtest.Visitor{"a teacher": nadia, "a pupil": pupil, "another bookseller": m.visitor(t, w, "other"), "a stranger": worldtest.NewVisitor()} {
			for _, route := range m.Routes {
				if !strings.Contains(route, "/notifications") {
					continue
				}
				walked++
				page := walk(t, w, v, route, values, form)
				if page.Status == http.StatusOK && strings.Contains(page.Text, m.ordered.Number) && !strings.HasPrefix(page.At.Path, "/connexion") {
					t.Errorf("%s, %s: %d %s", who, route, page.Status, page.Words())
				}
			}
		}
		if walked < 60 {
			t.Errorf("only %d routes were walked", walked)
		}
		is, err := m.Notify.Settings(t.Context(), head)
		if err != nil || is.Cadence(notify.OrderAnswered) != notify.AtOnce || is.Address.Mail != "" {
			t.Errorf("somebody else chose: %+v, %v", is, err)
		}
		if n, err := m.Notify.CountUnread(t.Context(), head); err != nil || n < len(list) { // more may have come since
			t.Errorf("%d of %d are new, %v", n, len(list), err)
		}
		// The right one does read it, and the bookseller who ordered, each where it is for them.
		taken := m.visitor(t, w, "taken")
		var page worldtest.Page
		if !worldtest.Soon(t.Context(), 20*time.Second, func() bool { // each who is told is told by a step of its own
			page = taken.Get(t, w.Broker+"/professionnels/notifications")
			return page.Status == http.StatusOK && page.Says("Commande "+m.ordered.Number+" refusée")
		}) {
			t.Fatalf("the bookseller reads %d %s", page.Status, page.Words())
		}
		if one := page.Follow(t, "Commande "+m.ordered.Number+" refusée"); one.Status != http.StatusOK || !strings.HasSuffix(one.At.Path, "/commandes/"+string(m.ordered.ID)) {
			t.Errorf("its link leads to %d %s", one.Status, one.At)
		}
		sold := m.visitor(t, w, "distributor").Get(t, w.Broker+"/professionnels/notifications")
		if !sold.Says("Commande " + m.ordered.Number + " reçue") {
			t.Errorf("the distributor reads %s", sold.Words())
		}
	})
}
