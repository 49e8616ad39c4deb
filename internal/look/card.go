package look

import (
	"fmt"
	"html/template"
	"strings"

	"pupitre/internal/lang"
)

// A page of the médiacentre has 48 cards with some two hundred tags, and a template spends more on each than the database does on
// finding it: what stands on a page so often is written in Go.

// Card is something to open; the whole card is one link. The function cards draws the <li>s of <ul class="cards">, the function card one
// card without its <li>.
type Card struct {
	ID     string // of its <li>; optional
	Cover  Cover
	Title  string
	Href   string // "" for a card that is closed
	By     string // "édité par Éditions du Préau"
	Tags   []Tag
	Foot   string
	Closed bool
	Why    string // why it is closed
	Ask    Link   // whom to ask
	Star   *Star  // after it, in its <li>; nil for none
}

// cards draws Cards.
func (s *Site) cards(list []Card) (template.HTML, error) {
	m := make(markup, 0, 2048*len(list))
	for i := range list {
		c := &list[i]
		m = m.raw(`<li`)
		if c.ID != "" {
			m = m.raw(` id="`).text(c.ID).raw(`"`)
		}
		m = m.when(c.Star != nil, ` class="kept"`).raw(`>`)
		var err error
		if m, err = s.addCard(m, c); err == nil && c.Star != nil {
			m, err = s.addStar(m, c.Star)
		}
		if err != nil {
			return "", err
		}
		m = m.raw(`</li>`)
	}
	return template.HTML(m), nil
}

// card draws a Card.
func (s *Site) card(c Card) (template.HTML, error) {
	m, err := s.addCard(nil, &c)
	return template.HTML(m), err
}

func (s *Site) addCard(m markup, c *Card) (markup, error) {
	m = m.raw(`<article class="card`).when(c.Closed, ` is-closed`).raw(`">`).html(c.Cover.HTML()).raw(`<div class="card-body"><h3>`)
	if c.Href != "" {
		if err := leads(c.Href); err != nil {
			return nil, err
		}
		m = m.raw(`<a class="card-link" href="`).text(c.Href).raw(`">`).text(c.Title).raw(`</a>`)
	} else {
		m = m.text(c.Title)
	}
	m = m.raw(`</h3>`)
	if c.By != "" {
		m = m.raw(`<p class="by">`).text(c.By).raw(`</p>`)
	}
	if len(c.Tags) > 0 {
		m = m.raw(`<p class="row tight">`)
		for _, t := range c.Tags {
			var err error
			if m, err = s.addTag(m, t); err != nil {
				return nil, err
			}
		}
		m = m.raw(`</p>`)
	}
	if c.Foot != "" || c.Why != "" {
		m = m.raw(`<p class="card-foot">`).text(c.Foot)
		if c.Why != "" {
			lock, err := s.icon("lock")
			if err != nil {
				return nil, err
			}
			m = m.raw(`<span class="why">`).html(lock).raw(`<span>`).text(c.Why)
			if c.Ask.Href != "" {
				if err := leads(c.Ask.Href); err != nil {
					return nil, err
				}
				m = m.raw(` <a class="above" href="`).text(c.Ask.Href).raw(`">`).text(c.Ask.Text).raw(`</a>`)
			}
			m = m.raw(`</span></span>`)
		}
		m = m.raw(`</p>`)
	}
	return m.raw(`</div></article>`), nil
}

// Star is the button that keeps what stands on a card at hand, or lets it go, with the form that it sends.
type Star struct {
	Action string // the address to post to
	Fields []Hidden
	Name   string // of the button, whose value is Value
	Value  string
	On     bool
	Label  string // what screen readers call it: "Garder Le labo de grammaire dans mes favoris"
}

func (s *Site) addStar(m markup, f *Star) (markup, error) {
	if err := leads(f.Action); err != nil {
		return nil, err
	}
	icon, err := s.icon("star")
	if err != nil {
		return nil, err
	}
	m = m.raw(`<form class="fav" method="post" action="`).text(f.Action).raw(`">`)
	for _, h := range f.Fields {
		m = m.raw(`<input type="hidden" name="`).text(h.Name).raw(`" value="`).text(h.Value).raw(`">`)
	}
	pressed := "false"
	if f.On {
		pressed = "true"
	}
	m = m.raw(`<button class="btn-icon btn-quiet" type="submit" name="`).text(f.Name).raw(`" value="`).text(f.Value).raw(`" aria-pressed="`).raw(pressed)
	return m.raw(`" aria-label="`).text(f.Label).raw(`">`).html(icon).raw(`</button></form>`), nil
}

// tag draws a Tag.
func (s *Site) tag(t Tag) (template.HTML, error) {
	m, err := s.addTag(nil, t)
	return template.HTML(m), err
}

func (s *Site) addTag(m markup, t Tag) (markup, error) {
	m = m.raw(`<span class="tag`)
	if t.Tone != "" {
		m = m.raw(" tag-").text(string(t.Tone))
	}
	m = m.raw(`">`)
	if t.Icon != "" {
		icon, err := s.icon(t.Icon)
		if err != nil {
			return nil, err
		}
		m = m.html(icon)
	}
	return m.text(t.Text).raw("</span>"), nil
}

// Facet is one way to narrow a list ("facets"); each value is a link that takes it, or lets it go.
type Facet struct {
	Name         string
	Values, More []FacetValue // those that are seen at once, and the others
}

// FacetValue is one value of a facet.
type FacetValue struct {
	Text, Href string
	Count      int // what this value would show, the other facets as they are
	On         bool
}

// values draws the <li>s of a facet's values.
func (s *Site) values(locale lang.Locale, list []FacetValue) (template.HTML, error) {
	chosen, err := s.icon("square-check")
	if err != nil {
		return "", err
	}
	m := make(markup, 0, 256*len(list))
	for i := range list {
		v := &list[i]
		if err := leads(v.Href); err != nil {
			return "", err
		}
		m = m.raw(`<li><a href="`).text(v.Href).raw(`"`)
		if v.On {
			m = m.raw(` aria-current="true">`).html(chosen).raw(`<span>`).text(v.Text).raw(`<span class="sr"> `).text(s.words.T(locale, "look.facet.drop")).raw(`</span></span>`)
		} else {
			m = m.raw(`><span class="box" aria-hidden="true"></span><span>`).text(v.Text).raw(`</span>`)
		}
		m = m.raw(`<small>`).text(lang.Number(locale, int64(v.Count))).raw(`</small></a></li>`)
	}
	return template.HTML(m), nil
}

// leads refuses an address that is no page: templates do so by themselves.
func leads(address string) error {
	if scheme, _, found := strings.Cut(address, ":"); found && !strings.ContainsAny(scheme, "/?#") && scheme != "http" && scheme != "https" {
		return fmt.Errorf("look: %q is no address of a page", address)
	}
	return nil
}

// markup is HTML in the making.
type markup []byte

// raw adds markup of our own.
func (m markup) raw(s string) markup { return append(m, s...) }

func (m markup) html(h template.HTML) markup { return append(m, h...) }

func (m markup) when(is bool, s string) markup {
	if is {
		return append(m, s...)
	}
	return m
}

// text adds text, or what stands between the quotes of an attribute.
func (m markup) text(s string) markup { return append(m, template.HTMLEscapeString(s)...) }
