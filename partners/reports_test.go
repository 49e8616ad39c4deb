package partners_test

import (
	"archive/zip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/internal/db/dbtest"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/partners"
	"pupitre/store/storetest"
)

type listed struct {
	Name, Created, Status string
	Size                  int
}

// reports lists a distributor's reports of a status.
func (h *house) listReports(program *http.Client, number, status string) []listed {
	h.t.Helper()
	answer := h.at(program, told, "GET", "/rapportsAffectation/"+number+"/"+status, "", "Accept", "application/json")
	h.want(answer, 200)
	var list struct {
		Reports []struct {
			Name    string `json:"nomRapport"`
			Created string `json:"dateCreation"`
			Size    int    `json:"taille"`
			Status  string `json:"statut"`
		} `json:"rapportsAffectation"`
	}
	if err := json.Unmarshal([]byte(answer.body), &list); err != nil {
		h.t.Fatal(err)
	}
	var out []listed
	for _, r := range list.Reports {
		out = append(out, listed{r.Name, r.Created, r.Status, r.Size})
	}
	return out
}

// summary writes a report short: one word per subscription and school, with its given and taken back.
func (h *house) summary(body string) string {
	h.t.Helper()
	archive, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil || len(archive.File) != 1 {
		h.t.Fatalf("not a ZIP of one file: %v", err)
	}
	file, err := archive.File[0].Open()
	if err != nil {
		h.t.Fatal(err)
	}
	var report struct {
		Resources []struct {
			ARK           string `xml:"idRessource,attr"`
			Title         string `xml:"titreRessource,attr"`
			Subscriptions []struct {
				ID      string `xml:"idAbonnement,attr"`
				Ends    string `xml:"finValidite,attr"`
				Schools []struct {
					UAI   string     `xml:"UAI,attr"`
					Given []struct{} `xml:"Affectation"`
					Back  []struct{} `xml:"Retrait"`
				} `xml:"GAREtablissement"`
			} `xml:"GARAbonnement"`
		} `xml:"GARRessource"`
	}
	text, err := io.ReadAll(file)
	if err == nil {
		err = xml.Unmarshal(text, &report)
	}
	if err != nil {
		h.t.Fatal(err)
	}
	var b strings.Builder
	for _, r := range report.Resources {
		b.WriteString(r.ARK + " " + r.Title + "\n")
		for _, s := range r.Subscriptions {
			b.WriteString(" " + s.ID + " " + s.Ends + "\n")
			for _, e := range s.Schools {
				b.WriteString("  " + e.UAI + strings.Repeat("+", len(e.Given)) + strings.Repeat("-", len(e.Back)) + "\n")
			}
		}
	}
	return b.String()
}

// days later than the Monday on which worlds begin, at ten in the morning.
func (h *house) dayIs(n int) { h.SetNow(storetest.Monday.AddDate(0, 0, n)) }

const (
	monday = "GAR-Affectations_20261123.zip"
	tue    = "GAR-Affectations_20261124.zip"
	global = "GAR-Affectations_GLOBAL.zip"
)

