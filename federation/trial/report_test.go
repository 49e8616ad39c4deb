package trial_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pupitre/federation"
	"pupitre/federation/trial"
	"pupitre/internal/lang"
)

// What a publisher would receive is what the release function gives, for each person of the bench; nothing is said that has no words.
func TestTheReportSaysWhatWouldBeReceivedInBothLanguages(t *testing.T) {
	t.Parallel()
	s := newRelying(t, "mixup")
	s.scopes = append(s.scopes, "profile")
	b, base := open(t, s.client(), func(s *trial.Settings) { s.Declares = append(slices.Clone(declares), "DATE_NAISSANCE") })
	s.issuer = base
	r := try(t, b, s.URL+"/cours")
	if !r.Good() {
		t.Errorf("%+v", r.Findings)
	}

	told := map[string][]string{}
	for _, one := range r.Received {
		for _, a := range one.Attributes {
			told[one.Person+" "+one.School] = append(told[one.Person+" "+one.School], string(a.Attribute))
		}
		if one.Person == "Jade Colin" && one.Refused != "licensing.right.none" {
			t.Errorf("%+v", one)
		}
	}
	for who, want := range map[string]string{
		"Malo Tissier Collège des Tilleuls":   "IDO UAI PRO DIV",
		"Hélène Roussel Collège des Tilleuls": "IDO UAI PRO DIV P_MEL",
		"Odile Perrin Collège des Tilleuls":   "IDO UAI PRO",
		"Sacha Delmas Lycée du Port":          "IDO UAI PRO DIV P_MEL",
		"Lina Aubert École des Platanes":      "IDO UAI PRO DIV",
	} {
		if got := strings.Join(told[who], " "); got != want {
			t.Errorf("%s: %q, want %q", who, got, want)
		}
	}
	if outcome(r, "surplus.never") != trial.Remark || outcome(r, "oidc.scopes") != trial.Remark {
		t.Errorf("%+v", r.Findings)
	}
	if a := r.Asked; a.Protocol != "oidc" || a.Proof != "client_secret_basic" || !a.Attributes || a.Rights || !slices.Equal(a.Unknown, []string{"profile"}) {
		t.Errorf("%+v", r.Asked)
	}

	for _, locale := range lang.Locales {
		var text, page bytes.Buffer
		if err := r.Text(&text, lang.MustLoad(), locale); err != nil {
			t.Fatal(err)
		}
		if err := r.HTML(&page, lang.MustLoad(), locale); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text.String()+page.String(), "⟦") || !strings.Contains(text.String(), "oidc.mixup, RFC 9207 §2.4") {
			t.Errorf("%s", text.String())
		}
		if _, err := html.Parse(&page); err != nil {
			t.Error(err)
		}
	}
	if i := slices.IndexFunc(r.Findings, func(f trial.Finding) bool { return f.Check == "oidc.mixup" }); r.Findings[i].Happened != "taken" {
		t.Errorf("%+v", r.Findings[i])
	}
	encoded, err := json.Marshal(r)
	if err != nil || bytes.Contains(encoded, []byte(secret)) || bytes.Contains(encoded, []byte("code_verifier")) {
		t.Errorf("%v %s", err, encoded)
	}
}

// SAML and LTI hand the attributes over in the message, unasked: nobody sees whether the site reads them, and the report says so rather
// than that all is well. Where nothing is declared there is nothing to read.
func TestWhatComesUnaskedIsNotCalledRead(t *testing.T) {
	t.Parallel()
	ltiSite, samlSite := newTool(t), newProvided(t, federation.SignAssertion, true)
	for protocol, site := range map[string]struct {
		client federation.Client
		start  string
		issuer *string
	}{
		"lti":  {ltiSite.client(), ltiSite.URL + "/cours", &ltiSite.issuer},
		"saml": {samlSite.client(), samlSite.URL + "/cours", &samlSite.idp},
	} {
		for _, c := range []struct {
			declares []federation.Attribute
			want     trial.Outcome
			happened string
		}{{declares, trial.NotApplicable, "handed"}, {declares[:1], trial.Passed, ""}} {
			b, base := open(t, site.client, func(s *trial.Settings) { s.Declares = c.declares })
			*site.issuer = base
			r := try(t, b, site.start)
			i := slices.IndexFunc(r.Findings, func(f trial.Finding) bool { return f.Check == "surplus.unread" })
			if !r.Entered || i < 0 || r.Findings[i].Outcome != c.want || r.Findings[i].Happened != c.happened || r.Asked.Attributes || !r.Asked.Handed {
				t.Errorf("%s, %v: %+v, %+v", protocol, c.declares, r.Stopped, r.Findings)
				continue
			}
			for locale, words := range map[lang.Locale]string{lang.French: "on ne voit pas du dehors s’il les lit", lang.English: "nobody sees from outside whether it reads them"} {
				var text bytes.Buffer
				if err := r.Text(&text, lang.MustLoad(), locale); err != nil {
					t.Fatal(err)
				}
				if strings.Contains(text.String(), "⟦") || strings.Contains(text.String(), words) != (c.happened != "") {
					t.Errorf("%s: %s", protocol, text.String())
				}
			}
		}
	}
}

