package app

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"pupitre/directory"
	"pupitre/federation/local"
	"pupitre/internal/demo/start"
	"pupitre/internal/demo/subscriptions"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/journal"
	"pupitre/orders"
	"pupitre/orders/trade"
)

// agentPassword is what the demonstration's agents chose: as DemoPassword, no secret.
const agentPassword = "tabouret violet marmotte canif"

// The bookseller of the demonstration, which the collège takes.
const (
	booksellerName  = "Librairie des Marronniers"
	booksellerSIRET = "99900003800011"
)

// agent is somebody of a house, and the key that is in their telephone: the first page plays that.
type agent struct {
	Login string `json:"login"`
	Name  string `json:"name"`
	Role  string `json:"role"`
	Key   string `json:"key"`
}

// arriveTrade is `pupitre trade`, then the first sign-in of an agent each of a bookseller and of the distributor, by the very steps of everybody:
// the slip's phrase, a password of their own, a telephone. It is done once for a folder.
func (d *Demo) arriveTrade(ctx context.Context) error {
	file := d.folder.path("arrivees/professionnels.json")
	var list []agent
	if text, err := os.ReadFile(file); err == nil {
		if err := json.Unmarshal(text, &list); err != nil {
			return fault.Wrap(err, fault.Invalid, "demo.secrets.damaged", "path", file)
		}
		d.agents.Store(&list)
		return nil
	}
	seller, err := d.bookseller(ctx)
	if err != nil {
		return err
	}
	for _, one := range []struct {
		name directory.Name
		role string
		at   trade.House
	}{
		{directory.Name{Given: "Lou", Family: "Garance"}, "demo.role.bookseller", trade.House{Bookseller: seller.ID}},
		{directory.Name{Given: "Rémi", Family: "Sorbier"}, "demo.role.distributor", trade.House{Distributor: subscriptions.Distributor}},
	} {
		a, err := d.agentOf(ctx, trade.Agent{Name: one.name, House: one.at})
		if err != nil {
			return fmt.Errorf("let %s in: %w", one.name, err)
		}
		a.Role = one.role
		list = append(list, a)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return err
	}
	if err := writeWhole(file, text); err != nil {
		return err
	}
	d.agents.Store(&list)
	return nil
}

// bookseller makes the bookseller known, and has the collège take it.
func (d *Demo) bookseller(ctx context.Context) (orders.Bookseller, error) {
	service, by := d.brokers[0].Orders, journal.System("demo")
	seller, err := service.FindBooksellerBySIRET(ctx, booksellerSIRET)
	if fault.Is(err, fault.NotFound) {
		seller, err = service.AddBookseller(ctx, by, booksellerName, booksellerSIRET)
	}
	if err != nil {
		return seller, err
	}
	college, _, err := d.schools(ctx)
	if err != nil {
		return seller, err
	}
	head, err := d.person(ctx, "helene.castaing")
	if err != nil {
		return seller, err
	}
	if err := service.AskClient(ctx, seller.ID, college.ID); err != nil {
		return seller, err
	}
	return seller, service.AnswerClient(ctx, head.ID, college.ID, seller.ID, true)
}

// agentOf adds an agent who has signed in once. One whom an interrupted start left behind is closed: nobody has their telephone.
func (d *Demo) agentOf(ctx context.Context, a trade.Agent) (agent, error) {
	broker, by := d.brokers[0], journal.System("demo")
	all, err := broker.Trade.List(ctx)
	if err != nil {
		return agent{}, err
	}
	for _, left := range slices.DeleteFunc(all, func(x trade.Agent) bool { return x.House != a.House || !x.Closed.IsZero() }) {
		if err := broker.Trade.Close(ctx, by, left.Person); err != nil {
			return agent{}, err
		}
		if err := broker.Accounts.Refuse(ctx, by, left.Person); err != nil {
			return agent{}, err
		}
	}
	if a, err = broker.Trade.Add(ctx, by, a); err != nil {
		return agent{}, err
	}
	slip, err := broker.Accounts.Hand(ctx, by, a.Person)
	if err != nil {
		return agent{}, err
	}
	v := local.Visit{Project: local.Guests, State: id.NewMaker(d.options.Now).New()}
	if v.Token, _, err = broker.Accounts.SignIn(ctx, local.Try{Project: local.Guests, Login: slip.Login, Password: slip.Phrase, State: v.State}); err != nil {
		return agent{}, err
	}
	if _, err := broker.Accounts.Choose(ctx, v, agentPassword, agentPassword); err != nil {
		return agent{}, err
	}
	offer, err := broker.Accounts.Offered(ctx, v)
	if err != nil {
		return agent{}, err
	}
	code, err := local.ShownBy(offer.Key, d.options.Now())
	if err != nil {
		return agent{}, err
	}
	_, err = broker.Accounts.Take(ctx, v, code)
	return agent{Login: string(slip.Login), Name: a.Name.String(), Key: offer.Key}, err
}

// Agents are who comes in for a house of the trade, for the first page and the terminal, each with what their telephone shows now; none
// while they have not arrived.
func (d *Demo) Agents() []start.Agent {
	list := d.agents.Load()
	if list == nil {
		return nil
	}
	var out []start.Agent
	for _, a := range *list {
		code, _ := local.ShownBy(a.Key, d.options.Now()) // what we wrote is a key
		out = append(out, start.Agent{Login: a.Login, Name: a.Name, Role: a.Role, Password: agentPassword, Code: code})
	}
	return out
}
