package worldtest_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/demo/subscriptions"
	"pupitre/internal/worldtest"
	"pupitre/journal"
	"pupitre/orders"
	"pupitre/orders/trade"
)

// agentOf lets somebody in for a house.
func agentOf(t *testing.T, b *brokerapp.Broker, given, family string, house trade.House) trade.Agent {
	t.Helper()
	a, err := b.Trade.Add(t.Context(), journal.System("operator"), trade.Agent{Name: directory.Name{Given: given, Family: family}, House: house})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// market is two booksellers, of whom the college took one, and two distributors, of whom one has an order of that bookseller.
type market struct {
	*brokerapp.Broker
	school  directory.School
	agents  map[string]trade.Agent
	ordered orders.Order
}

func newMarket(t *testing.T, w *worldtest.World) *market {
	t.Helper()
	m := &market{Broker: operator(t, w), agents: map[string]trade.Agent{}}
	ctx := t.Context()
	var err error
	if m.school, err = m.Directory.FindSchoolByUAI(ctx, ourUAI); err != nil {
		t.Fatal(err)
	}
	head, err := m.Directory.HeadsOf(ctx, m.school.ID)
	if err != nil || len(head) == 0 {
		t.Fatal(head, err)
	}
	for name, siret := range map[string]string{"taken": "99900001200016", "other": "99900002000027"} {
		seller, err := m.Orders.AddBookseller(ctx, journal.System("operator"), "Librairie "+name, siret)
		if err != nil {
			t.Fatal(err)
		}
		m.agents[name] = agentOf(t, m.Broker, "Basile", "Thévenin", trade.House{Bookseller: seller.ID})
	}
	m.agents["distributor"] = agentOf(t, m.Broker, "Aude", "Rivoire", trade.House{Distributor: subscriptions.Distributor})
	m.agents["stranger"] = agentOf(t, m.Broker, "Noé", "Carlin", trade.House{Distributor: "999000816_0000000000000816"})
	buyer := m.agents["taken"].Buyer()
	if err := m.Orders.AskClient(ctx, buyer.Bookseller, m.school.ID); err != nil {
		t.Fatal(err)
	}
	if err := m.Orders.AnswerClient(ctx, head[0].ID, m.school.ID, buyer.Bookseller, true); err != nil {
		t.Fatal(err)
	}
	m.ordered = m.order(t, 1)
	return m
}

// order is an order of so many of the first offer, or of the least that is sold, which the college's bookseller has sent.
func (m *market) order(t *testing.T, n int) orders.Order {
	t.Helper()
	ctx, buyer := t.Context(), m.agents["taken"].Buyer()
	of := orders.BasketKey{School: m.school.ID, Buyer: buyer}
	offers, err := m.Orders.Offers(ctx, of, "", orders.OfferKey{})
	if err != nil || len(offers) == 0 {
		t.Fatal(offers, err)
	}
	if err := m.Orders.Put(ctx, of, orders.Change{Offer: offers[0].OfferKey, Quantity: max(n, offers[0].Least)}); err != nil {
		t.Fatal(err)
	}
	basket, err := m.Orders.FindBasket(ctx, of)
	if err != nil {
		t.Fatal(err)
	}
	made, err := m.Orders.Quote(ctx, of, basket.Version)
	if err != nil || len(made) != 1 {
		t.Fatal(made, err)
	}
	o, err := m.Orders.Send(ctx, buyer, made[0].Key, orders.References{SIRET: "19991234500014"})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// visitor is a browser in which an agent has signed in.
func (m *market) visitor(t *testing.T, w *worldtest.World, who string) *worldtest.Visitor {
	t.Helper()
	token, err := m.Trade.Arrive(t.Context(), string(m.agents[who].Person), federation.NewToken(), time.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil) // never fails
	at, err := url.Parse(w.Broker)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(at, []*http.Cookie{{Name: trade.SessionCookie, Value: string(token), Path: "/"}})
	return worldtest.NewVisitorWith(jar)
}

// Every route of the broker, walked by the wrong one, shows nothing of an order and changes nothing: another bookseller, another
// distributor, the distributor where the bookseller orders and the bookseller where it delivers, a pupil, a stranger.
func TestNobodySeesAnothersOrders(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		m := newMarket(t, w)
		values := map[string]string{"school": string(m.school.ID), "id": string(m.ordered.ID), "number": m.ordered.Number}
		form := url.Values{"motif": {"Parce que"}, "ligne-1": {"1"}, "offre-0": {subscriptions.Distributor + ".x"}, "nombre-0": {"1"}, "uai": {"x"}}
		pupil := worldtest.NewVisitor()
		pupil.SignIn(t, w.Broker+"/mediacentre", "ines.marchal")
		before, walked := kept(t, m.Broker), 0
		for who, v := range map[string]*worldtest.Visitor{
			"another bookseller": m.visitor(t, w, "other"), "another distributor": m.visitor(t, w, "stranger"), "a pupil": pupil, "a stranger": worldtest.NewVisitor(),
		} {
			for _, route := range m.Routes {
				if !strings.Contains(route, " /professionnels/") && !strings.Contains(route, " /commandes") || strings.HasSuffix(route, "/quitter") && !strings.Contains(route, "{school}") {
					continue
				}
				walked++
				page := walk(t, w, v, route, values, form)
				if strings.Contains(page.Text, m.ordered.Number) && page.Status == http.StatusOK && !strings.HasPrefix(page.At.Path, "/connexion") {
					t.Errorf("%s, %s: status %d shows order %s", who, route, page.Status, m.ordered.Number)
				}
				if title := m.ordered.Lines[0].Title; strings.HasPrefix(page.At.Path, "/professionnels") && strings.Contains(page.Text, title) {
					t.Errorf("%s, %s: status %d shows « %s »", who, route, page.Status, title)
				}
			}
		}
		if walked < 80 {
			t.Errorf("only %d routes were walked: does the test still know them?", walked)
		}
		if after := kept(t, m.Broker); !maps.Equal(before, after) {
			t.Errorf("somebody changed something: %v, before %v", after, before)
		}
		// The right ones do see it; so what was walked above was there.
		for who, path := range map[string]string{"taken": "/professionnels/etablissements/" + string(m.school.ID) + "/commandes/" + string(m.ordered.ID), "distributor": "/professionnels/recues/" + m.ordered.Number} {
			if page := m.visitor(t, w, who).Get(t, w.Broker+path); page.Status != http.StatusOK || !strings.Contains(page.Text, m.ordered.Number) {
				t.Errorf("%s: status %d at %s", who, page.Status, page.At)
			}
		}
		// A session of the trade opens nothing of a school.
		if page := m.visitor(t, w, "taken").Get(t, w.Broker+"/mediacentre"); strings.HasPrefix(page.At.Path, "/mediacentre") {
			t.Errorf("a bookseller is in the Médiacentre: %d", page.Status)
		}
	})
}

