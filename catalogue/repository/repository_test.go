package repository_test

import (
	"cmp"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/catalogue/harvest"
	"pupitre/catalogue/repository"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/journal"
	"pupitre/store"
)

var tester = journal.System("test")

// shop is a catalogue that is served.
type shop struct {
	catalogue *catalogue.Service
	store     *store.Store
	address   string
	passed    atomic.Int64
}

func (s *shop) now() time.Time {
	return time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(s.passed.Load()))
}

func (s *shop) wait(d time.Duration) { s.passed.Add(int64(d)) }

func open(t testing.TB, e dbtest.Engine) *shop {
	t.Helper()
	s := &shop{}
	ids := id.Seeded(s.now, 1)
	s.store = &store.Store{DB: e.Open(t, store.Migrations(), s.now), IDs: ids}
	s.catalogue = &catalogue.Service{Store: s.store.Catalogue(), IDs: ids}
	s.address = s.serve(t)
	return s
}

// serve starts another node.
func (s *shop) serve(t testing.TB) string {
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: s.now, Words: lang.MustLoad()}
	service := &repository.Service{Store: s.store.Repository(), Base: "https://pupitre.exemple.test/oai", Name: "Pupitre"}
	face := &repository.Face{Service: service}
	edge.CrossOrigin = face.CrossOrigin()
	mux := edge.Mux()
	face.Mount(mux)
	server := httptest.NewServer(edge.Wrap(mux))
	t.Cleanup(server.Close)
	return server.URL + repository.Path
}

