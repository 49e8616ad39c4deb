package desk_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/look/looktest"
	"pupitre/licensing"
	"pupitre/web/webtest"
)

const laboPath = "/acces/ark:/99999/labo"

func TestOneClickLeadsToTheResource(t *testing.T) {
	t.Parallel()
	d := furnished()
	r := d.as(webtest.Ines).Get(t, laboPath)
	if got := r.Header.Get("Location"); r.StatusCode != http.StatusFound || got != "https://exos.example/ouvrir?ark=ark:/99999/labo" {
		t.Errorf("%s to %q", r.Status, got)
	}
	if got := r.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control %q", got)
	}
	want := licensing.Opening{Person: webtest.Ines, School: webtest.Tilleuls.ID, Resource: webtest.Labo}
	if len(d.rights.Opened) != 1 || d.rights.Opened[0].Person != want.Person || d.rights.Opened[0].School != want.School || d.rights.Opened[0].Resource != want.Resource {
		t.Errorf("opened %+v, want %+v", d.rights.Opened, want)
	}
}

// What an LTI tool opens begins at the broker.
func TestAToolsCardLeadsThroughThePlatform(t *testing.T) {
	t.Parallel()
	r := furnished().as(webtest.Ines).Get(t, "/acces/ark:/99999/lanterne")
	if got := r.Header.Get("Location"); r.StatusCode != http.StatusFound || got != "/lti/launch?client_id=lanterne" {
		t.Errorf("%s to %q", r.Status, got)
	}
}

func TestAddressTypedByHandSaysWhyAndWhomToAsk(t *testing.T) {
	t.Parallel()
	for status, wants := range map[licensing.Status][]string{
		"":                {"« Le labo de grammaire 5e » est fermé", "ne t’a pas été donnée", "Demande à Mme Vasseur."},
		licensing.Expired: {"est terminé", "Tu pouvais l’ouvrir jusqu’au 31 août 2027.", "Demande à Mme Vasseur."},
		licensing.Ended:   {"a été fermé", "Demande à Mme Vasseur."},
		licensing.Future:  {"n’est pas encore ouvert", "à partir du 1er septembre 2026"},
	} {
		d := open()
		if status != "" {
			d.rights.Give(webtest.Ines, webtest.Labo, licensing.ToCohort("c-5b"), status)
		}
		p := page(t, d.as(webtest.Ines).Get(t, laboPath), http.StatusForbidden)
		says(t, p, append(wants, "Revenir à mes ressources")...)
		if len(d.rights.Opened) != 0 {
			t.Errorf("%q: opened all the same", status)
		}
	}
	d := open()
	says(t, page(t, d.as(webtest.Aubry).Get(t, laboPath), http.StatusForbidden), "ne vous a pas été attribuée", "Demandez à Mme Vasseur")
	says(t, page(t, d.as(webtest.Ines).Get(t, "/acces/ark:/99999/preau"), http.StatusForbidden), "« Préau Manuels » réunit plusieurs livres", "choisis un de ses livres")
}

// Names of managers are for the school's own people: somebody of another school hears of their own managers.
func TestOnlyTheSchoolsOwnManagersAreNamed(t *testing.T) {
	t.Parallel()
	p := page(t, open().as(webtest.Stray).Get(t, laboPath), http.StatusForbidden)
	if strings.Contains(words(p), "Vasseur") {
		t.Error("a manager of another school is named")
	}
	says(t, p, "Demande à M. Sow.")
}

func TestLookingAheadOpensNothing(t *testing.T) {
	t.Parallel()
	d := furnished()
	b := d.as(webtest.Ines)
	b.Headers = map[string]string{"Sec-Purpose": "prefetch;prerender"}
	if r := b.Get(t, laboPath); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("prefetch: %s", r.Status)
	}
	if len(d.rights.Opened) != 0 {
		t.Error("a prefetch opened the resource")
	}
}

func TestNoticeWithoutAnAddressUsesNothingUp(t *testing.T) {
	t.Parallel()
	d := furnished()
	for _, address := range []string{"", "javascript:alert(1)", "//exos.example/", "https://", "https://a:b@exos.example/", "/ouvrir"} {
		d.stock.Notice(webtest.Labo).LaunchURL = address
		p := page(t, d.as(webtest.Ines).Get(t, laboPath), http.StatusNotFound)
		says(t, p, "ne donne pas d’adresse où l’ouvrir")
	}
	if len(d.rights.Opened) != 0 {
		t.Error("opened all the same")
	}
}