// What a distributor sends twice from one sight of an order, a double click or a page that stayed open, moves copies once.
func TestADoubleClickDeliversOnce(t *testing.T) {
	t.Parallel()
	w := worldtest.Open(t, worldtest.Options{})
	m := newMarket(t, w)
	ctx, o := t.Context(), m.order(t, 4)
	distributor := m.visitor(t, w, "distributor")
	counts := func() (ordered, delivered, cancelled int) {
		t.Helper()
		o, err := m.Orders.FindReceived(ctx, subscriptions.Distributor, o.Key)
		if err != nil {
			t.Fatal(err)
		}
		return o.Lines[0].Ordered, o.Lines[0].Delivered, o.Lines[0].Cancelled
	}
	seen := distributor.Get(t, w.Broker+"/professionnels/recues/"+o.Number)
	if first := seen.Press(t, "Livrer ces nombres", url.Values{"ligne-1": {"2"}}); first.Status != http.StatusOK || !first.Says("La livraison est enregistrée.") {
		t.Fatalf("status %d: %s", first.Status, first.Words())
	}
	again := seen.Press(t, "Livrer ces nombres", url.Values{"ligne-1": {"2"}})
	if _, delivered, _ := counts(); delivered != 2 {
		t.Errorf("%d of 2 are delivered", delivered)
	}
	if again.Status != http.StatusConflict || !again.Says("La commande "+o.Number+" a changé depuis que vous l’avez lue") || !again.Says("2 livrés") || again.Says("La livraison est enregistrée.") {
		t.Errorf("status %d: %s", again.Status, again.Words())
	}

	// The page that says so shows the order as it is: from there it goes on.
	if last := again.Press(t, "Livrer ces nombres", nil); last.Status != http.StatusOK || !last.Says("La livraison est enregistrée.") {
		t.Fatalf("status %d: %s", last.Status, last.Words())
	}
	ordered, delivered, _ := counts()
	if delivered != ordered {
		t.Errorf("%d of %d are delivered", delivered, ordered)
	}
	seen = distributor.Get(t, w.Broker+"/professionnels/recues/"+o.Number)
	// What was refused keeps the sight that it was written from.
	wrong := seen.Press(t, "Annuler ces nombres", url.Values{"ligne-1": {"1"}})
	if wrong.Status != http.StatusBadRequest || !wrong.Says("Dites pourquoi") {
		t.Errorf("status %d: %s", wrong.Status, wrong.Words())
	}
	for i, page := range []worldtest.Page{seen, seen, wrong} {
		page = page.Press(t, "Annuler ces nombres", url.Values{"ligne-1": {"1"}, "motif": {"Retour"}})
		if want := map[bool]int{true: http.StatusOK, false: http.StatusConflict}[i == 0]; page.Status != want {
			t.Errorf("cancelled %d times: status %d: %s", i+1, page.Status, page.Words())
		}
	}
	if _, delivered, cancelled := counts(); cancelled != 1 || delivered != ordered-1 {
		t.Errorf("%d are cancelled, %d delivered, of %d", cancelled, delivered, ordered)
	}
}

// Booksellers and distributors at their pages, from the sign-in to a delivery.
func TestTheTradeInABrowser(t *testing.T) {
	t.Parallel()
	w := worldtest.Open(t, worldtest.Options{})
	m := newMarket(t, w)
	var world map[string]any
	if err := json.Unmarshal([]byte(w.JSON(t, false)), &world); err != nil {
		t.Fatal(err)
	}
	world["number"] = m.ordered.Number
	for _, who := range []string{"taken", "distributor"} {
		slip, err := m.Accounts.Hand(t.Context(), journal.System("operator"), m.agents[who].Person)
		if err != nil {
			t.Fatal(err)
		}
		world[who] = map[string]string{"login": string(slip.Login), "phrase": string(slip.Phrase)}
	}
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "trade")
}
