package partners

import (
	"bufio"
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/licensing"
)

// list is GET or POST /abonnements: the partner's own subscriptions.
func (d *Door) list(c *call) error {
	q, err := readQuery(c.r)
	if err != nil {
		return err
	}
	for _, f := range q.equal {
		if f.name == "idDistributeurCom" && f.text != c.partner.Distributor {
			return at(f, d.refuse(c, "abonnements", f.text))
		}
	}
	found, err := d.collect(c, q)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(c.w, 32<<10)
	if wantsJSON(c.r) {
		c.w.Header().Set("Content-Type", jsonType)
		err = writeJSON(out, found)
	} else {
		c.w.Header().Set("Content-Type", xmlType)
		err = writeXML(out, found)
	}
	if err == nil {
		err = out.Flush()
	}
	return err
}

// collect returns the window of what passes. In the usual order it stops at the window's end; any other must see them all.
func (d *Door) collect(c *call, q query) ([]licensing.Subscription, error) {
	straight := q.order == "idAbonnement" && !q.down
	var found []licensing.Subscription
	base := q.base(c.partner.Distributor)
	for {
		page, err := d.Subscriptions.ListSubscriptions(c.r.Context(), base)
		if err != nil {
			return nil, err
		}
		if found == nil && len(page) == base.Limit {
			found = make([]licensing.Subscription, 0, widestWindow) // a long list: growing would copy it several times
		}
		for _, s := range page {
			if q.keeps(s) {
				found = append(found, s)
			}
		}
		if len(page) < base.Limit || straight && len(found) >= q.last {
			break
		}
		base.After = page[len(page)-1].ID
	}
	if !straight {
		slices.SortFunc(found, q.compare)
	}
	return found[min(q.first-1, len(found)):min(q.last, len(found))], nil
}

// pairs lists a subscription's elements in their order, as they are written. EDU's kind of client needs milliseconds, an
// offset, finValidite, uaiEtab and publicCible to be there (gar-protocol §1.5).
func pairs(s *licensing.Subscription, days *written, put func(name, value string)) {
	some := func(name, value string) {
		if value != "" {
			put(name, value)
		}
	}
	id := string(s.ID)
	if !s.Ended.IsZero() {
		id = "_" + id // the mark of what is deleted (RG13)
	}
	put("idAbonnement", id)
	some("commentaireAbonnement", s.Comment)
	put("idDistributeurCom", s.Distributor)
	put("idRessource", string(s.ARK))
	put("typeIdRessource", "ark")
	put("libelleRessource", s.Title)
	put("debutValidite", days.first.of(s.Starts, firstInstant))
	put("finValidite", days.last.of(s.Ends, lastInstant))
	some("anneeFinValidite", s.SchoolYear)
	for _, uai := range s.Schools {
		put("uaiEtab", string(uai))
	}
	if len(s.Natures) > 0 {
		put("codeNatureUAI", strings.Join(s.Natures, ","))
	}
	put("categorieAffectation", category(*s))
	put("typeAffectation", string(s.Kind))
	for _, p := range []directory.Profile{directory.Teacher, directory.Pupil, directory.Librarian, directory.Staff} {
		if n, ok := s.Per[p]; ok {
			put(licensing.CountField(p), n.String())
		}
	}
	if s.Global != nil {
		put("nbLicenceGlobale", s.Global.String())
	}
	for _, public := range publicsOf(*s) {
		put("publicCible", public)
	}
	some("codeProjetRessource", s.ProjectCode)
}

const instantForm = "2006-01-02T15:04:05.000-07:00"

// firstInstant and lastInstant write the first second of a day, and its last: a program that compares the end with its own
// clock then closes when the day is over, and one that posts back what it read says the same day.
func firstInstant(d clock.Date) string { return d.Start(home).In(home).Format(instantForm) }

func lastInstant(d clock.Date) string {
	return d.End(home).Add(-1e9).In(home).Format(instantForm)
}

// written are the days of a list as they were written: thousands of subscriptions begin and end on a handful.
type written struct{ first, last instants }

type instants map[clock.Date]string

func (i *instants) of(d clock.Date, write func(clock.Date) string) string {
	text, ok := (*i)[d]
	if !ok {
		if *i == nil {
			*i = instants{}
		}
		text = write(d)
		(*i)[d] = text
	}
	return text
}

func writeXML(w *bufio.Writer, list []licensing.Subscription) error {
	w.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<abonnements xmlns="` + space + `">`)
	var days written
	put := func(name, value string) { writeElement(w, name, value) }
	for i := range list {
		w.WriteString("<abonnement>")
		pairs(&list[i], &days, put)
		w.WriteString("</abonnement>")
	}
	_, err := w.WriteString("</abonnements>\n")
	return err
}

// writeElement writes <name>value</name>. The writer keeps its first error.
func writeElement(w *bufio.Writer, name, value string) {
	b := w.AvailableBuffer() // one write is cheaper than seven
	b = append(b, '<')
	b = append(b, name...)
	b = append(b, '>')
	if isPlain(value) {
		b = append(b, value...)
	} else {
		w.Write(b)
		xml.EscapeText(w, []byte(value))
		b = w.AvailableBuffer()
	}
	b = append(b, '<', '/')
	b = append(b, name...)
	b = append(b, '>')
	w.Write(b)
}

// isPlain reports whether a text is written as it stands.
func isPlain(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case '&', '<', '>', '\'', '"', '\t', '\n', '\r':
			return false
		}
	}
	return true
}

// writeJSON writes {"abonnements":[…]}, keys being the names of elements; those that may be repeated are always lists.
func writeJSON(w *bufio.Writer, list []licensing.Subscription) error {
	out := make([]map[string]any, 0, len(list))
	var days written
	for i := range list {
		m := map[string]any{"uaiEtab": []string{}, "publicCible": []string{}}
		pairs(&list[i], &days, func(name, value string) {
			if several, ok := m[name].([]string); ok {
				m[name] = append(several, value)
				return
			}
			m[name] = value
		})
		out = append(out, m)
	}
	return json.NewEncoder(w).Encode(map[string]any{"abonnements": out})
}
