package catalogue_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/catalogue"
	"pupitre/internal/clock"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/demo/notices"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/internal/recent"
	"pupitre/journal"
	"pupitre/store"
)

var (
	now      = clock.Fixed(time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC))
	operator = journal.System("test")
)

func service(t *testing.T, e dbtest.Engine) *catalogue.Service {
	t.Helper()
	ids := id.Seeded(now, 1)
	s := &store.Store{DB: e.Open(t, store.Migrations(), now), IDs: ids}
	return &catalogue.Service{Store: s.Catalogue(), IDs: ids}
}

func demo(t *testing.T) []catalogue.NoticeFile {
	t.Helper()
	files, err := notices.Files(notices.Bases{Exos: "http://exos.localhost:8080", Publisher: "http://editeur.localhost:8080"})
	if err != nil {
		t.Fatal(err)
	}
	var out []catalogue.NoticeFile
	for _, f := range files {
		out = append(out, catalogue.NoticeFile{Name: f.Name, Body: f.Body})
	}
	return out
}

func bring(t *testing.T, s *catalogue.Service, files ...catalogue.NoticeFile) catalogue.Report {
	t.Helper()
	report, err := s.ImportNotices(t.Context(), operator, files)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// lom writes a notice: parts replace or add whole elements.
func lom(name string, parts ...string) string {
	has := func(element string) bool {
		for _, p := range parts {
			if strings.Contains(p, "<"+element+">") || p == "no "+element {
				return true
			}
		}
		return false
	}
	var b strings.Builder
	b.WriteString(`<lom xmlns="http://ltsc.ieee.org/xsd/LOM">` + "\n")
	for _, d := range []struct{ element, text string }{
		{"general", `<general><identifier><catalog>ark</catalog><entry>ark:/99999/` + name + `</entry></identifier><title><string>Titre ` + name + `</string></title></general>`},
		{"lifeCycle", `<lifeCycle><contribute><role><value>publisher</value></role><entity>BEGIN:VCARD FN:Maison ORG:Maison SA NOTE:SIREN=999000999 END:VCARD</entity></contribute></lifeCycle>`},
		{"technical", `<technical><location>https://exemple.test/` + name + `</location></technical>`},
	} {
		if !has(d.element) {
			b.WriteString(d.text + "\n")
		}
	}
	for _, p := range parts {
		if !strings.HasPrefix(p, "no ") {
			b.WriteString(p + "\n")
		}
	}
	b.WriteString("</lom>")
	return b.String()
}

func file(name, body string) catalogue.NoticeFile {
	return catalogue.NoticeFile{Name: name, Body: []byte(body)}
}

func member(mother string) string {
	return `<relation><kind><value>membreFamille</value></kind><resource><identifier><entry>` + mother + `</entry></identifier></resource></relation>`
}

const motherPart = `<acces xmlns="urn:pupitre:notice:1"><mereFamille>true</mereFamille></acces>`

func TestANoticeSaysAllThatAResourceIs(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		report := bring(t, s, demo(t)...)
		if report.Read != 18 || report.New != 18 || len(report.Findings) != 0 {
			t.Fatalf("%+v", report)
		}
		got, err := s.FindByARK(t.Context(), "ark:/99999/preau-labo-grammaire-5e")
		if err != nil {
			t.Fatal(err)
		}
		mother, err := s.FindByARK(t.Context(), "ark:/99999/preau-bibliotheque")
		if err != nil || !mother.IsFamily || mother.Shown {
			t.Fatalf("%+v, %v", mother, err)
		}
		concept := "http://data.education.fr/voc/scolomfr/concept/"
		want := catalogue.Resource{
			ID: got.ID, ARK: "ark:/99999/preau-labo-grammaire-5e", Title: "Le labo de grammaire 5e", Key: got.Key, Revision: 1,
			Description:  "Le cahier d’exercices interactifs de grammaire pour la 5e\u00a0: classes de mots, fonctions, conjugaison, accords.\n\nChaque exercice est corrigé aussitôt, avec une explication. Fonctionne sans réseau.",
			Publisher:    catalogue.Publisher{ID: mother.Publisher.ID, Official: "999000101_0000000000000101", Name: "Éditions du Préau"},
			Technical:    "999000909_0000000000000909",
			Presentation: "ACC",
			Pedagogical:  []catalogue.Term{{URI: concept + "exercise", Label: "exercice"}},
			Documents:    []catalogue.Term{{URI: concept + "ressource_interactive", Label: "ressource interactive"}},
			Levels:       []catalogue.Term{{URI: concept + "scolomfr-voc-022-num-020", Label: "5e"}},
			Subjects:     []catalogue.Term{{URI: "urn:pupitre:demonstration:francais", Label: "français"}},
			LaunchURL:    "http://exos.localhost:8080/ouvrir?ark=ark:/99999/preau-labo-grammaire-5e",
			Family:       mother.ID, Shown: true, Offline: true, OfflineURL: "http://exos.localhost:8080/appli/", Declared: got.Declared,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if len(got.Declared) != 5 || got.Declared[2] != (catalogue.Declared{Attribute: "DIV", Reason: "Donner un devoir à une classe."}) {
			t.Errorf("declared: %+v", got.Declared)
		}
		version, err := s.Notice(t.Context(), got.ID)
		if err != nil || version.File != "preau-labo-grammaire-5e.xml" || !strings.Contains(string(version.Body), "<lom:lom") {
			t.Errorf("the notice as it came: %+v, %v", version.File, err)
		}
	})
}