// notice is a metadata file. A publisher's number ends in its last digit.
func notice(name, title string, publisher int, more ...string) catalogue.NoticeFile {
	return catalogue.NoticeFile{Name: name, Body: []byte(fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?><!-- gone --><lom:lom xmlns:lom="http://ltsc.ieee.org/xsd/LOM"><lom:general><lom:identifier><lom:catalog>ark</lom:catalog><lom:entry>ark:/99999/%[1]s</lom:entry></lom:identifier><lom:title><lom:string language="fre"><![CDATA[%[2]s]]></lom:string></lom:title></lom:general>
		<lom:lifeCycle><lom:contribute><lom:role><lom:value>publisher</lom:value></lom:role><lom:entity>FN:Maison %[3]d NOTE:SIREN=99900099%[3]d END:VCARD</lom:entity></lom:contribute></lom:lifeCycle>
		<lom:technical><lom:location>https://exemple.test/%[1]s</lom:location></lom:technical>%[4]s</lom:lom>`, name, title, publisher, strings.Join(more, "")))}
}

const hidden = `<x:acces xmlns:x="urn:pupitre:notice:1"><x:affichable>false</x:affichable></x:acces>`

func (s *shop) bring(t testing.TB, files ...catalogue.NoticeFile) {
	t.Helper()
	r, err := s.catalogue.ImportNotices(context.Background(), tester, files)
	if err != nil || r.Refused() > 0 {
		t.Fatal(err, r.Findings)
	}
}

// many brings n notices of publisher 1, in one change.
func (s *shop) many(t testing.TB, n int) {
	t.Helper()
	var files []catalogue.NoticeFile
	for i := range n {
		files = append(files, notice(fmt.Sprintf("n%04d", i), fmt.Sprintf("Titre %04d", i), 1))
	}
	s.bring(t, files...)
}

// answer is what a harvester reads of one.
type answer struct {
	XMLName xml.Name `xml:"http://www.openarchives.org/OAI/2.0/ OAI-PMH"`
	At      string   `xml:"responseDate"`
	Request struct {
		Attrs []xml.Attr `xml:",any,attr"`
		Base  string     `xml:",chardata"`
	} `xml:"request"`
	Error *struct {
		Code string `xml:"code,attr"`
		Text string `xml:",chardata"`
	} `xml:"error"`
	Identify *struct {
		Name        string `xml:"repositoryName"`
		Base        string `xml:"baseURL"`
		Version     string `xml:"protocolVersion"`
		Admin       string `xml:"adminEmail"`
		Earliest    string `xml:"earliestDatestamp"`
		Deleted     string `xml:"deletedRecord"`
		Granularity string `xml:"granularity"`
		Compression string `xml:"compression"`
	} `xml:"Identify"`
	Formats []struct {
		Prefix string `xml:"metadataPrefix"`
	} `xml:"ListMetadataFormats>metadataFormat"`
	Sets []struct {
		Spec string `xml:"setSpec"`
		Name string `xml:"setName"`
	} `xml:"ListSets>set"`
	Headers []head `xml:"ListIdentifiers>header"`
	Records []struct {
		Header   head `xml:"header"`
		Metadata *struct {
			Inner string `xml:",innerxml"`
		} `xml:"metadata"`
	} `xml:"ListRecords>record"`
	One *struct {
		Header   head `xml:"header"`
		Metadata *struct {
			Inner string `xml:",innerxml"`
		} `xml:"metadata"`
	} `xml:"GetRecord>record"`
	Token      *token `xml:"ListRecords>resumptionToken"`
	TokenHeads *token `xml:"ListIdentifiers>resumptionToken"`
}

type head struct {
	Status     string `xml:"status,attr"`
	Identifier string `xml:"identifier"`
	Datestamp  string `xml:"datestamp"`
	Set        string `xml:"setSpec"`
}

type token struct {
	Cursor int    `xml:"cursor,attr"`
	Text   string `xml:",chardata"`
}

func (a answer) code() string {
	if a.Error == nil {
		return ""
	}
	return a.Error.Code
}

// ask asks as a harvester does: "verb=Identify".
func (s *shop) ask(t testing.TB, query string) answer {
	t.Helper()
	return read(t, get(t, s.address+"?"+query))
}

func get(t testing.TB, address string) *http.Response {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func read(t testing.TB, r *http.Response) answer {
	t.Helper()
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "text/xml; charset=utf-8" {
		t.Fatalf("%v, %s: %s", err, r.Status, body)
	}
	holds(t, body)
	var a answer
	if err := xml.Unmarshal(body, &a); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return a
}

// all follows a list to its end, and returns « identifier status » of each record, sorted.
func (s *shop) all(t testing.TB, query string) []string {
	t.Helper()
	var out []string
	verb := strings.SplitN(query, "&", 2)[0]
	for page := 0; ; page++ {
		a := s.ask(t, query)
		for _, r := range a.Records {
			out = append(out, strings.TrimSpace(r.Header.Identifier+" "+r.Header.Status))
		}
		for _, h := range a.Headers {
			out = append(out, strings.TrimSpace(h.Identifier+" "+h.Status))
		}
		next := cmp.Or(a.Token, a.TokenHeads)
		if next == nil || next.Text == "" || page > 100 {
			slices.Sort(out)
			return out
		}
		query = verb + "&resumptionToken=" + url.QueryEscape(next.Text)
	}
}

func TestWhatTheRepositoryIs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := open(t, e)
		if got := s.ask(t, "verb=ListSets").code(); got != "noSetHierarchy" {
			t.Error(got)
		}
		s.bring(t, notice("a", "Titre a", 1), notice("b", "Titre b", 2), notice("c", "Titre c", 3, hidden))
		s.wait(time.Hour)
		i := s.ask(t, "verb=Identify").Identify
		if i == nil || i.Name != "Pupitre" || i.Base != "https://pupitre.exemple.test/oai" || i.Version != "2.0" || i.Admin != "nobody@pupitre.exemple.test" ||
			i.Earliest != "2026-09-01T08:00:00Z" || i.Deleted != "persistent" || i.Granularity != "YYYY-MM-DDThh:mm:ssZ" || i.Compression != "gzip" {
			t.Errorf("%+v", i)
		}
		var sets []string
		for _, x := range s.ask(t, "verb=ListSets").Sets {
			sets = append(sets, x.Spec+" "+x.Name)
		}
		if d := diff.Diff([]string{"999000991_0000000000000000 Maison 1", "999000992_0000000000000000 Maison 2"}, sets); d != "" {
			t.Error("publishers of nothing that may be seen are no set", d)
		}
		for _, query := range []string{"verb=ListMetadataFormats", "verb=ListMetadataFormats&identifier=ark:/99999/a"} {
			if got := fmt.Sprint(s.ask(t, query).Formats); got != "[{oai_dc} {lom} {scolomfr}]" {
				t.Error(query, got)
			}
		}
	})
}

