package account_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/look/looktest"
	"pupitre/journal"
	"pupitre/web"
	"pupitre/web/account"
	"pupitre/web/webtest"
)

// book is a journal in memory, its entries in the order of their ids.
type book []journal.Written

func (b *book) write(at time.Time, person directory.PersonID, verb, subject string, detail any) journal.ActID {
	body, err := json.Marshal(detail)
	if err != nil {
		panic(err)
	}
	id := journal.ActID(fmt.Sprintf("act%05d", len(*b)))
	*b = append(*b, journal.Written{ID: id, At: at, Body: body, Entry: journal.Entry{Verb: verb, Subject: subject, Person: string(person), Class: journal.ClassAccess}})
	return id
}

func (b *book) Read(ctx context.Context, f func(ctx context.Context, r journal.Reader) error) error {
	return f(ctx, reading{b})
}

type reading struct{ *book }

func (r reading) OfPerson(_ context.Context, person string, before journal.ActID, limit int) (list []journal.Written, _ error) {
	for i := len(*r.book) - 1; i >= 0 && len(list) < limit; i-- {
		if e := (*r.book)[i]; e.Entry.Person == person && (before == "" || e.ID < before) {
			list = append(list, e)
		}
	}
	return list, nil
}

func (reading) OfSchool(context.Context, string, journal.ActID, int) ([]journal.Written, error) {
	return nil, nil
}

func (reading) OfSubject(context.Context, string, string, journal.ActID, int) ([]journal.Written, error) {
	return nil, nil
}

// desk is the account's pages over a fresh school, with the sign-in's pages at addresses of their own.
type desk struct {
	world *webtest.World
	book  *book
	pages http.Handler
}

// names makes pseudonyms of one secret.
type names struct{}

func (names) As(_ context.Context, _ federation.Session, sector federation.Sector) (federation.Pseudonym, string, error) {
	return federation.PseudonymOf("secret", sector), "", nil
}

// ways let somebody open « ark:/99999/deux » by all of their places, « ark:/99999/un » by the first, and nothing else.
type ways struct{ *webtest.World }

func (w ways) PlacesFor(ctx context.Context, s federation.Session, ark string) ([]federation.Place, error) {
	p, err := w.Present(ctx, federation.Token(s.Person))
	switch ark {
	case "ark:/99999/deux":
		return p.Places, err
	case "ark:/99999/un":
		return p.Places[:1], err
	}
	return nil, err
}

type rooms struct {
	*account.Room
	choice federation.ENTChoice
}

func (r rooms) Mount(mux web.Mux) {
	r.Room.Mount(mux)
	mux.Handle("GET /connexion", func(w http.ResponseWriter, req *http.Request) error { return r.ChooseENT(w, req, r.choice) })
	mux.Handle("GET /connexion-par-etablissement", func(w http.ResponseWriter, req *http.Request) error {
		c := r.choice
		c.Search, c.Sought = true, req.URL.Query().Get("q")
		c.Kinds, c.Kind = []directory.Kind{directory.MiddleSchool, directory.HighSchool}, directory.ParseKind(req.URL.Query().Get("niveau"))
		if c.Sought == "rochebrune" {
			c.Found, c.More = []directory.School{{Project: "A99", UAI: "0991234D", Name: "Collège des Tilleuls", Town: "Rochebrune"}}, true
		}
		return r.ChooseENT(w, req, c)
	})
	mux.Handle("GET /connexion-de-retour", func(w http.ResponseWriter, req *http.Request) error {
		c := r.choice
		c.Search, c.Last = true, directory.School{Project: "A99", UAI: "0991234D", Name: "Collège des Tilleuls", Town: "Rochebrune"}
		return r.ChooseENT(w, req, c)
	})
	mux.Handle("GET /deconnexion", func(w http.ResponseWriter, req *http.Request) error { return r.ConfirmSignOut(w, req) })
	sites := []federation.Parting{
		{Site: "Le labo", Address: "/saml/slo/vers?seance=1&site=labo", Origin: "https://labo.example"},
		{Site: "L’atlas", Address: "/saml/slo/vers?seance=2&site=atlas", Origin: "https://atlas.example:8443"},
		{Site: "Le coffre", Origin: "https://coffre.example", Told: true}}
	for path, d := range map[string]federation.Departure{"/parti": {}, "/partant": {Sites: sites, Onward: "/deconnexion?fait=portail"}, "/parti-presque": {Sites: sites}, "/parti-partout": {Sites: sites[2:]}} {
		mux.Handle("GET "+path, func(w http.ResponseWriter, req *http.Request) error { return r.SignedOut(w, req, d) })
	}
	mux.Handle("GET /porter", func(w http.ResponseWriter, req *http.Request) error {
		return r.PostForm(w, req, federation.Form{Action: "https://labo.example/acs?a=1&b=2", Site: "Le labo", Fields: []federation.Field{{Name: "SAMLResponse", Value: `PD94"<`}, {Name: "RelayState", Value: "x"}}})
	})
}

