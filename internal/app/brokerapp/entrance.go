package brokerapp

import (
	"net/http"
	"slices"
)

// Entrance is the broker's sign-in under the GAR's name for it (« idp-auth. »): publishers' programs are answered there, browsers are
// sent to the broker's own address, where the cookie of their session is.
func (b *Broker) Entrance() http.Handler {
	mux := http.NewServeMux()
	b.answerPrograms(mux)
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

// Programs is the same for programs that prove themselves by the certificate of their connection, which is asked for under this name
// alone: a browser has no business there.
func (b *Broker) Programs() http.Handler {
	mux := http.NewServeMux()
	b.answerPrograms(mux)
	return mux
}

func (b *Broker) answerPrograms(mux *http.ServeMux) {
	for _, pattern := range slices.Concat(b.tickets.BackChannel(), b.provider.BackChannel(), b.asserts.BackChannel(), b.tools.BackChannel()) {
		mux.Handle(pattern, b.Handler)
	}
}
