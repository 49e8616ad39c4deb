package partners_test

import (
	"testing"

	"pupitre/directory"
	"pupitre/internal/db/dbtest"
	"pupitre/licensing"
	"pupitre/orders"
	"pupitre/partners"
)

// ordered is an order of so many copies, sent to a distributor by the head of the house's school.
func (h *house) ordered(number string, n int) orders.Order {
	h.t.Helper()
	ctx := h.t.Context()
	offer := orders.Offer{OfferKey: orders.OfferKey{Distributor: number, ID: "cahier"}, ARK: h.work.ARK, Kind: licensing.Individual, Transferable: true,
		Publics: []directory.Profile{directory.Pupil}, Years: 1, Net: 450, Rate: 550, Least: 1}
	if err := h.buying.KeepOffers(ctx, operator, number, []orders.Offer{offer}); err != nil {
		h.t.Fatal(err)
	}
	head := orders.Buyer{Person: h.Persons(h.school.ID, directory.Staff, 1, "")[0]}
	h.Head(h.school.ID, head.Person)
	basket := orders.BasketKey{School: h.school.ID, Buyer: head}
	if err := h.buying.Put(ctx, basket, orders.Change{Offer: offer.OfferKey, Quantity: n}); err != nil {
		h.t.Fatal(err)
	}
	b, err := h.buying.FindBasket(ctx, basket)
	if err != nil {
		h.t.Fatal(err)
	}
	quotes, err := h.buying.Quote(ctx, basket, b.Version)
	if err != nil {
		h.t.Fatal(err)
	}
	o, err := h.buying.Send(ctx, head, quotes[0].Key, orders.References{SIRET: "19991234500014", Engagement: "ENG-7"})
	if err != nil {
		h.t.Fatal(err)
	}
	return o
}

func TestADistributorTakesOrders(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		program := h.with(ours, partners.ForOrders)
		if got := h.at(program, shop, "GET", "/commandes", ""); got.status != 200 || got.body != `{"commandes":[]}`+"\n" {
			t.Errorf("%d %s", got.status, got.body)
		}
		o := h.ordered(ours, 6)
		one := "/commandes/" + o.Number
		h.want(h.at(program, shop, "GET", "/commandes?etat=sent", ""), 200, `"numero":"`+o.Number+`"`, `"engagement":"ENG-7"`, `"totalTTC":2849`, `"commandes":6`)
		h.want(h.at(program, shop, "GET", "/commandes?etat=delivered", ""), 200, `"commandes":[]`)
		h.want(h.at(program, shop, "POST", one+"/livraison", `{"lignes":{"1":2}}`), 200, `"etat":"confirmed"`, `"livres":2`, `"idAbonnement":"`+o.Number+`-1"`)
		if got := h.stock().Total; got != 2 {
			t.Errorf("the console shows %v copies", got)
		}
		h.want(h.at(program, shop, "POST", one+"/livraison", ""), 200, `"etat":"delivered"`, `"livres":6`)
		h.want(h.at(program, shop, "POST", one+"/livraison", ""), 200, `"livres":6`)
		if got := h.stock().Total; got != 6 {
			t.Errorf("the console shows %v copies", got)
		}
		h.want(h.at(program, shop, "POST", one+"/annulation", `{"lignes":{"1":1},"motif":"retour"}`), 200, `"annules":1`, `"motif":"retour"`)
		h.want(h.at(program, shop, "GET", one, ""), 200, `"livres":5`)
		h.want(h.at(program, shop, "POST", "/commandes/"+h.ordered(ours, 1).Number+"/refus", `{"motif":"épuisé"}`), 200, `"etat":"refused"`)
		// The subscription is the distributor's like any other.
		h.want(h.do(h.mine, "GET", "/abonnements", ""), 200, o.Number+"-1", "<nbLicenceGlobale>5</nbLicenceGlobale>")
	})
}

