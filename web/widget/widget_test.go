package widget_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/demo/portal"
	"pupitre/internal/fault"
	"pupitre/internal/look/looktest"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/web"
	"pupitre/web/webtest"
	"pupitre/web/widget"
)

const (
	base = "https://pupitre.example"
	ent  = "https://ent.example"
	key  = "exemple-de-cle-partagee-0123456789ABCDEF"
)

// vouched is the federation of the test's world: persons by their ids, each link once.
type vouched struct {
	world *webtest.World
	taken map[federation.Token]bool
}

func (v vouched) Glimpse(_ context.Context, g federation.Glimpse) (federation.Presence, error) {
	if v.taken[g.Once] {
		return federation.Presence{}, fault.New(fault.Denied, "federation.glimpse.again")
	}
	v.taken[g.Once] = true
	for _, one := range v.world.Everyone {
		if string(one.Person.ID) != g.External || one.Person.Project != g.Project {
			continue
		}
		for _, at := range one.At {
			if g.School == "" || at.School.UAI == g.School {
				return federation.Presence{Person: one.Person, Places: one.At, Session: federation.Session{Project: g.Project, Person: one.Person.ID, School: at.School.ID, Profile: at.Profile}}, nil
			}
		}
		return federation.Presence{}, fault.New(fault.Denied, "federation.glimpse.elsewhere", "uai", string(g.School))
	}
	return federation.Presence{}, fault.New(fault.Denied, "federation.person.unknown", "project", string(g.Project))
}

// desks gives everybody one book, which is theirs alone.
type desks struct{}

func (desks) Desk(_ context.Context, person directory.PersonID, _ directory.SchoolID) (mediacentre.Desk, error) {
	card := func(title string, openable, shown bool) mediacentre.Card {
		return mediacentre.Card{Openable: openable, Resource: catalogue.Resource{ARK: "ark:/99999/preau." + catalogue.ARK(person), Title: title, Shown: shown}, Right: licensing.Right{}}
	}
	return mediacentre.Desk{Cards: []mediacentre.Card{card("Le livre de "+string(person), true, true), card("À venir", false, true), card("Retiré", true, false)}}, nil
}

func open(t *testing.T) (http.Handler, vouched) {
	t.Helper()
	world := webtest.NewWorld()
	v := vouched{world, map[federation.Token]bool{}}
	return webtest.Serve(world, func(h *web.House) []webtest.Room {
		return []webtest.Room{&widget.Room{House: h, Vouched: v, Desks: desks{}, Base: base, Now: func() time.Time { return webtest.Now },
			Portals: map[directory.ProjectID]widget.Portal{
				"A99": {Keys: [][]byte{[]byte(key), []byte(strings.Repeat("la-suivante-", 4))}, Origins: []string{ent, "https://classe.ent.example:8443"}},
				"B88": {Keys: [][]byte{[]byte(strings.Repeat("d'un autre projet", 2))}, Origins: []string{"https://autre.example"}},
			}}}
	}), v
}

// link is what a portal's server makes, by the demonstration portal's own code.
func link(person directory.PersonID, uai directory.UAI, id string) string {
	return strings.TrimPrefix(portal.Widget{Base: base, Key: key}.Link("A99", string(person), string(uai), id, webtest.Now), base)
}

func page(t *testing.T, r *http.Response, status int) string {
	t.Helper()
	text := looktest.Body(t, r)
	if r.StatusCode != status {
		t.Fatalf("status %d, want %d: %s", r.StatusCode, status, text)
	}
	return text
}

func TestAPortalShowsWhoIsThereTheirResources(t *testing.T) {
	t.Parallel()
	pages, _ := open(t)
	// Another person has signed in in this browser: the link says who it is for.
	r := webtest.Browser{Pages: pages, Person: webtest.Vasseur}.Get(t, link(webtest.Ines, webtest.Tilleuls.UAI, "exemple-0123456789"))
	text := page(t, r, http.StatusOK)
	looktest.Page(t, text)
	if !strings.Contains(text, "Le livre de p-ines") || strings.Contains(text, "vasseur") || strings.Contains(text, "À venir") || strings.Contains(text, "Retiré") {
		t.Errorf("%s", text)
	}
	if strings.Contains(text, "console") {
		t.Error("a pupil is led to the console")
	}
	if policy := r.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors "+ent+" https://classe.ent.example:8443;") {
		t.Errorf("policy %q", policy)
	}
	if len(r.Cookies()) > 0 || r.Header.Get("Cache-Control") != "no-store" || r.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("%v", r.Header)
	}
	for _, a := range looktest.Parse(t, text).Find("a") {
		href, target := looktest.Attr(a, "href"), looktest.Attr(a, "target")
		if href != "#contenu" && (target != "_top" || !strings.HasPrefix(href, "/connexion?")) {
			t.Errorf("%s opens in %q", href, target)
		}
	}
	if !strings.Contains(text, url.QueryEscape("/domaineGar?idENT=A99&idEtab="+string(webtest.Tilleuls.UAI)+"&idRessource="+url.QueryEscape("ark:/99999/preau.p-ines"))) {
		t.Errorf("no link to the resource: %s", text)
	}
}

