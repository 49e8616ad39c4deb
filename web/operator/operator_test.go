package operator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/directory/delivery"
	"pupitre/directory/provision"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/internal/look/looktest"
	"pupitre/journal"
	"pupitre/web/operator"
)

var now = clock.Fixed(time.Date(2026, 9, 2, 6, 30, 0, 0, time.UTC))

// deliveries stands for the service, and remembers what it was asked.
type deliveries struct {
	list      []delivery.Delivery
	received  []string
	confirmed []directory.UAI
	retried   delivery.ID
	by        journal.Actor // who tried again
	refusal   error
}

func (d *deliveries) List(context.Context, int) ([]delivery.Delivery, error) { return d.list, nil }

func (d *deliveries) Find(_ context.Context, id delivery.ID) (delivery.Delivery, error) {
	for _, one := range d.list {
		if one.ID == id {
			return one, nil
		}
	}
	return delivery.Delivery{}, fault.New(fault.NotFound, "delivery.unknown", "id", string(id))
}

func (d *deliveries) Receive(_ context.Context, _ journal.Actor, a delivery.Arrival) (delivery.Delivery, error) {
	body, err := io.ReadAll(a.Archive)
	if err != nil {
		return delivery.Delivery{}, err
	}
	d.received = []string{a.Name, a.Checksum, string(body)}
	return delivery.Delivery{ID: "new", Name: a.Name}, d.refusal
}

func (d *deliveries) Confirm(_ context.Context, _ journal.Actor, _ delivery.ID, schools []directory.UAI) error {
	d.confirmed = schools
	return d.refusal
}

func (d *deliveries) Retry(_ context.Context, by journal.Actor, id delivery.ID) error {
	d.retried, d.by = id, by
	return d.refusal
}

// open is the room over deliveries of every state.
func open(t *testing.T) (*deliveries, http.Handler) {
	t.Helper()
	report := func(r provision.Report) json.RawMessage {
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	at := func(id string, state delivery.State, r provision.Report) delivery.Delivery {
		d := delivery.Delivery{ID: delivery.ID(id), Project: "A70", Name: "A70_GAR-ENT_Complet_20260901_210000_2D.tar.gz", Door: delivery.ByDrop, Bytes: 1234, Arrived: now(), State: state}
		if r.Project != "" {
			d.Report, d.Ended = report(r), now()
		}
		return d
	}
	asking := provision.Report{Project: "A70", Schools: []provision.SchoolReport{
		{UAI: "0991234D", Name: "Collège Les Tilleuls", Outcome: provision.Applied, Persons: 477, Before: 470, Arrived: 9, Left: 2,
			Examples: []provision.Example{{Change: "moved", Person: "e-1", Before: []string{"5A"}, After: []string{"5B"}}}},
		{UAI: "0992001M", Name: "Lycée La Pierre Levée", Outcome: provision.Waiting, Before: 426, Left: 426, Examples: []provision.Example{{Change: "left", Person: "e-2", Before: []string{"2de"}}}},
	}}
	refused := provision.Report{Project: "A70", Refused: true, Omitted: map[string]int{"provision.set.missing": 3},
		Findings: []provision.Finding{{Rule: "provision.set.missing", Effect: provision.Refused, File: "A70_Eleve_0000.xml"}}}
	running := at("running", delivery.Running, provision.Report{})
	running.Done, running.Total = 3, 12
	failed := at("failed", delivery.Failed, provision.Report{})
	failed.Trouble = "no space left on device\ngoroutine 1"
	d := &deliveries{list: []delivery.Delivery{at("waiting", delivery.Waiting, provision.Report{}), running, failed, at("refused", delivery.Refused, refused), at("asking", delivery.Done, asking)}}
	words := lang.MustLoad()
	site := look.New(look.Pupitre, words)
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: now, Words: words, Pages: site}
	mux := edge.Mux()
	site.Mount(mux)
	(&operator.Room{Site: site, Words: words, Deliveries: d, Now: now}).Mount(mux)
	return d, edge.Wrap(operator.Here(edge, mux))
}

