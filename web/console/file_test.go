package console_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/look/looktest"
	"pupitre/licensing"
	"pupitre/store/storetest"
	"pupitre/token"
	"pupitre/web"
	"pupitre/web/console"
	"pupitre/web/webtest"
)

// filing is the console of Tilleuls over a database: pupils of 5e A and 5e B as the world has them, and 30 copies of a resource.
type filing struct {
	*office
	*storetest.World
	work licensing.Work
}

func openFiling(t *testing.T) *filing { return openFilingOn(t, dbtest.Engines()[0]) }

// openFilingOn is openFiling on an engine, with the room as a test needs it.
func openFilingOn(t *testing.T, e dbtest.Engine, with ...func(*filing, *console.Room)) *filing {
	t.Helper()
	w := storetest.NewWorld(t, e)
	f := &filing{office: &office{world: webtest.NewWorld()}, World: w, work: w.Resource(false)}
	if err := w.Store.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, s := range []directory.School{webtest.Tilleuls, webtest.Saules} {
			if _, err := tx.Exec(ctx, `insert into school (school, project, uai, name, town, nature, degree, contract, phone, mail, seat, created_at)
				values ($1, 'A99', $2, $3, $4, '340', '2D', '', '', '', '', 0)`, string(s.ID), string(s.UAI), s.Name, s.Town); err != nil {
				return err
			}
		}
		for _, c := range f.world.Classes {
			if _, err := tx.Exec(ctx, `insert into cohort (school, id, kind, code, label, level) values ($1, $2, $3, $4, $5, $6)`,
				string(c.School), string(c.ID), string(c.Kind), c.Code, c.Label, c.Level); err != nil {
				return err
			}
		}
		for _, p := range f.world.Everyone {
			if _, err := tx.Exec(ctx, `insert into person (project, id, external, secondary, family_name, given_name, civility, mails, folded, secret, created_at)
				values ('A99', $1, $2, '', $3, $4, '', '[]', $5, '', 0)`, string(p.ID), p.External, p.Name.Family, p.Name.Given, p.Name.Sorting()); err != nil {
				return err
			}
			for _, at := range p.At {
				if _, err := tx.Exec(ctx, `insert into attachment (school, person, profile, level, courses, subjects, posts, digest, since)
					values ($1, $2, $3, '', '[]', '[]', '[]', '', '2026-09-01')`, string(at.School.ID), string(p.ID), string(at.Profile)); err != nil {
					return err
				}
			}
			for _, class := range p.In {
				if _, err := tx.Exec(ctx, `insert into membership (school, cohort, person) values ($1, $2, $3)`, string(p.At[0].School.ID), string(class), string(p.ID)); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	w.Sell(t, w.Offer(webtest.Tilleuls, f.work, 3))
	stock := webtest.NewStock(f.world)
	f.pages = webtest.Serve(f.world, func(h *web.House) []webtest.Room {
		room := &console.Room{House: h, Copies: w.Licensing, People: f.world, Notices: stock, Files: w.Licensing,
			Programs: &token.Service{Store: w.Store.Token(), IDs: w.Store.IDs}, Now: w.Now, Live: &f.line}
		for _, change := range with {
			change(f, room)
		}
		return []webtest.Room{notedRoom{room, &f.routes}}
	})
	return f
}

// send posts a file as a browser does.
func (f *filing) send(t *testing.T, person directory.PersonID, path, file string, pairs ...string) *http.Response {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := form.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := form.CreateFormFile("fichier", `C:\Documents\classe.csv`)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(part, file)
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(person)})
	w := httptest.NewRecorder()
	f.pages.ServeHTTP(w, r)
	return w.Result()
}

const fichier = school + "/fichier"

