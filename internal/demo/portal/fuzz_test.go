package portal

import (
	"net/url"
	"strings"
	"testing"
)

// FuzzService: an address that passes for registered leads to the registered host, also once a ticket is added, and also as a
// browser reads it (WHATWG URL: a backslash is a slash, tabs and line ends are dropped).
func FuzzService(f *testing.F) {
	for _, s := range []string{"https://atlas.example/app/x?y=z", "https://atlas.example/app/../x", "https://atlas.example@evil.example/app/", `https://atlas.example\@evil.example/app/`,
		"https://atlas.example:443/app/", "https://atlas.example/app/#x", "https://atlas.example/app/%2e%2e/", "https:/atlas.example/app/", "HTTPS://atlas.example/app/"} {
		f.Add(s)
	}
	p := &Portal{Services: []string{"https://atlas.example/app/"}}
	f.Fuzz(func(t *testing.T, service string) {
		if !p.registered(service) {
			return
		}
		read := strings.NewReplacer("\t", "", "\r", "", "\n", "", `\`, "/").Replace(service)
		for _, address := range []string{service, read, withTicket(service, "ST-1")} {
			u, err := url.Parse(address)
			if err != nil || u.Scheme != "https" || u.Host != "atlas.example" || u.User != nil || !strings.HasPrefix(u.Path, "/app/") || strings.Contains(u.Path, "/../") {
				t.Errorf("%q leads to %q", service, address)
			}
		}
		if got, _ := url.Parse(withTicket(service, "ST-1")); got == nil || got.Query().Get("ticket") == "" {
			t.Errorf("%q loses its ticket", service)
		}
	})
}