func TestListsFollowTheTitle(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		bring(t, s, demo(t)...)
		var titles []string
		for after := ""; ; {
			page, err := s.List(t.Context(), catalogue.Find{After: after, Limit: 5})
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, r := range page {
				titles = append(titles, r.Title)
			}
			after = page[len(page)-1].Key
		}
		if len(titles) != 17 || titles[0] != "Cartes et territoires 4e" || titles[16] != "Sciences de la vie 4e" {
			t.Errorf("%q", titles)
		}
		mother, err := s.FindByARK(t.Context(), "ark:/99999/preau-bibliotheque")
		if err != nil {
			t.Fatal(err)
		}
		members, err := s.ListMembers(t.Context(), mother.ID)
		if err != nil || len(members) != 7 {
			t.Errorf("members: %d, %v", len(members), err)
		}
		own, err := s.ListOfPublisher(t.Context(), mother.Publisher.ID)
		if err != nil || len(own) != 8 {
			t.Errorf("the publisher's: %d, %v", len(own), err)
		}
		if none, err := s.ListMembers(t.Context(), ""); err != nil || len(none) != 0 {
			t.Errorf("no mother asked for: %d, %v", len(none), err)
		}
		if p, err := s.ListPublishers(t.Context()); err != nil || len(p) != 7 || p[0].Name != "Harbour Lane" {
			t.Errorf("publishers: %+v, %v", p, err)
		}
		back, err := s.ListResources(t.Context(), members[1].ID, "none", members[0].ID)
		if err != nil || len(back) != 2 || back[0].ID != members[1].ID || back[1].ID != members[0].ID {
			t.Errorf("in the order asked for: %+v, %v", back, err)
		}
		if _, err := s.FindResource(t.Context(), "none"); !fault.Is(err, fault.NotFound) {
			t.Errorf("unknown: %v", err)
		}
	})
}

func TestTheSameNoticesAgainChangeNothing(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		bring(t, s, demo(t)...)
		if again := bring(t, s, demo(t)...); again.Same != 18 || again.New+again.Changed != 0 {
			t.Errorf("again: %+v", again)
		}
		changed := demo(t)
		changed[0].Body = []byte(strings.Replace(string(changed[0].Body), "Lire le latin", "Lire et dire le latin", 1))
		if r := bring(t, s, changed...); r.Changed != 1 || r.Same != 17 {
			t.Errorf("one changed: %+v", r)
		}
		got, err := s.FindByARK(t.Context(), "ark:/99999/encriers-latin-vivant")
		if err != nil || !strings.HasPrefix(got.Description, "Lire et dire") {
			t.Errorf("%q, %v", got.Description, err)
		}
	})
}