func open() *desk {
	d := &desk{world: webtest.NewWorld(), book: &book{}}
	stock := webtest.NewStock(d.world)
	choice := federation.ENTChoice{ENTs: []federation.ENT{{Project: "A99", Name: "Portail de Rochebrune"}, {Project: "A98", Name: "L’Escale"}}, Remembered: "A98", Next: "/mediacentre?q=a b"}
	d.pages = webtest.Serve(d.world, func(h *web.House) []webtest.Room {
		return []webtest.Room{rooms{&account.Room{House: h, Journal: d.book, Notices: stock, Names: names{}, Ways: ways{d.world}}, choice}}
	})
	return d
}

func (d *desk) as(person directory.PersonID) webtest.Browser {
	return webtest.Browser{Pages: d.pages, Person: person}
}

// visit writes a sign-in and a launch: the click, then what was sent.
func (d *desk) visit(person directory.PersonID, released ...string) journal.ActID {
	d.book.write(webtest.Now.Add(-24*time.Hour), person, "federation.signed-in", "s1", map[string]any{"by": "cas"})
	d.book.write(webtest.Now, person, "licensing.opened", string(webtest.Labo), map[string]any{"pool": "p", "released": []string{}})
	return d.book.write(webtest.Now, person, "licensing.opened", string(webtest.Labo), map[string]any{"pool": "p", "publisher": "pub-Éditions du Préau", "released": released})
}

func page(t *testing.T, r *http.Response, status int) *looktest.Doc {
	t.Helper()
	text := looktest.Body(t, r)
	if r.StatusCode != status {
		t.Fatalf("%d, want %d: %s", r.StatusCode, status, text)
	}
	looktest.Page(t, text)
	return looktest.Parse(t, text)
}

func says(t *testing.T, p *looktest.Doc, wants ...string) {
	t.Helper()
	words := strings.ReplaceAll(looktest.Words(p.Find("body")[0]), "\u00a0", " ")
	for _, want := range wants {
		if !strings.Contains(words, want) {
			t.Errorf("the page does not say %q; it says: %s", want, words)
		}
	}
}

func TestEveryPageKeepsTheRulesInBothLanguages(t *testing.T) {
	t.Parallel()
	d := open()
	entry := d.visit(webtest.Ines, "IDO", "PRO", "UAI", "DIV", "PRE", "X_NEW")
	for _, english := range []bool{false, true} {
		for _, person := range []directory.PersonID{webtest.Ines, webtest.Both} {
			b := d.as(person)
			b.English = english
			for _, path := range []string{"/mes-lieux", "/mon-journal", "/connexion", "/connexion-par-etablissement", "/connexion-par-etablissement?q=rochebrune", "/connexion-par-etablissement?q=x", "/connexion-de-retour", "/deconnexion", "/parti", "/partant", "/parti-presque", "/parti-partout", "/porter"} {
				page(t, b.Get(t, path), http.StatusOK)
			}
		}
		b := d.as(webtest.Ines)
		b.English = english
		page(t, b.Get(t, "/mon-journal/"+string(entry)), http.StatusOK)
	}
}