// Each mistake has its code, whatever else is in the request, and is told once.
func TestEveryMistakeHasItsCode(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := open(t, e)
		s.many(t, 101)
		s.bring(t, notice("secret", "Titre secret", 1, hidden))
		if _, err := s.catalogue.Withdraw(t.Context(), tester, []catalogue.ARK{"ark:/99999/n0000"}); err != nil {
			t.Fatal(err)
		}
		s.wait(time.Minute)
		token := url.QueryEscape(s.ask(t, "verb=ListRecords&metadataPrefix=oai_dc").Token.Text)
		for query, want := range map[string]string{
			"":                                     "badVerb",
			"verb=":                                "badVerb",
			"verb=Nothing":                         "badVerb",
			"verb=identify":                        "badVerb",
			"verb=Identify;x":                      "badVerb",
			"verb=Identify&verb=Get":               "badVerb",
			"verb=Identify&x=1":                    "badArgument",
			"verb=Identify&set=a":                  "badArgument",
			"verb=GetRecord":                       "badArgument",
			"verb=ListRecords":                     "badArgument",
			"verb=GetRecord&metadataPrefix=oai_dc": "badArgument",
			"verb=GetRecord&identifier=ark:/99999/n0001":                                             "badArgument",
			"verb=GetRecord&identifier=ark:/99999/n0001&metadataPrefix=marc":                         "cannotDisseminateFormat",
			"verb=GetRecord&identifier=ark:/99999/none&metadataPrefix=oai_dc":                        "idDoesNotExist",
			"verb=GetRecord&identifier=ark:/99999/secret&metadataPrefix=oai_dc":                      "idDoesNotExist",
			"verb=GetRecord&identifier=%3Cscript%3E&metadataPrefix=oai_dc":                           "badArgument",
			"verb=GetRecord&identifier=oai:x:1&metadataPrefix=oai_dc":                                "idDoesNotExist",
			"verb=GetRecord&identifier=ark:/99999/n0001&metadataPrefix=a%20b":                        "badArgument",
			"verb=ListMetadataFormats&identifier=ark:/99999/none":                                    "idDoesNotExist",
			"verb=ListMetadataFormats&identifier=ark:/99999/n0000":                                   "noMetadataFormats",
			"verb=ListSets&resumptionToken=x":                                                        "badResumptionToken",
			"verb=ListRecords&metadataPrefix=marc":                                                   "cannotDisseminateFormat",
			"verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=lom":                              "badArgument",
			"verb=ListRecords&metadataPrefix=oai_dc&from=hier":                                       "badArgument",
			"verb=ListRecords&metadataPrefix=oai_dc&from=":                                           "badArgument",
			"verb=ListRecords&metadataPrefix=oai_dc&from=2026-09-31":                                 "badArgument",
			"verb=ListRecords&metadataPrefix=oai_dc&from=2026-09-01T08:00Z":                          "badArgument",
			"verb=ListRecords&metadataPrefix=oai_dc&from=2026-09-01T08:00:00%2B02:00":                "badArgument",
			"verb=ListRecords&metadataPrefix=oai_dc&from=2026-09-01T08:00:00.5Z":                     "badArgument",
			"verb=ListRecords&metadataPrefix=oai_dc&from=2026-09-02&until=2026-09-01":                "badArgument",
			"verb=ListRecords&metadataPrefix=oai_dc&from=2026-09-01&until=2026-09-02T00:00:00Z":      "badArgument",
			"verb=ListRecords&metadataPrefix=oai_dc&from=2027-01-01":                                 "noRecordsMatch",
			"verb=ListRecords&metadataPrefix=oai_dc&until=2026-08-31":                                "noRecordsMatch",
			"verb=ListRecords&metadataPrefix=oai_dc&set=999000992_0000000000000000":                  "noRecordsMatch",
			"verb=ListRecords&metadataPrefix=oai_dc&set=%27%20or%201=1":                              "badArgument",
			"verb=ListRecords&metadataPrefix=oai_dc&set=none:such":                                   "noRecordsMatch",
			"verb=ListRecords&resumptionToken=x":                                                     "badResumptionToken",
			"verb=ListRecords&resumptionToken=":                                                      "badResumptionToken",
			"verb=ListRecords&resumptionToken=" + strings.Repeat("A", 5000):                          "badResumptionToken",
			"verb=ListRecords&resumptionToken=e30":                                                   "badResumptionToken",
			"verb=ListIdentifiers&resumptionToken=" + token:                                          "badResumptionToken",
			"verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=" + token:                        "badArgument",
			"verb=ListRecords&resumptionToken=" + token + "&resumptionToken=" + token:                "badArgument",
			"verb=ListRecords&resumptionToken=" + token:                                              "",
			"verb=ListRecords&metadataPrefix=oai_dc&from=2026-09-01&until=2026-09-01":                "",
			"verb=ListRecords&metadataPrefix=scolomfr&from=2026-09-01T08:00:00Z":                     "",
			"verb=ListIdentifiers&metadataPrefix=lom&set=999000991_0000000000000000&from=2026-09-01": "",
		} {
			a := s.ask(t, query)
			if a.code() != want {
				t.Errorf("%s: %q, want %q", query, a.code(), want)
			}
			if repeats := len(a.Request.Attrs) > 0; repeats == (want == "badVerb" || want == "badArgument") {
				t.Errorf("%s: the request is repeated as %v", query, a.Request.Attrs)
			}
		}
	})
}