// A node keeps in memory what it read: that another node changed a notice, or the name of a publisher, it must see at once.
func TestANodeSeesWhatAnotherChanged(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		ids, at := id.Seeded(now, 1), now()
		database := e.Open(t, store.Migrations(), func() time.Time { return at })
		here := &catalogue.Service{Store: (&store.Store{DB: database, IDs: ids}).Catalogue(), IDs: ids}
		there := &catalogue.Service{Store: (&store.Store{DB: database, IDs: ids}).Catalogue(), IDs: ids}
		bring(t, here, file("a.xml", lom("a")), file("b.xml", lom("b")))
		all, err := here.List(t.Context(), catalogue.Find{})
		if err != nil || len(all) != 2 {
			t.Fatal(all, err)
		}
		seen := func(s *catalogue.Service) (said []string) {
			list, err := s.ListResources(t.Context(), all[1].ID, "none", all[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range list {
				said = append(said, r.Title+", "+r.Publisher.Name)
			}
			return said
		}
		wants := func(want ...string) {
			t.Helper()
			for node, s := range map[string]*catalogue.Service{"here": here, "there": there} {
				for range 2 {
					if diff := cmp.Diff(want, seen(s)); diff != "" {
						t.Errorf("%s: %s", node, diff)
					}
				}
			}
		}
		wants("Titre b, Maison", "Titre a, Maison")
		bring(t, there, file("a.xml", strings.Replace(lom("a"), "Titre a", "Titre neuf", 1)))
		if diff := cmp.Diff([]string{"Titre b, Maison", "Titre neuf, Maison"}, seen(there)); diff != "" {
			t.Errorf("where it was changed, at once: %s", diff)
		}
		at = at.Add(recent.Moment)
		wants("Titre b, Maison", "Titre neuf, Maison")
		bring(t, there, file("c.xml", strings.Replace(lom("c"), "FN:Maison ORG:Maison SA", "FN:Atelier ORG:Atelier", 1)))
		at = at.Add(recent.Moment)
		wants("Titre b, Atelier", "Titre neuf, Atelier")
	})
}

func TestOneBrokenNoticeDoesNotKeepTheOthersOut(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		var b strings.Builder
		b.WriteString("<?xml version='1.0'?>\n<ListRecords>\n")
		for i := range 1203 {
			name, part := fmt.Sprintf("n%d", i), ""
			switch i {
			case 700:
				part = "<technical><location>javascript:alert(1)</location></technical>"
			case 900:
				part = "<acces xmlns='urn:pupitre:notice:1'><donnee nom='NOM'/></acces>"
			case 1100:
				part = member("ark:/99999/n1100")
			}
			b.WriteString("<record><metadata>" + lom(name, part) + "</metadata></record>\n")
		}
		b.WriteString("</ListRecords>")
		report := bring(t, s, file("all.xml", b.String()))
		if report.Read != 1203 || report.New != 1200 || len(report.Findings) != 3 {
			t.Fatalf("read %d, new %d, findings %d", report.Read, report.New, len(report.Findings))
		}
		words := lang.MustLoad()
		for i, want := range []struct{ ark, code string }{
			{"ark:/99999/n700", "catalogue.notice.address.form"}, {"ark:/99999/n900", "catalogue.notice.declared.reason"}, {"ark:/99999/n1100", "catalogue.notice.family.itself"},
		} {
			f := report.Findings[i]
			if string(f.ARK) != want.ark || f.Fault.Code != want.code || f.File != "all.xml" || f.Line == 0 {
				t.Errorf("got %+v, want %+v", f, want)
			}
			if text := words.Error(lang.French, f.Fault); strings.Contains(text, "⟦") {
				t.Errorf("words: %s", text)
			}
		}
		// The line is where the notice begins.
		line := 1 + strings.Count(b.String()[:strings.Index(b.String(), "/n700<")], "\n")
		if report.Findings[0].Line != line-1 {
			t.Errorf("line: got %d, want %d", report.Findings[0].Line, line-1)
		}
	})
}