func TestUnknownResourceAndBrokenIdentifier(t *testing.T) {
	t.Parallel()
	b := furnished().as(webtest.Ines)
	page(t, b.Get(t, "/acces/ark:/99999/none"), http.StatusNotFound)
	page(t, b.Get(t, "/acces/none"), http.StatusBadRequest)
	page(t, b.Get(t, "/domaineGar"), http.StatusBadRequest)
	page(t, b.Get(t, "/domaineGar?idRessource="+url.QueryEscape("ark:/99999/labo")+"&idEtab=MDAwMDAwMEI%3D"), http.StatusBadRequest)
}

func TestSignInComesFirstAndLeadsBack(t *testing.T) {
	t.Parallel()
	b := furnished().as("")
	r := b.Get(t, laboPath)
	if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != federation.SignInPath(laboPath, "") {
		t.Errorf("%s to %q", r.Status, got)
	}
	link := portalLink("A99", "0991234D", "ark:/99999/labo")
	r = b.Get(t, link)
	if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != federation.SignInPath(link, "A99") {
		t.Errorf("%s to %q", r.Status, got)
	}
}

func portalLink(project, uai, ark string) string {
	b64 := func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(s))) }
	return "/domaineGar?idENT=" + b64(project) + "&idEtab=" + b64(uai) + "&idRessource=" + url.QueryEscape(ark)
}

func TestPortalsLinkOpensInEachOfItsWritings(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		portalLink("A99", "0991234D", "ark:/99999/labo"),
		portalLink("A99", "0991234D", "http://n2t.net/ark:/99999/labo"),
		"/domaineGar?idENT=QTk5&idEtab=MDk5MTIzNEQ=&idRessource=ark:/99999/labo",
		"/domaineGar?idENT=A99&idEtab=0991234D&idRessource=ark%3A%2F99999%2Flabo",
		"/domaineGar?idENT=QTk5&idSrc=" + base64.StdEncoding.EncodeToString([]byte("ark:/99999/labo")),
	} {
		r := furnished().as(webtest.Ines).Get(t, link)
		if got := r.Header.Get("Location"); r.StatusCode != http.StatusFound || !strings.HasPrefix(got, "https://exos.example/") {
			t.Errorf("%s: %s to %q: %s", link, r.Status, got, looktest.Body(t, r))
		}
	}
}

func TestPortalsLinkNamesSchoolAndPortal(t *testing.T) {
	t.Parallel()
	d := furnished()
	says(t, page(t, d.as(webtest.Ines).Get(t, portalLink("A77", "0991234D", "ark:/99999/labo")), http.StatusForbidden), "autre portail (projet A77)")
	says(t, page(t, d.as(webtest.Ines).Get(t, portalLink("A99", "0991235A", "ark:/99999/labo")), http.StatusBadRequest), "lettre fausse")
	says(t, page(t, d.as(webtest.Ines).Get(t, portalLink("A99", string(webtest.Saules.UAI), "ark:/99999/labo")), http.StatusForbidden), "dont ce compte ne fait pas partie")
	d.as(webtest.Both).Get(t, portalLink("A99", string(webtest.Tilleuls.UAI), "ark:/99999/labo"))
	if len(d.rights.Moved) != 0 {
		t.Error("moved to where they are already")
	}
	d.as(webtest.Both).Get(t, portalLink("A99", string(webtest.Saules.UAI), "ark:/99999/labo"))
	if !slices.Equal(d.rights.Moved, []directory.SchoolID{webtest.Saules.ID}) {
		t.Errorf("moved to %q", d.rights.Moved)
	}
}

func FuzzPortalLink(f *testing.F) {
	f.Add("QTk5", "MDk5MTIzNEQ=", "ark:/99999/labo", "")
	f.Add("", "", "", "YXJrOi85OTk5OS9sYWJv")
	f.Add("%", "\x00", "ark:/\xff/", "====")
	d := furnished()
	f.Fuzz(func(t *testing.T, ent, etab, ressource, src string) {
		link := "/domaineGar?" + url.Values{"idENT": {ent}, "idEtab": {etab}, "idRessource": {ressource}, "idSrc": {src}}.Encode()
		r := d.as(webtest.Ines).Get(t, link)
		if r.StatusCode >= 500 {
			t.Errorf("%s: %s", link, r.Status)
		}
		if to := r.Header.Get("Location"); r.StatusCode == http.StatusFound && !strings.HasPrefix(to, "https://exos.example/") {
			t.Errorf("%s leads to %q", link, to)
		}
	})
}