func TestTheConsoleIsForThoseWhoAreNamed(t *testing.T) {
	t.Parallel()
	pages, _ := open(t)
	for person, named := range map[directory.PersonID]bool{webtest.Vasseur: true, webtest.Both: true, webtest.Aubry: false, webtest.Ines: false} {
		text := page(t, webtest.Browser{Pages: pages}.Get(t, link(person, "", "exemple-0123456789-"+string(person))), http.StatusOK)
		if got := strings.Contains(text, "Ma console d’affectation"); got != named {
			t.Errorf("%s: the console is there %v, want %v", person, got, named)
		}
	}
}

// sign makes any link, good or bad.
func sign(header, with string, claims map[string]any) string {
	text, _ := json.Marshal(claims) // always marshals
	signed := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString(text)
	mac := hmac.New(sha256.New, []byte(with))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func TestALinkThatIsNotThePortalsShowsNothing(t *testing.T) {
	t.Parallel()
	pages, v := open(t)
	now := webtest.Now.Unix()
	good := func(change ...any) map[string]any {
		c := map[string]any{"iss": "A99", "aud": base, "sub": "p-ines", "uai": "0991234D", "jti": "exemple-0123456789", "iat": now, "exp": now + 60}
		for i := 0; i < len(change); i += 2 {
			c[change[i].(string)] = change[i+1]
		}
		return c
	}
	const hs = `{"alg":"HS256"}`
	altered := strings.Split(sign(hs, key, good()), ".")
	other, _ := json.Marshal(good("sub", "p-vasseur")) // always marshals
	for name, c := range map[string]struct{ project, link, says string }{
		"nothing":                     {"A99", "", "pas reconnu"},
		"no JWT":                      {"A99", "x.y.z", "pas reconnu"},
		"another key":                 {"A99", sign(hs, strings.Repeat("x", 40), good()), "pas reconnu"},
		"altered":                     {"A99", altered[0] + "." + base64.RawURLEncoding.EncodeToString(other) + "." + altered[2], "pas reconnu"},
		"cut":                         {"A99", altered[0] + "." + altered[1] + ".", "pas reconnu"},
		"none":                        {"A99", base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + altered[1] + ".", "pas reconnu"},
		"another algorithm":           {"A99", sign(`{"alg":"HS512"}`, key, good()), "pas reconnu"},
		"a critical header":           {"A99", sign(`{"alg":"HS256","crit":["b64"],"b64":false}`, key, good()), "pas reconnu"},
		"another project's":           {"A99", sign(hs, strings.Repeat("d'un autre projet", 2), good("iss", "B88")), "pas reconnu"},
		"signed for another project":  {"B88", sign(hs, key, good()), "pas reconnu"},
		"another's name, own key":     {"B88", sign(hs, strings.Repeat("d'un autre projet", 2), good("iss", "A99")), "pas reconnu"},
		"for another site":            {"A99", sign(hs, key, good("aud", "https://autre.example")), "pas reconnu"},
		"for nobody":                  {"A99", sign(hs, key, good("sub", "")), "pas reconnu"},
		"no id":                       {"A99", sign(hs, key, good("jti", "court")), "pas reconnu"},
		"over":                        {"A99", sign(hs, key, good("iat", now-100, "exp", now-40)), "attendu trop longtemps"},
		"not yet":                     {"A99", sign(hs, key, good("iat", now+100, "exp", now+150)), "attendu trop longtemps"},
		"for an hour":                 {"A99", sign(hs, key, good("exp", now+3600)), "60 secondes au plus"},
		"backwards":                   {"A99", sign(hs, key, good("exp", now-10)), "60 secondes au plus"},
		"a number that is no number":  {"A99", sign(hs, key, good("exp", "demain")), "pas reconnu"},
		"another school's person":     {"A99", sign(hs, key, good("jti", "exemple-une-autre-ecole", "sub", "p-stray")), "Vous n’êtes pas dans l’établissement"},
		"a school that is none":       {"A99", sign(hs, key, good("uai", "0991234X")), ""},
		"somebody who is not there":   {"A99", sign(hs, key, good("jti", "exemple-personne-du-tout", "sub", "p-nobody")), ""},
		"somebody of another project": {"B88", sign(hs, strings.Repeat("d'un autre projet", 2), good("iss", "B88", "jti", "exemple-autre-projet")), ""},
	} {
		r := webtest.Browser{Pages: pages}.Get(t, "/encart/"+c.project+"?"+url.Values{"lien": {c.link}}.Encode())
		text := page(t, r, http.StatusForbidden)
		looktest.Page(t, text)
		if !strings.Contains(text, c.says) || strings.Contains(text, "livre") {
			t.Errorf("%s: %s", name, text)
		}
		if policy := r.Header.Get("Content-Security-Policy"); strings.Contains(policy, "'none' http") || !strings.Contains(policy, "frame-ancestors https://") {
			t.Errorf("%s: policy %q", name, policy)
		}
	}
	if len(v.taken) != 4-1 { // of those that were signed right and name somebody: the school that is none is refused before
		t.Errorf("%d links were used up: %v", len(v.taken), maps.Keys(v.taken))
	}
	if r := (webtest.Browser{Pages: pages}).Get(t, "/encart/Z00?lien=x"); r.StatusCode != http.StatusNotFound || !strings.Contains(r.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("a project without a frame: %s, %s", r.Status, r.Header.Get("Content-Security-Policy"))
	}
}

func TestALinkIsShownOnceAndNotAhead(t *testing.T) {
	t.Parallel()
	pages, _ := open(t)
	address := link(webtest.Ines, "", "exemple-0123456789")
	ahead := webtest.Browser{Pages: pages, Headers: map[string]string{"Sec-Purpose": "prefetch"}}
	page(t, ahead.Get(t, address), http.StatusForbidden)
	b := webtest.Browser{Pages: pages}
	page(t, b.Get(t, address), http.StatusOK) // what looked ahead has not used it up
	if text := page(t, b.Get(t, address), http.StatusForbidden); !strings.Contains(text, "déjà été affiché") || strings.Contains(text, "livre") {
		t.Errorf("a second time: %s", text)
	}
	b.English = true
	if text := page(t, b.Get(t, address), http.StatusForbidden); !strings.Contains(text, "was shown already") {
		t.Errorf("in English: %s", text)
	}
}

// Links signed with the next key are good while a portal changes it.
func TestAKeyIsChangedWithoutAGap(t *testing.T) {
	t.Parallel()
	pages, _ := open(t)
	next := portal.Widget{Base: base, Key: strings.Repeat("la-suivante-", 4)}.Link("A99", string(webtest.Ines), "", "exemple-0123456789", webtest.Now)
	page(t, webtest.Browser{Pages: pages}.Get(t, strings.TrimPrefix(next, base)), http.StatusOK)
}

func TestAPortalsLineIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	good := widget.Portal{Keys: [][]byte{[]byte(key)}, Origins: []string{ent, "http://portail.localhost:8080"}}
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for code, p := range map[string]widget.Portal{
		"widget.key.short":   {Keys: [][]byte{[]byte(key[:31])}, Origins: good.Origins},
		"widget.portal.half": {Keys: good.Keys},
	} {
		if err := p.Check(); fault.CodeOf(err) != code {
			t.Errorf("want %s: %v", code, err)
		}
	}
	for _, origin := range []string{"*", "https://*.ent.example", "https://ent.example/", "https://ent.example/page", "http://ent.example", "ent.example", "https://", "https://a@ent.example",
		"https://ent.example;script-src", "https://ent.example *", "'self'", "https:", ""} {
		if err := (widget.Portal{Keys: good.Keys, Origins: []string{origin}}).Check(); fault.CodeOf(err) != "widget.origin.form" {
			t.Errorf("%q: %v", origin, err)
		}
	}
}

// docs/portals.md shows a link: it is the one that the demonstration portal makes of the same, and it opens.
func TestTheGuidesLinkIsTrue(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../docs/portals.md")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1795420800, 0)
	want := portal.Widget{Base: base, Key: key}.Link("A70", "ent-0001", "0991234D", "exemple-0123456789", at)
	if !strings.Contains(string(guide), "\n"+want+"\n") {
		t.Errorf("docs/portals.md does not show %s", want)
	}
	if !at.Equal(time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)) {
		t.Errorf("it is %s", at.UTC())
	}
}