func TestBrokenNoticesAreNamedWithTheirRule(t *testing.T) {
	t.Parallel()
	e := dbtest.Engines()[0]
	for name, c := range map[string]struct {
		body, code string
	}{
		"no ark":         {lom("x", `<general><title><string>T</string></title></general>`), "catalogue.notice.ark.missing"},
		"no title":       {lom("x", `<general><identifier><entry>ark:/1/x</entry></identifier></general>`), "catalogue.notice.title.missing"},
		"long title":     {lom("x", `<general><identifier><entry>ark:/1/x</entry></identifier><title><string>`+strings.Repeat("é", 256)+`</string></title></general>`), "catalogue.notice.title.long"},
		"no publisher":   {lom("x", "no lifeCycle"), "catalogue.notice.publisher.missing"},
		"no number":      {lom("x", `<lifeCycle><contribute><role><value>publisher</value></role><entity>Maison</entity></contribute></lifeCycle>`), "catalogue.notice.publisher.number"},
		"no address":     {lom("x", "no technical"), "catalogue.notice.address.missing"},
		"file address":   {lom("x", "<technical><location>file:///etc/passwd</location></technical>"), "catalogue.notice.address.form"},
		"user address":   {lom("x", "<technical><location>https://a:b@exemple.test/</location></technical>"), "catalogue.notice.address.form"},
		"presentation":   {lom("x", "<acces xmlns='urn:pupitre:notice:1'><typePresentation>N M</typePresentation></acces>"), "catalogue.notice.presentation.unknown"},
		"unknown data":   {lom("x", "<acces xmlns='urn:pupitre:notice:1'><donnee nom='INE'>x</donnee></acces>"), "catalogue.notice.declared.unknown"},
		"data twice":     {lom("x", "<acces xmlns='urn:pupitre:notice:1'><donnee nom='UAI'/><donnee nom='UAI'/></acces>"), "catalogue.notice.declared.twice"},
		"unknown mother": {lom("x", member("ark:/99999/nobody")), "catalogue.notice.family.unknown"},
		"nested":         {lom("x", motherPart, member("ark:/99999/other")), "catalogue.notice.family.nested"},
		"doctype":        {`<!DOCTYPE lom [<!ENTITY x "y">]>` + lom("x"), "xmlgate.doctype.refused"},
		"entity bomb":    {lom("x", "<technical><location>&lol;</location></technical>"), "xmlgate.entity.refused"},
		"truncated":      {lom("x")[:300], "xmlgate.document.truncated"},
		"not xml":        {"PK\x03\x04", "xmlgate.character.forbidden"},
		"other xml":      {"<rss/>", "catalogue.file.none"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := service(t, e)
			report := bring(t, s, file("a.xml", c.body), file("b.xml", lom("good")))
			if report.New != 1 || len(report.Findings) != 1 || report.Findings[0].Fault.Code != c.code || report.Findings[0].File != "a.xml" {
				t.Errorf("got %+v, want %s", report, c.code)
			}
		})
	}
}

func TestAFileThatStopsInTheMiddleBringsNothingIn(t *testing.T) {
	t.Parallel()
	s := service(t, dbtest.Engines()[0])
	whole := "<list>" + lom("a") + lom("b") + "</list>"
	if report := bring(t, s, file("half.xml", whole[:len(whole)-20])); report.New != 0 || len(report.Findings) != 1 {
		t.Errorf("%+v", report)
	}
}

func TestTwoNoticesWithOneARKAreBothSetAside(t *testing.T) {
	t.Parallel()
	s := service(t, dbtest.Engines()[0])
	other := lom("x", "<technical><location>https://exemple.test/other</location></technical>")
	report := bring(t, s, file("a.xml", lom("x")), file("b.xml", other), file("c.xml", lom("y")), file("d.xml", lom("y")))
	if report.New != 1 || len(report.Findings) != 2 {
		t.Fatalf("%+v", report)
	}
	for i, from := range []string{"b.xml", "a.xml"} {
		f := report.Findings[i].Fault
		if f.Code != "catalogue.notice.ark.twice" || f.Params[1] != from {
			t.Errorf("got %v", f)
		}
	}
}

func TestFamiliesHoldTogether(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		mother := file("m.xml", lom("m", motherPart, "no technical"))
		// The member comes first in the set, and « is part of » is enough where the other is a mother.
		report := bring(t, s, file("a.xml", lom("a", member("http://n2t.net/ark:/99999/m"))), file("b.xml", lom("b", strings.Replace(member("ark:/99999/m"), "membreFamille", "ispartof", 1))),
			file("c.xml", lom("c", strings.Replace(member("ark:/99999/a"), "membreFamille", "ispartof", 1))), mother)
		if report.New != 4 || len(report.Findings) != 0 {
			t.Fatalf("%+v", report)
		}
		m, _ := s.FindByARK(t.Context(), "ark:/99999/m")
		if members, err := s.ListMembers(t.Context(), m.ID); err != nil || len(members) != 2 {
			t.Errorf("members: %+v, %v", members, err)
		}
		report = bring(t, s, file("d.xml", lom("d", member("ark:/99999/a"))), file("m.xml", lom("m")))
		if report.New+report.Changed != 0 || report.Findings[0].Fault.Code != "catalogue.notice.family.none" || report.Findings[1].Fault.Code != "catalogue.notice.family.members" {
			t.Errorf("%+v", report)
		}
	})
}