func TestARequestMayBePosted(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Engines()[0])
	s.bring(t, notice("a", "Titre a", 1))
	post := func(kind, query, body string) answer {
		r, err := http.NewRequest(http.MethodPost, s.address+query, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Origin", "https://ailleurs.test") // a page that harvests
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		return read(t, got)
	}
	const form = "application/x-www-form-urlencoded"
	if a := post(form, "", "verb=GetRecord&metadataPrefix=oai_dc&identifier=ark%3A%2F99999%2Fa"); a.One == nil || a.One.Header.Identifier != "ark:/99999/a" {
		t.Errorf("%+v", a)
	}
	for _, a := range []answer{post(form, "?verb=Identify", ""), post("text/plain", "", "verb=Identify"), post(form, "", "verb=Identify&x="+strings.Repeat("x", 20_000))} {
		if a.code() != "badVerb" {
			t.Errorf("%+v", a)
		}
	}
}

func TestAnAnswerIsPackedForWhoTakesIt(t *testing.T) {
	t.Parallel()
	s := open(t, dbtest.Engines()[0])
	s.many(t, 50)
	size := map[string]int{}
	for _, accept := range []string{"gzip", "identity", "gzip;q=0"} {
		r, err := http.NewRequest(http.MethodGet, s.address+"?verb=ListRecords&metadataPrefix=scolomfr", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", accept)
		got, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(got.Body)
		if err != nil {
			t.Fatal(err)
		}
		size[accept] = len(body)
		if packed := got.Header.Get("Content-Encoding") == "gzip"; packed != (accept == "gzip") {
			t.Errorf("%s: %v", accept, got.Header)
		} else if packed {
			z, err := gzip.NewReader(strings.NewReader(string(body)))
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		holds(t, body)
	}
	if size["gzip"]*4 > size["identity"] || size["identity"] != size["gzip;q=0"] {
		t.Error(size)
	}
}

// A notice goes out as it came in, but for what would not mean the same inside another document.
func TestANoticeIsServedAsItsPublisherWroteIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := open(t, e)
		latin := []byte(strings.ReplaceAll(strings.Replace(string(notice("b", "L'\xe9t\xe9", 1).Body), "UTF-8", "ISO-8859-1", 1), "lom:", ""))
		latin = []byte(strings.Replace(string(latin), `xmlns:lom="http://ltsc.ieee.org/xsd/LOM"`, "", 1)) // of no namespace at all
		s.bring(t, notice("a", "Un & deux <3", 1, `<lom:x a="&lt;&quot;" q:b="1" xmlns:q="urn:q" xml:lang="fr"/>`), catalogue.NoticeFile{Name: "b", Body: latin})
		a := s.ask(t, "verb=GetRecord&metadataPrefix=scolomfr&identifier=ark:/99999/a").One.Metadata.Inner
		for _, want := range []string{`<lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general>`, `<string language="fre">Un &amp; deux &lt;3</string>`, `<x a="&lt;&#34;" xmlns:a1="urn:q" a1:b="1" xml:lang="fr"></x>`} {
			if !strings.Contains(a, want) {
				t.Errorf("no %s in %s", want, a)
			}
		}
		for _, bad := range []string{"<?xml", "<!--", "CDATA"} {
			if strings.Contains(a, bad) {
				t.Error(bad, a)
			}
		}
		b := s.ask(t, "verb=GetRecord&metadataPrefix=lom&identifier=ark:/99999/b").One.Metadata.Inner
		if !strings.Contains(b, `<lom xmlns="http://ltsc.ieee.org/xsd/LOM">`) || !strings.Contains(b, "L&#39;été") {
			t.Error(b)
		}
		dc := s.ask(t, "verb=GetRecord&metadataPrefix=oai_dc&identifier=ark:/99999/a").One.Metadata.Inner
		for _, want := range []string{"<dc:title>Un &amp; deux &lt;3</dc:title>", "<dc:publisher>Maison 1</dc:publisher>", "<dc:identifier>ark:/99999/a</dc:identifier>"} {
			if !strings.Contains(dc, want) {
				t.Errorf("no %s in %s", want, dc)
			}
		}
	})
}