func TestSignInPagesAskAndSay(t *testing.T) {
	t.Parallel()
	d := open()
	p := page(t, d.as("").Get(t, "/connexion"), http.StatusOK)
	says(t, p, "Quel est votre portail ?", "Comme la dernière fois L’Escale", "Un autre portail Portail de Rochebrune")
	var links []string
	for _, a := range p.Find("a") {
		if strings.HasPrefix(looktest.Attr(a, "href"), "/connexion?") {
			links = append(links, looktest.Attr(a, "href"))
		}
	}
	if len(links) != 2 || links[0] != federation.SignInPath("/mediacentre?q=a b", "A98") {
		t.Errorf("links %q", links)
	}
	form := page(t, d.as(webtest.Ines).Get(t, "/deconnexion"), http.StatusOK)
	posts := false
	for _, n := range form.Find("form") {
		posts = posts || looktest.Attr(n, "action") == "/deconnexion" && looktest.Attr(n, "method") == "post"
	}
	if !posts {
		t.Error("no form signs out")
	}
	says(t, page(t, d.as("").Get(t, "/parti"), http.StatusOK), "la session est fermée", "Sur un ordinateur partagé")
}

// Who signs out sees which sites are told, which are being told and what ends the rest; each that is being told has its frame, and the
// policy allows these origins and no other.
func TestTheSignedOutPageTellsSitesByFrames(t *testing.T) {
	t.Parallel()
	d := open()
	for path, onward := range map[string]bool{"/partant": true, "/parti-presque": false} {
		r := d.as("").Get(t, path)
		policy := r.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "; frame-src 'self' https://labo.example https://atlas.example:8443") || strings.Contains(policy, "coffre") {
			t.Errorf("%s: policy %q", path, policy)
		}
		p := page(t, r, http.StatusOK)
		says(t, p, "Ces sites ont répondu que c’est fait chez eux : Le coffre", "prévient ces sites, sans vous faire attendre", "fermer le navigateur met fin au reste")
		frames := map[string]string{}
		for _, f := range p.Find("iframe") {
			frames[looktest.Attr(f, "src")] = looktest.Attr(f, "title")
			if looktest.Attr(f, "tabindex") != "-1" || looktest.Attr(f, "sandbox") != "allow-forms allow-same-origin allow-scripts" {
				t.Errorf("%s: a frame may be reached, or may leave: %v", path, f.Attr)
			}
		}
		if len(frames) != 2 || frames["/saml/slo/vers?seance=1&site=labo"] != "Fin de la session : Le labo" {
			t.Errorf("%s: frames %q", path, frames)
		}
		var links []string
		for _, a := range p.Find("a") {
			links = append(links, looktest.Attr(a, "href"))
		}
		if slices.Contains(links, "/deconnexion?fait=portail") != onward || slices.Contains(links, "/saml/slo/vers?seance=1&site=labo") == onward {
			t.Errorf("%s: links %q", path, links)
		}
	}
	done := d.as("").Get(t, "/parti-partout")
	if policy := done.Header.Get("Content-Security-Policy"); strings.Contains(policy, "frame-src") {
		t.Errorf("nobody is told any more: %q", policy)
	}
	p := page(t, done, http.StatusOK)
	if says(t, p, "Ici, au portail, et dans les ressources", "Le coffre"); len(p.Find("iframe")) != 0 {
		t.Error("a frame for who knows")
	}
}