// Every check has words, and its reason, in both languages.
func TestEveryCheckHasItsWordsAndItsReason(t *testing.T) {
	t.Parallel()
	words := lang.MustLoad()
	for _, name := range trial.CheckNames() {
		for _, key := range []string{"trial.check." + name, "trial.check." + name + ".why"} {
			if !words.Has(key) {
				t.Errorf("%s has no words", key)
			}
		}
	}
}

// A sign-in that does not arrive is said, with what the faces had against it.
func TestAHonestSignInThatFailsIsExplained(t *testing.T) {
	t.Parallel()
	for careless, want := range map[string]string{"pkce": "trial.stopped.status", "twice": "trial.stopped.status", "elsewhere": "trial.stopped.nothing"} {
		s := newRelying(t, careless)
		b, base := open(t, s.client())
		s.issuer = base
		start := s.URL + "/cours"
		if careless == "elsewhere" {
			start = s.URL + "/nulle-part"
		}
		r := try(t, b, start)
		if r.Entered || r.Good() || r.Stopped != want {
			t.Errorf("%s: %+v", careless, r)
		}
		var text bytes.Buffer
		if err := r.Text(&text, lang.MustLoad(), lang.English); err != nil {
			t.Fatal(err)
		}
		if careless == "pkce" && (outcome(r, "oidc.pkce") != trial.Failed || !strings.Contains(text.String(), "PKCE with code_challenge_method=S256 is required")) {
			t.Errorf("%s", text.String())
		}
		if careless == "twice" && (outcome(r, "oidc.proof.twice") != trial.Failed || !strings.Contains(text.String(), "the client proves itself twice")) {
			t.Errorf("%s", text.String())
		}
	}
}

// A site whose page is the same for everybody cannot be judged, unless a text is named.
func TestWhoIsSignedInMustBeSeen(t *testing.T) {
	t.Parallel()
	for sees, want := range map[string]bool{"": false, "Bonjour": true} {
		s := newRelying(t)
		s.open = true
		b, base := open(t, s.client(), func(s *trial.Settings) { s.Sees = sees })
		s.issuer = base
		if r := try(t, b, s.URL+"/entrer"); r.Entered != want {
			t.Errorf("%q: %+v", sees, r)
		}
	}
}

// What is not safe is not registered on the bench either.
func TestTheBenchRefusesWhatTheBrokerRefuses(t *testing.T) {
	t.Parallel()
	_, err := trial.Open(t.Context(), settings(t, listen(t), federation.Client{ID: clientID, Redirects: []string{"http://labo.example/retour"}, Algorithm: federation.ES256}))
	if err == nil {
		t.Error("an address in clear was taken")
	}
}

// The bench goes to the site and to itself, and not for ever.
func TestTheBenchGoesNowhereElse(t *testing.T) {
	t.Parallel()
	s, elsewhere := newRelying(t), newSite(t)
	elsewhere.mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) { t.Error("it went elsewhere") })
	s.mux.HandleFunc("GET /ailleurs", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL+"/", http.StatusFound) })
	s.mux.HandleFunc("GET /rond", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/rond", http.StatusFound) })
	b, base := open(t, s.client())
	s.issuer = base
	for path, want := range map[string]string{"/ailleurs": "trial.stopped.outside", "/rond": "trial.stopped.endless"} {
		if r := try(t, b, s.URL+path); r.Stopped != want || r.Good() {
			t.Errorf("%s: %+v", path, r)
		}
	}
}

// A site that lets nobody in any more looks careful; the bench is not taken in.
func TestASiteThatClosesProvesNothing(t *testing.T) {
	t.Parallel()
	s := newRelying(t)
	s.limit = 5
	b, base := open(t, s.client())
	s.issuer = base
	r := try(t, b, s.URL+"/cours")
	var text bytes.Buffer
	if err := r.Text(&text, lang.MustLoad(), lang.English); err != nil {
		t.Fatal(err)
	}
	if r.Good() || r.Stopped != "trial.stopped.changed" || !strings.Contains(text.String(), "proves nothing") {
		t.Errorf("%s", text.String())
	}
}
