package operator_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"pupitre/catalogue/thumbnail"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/web/operator"
)

// pictures are some that were refused.
type pictures struct {
	list  []thumbnail.Refusal
	asked []string
}

func (p *pictures) Refused(context.Context, ...string) ([]thumbnail.Refusal, error) {
	return p.list, nil
}

func (p *pictures) Retry(_ context.Context, address string) error {
	if p.asked = append(p.asked, address); address != "https://exemple.test/a.svg" {
		return fault.New(fault.NotFound, "thumbnail.unknown")
	}
	p.list = nil
	return nil
}

func TestRefusedPicturesAreNamedAndAskedForAgain(t *testing.T) {
	t.Parallel()
	words := lang.MustLoad()
	site := look.New(look.Pupitre, words)
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: now, Words: words, Pages: site}
	mux := edge.Mux()
	site.Mount(mux)
	have := &pictures{list: []thumbnail.Refusal{{Address: "https://exemple.test/a.svg", At: now(), Trouble: fault.New(fault.Invalid, "thumbnail.svg"), ARK: "ark:/99999/a", Title: "Le <labo>", Others: 2}}}
	(&operator.Room{Site: site, Words: words, Deliveries: &deliveries{}, Pictures: have, Now: now}).Mount(mux)
	pages := edge.Wrap(operator.Here(edge, mux))
	shown := page(t, get(pages, "/vignettes"), http.StatusOK)
	says(t, shown, "Le <labo>", "https://exemple.test/a.svg", "dessin SVG", "et 2 autres ressources")
	says(t, page(t, get(pages, "/vignettes", "Cookie", httpx.LocaleCookie+"=en"), http.StatusOK), "SVG drawing", "and 2 other resources")
	if r := post(pages, "/vignettes", "adresse", "https://exemple.test/b"); r.StatusCode != http.StatusSeeOther {
		t.Error(r.StatusCode)
	}
	if r := post(pages, "/vignettes", "adresse", "https://exemple.test/a.svg"); r.StatusCode != http.StatusSeeOther {
		t.Error(r.StatusCode)
	}
	if got := strings.Join(have.asked, " "); got != "https://exemple.test/b https://exemple.test/a.svg" {
		t.Error(got)
	}
	says(t, page(t, get(pages, "/vignettes"), http.StatusOK), "Aucune vignette n’est refusée")
}