func ask(pages http.Handler, r *http.Request) *http.Response {
	r.RemoteAddr = "127.0.0.1:40000"
	if r.Host == "example.com" {
		r.Host = "localhost:8081"
	}
	r.Header.Set("Accept", "text/html")
	w := httptest.NewRecorder()
	pages.ServeHTTP(w, r)
	return w.Result()
}

func get(pages http.Handler, path string, headers ...string) *http.Response {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return ask(pages, r)
}

func post(pages http.Handler, path string, pairs ...string) *http.Response {
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return ask(pages, r)
}

// upload posts the form with these parts: a name, the file's name, its content.
func upload(t *testing.T, pages http.Handler, parts ...[3]string) *http.Response {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, p := range parts {
		w, err := form.CreateFormFile(p[0], p[1])
		if err == nil {
			_, err = io.WriteString(w, p[2])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/livraisons", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return ask(pages, r)
}

func page(t *testing.T, r *http.Response, status int) *looktest.Doc {
	t.Helper()
	body := looktest.Body(t, r)
	if r.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", r.StatusCode, status, body)
	}
	looktest.Page(t, body)
	return looktest.Parse(t, body)
}

func says(t *testing.T, p *looktest.Doc, wants ...string) {
	t.Helper()
	text := strings.ReplaceAll(looktest.Words(p.Find("body")[0]), "\u00a0", " ")
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q; it says: %s", want, text)
		}
	}
}

func TestEveryPageKeepsTheRulesInBothLanguages(t *testing.T) {
	t.Parallel()
	d, pages := open(t)
	for _, language := range []string{"fr", "en"} {
		page(t, get(pages, "/livraisons", "Accept-Language", language), http.StatusOK)
		for _, one := range d.list {
			page(t, get(pages, "/livraisons/"+string(one.ID), "Accept-Language", language), http.StatusOK)
		}
		page(t, get(pages, "/livraisons/none", "Accept-Language", language), http.StatusNotFound)
	}
	d.list = nil
	says(t, page(t, get(pages, "/livraisons"), http.StatusOK), "Rien n’est encore arrivé")
}

func TestADeliverysPageSaysWhatBecameOfIt(t *testing.T) {
	t.Parallel()
	_, pages := open(t)
	says(t, page(t, get(pages, "/livraisons"), http.StatusOK), "en attente", "en cours", "3 sur 12 établissements", "refusée", "échouée", "terminée")
	says(t, page(t, get(pages, "/livraisons/asking"), http.StatusOK), "Un établissement attend votre mot", "426 personnes partiraient, sur 426.", "e-2", "change de classe e-1 5A → 5B")
	says(t, page(t, get(pages, "/livraisons/refused"), http.StatusOK), "A70_Eleve_0000.xml", "et 3 autres")
	failed := page(t, get(pages, "/livraisons/failed"), http.StatusOK)
	says(t, failed, "no space left on device", "Reprendre")
	if strings.Contains(looktest.Words(failed.Find("body")[0]), "goroutine") {
		t.Error("the page shows the program's insides")
	}
	if got := get(pages, "/livraisons/running").Header.Get("Refresh"); got == "" {
		t.Error("the page of a delivery that runs stands still")
	}
	if got := get(pages, "/livraisons/asking").Header.Get("Refresh"); got != "" {
		t.Error("a page with a form is taken from under the reader")
	}
	r := get(pages, "/livraisons/asking/rapport.json")
	var report provision.Report
	if err := json.NewDecoder(r.Body).Decode(&report); err != nil || len(report.Schools) != 2 {
		t.Errorf("%+v, %v", report, err)
	}
	page(t, get(pages, "/livraisons/running/rapport.json"), http.StatusNotFound)
}