func TestASchoolIsLookedForByWhoDoesNotKnowThePortal(t *testing.T) {
	t.Parallel()
	d := open()
	p := page(t, d.as("").Get(t, "/connexion-par-etablissement"), http.StatusOK)
	says(t, p, "Où êtes-vous scolarisé ou en poste ?", "Comme la dernière fois L’Escale")
	next := false
	for _, input := range p.Find("input") {
		next = next || looktest.Attr(input, "name") == "next" && looktest.Attr(input, "value") == "/mediacentre?q=a b"
	}
	if !next {
		t.Error("looking for a school forgets where the person was going")
	}
	p = page(t, d.as("").Get(t, "/connexion-par-etablissement?q=rochebrune"), http.StatusOK)
	says(t, p, "Établissements trouvés Collège des Tilleuls Rochebrune · 0991234D", "Il y en a d’autres")
	first := ""
	for _, a := range p.Find("a") {
		if href := looktest.Attr(a, "href"); first == "" && strings.HasPrefix(href, "/connexion?idENT=") {
			first = href
		}
	}
	if first != federation.SignInPath("/mediacentre?q=a b", "A99")+"&uai=0991234D" {
		t.Errorf("the school leads to %q", first)
	}
	says(t, p, "Tous Collège Lycée")
	p, chosen := page(t, d.as("").Get(t, "/connexion-par-etablissement?niveau=lycee"), http.StatusOK), ""
	for _, a := range p.Find("a") {
		if looktest.Attr(a, "aria-current") == "page" {
			chosen += looktest.Words(a)
		}
	}
	kept := false
	for _, input := range p.Find("input") {
		kept = kept || looktest.Attr(input, "name") == "niveau" && looktest.Attr(input, "value") == "lycee"
	}
	if chosen != "Lycée" || !kept {
		t.Errorf("chosen %q, and kept while one looks: %v", chosen, kept)
	}
	says(t, page(t, d.as("").Get(t, "/connexion-par-etablissement?q=x"), http.StatusOK), "Aucun établissement n’est connu ici sous ces mots.")
}

func TestAFormIsCarriedToAnotherSite(t *testing.T) {
	t.Parallel()
	res := open().as("").Get(t, "/porter")
	if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self' https: https://labo.example") || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%q %q", policy, res.Header.Get("Cache-Control"))
	}
	p := page(t, res, http.StatusOK)
	says(t, p, "Vers Le labo", "Continuer")
	form := p.Find("form")[0]
	if looktest.Attr(form, "method") != "post" || looktest.Attr(form, "action") != "https://labo.example/acs?a=1&b=2" {
		t.Errorf("%v", form.Attr)
	}
	var fields []string
	for _, input := range p.Find("input") {
		fields = append(fields, looktest.Attr(input, "name")+"="+looktest.Attr(input, "value"))
	}
	if want := []string{`SAMLResponse=PD94"<`, "RelayState=x"}; !slices.Equal(fields, want) {
		t.Errorf("%q", fields)
	}
}

func TestJournalSaysWhatHappenedInPlainWords(t *testing.T) {
	t.Parallel()
	d := open()
	d.visit(webtest.Ines, "IDO", "PRO", "DIV")
	d.book.write(webtest.Now, webtest.Ines, "licensing.assigned", "r", nil)
	p := page(t, d.as(webtest.Ines).Get(t, "/mon-journal"), http.StatusOK)
	says(t, p, "23 novembre 2026", "9 h 00", "Ouverture de « Le labo de grammaire 5e » Envoyé à Éditions du Préau : un pseudonyme, ton profil, ta classe Voir le reçu", "22 novembre 2026", "Connexion par le portail", "au bout de douze mois")
	says(t, page(t, d.as(webtest.Aubry).Get(t, "/mon-journal"), http.StatusOK), "Rien pour l’instant", "Quand vous ouvrirez une ressource")
}

func TestAListThatAToolReadIsSaid(t *testing.T) {
	t.Parallel()
	d := open()
	d.book.write(webtest.Now, webtest.Ines, "federation.listed", "ark:/99999/labo", map[string]any{"tool": "L’outil", "released": []string{"PRE", "PRO"}})
	says(t, page(t, d.as(webtest.Ines).Get(t, "/mon-journal"), http.StatusOK), "Une application a lu la liste d’une classe", "L’outil", "prénom")
}