// Nothing is skipped of a list that changes between its pages, nor after a restart, nor where another node goes on.
func TestAListGoesOnWhateverHappensBetweenItsPages(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := open(t, e)
		s.many(t, 250)
		s.wait(time.Minute)
		a := s.ask(t, "verb=ListRecords&metadataPrefix=scolomfr")
		met := map[string]string{}
		note := func(a answer) {
			for _, r := range a.Records {
				met[r.Header.Identifier] = r.Header.Status
			}
		}
		note(a)
		if len(met) != 100 || a.Token.Cursor != 0 {
			t.Fatal(len(met), a.Token)
		}
		// One that was sent, one that was not, one that goes, one that comes; and a new node.
		s.wait(time.Minute)
		s.bring(t, notice("n0000", "Autre 0000", 1), notice("n0200", "Autre 0200", 1), notice("new", "Nouveau", 1))
		s.wait(time.Minute)
		if _, err := s.catalogue.Withdraw(t.Context(), tester, []catalogue.ARK{"ark:/99999/n0220"}); err != nil {
			t.Fatal(err)
		}
		s.address = s.serve(t)
		for a.Token != nil && a.Token.Text != "" {
			a = s.ask(t, "verb=ListRecords&resumptionToken="+url.QueryEscape(a.Token.Text))
			note(a)
		}
		if len(met) != 251 || met["ark:/99999/n0220"] != "deleted" || a.Token == nil || a.Token.Cursor != 200 {
			t.Errorf("%d met, the last token %+v", len(met), a.Token)
		}
		if _, ok := met["ark:/99999/new"]; !ok {
			t.Error("what came meanwhile comes at the end")
		}
	})
}