// A program whose answer was lost asks again by what it saw: nothing moves twice.
func TestAnOrderMovesOnceForOneSight(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		program := h.with(ours, partners.ForOrders)
		one := "/commandes/" + h.ordered(ours, 10).Number
		tag := func(r reply) string {
			t.Helper()
			if text := r.header.Get("ETag"); len(text) > 2 && text[0] == '"' {
				return text
			}
			t.Fatalf("no entity tag: %d %v", r.status, r.header)
			return ""
		}
		sight := tag(h.at(program, shop, "GET", one, ""))
		const four, back = `{"lignes":{"1":4}}`, `{"lignes":{"1":3},"motif":"retour"}`
		delivered := h.at(program, shop, "POST", one+"/livraison", four, "If-Match", sight)
		h.want(delivered, 200, `"livres":4`)
		h.want(h.at(program, shop, "POST", one+"/livraison", four, "If-Match", sight), 412, "a changé depuis que vous l’avez lue")
		h.want(h.at(program, shop, "POST", one+"/livraison", four, "If-Match", sight, "Accept-Language", "en"), 412, "has changed since you read it")
		h.want(h.at(program, shop, "POST", one+"/livraison", four, "If-Match", `"none", W/"neither"`), 412)
		read := h.at(program, shop, "GET", one, "")
		h.want(read, 200, `"livres":4`)
		if tag(read) != tag(delivered) || tag(read) == sight {
			t.Errorf("%s before, %s answered, %s read", sight, tag(delivered), tag(read))
		}
		h.want(h.at(program, shop, "POST", one+"/annulation", back, "If-Match", `"none", `+tag(read)), 200, `"annules":3`)
		h.want(h.at(program, shop, "POST", one+"/annulation", back, "If-Match", tag(read)), 412)
		h.want(h.at(program, shop, "GET", one, ""), 200, `"livres":4`, `"annules":3`)

		// All that is open is the same asked twice, whatever was seen.
		sight = tag(h.at(program, shop, "GET", one, ""))
		for range 2 {
			h.want(h.at(program, shop, "POST", one+"/livraison", "", "If-Match", sight), 200, `"etat":"delivered"`, `"livres":7`)
		}
		for range 2 {
			h.want(h.at(program, shop, "POST", one+"/annulation", `{"motif":"tout"}`), 200, `"etat":"cancelled"`)
		}
		// Who says nothing of what it saw asks of the order as it is, as ever.
		one = "/commandes/" + h.ordered(ours, 10).Number
		h.want(h.at(program, shop, "POST", one+"/livraison", four), 200, `"livres":4`)
		h.want(h.at(program, shop, "POST", one+"/livraison", four, "If-Match", "*"), 200, `"livres":8`)
		h.want(h.at(program, shop, "POST", one+"/annulation", back), 200, `"livres":7`, `"annules":3`)
	})
}

func TestOrdersAreRefusedWithTheRemedy(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		program, rival := h.with(ours, partners.ForOrders), h.with(their, partners.ForOrders)
		o := h.ordered(ours, 6)
		one := "/commandes/" + o.Number
		for _, act := range []string{"livraison", "refus", "annulation"} {
			h.want(h.at(rival, shop, "POST", one+"/"+act, `{"motif":"non"}`), 404)
		}
		h.want(h.at(rival, shop, "GET", one, ""), 404)
		h.want(h.at(rival, shop, "GET", "/commandes?avant="+o.Number, ""), 404)
		h.want(h.at(h.mine, shop, "GET", "/commandes", ""), 403)
		h.want(h.at(program, shop, "GET", "/commandes?etat=perdue", ""), 400, "perdue", "sent, confirmed")
		h.want(h.at(program, shop, "POST", one+"/livraison", `{"ligne":{"1":2}}`), 400, "unknown field")
		h.want(h.at(program, shop, "POST", one+"/livraison", `{"lignes":{"un":2}}`), 400, "numéro d’une ligne")
		h.want(h.at(program, shop, "POST", one+"/livraison", `{"lignes":{"1":7}}`), 400, "il n’en reste que 6")
		h.want(h.at(program, shop, "POST", one+"/livraison", `{"lignes":{"1":-1}}`), 400)
		h.want(h.at(program, shop, "POST", one+"/refus", ``), 400, "Dites pourquoi")
		h.want(h.at(program, shop, "POST", one+"/annulation", `{"motif":"non"}`), 409)
		h.want(h.at(program, shop, "DELETE", one, ""), 405)
		h.want(h.at(program, shop, "GET", "/commandes/rien", ""), 404)
		if got := h.stock().Total; got != 0 {
			t.Errorf("the console shows %v copies", got)
		}
	})
}
