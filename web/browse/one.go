package browse

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/orders"
	"pupitre/web"
)

// onePage is one resource.
type onePage struct {
	look.Shell
	Cover       look.Cover
	By          string
	Tags        []look.Tag
	Description []string // paragraphs
	Facts       []fact
	Known       []known
	Joins       string // what of it is the same at every publisher, "" for nothing
	Mother      look.Link
	Shelf       look.Shelf
	Offers      []offer
	Order       look.Link // where they are ordered, or asked for
	Trials      []trial
}

// trial is one way of trying the resource.
type trial struct {
	Key, Whom, Days, Terms, Do string
	Least, Most                int
	Whole                      bool
}

// offer is one way of buying the resource.
type offer struct{ Whom, Years, Net, Gross string }

type fact struct {
	Name   string
	Values []string
}

// known is one thing that the resource will know about a pupil, and why.
type known struct{ Name, Why string }

func (b *Room) resource(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	x, err := b.Notices.FindResource(r.Context(), catalogue.ResourceID(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := &onePage{Shell: b.House.Site.Shell(r)}
	p.Cover = web.CoverOf(&p.Shell, x)
	p.Cover.Size = "m"
	p.Title, p.Parent, p.Airy = x.Title, p.T("browse.title"), true
	p.Styles = []string{"browse.css"}
	p.Crumbs = []look.Link{{Text: p.T("browse.title"), Href: web.CataloguePath}, {Text: x.Title, Current: true}}
	p.By, p.Tags = p.T("mediacentre.by", "publisher", x.Publisher.Name), tags(&p.Shell, x)
	for part := range strings.SplitSeq(x.Description, "\n\n") {
		if part != "" {
			p.Description = append(p.Description, part)
		}
	}
	p.Facts = facts(&p.Shell, x)
	p.tell(x)
	if err := b.family(r, p, x); err != nil {
		return err
	}
	if err := b.offers(r, reader, p, x); err != nil {
		return err
	}
	return b.one.Send(w, r, http.StatusOK, p)
}

// offers lists how the school may buy the resource today, for whoever orders for it or may ask.
func (b *Room) offers(r *http.Request, reader *web.Reader, p *onePage, x catalogue.Resource) error {
	if b.Orders == nil || !reader.Office.MayOrder() && !reader.Office.Teaches {
		return nil
	}
	of := orders.BasketKey{School: reader.Session.School, Buyer: orders.Buyer{Person: reader.Person.ID}}
	list, err := b.Orders.Offers(r.Context(), of, x.ID, orders.OfferKey{})
	for _, o := range list {
		if o.IsTrial() {
			t := trial{Key: web.OfferField(o.OfferKey), Whom: web.ForWhom(&p.Shell, o.Kind, o.Publics), Days: p.T("web.order.trial.days", "n", o.Trial.Days), Terms: web.TrialTerms(&p.Shell, o),
				Least: o.Least, Most: o.Trial.Most, Whole: o.Kind == licensing.Establishment}
			if reader.Office.MayOrder() {
				t.Do = web.OrdersPath + "/essais"
			}
			p.Trials = append(p.Trials, t)
			continue
		}
		gross := orders.Sum([]orders.Priced{{Quantity: 1, Net: o.Net, Rate: o.Rate}}).Gross
		p.Offers = append(p.Offers, offer{web.ForWhom(&p.Shell, o.Kind, o.Publics), p.T("web.order.years", "n", o.Years),
			lang.Money(p.Locale, int64(o.Net)), lang.Money(p.Locale, int64(gross))})
	}
	p.Order = look.Link{Text: p.T("browse.order"), Href: web.OrdersPath + "/offres?" + url.Values{"ressource": {string(x.ID)}}.Encode()}
	if !reader.Office.MayOrder() {
		p.Order.Text = p.T("browse.ask")
	}
	return err
}

func facts(s *look.Shell, x catalogue.Resource) []fact {
	var all []fact
	add := func(name string, values ...string) {
		values = slices.DeleteFunc(values, func(v string) bool { return v == "" })
		if len(values) > 0 {
			all = append(all, fact{s.T("browse.fact." + name), values})
		}
	}
	add("levels", labels(s, x.Levels)...)
	add("subjects", labels(s, x.Subjects)...)
	add("publics", labels(s, x.Publics)...)
	if !x.IsFamily {
		add("kind", append([]string{web.KindName(s, x.Presentation)}, labels(s, x.Pedagogical)...)...)
	}
	add("documents", labels(s, x.Documents)...)
	add("accessible", x.Accessible...)
	if x.Offline {
		add("offline", s.T("browse.offline.yes"))
	}
	add("ark", string(x.ARK))
	return all
}

func labels(s *look.Shell, terms []catalogue.Term) []string {
	var out []string
	for _, t := range terms {
		out = append(out, t.In(s.Locale))
	}
	return out
}

// tell says what the resource will know about a pupil: a pseudonym, and what its notice declares.
func (p *onePage) tell(x catalogue.Resource) {
	if x.IsFamily {
		return
	}
	p.Known = []known{{lang.Capital(p.T("browse.attribute.ido")), p.T("browse.attribute.ido.why")}}
	var shared []string
	for _, d := range x.Declared {
		if d.Attribute == "IDO" {
			continue
		}
		name := p.T("browse.attribute." + strings.ToLower(string(d.Attribute)))
		why := d.Reason
		if why == "" {
			why = p.T("browse.attribute.unsaid")
		}
		p.Known = append(p.Known, known{lang.Capital(name), why})
		if slices.Contains(catalogue.Joining, d.Attribute) {
			shared = append(shared, name)
		}
	}
	if len(shared) > 0 {
		p.Joins = p.T("browse.joins", "names", strings.Join(shared, ", "))
	}
}

// family shows a mother's members as a shelf, or leads a member to its mother.
func (b *Room) family(r *http.Request, p *onePage, x catalogue.Resource) error {
	if !x.IsFamily {
		if x.Family == "" {
			return nil
		}
		mother, err := b.Notices.FindResource(r.Context(), x.Family)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		p.Mother = look.Link{Text: mother.Title, Href: href(mother.ID)}
		return err
	}
	members, err := b.Notices.ListMembers(r.Context(), x.ID)
	if err != nil {
		return fmt.Errorf("members of %s: %w", x.ID, err)
	}
	p.Shelf = look.Shelf{ID: "etagere", Title: p.T("browse.shelf"), Note: p.T("mediacentre.count", "n", len(members))}
	for _, m := range members {
		p.Shelf.Books = append(p.Shelf.Books, look.Book{Cover: web.CoverOf(&p.Shell, m), Title: m.Title, Href: href(m.ID)})
	}
	return nil
}

func href(id catalogue.ResourceID) string {
	return web.CataloguePath + "/" + url.PathEscape(string(id))
}
