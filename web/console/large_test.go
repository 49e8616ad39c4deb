package console_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/look/looktest"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web/console"
	"pupitre/web/webtest"
)

// large is a school of more pupils than one act serves, with copies of a book for all of them, and the mother of its family.
type large struct {
	*filing
	pupils       int
	book, mother licensing.Work
	at           string // the book's pages
}

func openLarge(t *testing.T, e dbtest.Engine) *large {
	t.Helper()
	l := &large{pupils: licensing.AtOnce + 10}
	l.filing = openFilingOn(t, e, func(f *filing, room *console.Room) {
		room.People = &directory.Service{Store: f.Store.Directory()}
		room.Past = f.Licensing
		room.Notices = &catalogue.Service{Store: f.Store.Catalogue(), IDs: f.Store.IDs}
	})
	l.Persons(webtest.Saules.ID, directory.Pupil, 1, "") // who is no business of these managers
	l.Persons(webtest.Tilleuls.ID, directory.Pupil, l.pupils, "c-5a")
	l.book, l.mother = l.Resource(false), l.Mother(t, webtest.Tilleuls)
	l.Adopt(l.mother, l.book)
	l.Sell(t, l.Offer(webtest.Tilleuls, l.book, 5000))
	l.at = school + "/ressources/" + string(l.book.ID)
	return l
}

// chosen chooses whoever has no copy of the book yet, one by one for the server, and shows the plan.
func (l *large) chosen(t *testing.T, b webtest.Browser) *looktest.Doc {
	t.Helper()
	if r := b.Post(t, l.at+"/population", "profil", "eleve", "sans", "1", "toute", "1"); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	sel, err := l.Licensing.FindSelection(t.Context(), licensing.SelectionKey{School: webtest.Tilleuls.ID, Manager: webtest.Vasseur, Purpose: string(l.book.ID)})
	if err != nil || len(sel.Targets) < l.pupils || sel.Targets[0].Kind != licensing.Person {
		t.Fatalf("%d are chosen, %v", len(sel.Targets), err)
	}
	l.pupils = len(sel.Targets) // with those whom the world has
	return sent(t, b, l.at+"/plan")
}

// followed goes to the batch to which an act led, lets it be worked on, and returns its page at the end.
func (l *large) followed(t *testing.T, b webtest.Browser, r *http.Response) *looktest.Doc {
	t.Helper()
	where := r.Header.Get("Location")
	if !strings.HasPrefix(where, fichier+"/") {
		t.Fatalf("%s to %q: %s", r.Status, where, looktest.Body(t, r))
	}
	says(t, shown(t, b, r), "le traitement est lancé", "Traitement en attente", l.book.Title, "Vous pouvez quitter cette page")
	if got := links(page(t, b.Get(t, school), http.StatusOK), "Voir le traitement"); len(got) != 1 || got[0] != where {
		t.Errorf("the first page leads to %v", got)
	}
	says(t, page(t, b.Get(t, fichier), http.StatusOK), "Derniers traitements", l.book.Title)
	if got := l.Counters(t, webtest.Tilleuls, l.book).Assigned; got != 0 {
		t.Errorf("%d copies are given before the work", got)
	}
	if _, err := l.Licensing.Work(t.Context(), "worker"); err != nil {
		t.Fatal(err)
	}
	if got := l.Counters(t, webtest.Tilleuls, l.book).Assigned; got != int64(l.pupils) {
		t.Errorf("%d copies of %d", got, l.pupils)
	}
	return page(t, b.Get(t, where), http.StatusOK)
}

// left is the service, from which whoever asks for an act turns away as it begins: the window is closed.
type left struct {
	*licensing.Service
	leave *context.CancelFunc
}

func (l left) Undertake(ctx context.Context, by journal.Actor, order licensing.Order, hash string) (licensing.Applied, error) {
	(*l.leave)()
	return l.Service.Undertake(ctx, by, order, hash)
}

func (l left) Apply(ctx context.Context, by journal.Actor, order licensing.Order, hash string) (licensing.Applied, error) {
	(*l.leave)()
	return l.Service.Apply(ctx, by, order, hash)
}