func TestADistributorFetchesWhatMovedEachDayAndWhatIsGivenNow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		program := h.with(ours, partners.ForReports)
		get := func(name string) reply {
			t.Helper()
			r := h.at(program, told, "GET", "/GAR-Affectations/"+ours+"/"+name, "")
			h.want(r, 200)
			return r
		}
		pupils := h.Persons(h.school.ID, directory.Pupil, 3, "")
		wide := h.Resource(false)
		h.want(h.do(h.mine, "PUT", "/copies", h.abonnement("copies", "libelleRessource", "Labo & « 5e »")), 201)
		h.want(h.do(h.mine, "PUT", "/wide", h.abonnement("wide", "idRessource", string(wide.ARK), "typeAffectation", "ETABL",
			"nbLicenceEnseignant", "-", "nbLicenceEleve", "-", "nbLicenceGlobale", "ILLIMITE")), 201)
		h.Assign(t, storetest.To(h.school, h.work, licensing.ToPerson(pupils[0]), licensing.ToPerson(pupils[1])))
		h.Assign(t, storetest.To(h.school, wide, licensing.ToSchool()))

		list := h.listReports(program, ours, "TOUT")
		if len(list) != 1 || list[0].Name != global || list[0].Status != "" || list[0].Created != "23/11/2026" {
			t.Fatalf("a day that is not over is not told: %+v", list)
		}

		h.dayIs(1)
		if _, err := h.Licensing.Release(t.Context(), storetest.Manager, storetest.To(h.school, h.work, licensing.ToPerson(pupils[0]))); err != nil {
			t.Fatal(err)
		}
		h.Assign(t, storetest.To(h.school, h.work, licensing.ToPerson(pupils[2])))
		h.want(h.do(h.mine, "DELETE", "/wide", ""), 204)
		// What is agreed later does not change what was told before.
		h.want(h.do(h.mine, "POST", "/copies", h.abonnement("copies", "uaiEtab", "-", "anneeFinValidite", "-", "finValidite", "2027-06-30")), 200)

		h.dayIs(4)
		list = h.listReports(program, ours, "NON_PRIS_EN_COMPTE")
		names := []string{}
		for _, r := range list {
			names = append(names, r.Name+" "+r.Created+" "+r.Status)
		}
		if diff := cmp.Diff([]string{monday + " 24/11/2026 NON_PRIS_EN_COMPTE", tue + " 25/11/2026 NON_PRIS_EN_COMPTE", global + " 27/11/2026 "}, names); diff != "" {
			t.Fatal(diff)
		}
		uai, ark := string(h.school.UAI), string(h.work.ARK)
		first := get(monday)
		if kind := first.header.Get("Content-Type"); kind != "application/zip" {
			t.Errorf("type %s", kind)
		}
		for i, one := range []struct{ name, want string }{
			{monday, ark + " Labo & « 5e »\n copies 2027-08-15\n  " + uai + "++\n" + string(wide.ARK) + " Le labo de grammaire 5e\n wide 2027-08-15\n  " + uai + "+\n"},
			{tue, ark + " Le labo de grammaire 5e\n copies 2027-06-30\n  " + uai + "+-\n" + string(wide.ARK) + " Le labo de grammaire 5e\n wide 2027-08-15\n  " + uai + "-\n"},
			{global, ark + " Le labo de grammaire 5e\n copies 2027-06-30\n  " + uai + "++\n"},
		} {
			r := get(one.name)
			if diff := cmp.Diff(one.want, h.summary(r.body)); diff != "" {
				t.Errorf("%s: %s", one.name, diff)
			}
			if len(r.body) != list[i].Size {
				t.Errorf("%s: %d bytes, %d announced", one.name, len(r.body), list[i].Size)
			}
		}

		h.dayIs(30)
		if again := get(monday); again.body != first.body {
			t.Error("the same report of another day is other bytes")
		}
		h.reports = &partners.ReportDoor{Gate: partners.Gate{Partners: h.service, Words: h.door.Words, Now: h.Now}, Movements: h.Licensing}
		if again := get(monday); again.body != first.body {
			t.Error("the same report of another process is other bytes")
		}
		h.dayIs(230) // 11 July 2027: the subscription is over
		if got := h.summary(get(global).body); got != "" {
			t.Errorf("what is over is told as given: %s", got)
		}
		h.dayIs(390)
		if list := h.listReports(program, ours, "TOUT"); len(list) != 1 {
			t.Errorf("days of more than a year ago are listed: %+v", list)
		}
	})
}

func TestAReportIsTakenWhenItWasFetchedWhole(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		program := h.with(ours, partners.ForReports)
		pupil := h.Persons(h.school.ID, directory.Pupil, 1, "")[0]
		h.want(h.do(h.mine, "PUT", "/copies", h.abonnement("copies")), 201)
		h.Assign(t, storetest.To(h.school, h.work, licensing.ToPerson(pupil)))
		h.dayIs(1)
		names := func(status string) (names string) {
			for _, r := range h.listReports(program, ours, status) {
				names += r.Name + " "
			}
			return names
		}
		path := "/GAR-Affectations/" + ours + "/" + monday
		h.want(h.at(program, told, "HEAD", path, ""), 200)
		if got := names("NON_PRIS_EN_COMPTE"); got != monday+" "+global+" " {
			t.Errorf("before: %s", got)
		}
		var fetches sync.WaitGroup
		bodies := make([]string, 8)
		for i := range bodies {
			fetches.Go(func() { bodies[i] = h.at(program, told, "GET", path, "").body })
		}
		fetches.Wait()
		for _, b := range bodies {
			if b != bodies[0] || b == "" {
				t.Error("two downloads at once differ")
			}
		}
		if got := names("NON_PRIS_EN_COMPTE"); got != global+" " {
			t.Errorf("after, not taken: %s", got)
		}
		if got := names("PRIS_EN_COMPTE"); got != monday+" "+global+" " {
			t.Errorf("after, taken: %s", got)
		}
		if n := h.entries("partners.collected"); n != 1 {
			t.Errorf("%d entries for one report taken", n)
		}
		h.want(h.at(program, told, "GET", "/GAR-Affectations/"+ours+"/"+global, ""), 200)
		if n := h.entries("partners.collected"); n != 1 {
			t.Error("the global report was taken")
		}
	})
}

