package order

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/orders"
	"pupitre/web"
)

const renewalPath = web.OrdersPath + "/renouveler"

// renewalPage is what the school had in a year, and how much of it to order for the next.
type renewalPage struct {
	look.Shell
	Do, Year, Order string
	Version         int64
	From            string
	Rows            []renewalRow // that may be ordered again
	Gone            []renewalRow // that are not offered any more
	Heads           string       // what the column of heads is called
	Levels          []levelRow
	HeadsNote       string
	Others          string
	Waiting         string // what lies in the basket already
	Other           look.Link
	Empty           look.Empty
}

type renewalRow struct {
	N                      int // from 0: its fields' number
	Key, Title, Whom, Span string
	Net, Value, Wrong      string
	Cover                  look.Cover
	Copies                 string
	Given, Opened          look.Figure
	Never                  int
	Heads                  int
	Whole                  bool
	Notes                  []note
	Near                   []look.Link
}

// note is a word on a row that somebody must not miss.
type note struct {
	Icon, Text string
	Tone       look.Tone
}

type levelRow struct {
	Level, Classes string
	Now, Then      int
	Guessed        bool
}

func (s *Room) showRenewal(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	return s.renewalWith(w, r, reader, http.StatusOK, nil)
}

// renewalWith shows the renewal; after a refusal with what was written in its form, and what is wrong.
func (s *Room) renewalWith(w http.ResponseWriter, r *http.Request, reader *web.Reader, status int, trouble error) error {
	v := visit(reader)
	of := orders.Renewing{School: reader.Session.School, Person: reader.Person.ID, Year: r.FormValue("annee"), Order: orders.OrderID(r.FormValue("commande"))}
	found, err := s.Orders.FindRenewal(r.Context(), of)
	if err != nil {
		return err
	}
	p := &renewalPage{Shell: s.shell(r, "web.order.renewal"), Do: renewalPath, Year: found.Year, Order: string(of.Order), Version: found.Basket.Version, From: found.From}
	p.Title = p.T("web.order.renewal.for", "year", found.Year)
	p.Lead = p.T("web.order.renewal.lead", "from", found.From)
	p.Crumbs = []look.Link{v.home(&p.Shell), {Text: p.Title, Current: true}}
	for _, year := range orders.Years(v.on(s.Now())) {
		if year != found.Year {
			p.Other = look.Link{Text: p.T("web.order.renewal.other", "year", year), Href: renewalPath + "?" + url.Values{"annee": {year}}.Encode()}
		}
	}
	if n := len(found.Basket.Items); n > 0 {
		p.Waiting = p.T("web.order.renewal.basket", "n", n)
	}
	p.heads(found)
	for _, one := range found.Rows {
		row := p.row(found, one)
		if !one.Found {
			p.Gone = append(p.Gone, row)
			continue
		}
		row.N = len(p.Rows)
		p.written(&row, r, one, trouble)
		p.Rows = append(p.Rows, row)
	}
	if trouble != nil && len(p.Problems) == 0 {
		p.Messages = append(p.Messages, look.Message{Tone: look.Red, Text: said(&p.Shell, trouble)})
	}
	p.Empty = look.Empty{Title: p.T("web.order.renewal.none"), Text: p.T("web.order.renewal.none.text", "from", found.From), Action: look.Link{Text: p.T("web.order.choose"), Href: v.at("offres")}}
	return s.renewal.Send(w, r, status, p)
}

// heads fills the table of levels, and says where its figures come from.
func (p *renewalPage) heads(found orders.Renewal) {
	p.Heads, p.HeadsNote = p.T("web.order.renewal.heads", "year", found.Year), p.T("web.order.renewal.heads.now")
	if found.Next {
		p.HeadsNote = p.T("web.order.renewal.heads.moved", "year", found.Year)
	}
	for _, l := range found.Levels {
		row := levelRow{Level: l.Level, Now: l.Now, Then: l.Then, Guessed: l.Guessed}
		var classes []string
		for _, c := range l.Classes {
			if c.Class != "" {
				classes = append(classes, p.T("web.order.renewal.class", "class", c.Class, "n", c.N))
			}
		}
		if row.Classes = strings.Join(classes, ", "); row.Level == "" {
			row.Level = p.T("web.order.renewal.level.none")
		}
		p.Levels = append(p.Levels, row)
	}
	var others []string
	for _, profile := range directory.Profiles {
		if n := found.Others[profile]; n > 0 {
			others = append(others, p.T("web.order.renewal.others", "who", p.T("web.order.public."+string(profile)), "n", n))
		}
	}
	p.Others = strings.Join(others, ", ")
}