// In all three methods an act is done whole though its window is closed while it is.
func TestAnActIsDoneThoughItsWindowIsClosed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		var leave context.CancelFunc
		f := openFilingOn(t, e, func(f *filing, room *console.Room) { room.Copies = left{f.Licensing, &leave} })
		b := f.as(webtest.Vasseur)
		closing := func(path string, form url.Values) {
			ctx, cancel := context.WithCancel(t.Context())
			leave = cancel
			r := httptest.NewRequestWithContext(ctx, http.MethodPost, path, strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(webtest.Vasseur)})
			f.pages.ServeHTTP(httptest.NewRecorder(), r)
			if ctx.Err() == nil {
				t.Errorf("%s: the window was not closed", path)
			}
			cancel()
		}
		holds := func(want int64, what string) {
			t.Helper()
			if got := f.Counters(t, webtest.Tilleuls, f.work).Assigned; got != want {
				t.Errorf("%s: %d copies are given, want %d", what, got, want)
			}
		}
		id := string(f.work.ID)
		at, first, second := school+"/ressources/"+id, "person:p-c-5b-00", "person:p-c-5b-01"

		plan := sent(t, b, at+"/plan", "cible", first+"/eleve")
		closing(at+"/attribuer", url.Values{"empreinte": {value(plan, "empreinte")}})
		holds(1, "by resource")
		if sel, err := f.Licensing.FindSelection(t.Context(), licensing.SelectionKey{School: webtest.Tilleuls.ID, Manager: webtest.Vasseur, Purpose: id}); err != nil || len(sel.Targets) != 0 {
			t.Errorf("those who were given to are chosen still: %v, %v", sel.Targets, err)
		}
		asked := url.Values{"cible": {second}, "ressource": {id}, "comptees": {"1"}}
		plan = page(t, b.Post(t, crowd+"/plan", "cible", second, "ressource", id, "comptees", "1"), http.StatusOK)
		asked.Set("empreinte", value(plan, "empreinte"))
		closing(crowd+"/attribuer", asked)
		holds(2, "by population")
		plan = page(t, b.Post(t, at+"/reprise", "cible", first), http.StatusOK)
		closing(at+"/reprendre", url.Values{"cible": {first}, "empreinte": {value(plan, "empreinte")}})
		holds(1, "taken back from one")
		plan = page(t, b.Post(t, take+"/plan", "ressource", id, "quoi", "tous"), http.StatusOK)
		closing(take+"/reprendre", url.Values{"ressource": {id}, "quoi": {"tous"}, "empreinte": {value(plan, "empreinte")}})
		holds(0, "taken back by lot")
	})
}

// What one answer cannot do goes on as a batch with a page of its own, that is left and found again, and undone in one act.
func TestAnActThatIsTooMuchForOneAnswerIsABatch(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		l := openLarge(t, e)
		b := l.as(webtest.Vasseur)
		plan := l.chosen(t, b)
		says(t, plan, "Plus de 3 000 exemplaires : tout est fait ensemble, en arrière-plan.")
		says(t, page(t, b.Post(t, l.at+"/attribuer", "empreinte", "hier"), http.StatusConflict), "Le plan a changé")
		done := l.followed(t, b, b.Post(t, l.at+"/attribuer", "empreinte", value(plan, "empreinte")))
		says(t, done, "Le traitement est terminé", "exemplaires attribués")
		undo := links(done, "Annuler cette affectation")
		if len(undo) != 1 {
			t.Fatalf("the batch is undone by %v", undo)
		}
		page(t, b.Get(t, undo[0]), http.StatusOK)
		says(t, page(t, b.Get(t, l.at+"/population"), http.StatusOK), "Sélectionnés 0")
	})
}

// The mother of a book's family goes with it to as many as a filter has found: more than a form names.
func TestTheFamilyIsGivenToAllWhomAFilterFound(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		l := openLarge(t, e)
		b := l.as(webtest.Vasseur)
		plan := l.chosen(t, b)
		says(t, plan, "Donner aussi la mère de famille")
		both := page(t, b.Post(t, crowd+"/plan", remedy(plan)...), http.StatusOK)
		says(t, both, l.book.Title, l.mother.Title)
		if len(links(both, "Entrer par population")) == 0 {
			t.Error("there is no way back to a population")
		}
		l.followed(t, b, b.Post(t, crowd+"/attribuer", append(fields(both, "ressource", "comptees", "selection"), "empreinte", value(both, "empreinte"))...))
		says(t, page(t, b.Get(t, families), http.StatusOK), l.mother.Title)
		later := l.Persons(webtest.Tilleuls.ID, directory.Pupil, 1, "")[0] // was not among those found
		if !l.Has(t, webtest.Tilleuls, l.mother, "p-c-5b-00") || l.Has(t, webtest.Tilleuls, l.mother, later) {
			t.Error("the family was not given to those who were chosen, and to them only")
		}
		sel, err := l.Licensing.FindSelection(t.Context(), licensing.SelectionKey{School: webtest.Tilleuls.ID, Manager: webtest.Vasseur, Purpose: string(l.book.ID)})
		if err != nil || len(sel.Targets) != 0 {
			t.Errorf("%d are chosen still, %v", len(sel.Targets), err)
		}
	})
}

// remedy is what the button that adds to an order sends.
func remedy(p *looktest.Doc) (pairs []string) {
	for _, n := range p.Find("input") {
		if n.Parent == p.ByID("remede") {
			pairs = append(pairs, looktest.Attr(n, "name"), looktest.Attr(n, "value"))
		}
	}
	return pairs
}
