package brokerapp

import (
	"net/http"
	"slices"
)

// Entrance is the broker's sign-in under the GAR's name for it (« idp-auth. »): publishers' programs are answered there, browsers are
// sent to the broker's own address, where the cookie of their session is.
func (b *Broker) Entrance() http.Handler {
	mux := http.NewServeMux()
	for _, pattern := range slices.Concat(b.tickets.BackChannel(), b.provider.BackChannel(), b.asserts.BackChannel()) {
		mux.Handle(pattern, b.Handler)
	}
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, b.settings.Base+r.URL.RequestURI(), http.StatusFound)
	})
	mux.HandleFunc("POST /idp/profile/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, b.settings.Base+r.URL.RequestURI(), http.StatusTemporaryRedirect) // the browser posts it again, there
	})
	return mux
}
