package look_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"pupitre/internal/lang"
	"pupitre/internal/look"
)

type cardPage struct {
	look.Shell
	Cards  []look.Card
	Facets []look.Facet
}

// drawCards draws a page of these.
func drawCards(t *testing.T, p *cardPage) (string, error) {
	t.Helper()
	site := look.New(look.Pupitre, lang.MustLoad())
	page := site.Template(fstest.MapFS{"cards.html": {Data: []byte(`{{define "main"}}{{template "facets" .Facets}}<ul class="cards">{{cards .Cards}}</ul>{{end}}`)}}, "cards.html")
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	p.Shell = site.Shell(r)
	w := httptest.NewRecorder()
	err := page.Send(w, r, http.StatusOK, p)
	return w.Body.String(), err
}

func TestWhatACardSaysIsTextAndNothingElse(t *testing.T) {
	const evil = `"><script>alert(1)</script>`
	body, err := drawCards(t, &cardPage{
		Cards: []look.Card{
			{ID: evil, Cover: look.Cover{ID: evil, Level: evil}, Title: evil, Href: "/acces/" + evil, By: evil, Foot: evil, Tags: []look.Tag{{Text: evil, Tone: look.Tone(evil)}},
				Star: &look.Star{Action: "/favoris" + evil, Fields: []look.Hidden{{Name: evil, Value: evil}}, Name: evil, Value: evil, Label: evil}},
			{Title: evil, Closed: true, Why: evil, Ask: look.Link{Text: evil, Href: "/demander?" + evil}},
		},
		Facets: []look.Facet{{Name: evil, Values: []look.FacetValue{{Text: evil, Href: "/?q=" + evil}, {Text: evil, Href: "/" + evil, On: true}}, More: []look.FacetValue{{Text: evil, Href: evil}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(body, "<script>alert") || strings.Contains(body, `"">`) {
		t.Errorf("the page says %s", body)
	}
	if n := strings.Count(body, "alert(1)"); n < 20 {
		t.Errorf("%d of the texts are on the page", n)
	}
}

func TestACardLeadsToPagesOnly(t *testing.T) {
	for _, address := range []string{"javascript:alert(1)", "data:text/html,x", "JAVASCRIPT:alert(1)", "vbscript:x"} {
		for what, page := range map[string]cardPage{
			"a card":            {Cards: []look.Card{{Title: "x", Href: address}}},
			"whom to ask":       {Cards: []look.Card{{Title: "x", Closed: true, Why: "x", Ask: look.Link{Text: "x", Href: address}}}},
			"a star":            {Cards: []look.Card{{Title: "x", Star: &look.Star{Action: address}}}},
			"a facet's value":   {Facets: []look.Facet{{Values: []look.FacetValue{{Text: "x", Href: address}}}}},
			"one of the others": {Facets: []look.Facet{{More: []look.FacetValue{{Text: "x", Href: address}}}}},
		} {
			if _, err := drawCards(t, &page); err == nil {
				t.Errorf("%s leads to %s", what, address)
			}
		}
	}
	for _, address := range []string{"/acces/ark:/99999/x", "https://editeur.example/x", "?q=a:b", "#a:b"} {
		if _, err := drawCards(t, &cardPage{Cards: []look.Card{{Title: "x", Href: address}}}); err != nil {
			t.Errorf("a card that leads to %s: %v", address, err)
		}
	}
}
