package partners_test

import (
	"testing"

	"pupitre/catalogue"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/demo/notices"
	"pupitre/internal/demo/subscriptions"
	"pupitre/internal/id"
)

// The demonstration's notices and subscriptions come in by the real doors, and open what they say.
func TestTheDemonstrationComesIn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		lycee := h.School("099", "300")
		cat := &catalogue.Service{Store: h.Store.Catalogue(), IDs: id.NewMaker(h.Now)}
		files, err := notices.Files(notices.Bases{Exos: "http://exos.localhost:8080", Publisher: "http://editeur.localhost:8080"})
		if err != nil {
			t.Fatal(err)
		}
		var in []catalogue.NoticeFile
		for _, f := range files {
			in = append(in, catalogue.NoticeFile{Name: f.Name, Body: f.Body})
		}
		if report, err := cat.ImportNotices(t.Context(), operator, in); err != nil || report.Refused() > 0 {
			t.Fatalf("%+v, %v", report, err)
		}
		today := clock.On(h.Now(), h.school.Zone())
		subs, err := subscriptions.Files(subscriptions.For{College: string(h.school.UAI), Lycee: string(lycee.UAI), Today: today})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range subs {
			h.want(h.do(h.mine, "PUT", "/"+s.ID, string(s.Body)), 201)
		}
		for ark, want := range map[catalogue.ARK]int64{
			"ark:/99999/preau-labo-grammaire-5e": 160, "ark:/99999/preau-orthographe-carnet": 32, "ark:/99999/meridienne-cartes-territoires-5e": 0, "ark:/99999/harbourlane-english-steps-6e": 90,
		} {
			r, err := cat.FindByARK(t.Context(), ark)
			if err != nil {
				t.Fatal(err)
			}
			stock, err := h.Licensing.FindStock(t.Context(), h.school.ID, r.ID, nil)
			if err != nil || int64(stock.Counters.Total) != want {
				t.Errorf("%s: %+v, %v; want %d", ark, stock.Counters, err, want)
			}
		}
		if stock, err := h.Licensing.ListStock(t.Context(), lycee.ID, nil); err != nil || len(stock) != 2 {
			t.Errorf("the lycée: %d resources, %v", len(stock), err)
		}
	})
}