func TestLongJournalIsPagedByKey(t *testing.T) {
	t.Parallel()
	d := open()
	for range 150 {
		d.book.write(webtest.Now, webtest.Ines, "federation.signed-in", "s", nil)
	}
	b := d.as(webtest.Ines)
	count := func(path string) int {
		return strings.Count(looktest.Body(t, b.Get(t, path)), "<time>")
	}
	if first, rest := count("/mon-journal"), count("/mon-journal?avant=act00050"); first != 100 || rest != 50 {
		t.Errorf("%d entries, then %d", first, rest)
	}
	if !strings.Contains(looktest.Body(t, b.Get(t, "/mon-journal")), `href="/mon-journal?avant=act00050"`) {
		t.Error("no way to the older entries")
	}
}

func TestReceiptSaysWhatWasSentAndWhatWasNot(t *testing.T) {
	t.Parallel()
	d := open()
	entry := d.visit(webtest.Ines, "IDO", "PRO", "DIV", "PRE")
	p := page(t, d.as(webtest.Ines).Get(t, "/mon-journal/"+string(entry)), http.StatusOK)
	says(t, p, "Envoyé à Éditions du Préau", "Tu as ouvert « Le labo de grammaire 5e » le 23 novembre 2026 à 9 h 00. Voici tout ce que l’éditeur a appris de toi.",
		"connaît ton prénom, pas ton nom de famille. Il te connaît par ce pseudonyme :", "Un pseudonyme Te reconnaître d’une fois sur l’autre", "Ton profil", "Ta classe", "Ton prénom",
		"que nul autre éditeur ne peut recouper", "pareil chez tous les éditeurs qui le demandent : ton prénom, ta classe.",
		"Pas envoyé Ton établissement Tes groupes Ton nom de famille Ton adresse électronique Ta date de naissance Ton numéro national Le nom de tes parents", "9 h 00, 23 novembre 2026")
	plain := d.visit(webtest.Ines, "IDO")
	if text := looktest.Body(t, d.as(webtest.Ines).Get(t, "/mon-journal/"+string(plain))); strings.Contains(text, "pareil chez tous") {
		t.Error("a pseudonym alone joins nobody")
	}
}

// A publisher whose notice declares nothing is told a pseudonym all the same, and the receipt says so.
func TestReceiptOfAnAccessThatReleasedNothingStillNamesThePseudonym(t *testing.T) {
	t.Parallel()
	d := open()
	entry := d.visit(webtest.Ines)
	p := page(t, d.as(webtest.Ines).Get(t, "/mon-journal/"+string(entry)), http.StatusOK)
	says(t, p, "Cet éditeur ne sait pas comment tu t’appelles.", "Envoyé, et pourquoi Un pseudonyme", "Pas envoyé Ton profil")
	whole := federation.PseudonymOf("secret", "pub-Éditions du Préau").Subject()
	if text := strings.Join(strings.Fields(looktest.Words(p.Find("body")[0])), ""); !strings.Contains(text, whole[:16]) || strings.Contains(text, whole) {
		t.Error("the receipt does not show the beginning of the pseudonym, or shows all of it")
	}
}

// Another's receipt looks like one that does not exist; so does an entry that sent nothing, or is no access.
func TestReceiptIsForItsPersonAlone(t *testing.T) {
	t.Parallel()
	d := open()
	entry := d.visit(webtest.Ines, "IDO")
	for _, c := range []struct {
		person directory.PersonID
		id     string
	}{{webtest.Aubry, string(entry)}, {webtest.Ines, "act00000"}, {webtest.Ines, "act00001"}, {webtest.Ines, "none"}, {webtest.Ines, "act0000"}, {webtest.Ines, "%00"}} {
		p := page(t, d.as(c.person).Get(t, "/mon-journal/"+c.id), http.StatusNotFound)
		says(t, p, "Ce reçu n’existe pas")
	}
	if r := d.as("").Get(t, "/mon-journal/"+string(entry)); r.StatusCode != http.StatusSeeOther {
		t.Errorf("as nobody: %s", r.Status)
	}
}