// cut is a caller whose line breaks after some bytes.
type cut struct {
	*httptest.ResponseRecorder
	left int
}

func (c *cut) Write(p []byte) (int, error) {
	if c.left -= len(p); c.left < 0 {
		return 0, io.ErrClosedPipe
	}
	return len(p), nil
}

func TestAReportThatWasNotSentWholeIsNotTaken(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		program := h.with(ours, partners.ForReports)
		pupil := h.Persons(h.school.ID, directory.Pupil, 1, "")[0]
		h.want(h.do(h.mine, "PUT", "/copies", h.abonnement("copies")), 201)
		h.Assign(t, storetest.To(h.school, h.work, licensing.ToPerson(pupil)))
		h.dayIs(1)
		_, certificate, err := h.ca.Kept(ours + "-" + string(partners.ForReports))
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(t.Context(), "GET", "https://"+told+"/GAR-Affectations/"+ours+"/"+monday, nil)
		r.TLS = &tls.ConnectionState{ServerName: told, PeerCertificates: []*x509.Certificate{certificate}}
		func() {
			defer func() {
				if caught := recover(); caught != http.ErrAbortHandler {
					t.Errorf("the answer was not broken off: %v", caught)
				}
			}()
			h.reports.ServeHTTP(&cut{httptest.NewRecorder(), 100}, r)
		}()
		if list := h.listReports(program, ours, "NON_PRIS_EN_COMPTE"); len(list) != 2 || h.entries("partners.collected") != 0 {
			t.Errorf("taken all the same: %+v", list)
		}
	})
}

// entries counts the journal's entries of a verb about the first distributor, or about what it asked for.
func (h *house) entries(verb string) (n int) {
	h.t.Helper()
	err := h.Store.Journal().Read(h.t.Context(), func(ctx context.Context, r journal.Reader) error {
		n = 0
		all, err := r.OfSchool(ctx, "", "", 1000)
		for _, w := range all {
			if w.Entry.Verb == verb {
				n++
			}
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

func TestReportsAreRefusedWithTheRemedy(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		mine, yours := h.with(ours, partners.ForReports), h.with(their, partners.ForReports)
		for _, path := range []string{"/rapportsAffectation/" + ours + "/TOUT", "/GAR-Affectations/" + ours + "/" + global} {
			before := h.entries("partners.refused")
			h.want(h.at(yours, told, "GET", path, ""), 403, their)
			if h.entries("partners.refused") != before+1 {
				t.Error("no line in the journal about who reached for another's reports")
			}
			h.want(h.at(h.mine, told, "GET", path, ""), 403, "ws-rapports-affectation")
			h.want(h.at(mine, told, "POST", path, ""), 405)
		}
		h.want(h.at(mine, told, "GET", "/rapportsAffectation/"+ours+"/LUS", ""), 400, `"Code":"Bad Request"`, "PRIS_EN_COMPTE", "NON_PRIS_EN_COMPTE", "TOUT")
		for _, name := range []string{monday, "GAR-Affectations_20261340.zip", "rapport.zip"} {
			h.want(h.at(mine, told, "GET", "/GAR-Affectations/"+ours+"/"+name, ""), 404, name, "/rapportsAffectation/"+ours+"/TOUT")
		}
		h.want(h.at(mine, told, "GET", "/rapportsAffectation", ""), 404)
	})
}

// A day is settled an hour after midnight in Paris, in summer and in winter.
func TestADayIsToldAnHourAfterItsEndInParis(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	program := h.with(ours, partners.ForReports)
	pupil := h.Persons(h.school.ID, directory.Pupil, 1, "")[0]
	h.want(h.do(h.mine, "PUT", "/copies", h.abonnement("copies")), 201)
	// 23:30 in Paris is the same day there, and in UTC too; 00:30 is another day there only.
	h.SetNow(time.Date(2026, 11, 23, 23, 30, 0, 0, time.UTC))
	h.Assign(t, storetest.To(h.school, h.work, licensing.ToPerson(pupil)))
	for _, at := range []struct {
		now  time.Time
		want int
	}{
		{time.Date(2026, 11, 24, 23, 59, 0, 0, time.UTC), 1},
		{time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), 2},
	} {
		h.SetNow(at.now)
		if list := h.listReports(program, ours, "TOUT"); len(list) != at.want || at.want == 2 && list[0].Name != tue {
			t.Errorf("at %s: %+v", at.now, list)
		}
	}
}