func TestAFileIsSeenBeforeItIsCarriedOut(t *testing.T) {
	t.Parallel()
	f := openFiling(t)
	b := f.as(webtest.Vasseur)
	says(t, page(t, b.Get(t, school), http.StatusOK), "Qui reçoit quoi, d’après un tableur")
	says(t, page(t, b.Get(t, fichier), http.StatusOK), "Déposer un fichier", "Emporter", "Colonnes du fichier")

	var file strings.Builder
	file.WriteString("Identifiant;Ressource\r\n")
	for i := range 2 {
		fmt.Fprintf(&file, "ext-p-c-5b-%02d;%s\r\n", i, f.work.ARK)
	}
	file.WriteString("ext-p-stray;" + string(f.work.ARK) + "\r\n")
	r := f.send(t, webtest.Vasseur, fichier, file.String())
	where := r.Header.Get("Location")
	dry := shown(t, b, r)
	says(t, dry, "Ce que ferait ce fichier", "classe.csv, 3 lignes", "2 exemplaires à attribuer", "1 ligne refusée", "Personne n’a l’identifiant « ext-p-stray »", "Attribuer 2 exemplaires", "Tout est fait ensemble, ou rien.")
	if f.Counters(t, webtest.Tilleuls, f.work).Assigned != 0 {
		t.Fatal("a dry run gave copies")
	}
	says(t, page(t, b.Post(t, where+"/lancer", "empreinte", "hier"), http.StatusConflict), "Rien n’a été fait", "La situation a changé")
	go func() { // the worker of a node
		for range 100 {
			if n, _ := f.Licensing.Work(context.Background(), "worker"); n > 0 {
				return
			}
		}
	}()
	r = b.Post(t, where+"/lancer", "empreinte", value(dry, "empreinte"))
	if r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	if _, err := f.Licensing.Work(t.Context(), "worker"); err != nil {
		t.Fatal(err)
	}
	says(t, page(t, b.Get(t, where), http.StatusOK), "Le fichier est traité", "fait")
	if got := f.Counters(t, webtest.Tilleuls, f.work).Assigned; got != 2 {
		t.Errorf("%d copies", got)
	}
	says(t, page(t, b.Get(t, fichier), http.StatusOK), "Derniers traitements", "classe.csv", "2 exemplaires attribués")
	for path, want := range map[string]string{
		where + "/refus.csv": "ligne;raison\r\n4;", where + "/resultats.csv": "ext-p-c-5b-00;Abadie;", fichier + "/stock.csv": ";3;2;0;1;0;;2027-08-15", fichier + "/attributions.csv": "ext-p-c-5b-01;",
	} {
		r := b.Get(t, path)
		text := looktest.Body(t, r)
		if r.StatusCode != http.StatusOK || !strings.Contains(text, want) || !strings.HasPrefix(text, "\ufeff") || !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %s %q", path, r.Status, text)
		}
	}
	// What was taken away comes back in: everybody gives back.
	r = f.send(t, webtest.Vasseur, fichier, looktest.Body(t, b.Get(t, fichier+"/attributions.csv")), "sens", "reprendre")
	says(t, shown(t, b, r), "2 exemplaires à reprendre", "Reprendre 2 exemplaires")
}

func TestABatchThatIsUnderWayIsFoundAgainAndFollowed(t *testing.T) {
	t.Parallel()
	f := openFiling(t)
	b := f.as(webtest.Vasseur)
	r := f.send(t, webtest.Vasseur, fichier, "identifiant\next-p-c-5b-00\n", "ressource", string(f.work.ID))
	where := r.Header.Get("Location")
	dry := shown(t, b, r)
	b.Post(t, where+"/lancer", "empreinte", value(dry, "empreinte")) // and nobody works on it
	home := page(t, b.Get(t, school), http.StatusOK)
	says(t, home, "Traitement en attente", "classe.csv : 0 ressource sur 1 traitée")
	if got := links(home, "Voir le traitement"); len(got) != 1 || got[0] != where {
		t.Errorf("the first page leads to %v", got)
	}
	r = b.Get(t, where)
	if got := r.Header.Get("Refresh"); got != "" {
		t.Errorf("a page that follows what moves is sent again by itself: %q", got)
	}
	p := page(t, r, http.StatusOK)
	says(t, p, "0 ressource sur 1", "Vous pouvez quitter cette page")
	var figures []string
	for _, n := range slices.Concat(p.Find("div"), p.Find("h1")) {
		if name := looktest.Attr(n, "data-figure"); name != "" {
			figures = append(figures, name)
		}
	}
	if !slices.Equal(figures, []string{"going", "sum", "steps", "title"}) {
		t.Errorf("the page renews %v", figures)
	}
	if _, err := f.Licensing.Work(t.Context(), "worker"); err != nil {
		t.Fatal(err)
	}
	says(t, page(t, b.Get(t, where), http.StatusOK), "Le fichier est traité")
	home = page(t, b.Get(t, school), http.StatusOK) // until the next visit: whoever left it has not seen its end
	says(t, home, "Le fichier est traité", "classe.csv")
	if got := links(home, "Voir le traitement"); len(got) != 1 || got[0] != where {
		t.Errorf("after the end the first page leads to %v", got)
	}
}

