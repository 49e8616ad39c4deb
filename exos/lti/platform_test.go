package lti_test

import (
	"testing"
	"time"

	"pupitre/exos/lti"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// A platform's message names addresses of services: none of them may lead into our own house.
func TestAServiceIsAskedWhereAPlatformMayHaveIt(t *testing.T) {
	t.Parallel()
	far := lti.Platform{Token: "https://campus.example/token"}
	for address, want := range map[string]bool{
		"https://campus.example/items/7": true, "https://notes.campus.example/items?x=1": true, "": false, "items/7": false, "http://campus.example/items": false,
		"https://10.0.0.7/items": false, "https://[fd00::7]/items": false, "https://169.254.169.254/": false, "http://localhost/items": false,
		"https://localhost/items": false, "https://exos.localhost/": false, "https://127.0.0.1/": false, "https://u@campus.example/": false, "ftp://campus.example/": false,
	} {
		if got := far.Serves(address); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
	for platform, want := range map[string]bool{"https://10.0.0.7/token": true, "": false} { // by address, where it is registered so
		if got := (lti.Platform{Token: platform}).Serves("https://10.0.0.7/items"); got != want {
			t.Errorf("of %q: %v", platform, got)
		}
	}
}

func TestARegistrationSaysWhatIsWrongWithIt(t *testing.T) {
	t.Parallel()
	good := func() lti.Platform {
		return lti.Platform{
			Name: "Le campus", Issuer: "https://campus.example", ClientID: "biblio", Deployments: []string{"d1"}, Authorize: "https://campus.example/auth",
			Token: "https://campus.example/token", Keys: "https://campus.example/keys", Opens: []string{"ark:/99999/preau.labo", "ark:/99999/cahier-*"},
			Until: clock.Date{Year: 2027, Month: time.August, Day: 31},
		}
	}
	if err := good().Validate(); err != nil {
		t.Fatal(err)
	}
	for field, spoil := range map[string]func(*lti.Platform){
		"name": func(p *lti.Platform) { p.Name = " " }, "issuer": func(p *lti.Platform) { p.Issuer = "http://campus.example" },
		"client": func(p *lti.Platform) { p.ClientID = "a b" }, "deployment": func(p *lti.Platform) { p.Deployments = nil },
		"authorize": func(p *lti.Platform) { p.Authorize = "javascript:alert(1)" }, "token": func(p *lti.Platform) { p.Token = "ici" },
		"keys": func(p *lti.Platform) { p.Keys = "" }, "opens": func(p *lti.Platform) { p.Opens = []string{"*"} }, "until": func(p *lti.Platform) { p.Until = clock.Date{} },
	} {
		p := good()
		spoil(&p)
		err := p.Validate()
		if fault.CodeOf(err) != "exoslti.platform.field" || fault.ParamsOf(err)[1] != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