func TestARecordThatIsGoneStaysKnown(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := open(t, e)
		s.bring(t, notice("a", "Titre a", 1), notice("b", "Titre b", 2), notice("c", "Titre c", 1, hidden))
		s.wait(48 * time.Hour)
		s.bring(t, notice("b", "Titre b", 2, hidden)) // its publisher has it no longer shown
		if _, err := s.catalogue.Withdraw(t.Context(), tester, []catalogue.ARK{"ark:/99999/a", "ark:/99999/c"}); err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string][]string{
			"verb=ListIdentifiers&metadataPrefix=oai_dc":                         {"ark:/99999/a deleted", "ark:/99999/b deleted"},
			"verb=ListRecords&metadataPrefix=scolomfr&from=2026-09-03":           {"ark:/99999/a deleted", "ark:/99999/b deleted"},
			"verb=ListRecords&metadataPrefix=oai_dc&until=2026-09-02":            nil,
			"verb=ListRecords&metadataPrefix=lom&set=999000992_0000000000000000": {"ark:/99999/b deleted"},
		} {
			if d := diff.Diff(want, s.all(t, query)); d != "" {
				t.Error(query, d)
			}
		}
		if a := s.ask(t, "verb=GetRecord&metadataPrefix=oai_dc&identifier=ark:/99999/a"); a.One == nil || a.One.Header.Status != "deleted" || a.One.Metadata != nil {
			t.Errorf("%+v", a)
		}
		s.wait(time.Hour)
		s.bring(t, notice("a", "Titre a", 1))
		if d := diff.Diff([]string{"ark:/99999/a", "ark:/99999/b deleted"}, s.all(t, "verb=ListRecords&metadataPrefix=lom")); d != "" {
			t.Error(d)
		}
	})
}

// A change that began before a harvester's question and ends after it is dated so that the harvester finds it next time, from the
// responseDate that it was told.
func TestAChangeThatTakesLongIsNotMissed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		if e.Name == "sqlite" {
			t.Skip("there a question waits for the change: one writer at a time")
		}
		s := open(t, e)
		s.bring(t, notice("a", "Titre a", 1))
		s.wait(time.Minute)
		began, asked, over := make(chan struct{}), make(chan struct{}), make(chan error, 1)
		go func() {
			over <- s.store.Catalogue().Write(context.Background(), func(ctx context.Context, w catalogue.Writer) error {
				select {
				case <-began: // it may run again
				default:
					close(began)
				}
				<-asked
				act, err := w.Record(ctx, journal.Entry{Actor: tester, Verb: "test", Class: journal.ClassChange})
				if err != nil {
					return err
				}
				at, err := w.Advance(ctx, act)
				if err != nil {
					return err
				}
				found, err := w.FindByARK(ctx, "ark:/99999/a")
				if err != nil {
					return err
				}
				return w.Withdraw(ctx, act, []catalogue.ResourceID{found.ID}, at)
			})
		}()
		<-began
		s.wait(10 * time.Second)
		first := s.ask(t, "verb=ListRecords&metadataPrefix=oai_dc")
		close(asked)
		if err := <-over; err != nil || len(first.Records) != 1 || first.Records[0].Header.Status != "" {
			t.Fatalf("%v, %+v", err, first)
		}
		s.wait(time.Minute)
		if got := s.all(t, "verb=ListRecords&metadataPrefix=oai_dc&from="+first.At); !slices.Equal(got, []string{"ark:/99999/a deleted"}) {
			t.Errorf("from %s: %v", first.At, got)
		}
	})
}

// An old clock never dates a change before what a harvester was told.
func TestDatestampsGoUpWhateverClocksSay(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := open(t, e)
		s.bring(t, notice("a", "Titre a", 1))
		s.wait(time.Hour)
		at := s.ask(t, "verb=Identify").At
		s.wait(-30 * time.Minute) // another node's clock, or a transaction that began then
		s.bring(t, notice("b", "Titre b", 1))
		s.wait(31 * time.Minute)
		if got := s.all(t, "verb=ListIdentifiers&metadataPrefix=oai_dc&from="+at); !slices.Equal(got, []string{"ark:/99999/b"}) {
			t.Errorf("from %s: %v", at, got)
		}
	})
}

// mirror is another catalogue that harvests the first.
func (s *shop) mirror(t testing.TB, e dbtest.Engine) (*catalogue.Service, *harvest.Service, harvest.ID) {
	t.Helper()
	ids := id.Seeded(s.now, 2)
	stored := &store.Store{DB: e.Open(t, store.Migrations(), s.now), IDs: ids}
	mine := &catalogue.Service{Store: stored.Catalogue(), IDs: ids}
	h := &harvest.Service{Store: stored.Harvest(), Notices: mine, IDs: ids, Worker: "one", Log: slog.New(slog.DiscardHandler),
		Client: &harvest.Client{HTTP: http.DefaultClient, Now: s.now, Wait: func(context.Context, time.Duration) error { return errors.New("it answers at once") }}}
	source, err := h.Add(t.Context(), tester, harvest.Source{Address: s.address, Prefix: harvest.UsualPrefix})
	if err != nil {
		t.Fatal(err)
	}
	return mine, h, source.ID
}

