package resource

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// Standing makes a standing assignment of a plan. licensing.Service satisfies it.
type Standing interface {
	AddRule(ctx context.Context, by journal.Actor, r licensing.Rule, hash string) (licensing.Ruled, error)
}

// stand makes a standing assignment of the plan that the manager saw: it gives exactly that, and to newcomers later.
func (c *Room) stand(w http.ResponseWriter, r *http.Request, d hall.Desk) error {
	ch, err := c.choose(r, d)
	if err != nil {
		return err
	}
	if !ch.chosen.Stands() {
		return c.nobody(w, r, d, ch)
	}
	order := ch.order(r, d)
	rule := licensing.Rule{School: d.School.ID, Resource: d.Stock.Resource, Targets: order.Targets, Rank: order.Rank}
	if rule.Reserve, err = readReserve(r.FormValue("reserve")); err != nil {
		return err
	}
	if r.FormValue("rendre") != "" {
		rule.Keep = licensing.GiveBack
	}
	done, err := c.Standing.AddRule(r.Context(), d.Reader.Actor(), rule, r.FormValue("empreinte"))
	if fault.CodeOf(err) == "licensing.plan.changed" {
		order.Short = licensing.ShortServe
		return c.again(w, r, d, ch, order, done.Plan.Plan, err)
	}
	if err != nil {
		return err
	}
	// What another window chose meanwhile stays.
	if _, err := c.Drafts.Choose(r.Context(), licensing.Choosing{Of: key(d), Seen: licensing.AnyVersion, Remove: ch.chosen}); err != nil {
		return err
	}
	s := c.House.Site.Shell(r)
	news := look.Message{Tone: look.Green, Title: s.T("console.rule.made"), Text: hall.Given(&s, done.Plan.Plan) + ". " + s.T("console.rule.made.text", "kept", done.Plan.Reserved)}
	return c.Flash(w, r, news, d.Site.Path(hall.RulesPath+"/"+string(done.Rule.ID)))
}

// readReserve reads how many copies are to be kept back; nothing is none.
func readReserve(text string) (int64, error) {
	if text = strings.TrimSpace(text); text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0, fault.New(fault.Invalid, "console.rule.reserve.form", "value", text)
	}
	return n, nil
}
