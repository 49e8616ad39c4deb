package look_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// A Médiacentre page of 48 cards is to cost at most 3 ms of server time, the rights included: the drawing must leave room for them.
func BenchmarkPageOf48Cards(b *testing.B) {
	site := look.New(look.Pupitre, lang.MustLoad())
	page := site.Template(os.DirFS("testdata"), "kit.html")
	r := httptest.NewRequest("GET", "/kit", nil)
	b.ReportAllocs()
	for b.Loop() {
		p := fillKit(site.Shell(r))
		p.Cards = kitCards(48)
		if err := page.Send(httptest.NewRecorder(), r, http.StatusOK, p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDrawCover(b *testing.B) {
	for b.Loop() {
		look.DrawCover("ark:/99999/labo-grammaire-5e")
	}
}
