package account_test

import (
	"net/http"
	"strings"
	"testing"

	"pupitre/federation/local"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look/looktest"
	"pupitre/web"
	"pupitre/web/account"
	"pupitre/web/webtest"
)

// signing shows the pages of our own sign-in, at addresses of their own.
type signing struct{ *account.Room }

var offered = local.Offer{Key: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", Address: "otpauth://totp/Pupitre:claire.renard?issuer=Pupitre&secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"}

func (s signing) Mount(mux web.Mux) {
	s.Room.Mount(mux)
	wrong, wait := fault.New(fault.Denied, "local.signin.wrong"), fault.New(fault.Unavailable, "local.wait.minutes", "n", 2)
	for path, show := range map[string]func(w http.ResponseWriter, r *http.Request) error{
		"/form": func(w http.ResponseWriter, r *http.Request) error {
			return s.LocalForm(w, r, local.Form{Name: "Écoles sans portail", Action: "/a", State: "etat", AskKey: "/a/cle", Status: 200})
		},
		"/wrong": func(w http.ResponseWriter, r *http.Request) error {
			return s.LocalForm(w, r, local.Form{Name: "Écoles sans portail", Action: "/a", State: "etat", Login: `<ines">`, Trouble: wrong, Status: 403})
		},
		"/wait": func(w http.ResponseWriter, r *http.Request) error {
			return s.LocalForm(w, r, local.Form{Action: "/a", State: "etat", Trouble: wait, Status: 429})
		},
		"/factor": func(w http.ResponseWriter, r *http.Request) error {
			return s.LocalStep(w, r, local.StepForm{Step: local.Factor, Action: "/a", State: "etat", AskKey: "/a/cle/suite", Phone: true, Status: 200})
		},
		"/factor-key": func(w http.ResponseWriter, r *http.Request) error {
			return s.LocalStep(w, r, local.StepForm{Step: local.Factor, Action: "/a", State: "etat", AskKey: "/a/cle/suite", NotMe: "/oubli", Status: 200})
		},
		"/change": func(w http.ResponseWriter, r *http.Request) error {
			return s.LocalStep(w, r, local.StepForm{Step: local.Change, Action: "/a", State: "etat", Trouble: fault.New(fault.Invalid, "local.password.short", "n", 12), Status: 400})
		},
		"/enrol": func(w http.ResponseWriter, r *http.Request) error {
			return s.LocalStep(w, r, local.StepForm{Step: local.Enrol, Action: "/a", State: "etat", Offer: offered, Status: 200})
		},
		"/enrol-either": func(w http.ResponseWriter, r *http.Request) error {
			return s.LocalStep(w, r, local.StepForm{Step: local.Enrol, Action: "/a", State: "etat", Offer: offered, AskKey: "/a/cle/suite",
				Trouble: fault.New(fault.Denied, "local.passkey.wrong"), Status: 403})
		},
		"/codes": func(w http.ResponseWriter, r *http.Request) error {
			return s.LocalCodes(w, r, []string{"abcd efgh ijkl mnop", "qrst uvwx yz23 4567"}, "/suite")
		},
	} {
		mux.Handle("GET "+path, httpx.Handler(show))
	}
}

func signingPages() webtest.Browser {
	world := webtest.NewWorld()
	return webtest.Browser{Pages: webtest.Serve(world, func(h *web.House) []webtest.Room {
		return []webtest.Room{signing{&account.Room{House: h, Journal: &book{}, Notices: webtest.NewStock(world), Names: names{}}}}
	})}
}

func TestOurOwnSignInsPagesKeepTheRulesInBothLanguages(t *testing.T) {
	t.Parallel()
	b := signingPages()
	for path, status := range map[string]int{"/form": 200, "/wrong": 403, "/wait": 429, "/factor": 200, "/factor-key": 200, "/change": 400, "/enrol": 200, "/enrol-either": 403, "/codes": 200} {
		for _, b.English = range []bool{false, true} {
			res := b.Get(t, path)
			if res.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s may be kept", path)
			}
			page(t, res, status)
		}
	}
}

// Whoever was given a new password reads of it.
func TestTheJournalSaysWhatWasDoneToALocalAccount(t *testing.T) {
	t.Parallel()
	d := open()
	d.book.write(webtest.Now, webtest.Ines, "federation.signed-in", "s1", map[string]any{"by": "local"})
	for _, verb := range []string{"made", "renewed", "closed", "password-chosen", "factor-added", "factor-removed", "recovery-used", "factor-renewed", "codes-renewed", "passkey-added", "passkey-removed", "passkey-refused"} {
		d.book.write(webtest.Now, webtest.Ines, "local."+verb, string(webtest.Ines), nil)
	}
	for _, english := range []bool{false, true} {
		b := d.as(webtest.Ines)
		b.English = english
		p := page(t, b.Get(t, "/mon-journal"), http.StatusOK)
		if n := len(p.Find("time")); n != 13 {
			t.Errorf("%d entries are said", n)
		}
		if !english {
			says(t, p, "Connexion ici, sans portail", "Nouveau billet : le mot de passe a été remplacé par l’établissement")
		}
	}
}

func TestOurOwnSignInAsksAndSays(t *testing.T) {
	t.Parallel()
	b := signingPages()
	p := page(t, b.Get(t, "/wrong"), 403)
	says(t, p, "Écoles sans portail", "ne vont pas ensemble", "Mot de passe ou billet perdu ?")
	fields := map[string]string{}
	for _, n := range p.Find("input") {
		fields[looktest.Attr(n, "name")] = looktest.Attr(n, "autocomplete") + " " + looktest.Attr(n, "value")
	}
	if fields["identifiant"] != `username <ines">` || fields["passe"] != "current-password " || fields["etat"] != " etat" {
		t.Errorf("fields %q", fields)
	}
	for path, ask := range map[string]string{"/form": "/a/cle", "/factor": "/a/cle/suite", "/wrong": "", "/change": "", "/enrol": ""} {
		text := looktest.Body(t, b.Get(t, path))
		if offered := strings.Contains(text, `hidden data-passkey="show" data-ask="`+ask+`"`); offered != (ask != "") || offered != strings.Contains(text, "/passkey.") {
			t.Errorf("%s: a passkey is offered: %v", path, offered)
		}
	}
	says(t, page(t, b.Get(t, "/wait"), 429), "Revenez dans 2 minutes.")
	says(t, page(t, b.Get(t, "/enrol"), 200), "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP")
	if text := looktest.Body(t, b.Get(t, "/enrol")); !strings.Contains(text, `<svg class="qr" role="img" aria-label="Image à prendre avec le téléphone"`) {
		t.Error("no picture to take")
	}
	text := looktest.Body(t, b.Get(t, "/enrol-either"))
	if !strings.Contains(text, `hidden data-passkey="make" data-ask="/a/cle/suite"`) || !strings.Contains(text, `name="nom"`) || !strings.Contains(text, "/passkey.") {
		t.Error("no passkey is offered to who sets up a second factor")
	}
	says(t, page(t, b.Get(t, "/enrol-either"), 403), "Un code (application)", "Ou une clé d’accès (passkey)", "n’a pas été reconnue")
	says(t, page(t, b.Get(t, "/factor-key"), 200), "Montrez votre clé d’accès, ou donnez un code de secours.", "L’un de ceux que vous avez notés")
	says(t, page(t, b.Get(t, "/codes"), 200), "abcd efgh ijkl mnop", "ils ne seront plus montrés")
}