func TestAResourceDoesNotChangePublisher(t *testing.T) {
	t.Parallel()
	s := service(t, dbtest.Engines()[0])
	bring(t, s, file("a.xml", lom("x")))
	report := bring(t, s, file("a.xml", strings.Replace(lom("x"), "999000999", "999000888", 1)))
	if len(report.Findings) != 1 || report.Findings[0].Fault.Code != "catalogue.notice.publisher.changed" {
		t.Errorf("%+v", report)
	}
}

func TestDescriptionsBecomeText(t *testing.T) {
	t.Parallel()
	s := service(t, dbtest.Engines()[0])
	for i, c := range []struct{ html, want string }{
		{"&lt;script&gt;alert(1)&lt;/script&gt;Bonjour &lt;img src=x onerror=alert(1)&gt;toi", "Bonjour toi"},
		{"&lt;p&gt;Un.&lt;/p&gt;\n\n\n&lt;p&gt;Deux\u00a0!&lt;br&gt;Trois.&lt;/p&gt;", "Un.\n\nDeux\u00a0!\nTrois."},
		{"&amp;eacute;t&amp;eacute; &amp;amp; 3 &lt; 4", "été & 3 < 4"},
		{"<![CDATA[<b>gras</b>]]>", "gras"},
	} {
		name := fmt.Sprintf("d%d", i)
		bring(t, s, file(name, lom(name, `<general><identifier><entry>ark:/99999/`+name+`</entry></identifier><title><string>T</string></title><description><string>`+c.html+`</string></description></general>`)))
		got, err := s.FindByARK(t.Context(), catalogue.ARK("ark:/99999/"+name))
		if err != nil || got.Description != c.want {
			t.Errorf("%s: got %q, want %q (%v)", c.html, got.Description, c.want, err)
		}
	}
}

func TestPortalsFormsOfAnARK(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"ark:/1/a.b", " http://n2t.net/ark:/1/a.b ", "ark://1/a.b", "ark:1/a.b"} {
		if got, err := catalogue.ParseARK(s); err != nil || got != "ark:/1/a.b" {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "ark:/1", "ark:/1/", "ark://", "arkk:/1/a", "ark:/1/a b", `ark:/1/a"`} {
		if got, err := catalogue.ParseARK(s); err == nil {
			t.Errorf("%q: %q", s, got)
		}
	}
}

// FuzzNotices: whatever bytes come, nothing panics, and every notice met is either in or named.
func FuzzNotices(f *testing.F) {
	f.Add([]byte(lom("x", motherPart)))
	f.Add([]byte("<list>" + lom("a", member("ark:/99999/b")) + lom("b") + "</list>"))
	f.Fuzz(func(t *testing.T, body []byte) {
		s := &catalogue.Service{Store: nowhere{}, IDs: id.Seeded(now, 1)}
		report, err := s.ImportNotices(t.Context(), operator, []catalogue.NoticeFile{{Name: "f", Body: body}})
		if err != nil {
			t.Fatal(err)
		}
		if report.Read < len(report.Findings)-1 {
			t.Errorf("%d read, %d findings", report.Read, len(report.Findings))
		}
	})
}

// nowhere is a store that keeps nothing: fuzzing is about the bytes.
type nowhere struct{}

func (nowhere) Read(context.Context, func(context.Context, catalogue.Reader) error) error { return nil }
func (nowhere) Write(context.Context, func(context.Context, catalogue.Writer) error) error {
	return nil
}

func TestANoticeSaysForWhomAndHowItIsReached(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		bring(t, s, file("a.xml", lom("a", `<educational><intendedEndUserRole><source>LOMv1.0</source><value>learner</value></intendedEndUserRole>`+
			`<intendedEndUserRole><value>special needs</value><label>élèves à besoins particuliers</label></intendedEndUserRole></educational>`,
			`<acces xmlns="urn:pupitre:notice:1"><accessibilite>Sous-titré &lt;b&gt;partout&lt;/b&gt;</accessibilite><accessibilite>  Lecture à voix haute </accessibilite><accessibilite/></acces>`)))
		got, err := s.FindByARK(t.Context(), "ark:/99999/a")
		if err != nil {
			t.Fatal(err)
		}
		concept := "http://data.education.fr/voc/scolomfr/concept/"
		if d := cmp.Diff([]catalogue.Term{{URI: concept + "learner", Label: "élèves"}, {URI: concept + "special_needs", Label: "élèves à besoins particuliers"}}, got.Publics); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{"Sous-titré partout", "Lecture à voix haute"}, got.Accessible); d != "" {
			t.Error(d)
		}
	})
}