// row is what was had of a resource, and by what it may be had again.
func (p *renewalPage) row(found orders.Renewal, one orders.Renewed) renewalRow {
	row := renewalRow{
		Title: one.Title, Whom: web.ForWhom(&p.Shell, one.Kind, one.Publics), Cover: look.Cover{ID: string(one.ARK)}, Whole: one.Kind == licensing.Establishment,
		Opened: look.Figure{N: int64(one.Opened)}, Given: look.Figure{N: int64(one.Given)}, Never: one.Never(), Heads: one.Heads, Copies: p.T("web.order.renewal.unlimited"),
	}
	if !one.Copies.IsUnlimited() {
		row.Copies = lang.Number(p.Locale, int64(one.Copies))
	}
	if one.SiteWide() {
		row.Given, row.Never = look.Figure{Text: p.T("web.order.renewal.everybody")}, 0
	}
	say := func(icon string, tone look.Tone, key string, args ...any) {
		row.Notes = append(row.Notes, note{icon, p.T("web.order.renewal."+key, args...), tone})
	}
	if one.Ahead != 0 {
		if one.Ahead.IsUnlimited() {
			say("calendar-check", look.Green, "runs", "end", one.Until)
		} else {
			say("calendar-check", look.Green, "ahead", "n", int64(one.Ahead), "end", one.Until)
		}
	}
	if one.Coming > 0 {
		say("hourglass", "", "coming", "n", one.Coming, "year", found.Year)
	}
	switch {
	case one.Given == 0 && !one.SiteWide():
		say("triangle-alert", look.Amber, "ungiven")
	case one.Opened == 0:
		say("triangle-alert", look.Amber, "unopened")
	}
	if !one.Found {
		p.gone(&row, one)
		return row
	}
	if !one.Same {
		say("info", "", "replaced", "was", string(one.Was), "offer", string(one.Offer.ID))
	}
	row.Key, row.Net, row.Value = web.OfferField(one.Offer.OfferKey), money(&p.Shell, one.Offer.Net), strconv.Itoa(one.Advice)
	row.Span = p.T("web.order.years", "n", one.Offer.Years)
	if one.Offer.Least > 1 {
		row.Span += ", " + p.T("web.order.least", "n", one.Offer.Least)
	}
	return row
}

// gone says of a row that it is not offered any more, and what is near.
func (p *renewalPage) gone(row *renewalRow, one orders.Renewed) {
	key := "web.order.renewal.unoffered"
	if one.Withdrawn {
		key = "web.order.renewal.withdrawn"
	}
	row.Wrong = p.T(key)
	for _, near := range one.Near {
		row.Near = append(row.Near, look.Link{Text: near.Of.Title, Href: web.OrdersPath + "/offres?" + url.Values{"ressource": {string(near.Of.Resource)}}.Encode()})
	}
}

// written puts back what was written of a row, and what is wrong with it.
func (p *renewalPage) written(row *renewalRow, r *http.Request, one orders.Renewed, trouble error) {
	if trouble == nil {
		return
	}
	for i := 0; r.PostForm.Has("offre-" + strconv.Itoa(i)); i++ {
		n := strconv.Itoa(i)
		if r.PostForm.Get("offre-"+n) != row.Key {
			continue
		}
		row.Value = r.PostForm.Get("nombre-" + n)
		if _, err := quantity(row.Value); err != nil {
			row.Wrong = said(&p.Shell, err)
		} else if row.Value != "0" && about(fault.ParamsOf(trouble), one.Title) {
			row.Wrong = said(&p.Shell, trouble)
		}
	}
	if row.Wrong != "" {
		p.Problems = append(p.Problems, look.Problem{Field: "nombre-" + strconv.Itoa(row.N), Text: row.Wrong})
	}
}

// renew makes the quotes of a renewal, or puts it in the basket. What it says none of is left as it is in the basket.
func (s *Room) renew(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	v := visit(reader)
	version, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	changes, err := changes(r)
	changes = slices.DeleteFunc(changes, func(c orders.Change) bool { return c.Quantity == 0 })
	for i := range changes {
		changes[i].Year = r.PostForm.Get("annee")
	}
	if err == nil && len(changes) == 0 {
		err = fault.New(fault.Invalid, "web.order.renewal.nothing")
	}
	var made []orders.Order
	switch {
	case err != nil:
	case r.PostForm.Get("faire") == "panier":
		err = s.Orders.Put(r.Context(), v.of(), changes...)
	default:
		made, err = s.Orders.Quote(r.Context(), v.of(), version, changes...)
	}
	shell := s.House.Site.Shell(r)
	switch {
	case fault.Is(err, fault.Invalid), fault.Is(err, fault.Conflict), fault.Is(err, fault.NotFound):
		return s.renewalWith(w, r, reader, http.StatusBadRequest, err)
	case err != nil:
		return err
	case len(made) == 1:
		http.Redirect(w, r, v.path(made[0].ID, ""), http.StatusSeeOther)
		return nil
	case len(made) > 1:
		return s.to(w, r, v.Base, look.Message{Tone: look.Green, Text: shell.T("web.order.quotes", "n", len(made))})
	}
	return s.to(w, r, v.at("panier"), look.Message{Tone: look.Green, Text: shell.T("web.order.put")})
}