// seen is what a catalogue shows, as « ARK title ».
func seen(t testing.TB, c *catalogue.Service) []string {
	t.Helper()
	var out []string
	for after := ""; ; {
		page, err := c.List(t.Context(), catalogue.Find{After: after, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			slices.Sort(out)
			return out
		}
		for _, r := range page {
			out, after = append(out, string(r.ARK)+" "+r.Title+" "+r.Publisher.Official), r.Key
		}
	}
}

func TestOurOwnHarvesterFollowsUs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := open(t, e)
		s.many(t, 230)
		s.bring(t, notice("hidden", "Caché", 2, hidden))
		mine, h, source := s.mirror(t, e)
		run := func() harvest.Report {
			s.wait(time.Minute)
			r, err := h.Run(t.Context(), source)
			if err != nil || r.Refused > 0 {
				t.Fatalf("%+v, %v", r, err)
			}
			if d := diff.Diff(seen(t, s.catalogue), seen(t, mine)); d != "" {
				t.Fatal(d)
			}
			return r
		}
		if r := run(); r.New != 230 || r.Pages != 3 {
			t.Errorf("%+v", r)
		}
		if r := run(); r.Read != 0 {
			t.Errorf("nothing has changed: %+v", r)
		}
		s.bring(t, notice("n0007", "Autre", 1), notice("z", "Nouveau", 2))
		if _, err := s.catalogue.Withdraw(t.Context(), tester, []catalogue.ARK{"ark:/99999/n0001", "ark:/99999/n0002"}); err != nil {
			t.Fatal(err)
		}
		s.bring(t, notice("n0003", "Titre 0003", 1, hidden))
		if r := run(); r.New != 1 || r.Changed != 1 || r.Deleted != 3 || r.Read != 2 {
			t.Errorf("%+v", r)
		}
		s.bring(t, notice("n0001", "Titre 0001", 1))
		if r := run(); r.Changed != 1 {
			t.Errorf("%+v", r)
		}
		if got := len(seen(t, mine)); got != 229 {
			t.Error(got)
		}
	})
}

// We list by revision: a mother that changed after her members comes on a later page than they do.
func TestAMirrorHasTheMembersOfAMotherThatIsOnALaterPage(t *testing.T) {
	t.Parallel()
	const isMother = `<x:acces xmlns:x="urn:pupitre:notice:1"><x:mereFamille>true</x:mereFamille></x:acces>`
	member := func(kind string) string {
		return `<lom:relation><lom:kind><lom:value>` + kind + `</lom:value></lom:kind><lom:resource><lom:identifier><lom:entry>ark:/99999/m</lom:entry></lom:identifier></lom:resource></lom:relation>`
	}
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := open(t, e)
		s.bring(t, notice("m", "Bibliothèque", 1, isMother))
		s.bring(t, notice("a", "Titre a", 1, member("membreFamille")), notice("b", "Titre b", 1, member("ispartof")))
		s.many(t, 120)
		s.bring(t, notice("m", "Bibliothèque neuve", 1, isMother))
		s.wait(time.Minute)
		mine, h, source := s.mirror(t, e)
		if r, err := h.Run(t.Context(), source); err != nil || r.Pages != 2 || r.New != 123 || r.Refused != 0 {
			t.Errorf("%+v, %v", r, err)
		}
		if d := diff.Diff(seen(t, s.catalogue), seen(t, mine)); d != "" {
			t.Error(d)
		}
		m, err := mine.FindByARK(t.Context(), "ark:/99999/m")
		if err != nil {
			t.Fatal(err)
		}
		if members, err := mine.ListMembers(t.Context(), m.ID); err != nil || len(members) != 2 {
			t.Errorf("%+v, %v", members, err)
		}
	})
}