func TestPlacesAreChosenByAForm(t *testing.T) {
	t.Parallel()
	d := open()
	asked := page(t, d.as(webtest.Both).Get(t, "/mes-lieux?next=/mon-journal"), http.StatusOK)
	if forms := asked.Find("form"); len(forms) < 2 {
		t.Errorf("on the way somewhere the place where one is cannot be chosen: %d forms", len(forms))
	}
	p := page(t, d.as(webtest.Both).Get(t, "/mes-lieux"), http.StatusOK)
	says(t, p, "0991234D : Collège Les Tilleuls Rochebrune, Documentaliste En ce moment", "0991235E : Lycée Les Saules Pont-aux-Saules, Documentaliste")
	values := map[string]string{}
	for _, n := range p.Find("input") {
		if name := looktest.Attr(n, "name"); name == "school" || name == "profile" || name == "next" {
			values[name] = looktest.Attr(n, "value")
		}
	}
	if values["school"] != string(webtest.Saules.ID) || values["profile"] != "documentaliste" {
		t.Errorf("the form sends %v", values)
	}
	if text := looktest.Body(t, d.as(webtest.Both).Get(t, "/mes-lieux?next=//evil.example/")); strings.Contains(text, "evil.example/\"") && strings.Contains(text, `name="next" value="//evil`) {
		t.Error("the choice leads to another site")
	}
}

// On the way to a resource that several places open, those are offered, the present one too where it is among them. Where there is nothing to
// choose any more, or the way says itself where it leads, nobody is asked.
func TestTheWayToAResourceAsksByWhichPlaceWhereThereIsAChoice(t *testing.T) {
	t.Parallel()
	d := open()
	const next = "/cas/login?service=https://labo.example/"
	at := func(ark, next string) string {
		return "/mes-lieux?" + url.Values{"next": {next}, "ressource": {ark}}.Encode()
	}
	for _, english := range []bool{false, true} {
		b := d.as(webtest.Both)
		b.English = english
		p := page(t, b.Get(t, at("ark:/99999/deux", next)), http.StatusOK)
		if !english {
			says(t, p, "Par quel établissement ?", "Cette ressource vous est ouverte à plusieurs titres")
		}
		var offered []string
		for _, n := range p.Find("input") {
			if name, value := looktest.Attr(n, "name"), looktest.Attr(n, "value"); name == "school" || value == next {
				offered = append(offered, value)
			}
		}
		if !slices.Equal(offered, []string{string(webtest.Tilleuls.ID), next, string(webtest.Saules.ID), next}) {
			t.Errorf("offered %q", offered)
		}
	}
	for what, path := range map[string]string{
		"one is left": at("ark:/99999/un", next), "none is": at("ark:/99999/rien", next), "who has one place": "/mes-lieux?" + url.Values{"next": {next}}.Encode(),
	} {
		person := webtest.Both
		if what == "who has one place" {
			person = webtest.Ines
		}
		if r := d.as(person).Get(t, path); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != next {
			t.Errorf("%s: %s %s", what, r.Status, r.Header.Get("Location"))
		}
	}
	const link = "/domaineGar?idENT=QTk5&idEtab=MDk5MTIzNUU%3D&idRessource=ark:/99999/deux"
	if r := d.as(webtest.Both).Get(t, "/mes-lieux?"+url.Values{"next": {link}}.Encode()); r.Header.Get("Location") != link {
		t.Errorf("a portal's link that names the school: %s %s", r.Status, r.Header.Get("Location"))
	}
	page(t, d.as(webtest.Both).Get(t, "/mes-lieux?"+url.Values{"next": {"/domaineGar?idRessource=ark:/99999/deux"}}.Encode()), http.StatusOK)
	if r := d.as(webtest.Both).Get(t, at("ark:/99999/un", "//evil.example/")); r.Header.Get("Location") != "/mediacentre" {
		t.Errorf("it leads to %q", r.Header.Get("Location"))
	}
}

