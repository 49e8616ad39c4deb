package worldtest_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/worldtest"
	"pupitre/journal"
)

const (
	workbookARK   = "ark:/99999/preau-labo-grammaire-5e"
	workbookTitle = "Le labo de grammaire 5e"
	workbookOrder = "demo-02-labo-grammaire-5e" // and the school year
	firstAnswer   = "Grand-père ferme les volets"
	ourUAI        = "0991234D"
	theirUAI      = "0992001M" // the lycée: Claire Vasseur has no say there
)

// onBothEngines runs f in a world of its own on each engine.
func onBothEngines(t *testing.T, now func() time.Time, f func(t *testing.T, w *worldtest.World)) {
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t, worldtest.Open(t, worldtest.Options{PostgreSQL: postgres, Now: now}))
		})
	}
}

// operator opens the broker's database beside the running demonstration, as commands do.
func operator(t *testing.T, w *worldtest.World) *brokerapp.Broker {
	t.Helper()
	b, err := brokerapp.Open(t.Context(), brokerapp.Settings{
		Database: w.Database, Base: "http://localhost", Client: http.DefaultClient, Log: slog.New(slog.DiscardHandler), Now: clock.System, Words: lang.MustLoad(),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// distribute is the distributor's program: one request on the web service, with its certificate, which must be answered so.
func distribute(t *testing.T, w *worldtest.World, want int, method, id, body string) {
	t.Helper()
	folder := filepath.Join(w.Data, "certificats")
	pair, err := tls.LoadX509KeyPair(filepath.Join(folder, "distributeur.pem"), filepath.Join(folder, "distributeur.key"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, "https://abonnement.localhost/"+id, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/xml;charset=utf-8")
	answer, err := overTLS(t, w, "abonnement.localhost", pair).Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, id, err)
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != want {
		t.Fatalf("%s %s: %s: %s", method, id, answer.Status, text)
	}
}

// overTLS shakes hands under a name, whatever host its requests are for.
func overTLS(t *testing.T, w *worldtest.World, name string, pairs ...tls.Certificate) *http.Client {
	t.Helper()
	authority, err := os.ReadFile(filepath.Join(w.Data, "certificats", "autorite.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	return &http.Client{Timeout: time.Minute, Transport: &http.Transport{
		DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: name, Certificates: pairs},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, fmt.Sprintf("127.0.0.1:%d", w.Secure))
		},
	}}
}

// subscription orders copies of the workbook for pupils of one school.
func subscription(id, uai, ark string, first, last clock.Date) string {
	return `<abonnement xmlns="http://www.atosworldline.com/wsabonnement/v1.0/">
  <idAbonnement>` + id + `</idAbonnement><idDistributeurCom>999000808_0000000000000808</idDistributeurCom>
  <idRessource>` + ark + `</idRessource><typeIdRessource>ark</typeIdRessource><libelleRessource>` + workbookTitle + `</libelleRessource>
  <debutValidite>` + first.String() + `</debutValidite><finValidite>` + last.String() + `</finValidite>
  <uaiEtab>` + uai + `</uaiEtab><categorieAffectation>transferable</categorieAffectation><typeAffectation>INDIV</typeAffectation>
  <nbLicenceEleve>50</nbLicenceEleve><publicCible>ELEVE</publicCible>
</abonnement>`
}

// demoOrder is the demonstration's own order of the workbook, at a moment.
func demoOrder(now time.Time) string {
	return workbookOrder + "-" + clock.SchoolYear(clock.On(now, clock.ZoneOfUAI(ourUAI)))
}

// workbook opens it from the Médiacentre's address, and returns the page of its contents.
func workbook(t *testing.T, w *worldtest.World, v *worldtest.Visitor) worldtest.Page {
	t.Helper()
	page := v.Get(t, w.Broker+"/acces/"+workbookARK)
	if page.Status != http.StatusOK || !strings.HasPrefix(page.At.String(), w.Exos+"/modules/") || !page.Says(workbookTitle) {
		t.Fatalf("the workbook does not open: status %d at %s: %s", page.Status, page.At, page.Words())
	}
	return page
}

// authorize asks the broker for a sign-in at Biblio Exos to a resource, as Biblio Exos would have the browser do, and returns what
// the answer's address says.
func authorize(t *testing.T, w *worldtest.World, v *worldtest.Visitor, ark string) url.Values {
	t.Helper()
	address := w.Broker + "/oidc/authorize?" + url.Values{
		"client_id": {"biblio-exos"}, "response_type": {"code"}, "scope": {"openid"}, "redirect_uri": {w.Exos + "/connexion/retour"},
		"state": {"s"}, "nonce": {"n"}, "code_challenge": {strings.Repeat("A", 43)}, "code_challenge_method": {"S256"}, "idRessource": {ark},
	}.Encode()
	page := v.Stay().Get(t, address)
	to, err := url.Parse(page.Header.Get("Location"))
	if err != nil || page.Status != http.StatusSeeOther {
		t.Fatalf("authorize: status %d, %v: %s", page.Status, err, page.Words())
	}
	return to.Query()
}

// Assigned means open, not assigned means closed, whatever door is tried.
func TestNoWayAround(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		malo, sacha, claire := worldtest.NewVisitor(), worldtest.NewVisitor(), worldtest.NewVisitor()
		malo.SignIn(t, w.Broker+"/mediacentre", "malo.kerbrat")
		sacha.SignIn(t, w.Broker+"/mediacentre", "sacha.lemoine")
		claire.SignIn(t, w.Broker+"/affectation", "claire.vasseur")
		contents := workbook(t, w, malo) // who has it; so the refusals below are not for everybody
		exercise := contents.Link(t, "Exercice 1")

		t.Run("a resource not held says why and whom to ask", func(t *testing.T) {
			if page := sacha.Get(t, w.Broker+"/mediacentre"); page.Says(workbookTitle) {
				t.Errorf("it is on the shelf: %s", page.Words())
			}
			for _, path := range []string{
				"/acces/" + workbookARK, "/acces/ark:99999/preau-labo-grammaire-5e", "/acces/ark://99999/preau-labo-grammaire-5e",
				"/acces/" + url.PathEscape(workbookARK), "/acces/" + workbookARK + "?force=1",
				"/domaineGar?idRessource=" + url.QueryEscape(workbookARK) + "&idEtab=" + ourUAI,
			} {
				page := sacha.Get(t, w.Broker+path)
				if page.Status != http.StatusForbidden || page.At.Host != strings.TrimPrefix(w.Broker, "http://") ||
					!page.Says("Le labo de grammaire 5e") || !page.Says("Vasseur") {
					t.Errorf("%s: status %d at %s: %s", path, page.Status, page.At, page.Words())
				}
			}
			if page := sacha.Get(t, w.Broker+"/acces/ark:/99999/inconnu"); page.Status != http.StatusNotFound {
				t.Errorf("a resource that is not there: %d", page.Status)
			}
		})

		t.Run("the sign-in of a resource not held is refused", func(t *testing.T) {
			if got := authorize(t, w, sacha, workbookARK); got.Get("error") != "access_denied" || got.Has("code") {
				t.Errorf("got %v", got)
			}
			if got := authorize(t, w, malo, workbookARK); got.Has("error") || !got.Has("code") {
				t.Errorf("who holds it: got %v", got)
			}
			page := sacha.Get(t, w.Exos+"/ouvrir?ark="+workbookARK)
			if page.Status != http.StatusForbidden || !page.Says("« "+workbookTitle+" » n’est pas attribué à ce compte") {
				t.Errorf("the launch address: status %d at %s: %s", page.Status, page.At, page.Words())
			}
			if page := sacha.Get(t, exercise); page.Status == http.StatusOK || page.Says(firstAnswer) {
				t.Errorf("the exercise: status %d: %s", page.Status, page.Words())
			}
		})

		t.Run("Biblio Exos shows nothing without a sign-in", func(t *testing.T) {
			inside := []string{w.Exos + "/modules", contents.At.String(), exercise, w.Exos + "/groupes", w.Exos + "/devoirs", w.Exos + "/aide"}
			for name, v := range map[string]*worldtest.Visitor{"a stranger": worldtest.NewVisitor(), "a forged cookie": forged(t, w)} {
				for _, address := range inside {
					page := v.Get(t, address)
					if page.Status != http.StatusForbidden && page.Status != http.StatusUnauthorized && !strings.HasPrefix(page.At.String(), w.Portal+"/login") {
						t.Errorf("%s: %s: status %d at %s", name, address, page.Status, page.At)
					}
					if page.Says(workbookTitle) || page.Says(firstAnswer) {
						t.Errorf("%s: %s: %s", name, address, page.Words())
					}
				}
				for _, address := range []string{exercise, exercise + "/encore", contents.At.String() + "/version", w.Exos + "/api/evenements"} {
					if page := v.Post(t, address, url.Values{"RESPONSE": {"VOLETS"}}); page.Status != http.StatusUnauthorized || page.Says(firstAnswer) {
						t.Errorf("%s: POST %s: status %d: %s", name, address, page.Status, page.Words())
					}
				}
			}
		})

		t.Run("the console is for assignment managers", func(t *testing.T) {
			for _, path := range consolePaths(t, w, claire) {
				if page := malo.Get(t, w.Broker+path.get); page.Status != http.StatusForbidden {
					t.Errorf("a pupil: GET %s: status %d: %s", path.get, page.Status, page.Words())
				}
				for _, post := range path.posts {
					if page := malo.Post(t, w.Broker+post, url.Values{"cible": {"school:"}}); page.Status != http.StatusForbidden {
						t.Errorf("a pupil: POST %s: status %d", post, page.Status)
					}
				}
			}
		})

		t.Run("a manager has no say in another school", func(t *testing.T) {
			for _, path := range consolePaths(t, w, claire) {
				get := strings.Replace(path.get, ourUAI, theirUAI, 1)
				if get == path.get {
					continue // the list of her own schools
				}
				if page := claire.Get(t, w.Broker+get); page.Status != http.StatusNotFound || page.Says("Lycée") {
					t.Errorf("GET %s: status %d: %s", get, page.Status, page.Words())
				}
				for _, post := range path.posts {
					post = strings.Replace(post, ourUAI, theirUAI, 1)
					if page := claire.Post(t, w.Broker+post, url.Values{"cible": {"school:"}}); page.Status != http.StatusNotFound {
						t.Errorf("POST %s: status %d: %s", post, page.Status, page.Words())
					}
				}
			}
			if page := claire.Get(t, w.Broker+"/affectation"); page.Says("Lycée") {
				t.Errorf("the other school is listed: %s", page.Words())
			}
		})

		t.Run("another school's resource and persons are unknown in the console", func(t *testing.T) {
			theirs := secondSchool(t, w)
			at := "/affectation/" + ourUAI + "/ressources/" + string(theirs.resource)
			for _, path := range []string{at + "/population", at + "/attributions"} {
				if page := claire.Get(t, w.Broker+path); page.Status != http.StatusNotFound || page.Says(theirs.title) {
					t.Errorf("GET %s: status %d: %s", path, page.Status, page.Words())
				}
			}
			for _, path := range []string{at + "/plan", at + "/attribuer", at + "/reprendre"} {
				if page := claire.Post(t, w.Broker+path, url.Values{"cible": {"school:"}}); page.Status != http.StatusNotFound {
					t.Errorf("POST %s: status %d: %s", path, page.Status, page.Words())
				}
			}
			population := claire.Get(t, w.Broker+"/affectation/"+ourUAI+"/ressources").Follow(t, workbookTitle)
			for _, target := range []string{"person:" + string(theirs.person), "cohort:" + string(theirs.cohort), "person:nobody", "person:", "elsewhere:x"} {
				page := population.Press(t, "Voir le plan", url.Values{"cible": {target}})
				if page.Status < 400 || page.Says("Attribuer 1 exemplaire") {
					t.Errorf("%s: status %d: %s", target, page.Status, page.Words())
				}
			}
		})

		t.Run("a form sent by another site is refused", func(t *testing.T) {
			population := claire.Get(t, w.Broker+"/affectation/"+ourUAI+"/ressources").Follow(t, workbookTitle)
			plan := strings.Replace(population.At.String(), "/population", "/plan", 1)
			for who, form := range map[*worldtest.Visitor]struct{ address, host string }{claire: {plan, w.Broker}, malo: {exercise, w.Exos}} {
				for name, headers := range map[string]map[string]string{
					"cross-site": {"Sec-Fetch-Site": "cross-site"},
					"same-site":  {"Sec-Fetch-Site": "same-site"}, // the other product is a neighbour, not ourselves
					"an Origin":  {"Origin": "http://pupitre.example"},
				} {
					if page := who.Do(t, formOf(t, form.address, headers)); page.Status != http.StatusForbidden {
						t.Errorf("%s from %s: status %d: %s", form.address, name, page.Status, page.Words())
					}
				}
				if page := who.Do(t, formOf(t, form.address, map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": form.host})); page.Status == http.StatusForbidden {
					t.Errorf("%s from itself: status %d: %s", form.address, page.Status, page.Words())
				}
			}
		})

		t.Run("a name that is not ours gets nothing", func(t *testing.T) {
			for _, host := range []string{"pupitre.example", "pupitre.localhost.pupitre.example", "exos.localhost.", "127.0.0.2", "abonnement.localhost"} {
				r, err := http.NewRequest(http.MethodGet, w.Broker+"/mediacentre", nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Host = host
				page := malo.Do(t, r)
				if host == "exos.localhost." { // a name is the same with its last point
					if page.Says("Mes ressources") {
						t.Errorf("Host %s: the broker answers for Biblio Exos", host)
					}
					continue
				}
				if page.Status != http.StatusMisdirectedRequest || page.Says("Malo") || page.Header.Get("Set-Cookie") != "" {
					t.Errorf("Host %s: status %d: %s", host, page.Status, page.Words())
				}
			}
			// Without the distributors' name in the handshake nobody was asked for a certificate.
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://abonnement.localhost/abonnements", nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := overTLS(t, w, "pupitre.localhost").Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusMisdirectedRequest {
				t.Errorf("the partners' service under a page's name: %s", answer.Status)
			}
		})
	})
}