func TestAFileOfAnyKindIsAnswered(t *testing.T) {
	t.Parallel()
	f := openFiling(t)
	b := f.as(webtest.Vasseur)
	r := f.send(t, webtest.Vasseur, fichier, "nom;pr\xe9nom\nMarchal;In\xe8s\n", "ressource", string(f.work.ID))
	says(t, shown(t, b, r), "Le fichier a été converti", "Latin-1", "1 exemplaire à attribuer")
	for file, want := range map[string]string{
		"": "Ce fichier est vide", "a;b\n1;2\n": "ne nomme aucune colonne connue", "PK\x03\x04…": "Ce fichier est un classeur", "identifiant\nx\n": "La ligne ne dit pas quelle ressource",
	} {
		p := page(t, f.send(t, webtest.Vasseur, fichier, file), http.StatusBadRequest)
		says(t, p, want)
	}
	if r := f.send(t, webtest.Vasseur, fichier, "identifiant\nx\n", "ressource", "r-autre"); r.StatusCode != http.StatusNotFound {
		t.Error(r.Status)
	}
	if r := b.Post(t, fichier, "sens", "donner"); r.StatusCode != http.StatusBadRequest {
		t.Error(r.Status)
	}
	// Copies are short: the manager's word is asked for.
	var file strings.Builder
	file.WriteString("identifiant\n")
	for i := range 5 {
		fmt.Fprintf(&file, "ext-p-c-5a-%02d\n", i)
	}
	r = f.send(t, webtest.Vasseur, fichier, file.String(), "ressource", string(f.work.ID))
	dry := shown(t, b, r)
	says(t, dry, "2 personnes ne peuvent pas être servies", "Attribuer 3 exemplaires", "Il manque 2 exemplaires")
	says(t, page(t, b.Post(t, r.Header.Get("Location")+"/lancer", "empreinte", value(dry, "empreinte")), http.StatusConflict), "il en manque 2")
	english := b
	english.English = true
	says(t, page(t, english.Get(t, r.Header.Get("Location")), http.StatusOK), "What this file would do", "Assign 3 copies")
}

func TestFilesOfAnotherSchoolAreNotThere(t *testing.T) {
	t.Parallel()
	f := openFiling(t)
	r := f.send(t, webtest.Vasseur, fichier, "identifiant\next-p-c-5a-00\n", "ressource", string(f.work.ID))
	lot := strings.TrimPrefix(r.Header.Get("Location"), fichier+"/")
	tried := 0
	for _, route := range f.routes {
		method, path, _ := strings.Cut(route, " ")
		if !strings.Contains(path, "/fichier") {
			continue
		}
		for _, who := range []struct {
			person directory.PersonID
			uai    directory.UAI
		}{{webtest.Both, webtest.Tilleuls.UAI}, {webtest.Both, webtest.Saules.UAI}} {
			if who.uai == webtest.Saules.UAI && !strings.Contains(path, "{lot}") {
				continue // their own
			}
			tried++
			b := f.as(who.person)
			address := strings.NewReplacer("{uai}", string(who.uai), "{lot}", lot).Replace(path)
			answer := b.Get(t, address)
			if method == "POST" {
				answer = b.Post(t, address, "empreinte", "x")
			}
			if answer.StatusCode != http.StatusNotFound {
				t.Errorf("%s as %s: %s", route, who.person, answer.Status)
			}
		}
	}
	if tried < 10 {
		t.Errorf("only %d", tried)
	}
}
