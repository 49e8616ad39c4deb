package federation_test

import (
	"net/url"
	"path"
	"strings"
	"testing"

	"pupitre/federation"
)

func TestCASServicesCoverWhatIsBelowThem(t *testing.T) {
	t.Parallel()
	service := federation.CASService{Prefix: "https://labo.example/app/"}
	for address, want := range map[string]bool{
		"https://labo.example/app/": true, "https://labo.example/app": true, "https://labo.example/app?x=1": true, "https://labo.example/app/lecon/3?mail=a%40b.example&x=//y": true,
		"https://labo.example/application": false, "https://labo.example/": false, "https://labo.example/app/./x": false,
	} {
		if got := service.Covers(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
	root := federation.CASService{Prefix: "https://labo.example/"}
	for address, want := range map[string]bool{"https://labo.example": true, "https://labo.example?x=1": true, "https://labo.example.mechant.example": false, "https://labo.example@mechant.example": false, "https://labo.example:1/": false} {
		if got := root.Covers(address); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestCASServicesMustBeSafe(t *testing.T) {
	t.Parallel()
	for prefix, want := range map[string]bool{
		"https://labo.example/": true, "https://labo.example:8443/a/b/": true, "http://labo.localhost:8080/": true,
		"https://labo.example": false, "https://labo.example/a": false, "http://labo.example/": false, "https://*.example/": false, "https://Labo.example/": false,
		"https://labo.example/a/../": false, "https://labo.example/?x=/": false, "https://u@labo.example/": false, "https://labo.example/%2e%2e/": false, "": false,
	} {
		c := federation.Client{ID: "labo", Sector: "preau", Services: []federation.CASService{{Prefix: prefix}}}
		if err := c.Validate(); (err == nil) != want {
			t.Errorf("%q: %v", prefix, err)
		}
	}
}

// Whatever is covered is read by a browser and by a server as below the prefix.
func FuzzCASServiceCovers(f *testing.F) {
	for _, seed := range []string{"https://labo.example/app/", "https://labo.example/app/../x", "https://labo.example@x/app/", "https://labo.example/app/%2e%2e/", "https://labo.example/app?x"} {
		f.Add(seed)
	}
	service := federation.CASService{Prefix: "https://labo.example/app/"}
	f.Fuzz(func(t *testing.T, address string) {
		if !service.Covers(address) {
			return
		}
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "https" || u.Host != "labo.example" || u.User != nil || u.Fragment != "" {
			t.Fatalf("%q: %v, %v", address, u, err)
		}
		if cleaned := path.Clean(u.Path); cleaned != "/app" && !strings.HasPrefix(cleaned, "/app/") {
			t.Fatalf("%q is %q", address, cleaned)
		}
	})
}