func TestAnArchiveIsTakenInTheOrderOfTheForm(t *testing.T) {
	t.Parallel()
	d, pages := open(t)
	if r := upload(t, pages, [3]string{"md5", "a.md5", "abc  a.tar.gz\n"}, [3]string{"archive", "a.tar.gz", "bytes"}); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/livraisons/new" {
		t.Errorf("%d %s", r.StatusCode, r.Header.Get("Location"))
	}
	if want := []string{"a.tar.gz", "abc", "bytes"}; !slices.Equal(want, d.received) {
		t.Errorf("received %v", d.received)
	}
	if r := upload(t, pages, [3]string{"md5", "", ""}, [3]string{"archive", "a.tar.gz", "bytes"}); r.StatusCode != http.StatusSeeOther || d.received[1] != "" {
		t.Errorf("no checksum was chosen: %d, %v", r.StatusCode, d.received)
	}
	d.received = nil
	if says(t, page(t, upload(t, pages, [3]string{"md5", "a.tar.gz.md5", " \n"}, [3]string{"archive", "a.tar.gz", "bytes"}), http.StatusUnprocessableEntity),
		"« a.tar.gz.md5 » est vide"); d.received != nil {
		t.Errorf("received with an empty checksum: %v", d.received)
	}
	d.refusal = fault.New(fault.Invalid, "delivery.name.form", "name", "holidays.tar.gz")
	says(t, page(t, upload(t, pages, [3]string{"archive", "holidays.tar.gz", ""}), http.StatusUnprocessableEntity), "« holidays.tar.gz » n’est pas le nom d’une archive")
	d.refusal = fault.New(fault.Invalid, "delivery.name.package", "name", "a.zip")
	says(t, page(t, upload(t, pages, [3]string{"archive", "a.zip", ""}), http.StatusUnprocessableEntity), "PROJET_OneRoster_bulk_aaaaMMjj_HHmmss.zip")
	d.received = nil
	says(t, page(t, upload(t, pages, [3]string{"archive", "", ""}), http.StatusUnprocessableEntity), "Aucun fichier n’a été choisi")
	says(t, page(t, post(pages, "/livraisons", "archive", "x"), http.StatusUnprocessableEntity), "n’est pas arrivé en entier")
	if d.received != nil {
		t.Errorf("received %v", d.received)
	}
	d.refusal = errors.New("no space")
	page(t, upload(t, pages, [3]string{"archive", "a.tar.gz", ""}), http.StatusInternalServerError)
}

func TestAWordIsGivenForTheSchoolsThatWereTicked(t *testing.T) {
	t.Parallel()
	d, pages := open(t)
	if r := post(pages, "/livraisons/asking/confirmer"); r.StatusCode != http.StatusSeeOther || d.confirmed != nil {
		t.Errorf("nothing was ticked: %d, %v", r.StatusCode, d.confirmed)
	}
	page(t, post(pages, "/livraisons/asking/confirmer", "uai", "0992001A"), http.StatusBadRequest)
	if r := post(pages, "/livraisons/asking/confirmer", "uai", "0992001M"); r.StatusCode != http.StatusSeeOther || !slices.Equal(d.confirmed, []directory.UAI{"0992001M"}) {
		t.Errorf("%d, %v", r.StatusCode, d.confirmed)
	}
	if r := post(pages, "/livraisons/failed/reprendre"); r.StatusCode != http.StatusSeeOther || d.retried != "failed" {
		t.Errorf("%d, %v", r.StatusCode, d.retried)
	}
	d.refusal = fault.New(fault.Conflict, "delivery.later")
	says(t, page(t, post(pages, "/livraisons/asking/confirmer", "uai", "0992001M"), http.StatusConflict), "plus récente")
}

func TestOnlyTheMachineItselfComesIn(t *testing.T) {
	t.Parallel()
	_, pages := open(t)
	for _, one := range []struct{ remote, host string }{{"192.0.2.7:4000", "localhost:8081"}, {"127.0.0.1:4000", "evil.example:8081"}, {"127.0.0.1:4000", "192.0.2.1"}} {
		r := httptest.NewRequest(http.MethodGet, "/livraisons", nil)
		r.RemoteAddr, r.Host = one.remote, one.host
		r.Header.Set("Accept", "text/html")
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, r)
		if w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "A70_GAR") {
			t.Errorf("%+v: %d", one, w.Code)
		}
	}
	for _, header := range []string{"X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via", "X-Real-Ip"} { // a proxy on the machine speaks for somebody else
		if got := get(pages, "/livraisons", header, "192.0.2.7").StatusCode; got != http.StatusForbidden {
			t.Errorf("what a proxy passes on (%s) is answered: %d", header, got)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/livraisons/failed/reprendre", nil)
	r.Header.Set("Origin", "http://evil.example")
	if got := ask(pages, r).StatusCode; got != http.StatusForbidden {
		t.Errorf("another origin posts: %d", got)
	}
}