// forged has a session cookie of each product that nobody gave.
func forged(t *testing.T, w *worldtest.World) *worldtest.Visitor {
	t.Helper()
	v := worldtest.NewVisitor()
	for address, name := range map[string]string{w.Exos: "exos", w.Broker: "seance"} {
		v.Keep(t, address, &http.Cookie{Name: name, Value: strings.Repeat("A", 43), Path: "/"})
	}
	return v
}

// formOf is a form that a page somewhere sends.
func formOf(t *testing.T, address string, headers map[string]string) *http.Request {
	t.Helper()
	r, err := http.NewRequest(http.MethodPost, address, strings.NewReader(url.Values{"cible": {"school:"}, "RESPONSE": {"VOLETS"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	return r
}

// consolePath is a page of the console, and where its forms go.
type consolePath struct {
	get   string
	posts []string
}

// consolePaths are the console's, with the workbook's own number.
func consolePaths(t *testing.T, w *worldtest.World, manager *worldtest.Visitor) []consolePath {
	t.Helper()
	home := "/affectation/" + ourUAI
	population := manager.Get(t, w.Broker+home+"/ressources").Follow(t, workbookTitle).At.Path
	one := strings.TrimSuffix(population, "/population")
	return []consolePath{
		{"/affectation", nil}, {home, nil}, {home + "/ressources", nil}, {home + "/recuperation", nil},
		{home + "/populations", []string{home + "/populations", home + "/populations/ressources", home + "/populations/plan", home + "/populations/attribuer"}},
		{home + "/recuperation/exemplaires", []string{home + "/recuperation/exemplaires", home + "/recuperation/plan", home + "/recuperation/reprendre"}},
		{home + "/familles", []string{home + "/familles", home + "/familles/plan", home + "/familles/attribuer"}},
		{population, []string{population, one + "/compteurs", one + "/plan", one + "/attribuer"}},
		{one + "/attributions", []string{one + "/reprise", one + "/reprendre"}},
	}
}

// others is what the lycée has and the collège has not.
type others struct {
	resource catalogue.ResourceID
	title    string
	person   directory.PersonID
	cohort   directory.CohortID
}

// secondSchool sells the lycée a resource of its own, and finds somebody and a class there.
func secondSchool(t *testing.T, w *worldtest.World) others {
	t.Helper()
	b := operator(t, w)
	const ark, title = "ark:/99999/preau-lycee-seulement", "Le cahier du lycée"
	notice := strings.NewReplacer("ARK", ark, "TITLE", title).Replace(`<lom xmlns="http://ltsc.ieee.org/xsd/LOM">
  <general><identifier><catalog>ark</catalog><entry>ARK</entry></identifier><title><string language="fre">TITLE</string></title></general>
  <lifeCycle><contribute><role><source>LOMv1.0</source><value>publisher</value></role><entity>BEGIN:VCARD
VERSION:4.0
FN:Éditions du Préau
ORG:Éditions du Préau
NOTE:SIREN=999000101
NOTE:ISNI=0000000000000101
END:VCARD</entity></contribute></lifeCycle>
  <technical><location>https://cahiers.example/ouvrir</location></technical>
</lom>`)
	report, err := b.Catalogue.ImportNotices(t.Context(), journal.System("test"), []catalogue.NoticeFile{{Name: "lycee.xml", Body: []byte(notice)}})
	if err != nil || report.New != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	today := clock.On(clock.System(), clock.ZoneOfUAI(theirUAI))
	distribute(t, w, http.StatusCreated, http.MethodPut, "lycee-seulement", subscription("lycee-seulement", theirUAI, ark, today, today.AddDays(100)))
	resource, err := b.Catalogue.FindByARK(t.Context(), ark)
	if err != nil {
		t.Fatal(err)
	}
	school, err := b.Directory.FindSchoolByUAI(t.Context(), theirUAI)
	if err != nil {
		t.Fatal(err)
	}
	cohorts, err := b.Directory.Cohorts(t.Context(), school.ID)
	if err != nil || len(cohorts) == 0 {
		t.Fatalf("%d classes, %v", len(cohorts), err)
	}
	person, err := b.Directory.FindPersonByExternal(t.Context(), "A70", "s-0001-p-0001")
	if err != nil {
		t.Fatal(err)
	}
	return others{resource.ID, title, person.ID, cohorts[0].ID}
}

// hands is a clock that stands still until it is set.
type hands struct {
	mu sync.Mutex
	at time.Time
}

func (h *hands) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *hands) set(at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = at
}

// The last day of a subscription is a school's day: at its last second everything is open, at the next everything is closed, with
// nobody having done anything. (Schools overseas: store/storetest and exos have them.)
func TestASubscriptionEndsWithItsLastDayAtTheSchool(t *testing.T) {
	t.Parallel()
	for name, postgres := range map[string]bool{"sqlite": false, "postgres": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := clock.System()
			watch := &hands{at: began}
			w := worldtest.Open(t, worldtest.Options{PostgreSQL: postgres, Now: watch.now})
			zone := clock.ZoneOfUAI(ourUAI)
			today := clock.On(began, zone)
			last := today.AddDays(3)

			// Only the order that ends is left, and Inès has a copy of it.
			distribute(t, w, http.StatusNoContent, http.MethodDelete, demoOrder(began), "")
			distribute(t, w, http.StatusCreated, http.MethodPut, "trois-jours", subscription("trois-jours", ourUAI, workbookARK, today, last))
			claire := worldtest.NewVisitor()
			claire.SignIn(t, w.Broker+"/affectation", "claire.vasseur")
			population := claire.Get(t, w.Broker+"/affectation/"+ourUAI+"/ressources").Follow(t, workbookTitle)
			if page := population.Press(t, "Voir le plan", population.Box(t, "5e B")).Press(t, "Attribuer ", nil); page.Status != http.StatusOK {
				t.Fatalf("give: status %d: %s", page.Status, page.Words())
			}

			watch.set(last.End(zone).Add(-time.Second))
			ines := worldtest.NewVisitor()
			if page := ines.SignIn(t, w.Broker+"/mediacentre", "ines.marchal"); !page.Says(workbookTitle) {
				t.Errorf("the last second: it is not on the shelf: %s", page.Words())
			}
			if got := authorize(t, w, ines, workbookARK); !got.Has("code") {
				t.Errorf("the last second: the sign-in says %v", got)
			}
			exercise := workbook(t, w, ines).Follow(t, "Exercice 1")
			if done := exercise.Press(t, "Valider", exercise.Box(t, firstAnswer)); !done.Says("1 sur 1") {
				t.Errorf("the last second: the answer is not taken: status %d: %s", done.Status, done.Words())
			}

			watch.set(last.End(zone))
			if page := ines.Get(t, w.Broker+"/mediacentre"); page.Status != http.StatusOK || page.Says(workbookTitle) {
				t.Errorf("the day after: status %d, still on the shelf: %s", page.Status, page.Words())
			}
			ended := lang.Date(lang.French, last)
			if page := ines.Get(t, w.Broker+"/acces/"+workbookARK); page.Status != http.StatusForbidden || !page.Says(ended) || !page.Says("Vasseur") {
				t.Errorf("the day after: the launch: status %d: %s", page.Status, page.Words())
			}
			if got := authorize(t, w, ines, workbookARK); got.Get("error") != "access_denied" || got.Has("code") {
				t.Errorf("the day after: the sign-in says %v", got)
			}
			// Inside Biblio Exos, where she still is: what she did stays hers to read, and nothing more is taken.
			next := strings.TrimPrefix(exercise.At.String(), w.Exos)
			if page := ines.Get(t, w.Exos+next); !page.Says("sa validité s’est terminée le "+ended) || !page.Says("Le travail déjà fait reste lisible") {
				t.Errorf("the day after: the exercise: status %d: %s", page.Status, page.Words())
			}
			if page := ines.Post(t, w.Exos+next+"/encore", nil); page.Status != http.StatusForbidden {
				t.Errorf("the day after: once more: status %d: %s", page.Status, page.Words())
			}
		})
	}
}

// A distributor that ends a subscription closes every door: the broker's at the next look, Biblio Exos's within the second that a
// security event takes.
func TestADeletedSubscriptionClosesEveryDoor(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		malo := worldtest.NewVisitor()
		malo.SignIn(t, w.Broker+"/mediacentre", "malo.kerbrat")
		exercise := workbook(t, w, malo).Follow(t, "Exercice 1")
		if !exercise.Says(firstAnswer) {
			t.Fatalf("the exercise does not open: %s", exercise.Words())
		}

		distribute(t, w, http.StatusNoContent, http.MethodDelete, demoOrder(clock.System()), "")
		began := clock.System()
		if page := malo.Get(t, w.Broker+"/mediacentre"); page.Status != http.StatusOK || page.Says(workbookTitle) {
			t.Errorf("the shelf: status %d: %s", page.Status, page.Words())
		}
		if page := malo.Get(t, w.Broker+"/acces/"+workbookARK); page.Status != http.StatusForbidden || !page.Says("Vasseur") {
			t.Errorf("the launch: status %d: %s", page.Status, page.Words())
		}
		if got := authorize(t, w, malo, workbookARK); got.Get("error") != "access_denied" || got.Has("code") {
			t.Errorf("the sign-in: got %v", got)
		}
		shut := func() bool { return malo.Get(t, exercise.At.String()).Status == http.StatusForbidden }
		if !worldtest.Soon(t.Context(), 10*time.Second, shut) { // one second is promised; a busy machine may have more
			t.Errorf("Biblio Exos is still open: %s", malo.Get(t, exercise.At.String()).Words())
		}
		t.Logf("Biblio Exos closed after %v", clock.System().Sub(began))
		answer := maps.Clone(exercise.Box(t, firstAnswer))
		if page := exercise.Press(t, "Valider", answer); page.Status != http.StatusForbidden || page.Says("1 sur 1") {
			t.Errorf("an answer: status %d: %s", page.Status, page.Words())
		}
	})
}