// A resource is open to all where its notice says that it costs nothing, in either of LOM's ways, and asks for nobody's data.
func TestANoticeOpensItsResourceToAll(t *testing.T) {
	t.Parallel()
	cost := func(value string) string {
		return `<rights><cost><source>LOMv1.0</source><value>` + value + `</value></cost></rights>`
	}
	const asks = `<acces xmlns="urn:pupitre:notice:1"><donnee nom="UAI"/></acces>`
	const hides = `<acces xmlns="urn:pupitre:notice:1"><affichable>false</affichable></acces>`
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		bring(t, s, file("free.xml", lom("free", cost("no"))), file("address.xml", lom("address", cost("http://data.education.fr/voc/scolomfr/concept/no"))),
			file("unsaid.xml", lom("unsaid")), file("sold.xml", lom("sold", cost("yes"))), file("asks.xml", lom("asks", cost("no"), asks)),
			file("hides.xml", lom("hides", cost("no"), hides)), file("mother.xml", lom("mother", cost("no"), motherPart)))
		open := func() (arks []catalogue.ARK) {
			list, err := s.ListOpen(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range list {
				if !r.OpenToAll() {
					t.Errorf("%s is listed, and is not open", r.ARK)
				}
				arks = append(arks, r.ARK)
			}
			return arks
		}
		if d := cmp.Diff([]catalogue.ARK{"ark:/99999/address", "ark:/99999/free"}, open()); d != "" {
			t.Error(d)
		}
		bring(t, s, file("free.xml", lom("free", cost("yes"))))
		if d := cmp.Diff([]catalogue.ARK{"ark:/99999/address"}, open()); d != "" {
			t.Errorf("it is sold now: %s", d)
		}
	})
}

// A notice may say where its program is opened without a network: a web address, where it works without one at all.
func TestANoticeSaysWhereItsProgramOpensWithoutANetwork(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		for name, want := range map[string]struct {
			said, address string
			works         bool
		}{
			"app":    {`<horsConnexion adresse="https://exemple.test/appli/">true</horsConnexion>`, "https://exemple.test/appli/", true},
			"plain":  {`<horsConnexion>true</horsConnexion>`, "", true},
			"not":    {`<horsConnexion adresse="https://exemple.test/appli/">false</horsConnexion>`, "", false},
			"script": {`<horsConnexion adresse="javascript:alert(1)">true</horsConnexion>`, "", true},
		} {
			bring(t, s, file(name+".xml", lom(name, `<acces xmlns="urn:pupitre:notice:1">`+want.said+`</acces>`)))
			got, err := s.FindByARK(t.Context(), catalogue.ARK("ark:/99999/"+name))
			if err != nil || got.Offline != want.works || got.OfflineURL != want.address {
				t.Errorf("%s: %v, %q, %v", name, got.Offline, got.OfflineURL, err)
			}
		}
	})
}

// LOM 9.1 has a purpose for accessibility, which ScoLOMFR keeps: its taxons and its words are told like those of our extension.
func TestAClassificationSaysHowAResourceIsReached(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		s := service(t, e)
		for i, purpose := range []string{"accessibility restrictions", "http://data.education.fr/voc/scolomfr/concept/accessibility_restrictions"} {
			name := fmt.Sprint("a", i)
			bring(t, s, file(name+".xml", lom(name, `<classification><purpose><source>LOMv1.0</source><value>`+purpose+`</value></purpose>`+
				`<taxonPath><taxon><entry><string language="fre">Handicap</string></entry></taxon><taxon><entry><string language="fre">Déficience visuelle</string></entry></taxon></taxonPath>`+
				`<description><string language="fre">Lisible par un &lt;b&gt;lecteur d’écran&lt;/b&gt;</string></description></classification>`,
				`<acces xmlns="urn:pupitre:notice:1"><accessibilite>Déficience visuelle</accessibilite><accessibilite>Sous-titré</accessibilite></acces>`)))
			got, err := s.FindByARK(t.Context(), catalogue.ARK("ark:/99999/"+name))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff([]string{"Déficience visuelle", "Lisible par un lecteur d’écran", "Sous-titré"}, got.Accessible); d != "" {
				t.Error(d)
			}
			if len(got.Levels)+len(got.Subjects) > 0 {
				t.Errorf("levels %v, subjects %v", got.Levels, got.Subjects)
			}
		}
	})
}