// Who has several schools reads by which an access went, in the journal and on its receipt; who has one does not.
func TestAnAccessSaysByWhichSchoolItWent(t *testing.T) {
	t.Parallel()
	d := open()
	for _, c := range []struct {
		person directory.PersonID
		school directory.SchoolID
		says   string
	}{
		{webtest.Both, webtest.Saules.ID, "Lycée Les Saules"}, {webtest.Both, webtest.Tilleuls.ID, "Collège Les Tilleuls"},
		{webtest.Both, "school-before", "un établissement quitté depuis"}, {webtest.Ines, webtest.Tilleuls.ID, ""},
	} {
		id := d.visit(c.person, "IDO")
		(*d.book)[len(*d.book)-1].Entry.School = string(c.school)
		journal := looktest.Words(page(t, d.as(c.person).Get(t, "/mon-journal"), http.StatusOK).Find("main")[0])
		receipt := looktest.Words(page(t, d.as(c.person).Get(t, "/mon-journal/"+string(id)), http.StatusOK).Find("main")[0])
		if got := strings.Contains(journal, "Établissement : "); got != (c.says != "") || !strings.Contains(journal, c.says) {
			t.Errorf("%s at %s: the journal says %s", c.person, c.school, journal)
		}
		if got := strings.Contains(receipt, "Établissement : "); got != (c.says != "") || !strings.Contains(receipt, c.says) {
			t.Errorf("%s at %s: the receipt says %s", c.person, c.school, receipt)
		}
		*d.book = (*d.book)[:0]
	}
}

func TestWhatOthersDidIsSaidInTheJournal(t *testing.T) {
	t.Parallel()
	d := open()
	for _, verb := range []string{"federation.scored", "federation.grant-revoked", "federation.roster-shown", "local.renewed", "directory.manager.named", "nobody.knows"} {
		d.book.write(webtest.Now, webtest.Ines, verb, "x", nil)
	}
	d.book.write(webtest.Now, webtest.Ines, "licensing.assigned", string(webtest.Labo), nil)
	d.book.write(webtest.Now, webtest.Ines, "federation.signed-in", "s", map[string]any{"by": "local"})
	p := page(t, d.as(webtest.Ines).Get(t, "/mon-journal"), http.StatusOK)
	says(t, p, "Une application a envoyé un résultat", "Fin de l’accès donné à une application", "Noms des élèves", "Nouveau billet", "Désignation comme responsable",
		"Exemplaire attribué Le labo de grammaire 5e", "Connexion ici, sans portail")
	if text := looktest.Words(p.Find("main")[0]); strings.Contains(text, "nobody") || strings.Contains(text, "⟦") {
		t.Errorf("it says %s", text)
	}
}

// The school comes first and says which it is; the portals follow, all of them.
func TestTheSchoolOfLastTimeIsTheFirstThing(t *testing.T) {
	t.Parallel()
	p := page(t, open().as("").Get(t, "/connexion-de-retour"), http.StatusOK)
	says(t, p, "Comme la dernière fois Collège des Tilleuls Rochebrune · 0991234D Oublier sur cet ordinateur", "Les portails Portail de Rochebrune", "L’Escale")
	links := p.Find("a")
	i := slices.IndexFunc(links, func(n *html.Node) bool {
		return looktest.Attr(n, "href") == "/connexion?idENT=QTk5&next=%2Fmediacentre%3Fq%3Da+b&uai=0991234D"
	})
	j := slices.IndexFunc(links, func(n *html.Node) bool { return strings.HasPrefix(looktest.Attr(n, "href"), "/connexion?idENT=QTk4") })
	if i < 0 || j < i {
		t.Errorf("the school is link %d, the portal of last time %d", i, j)
	}
}
