package app

import (
	"crypto/tls"
	"net/http"
	"strings"

	"pupitre/partners"
)

// partnerNames are the partners' services as the GAR names them. Only there is a client certificate asked for.
var partnerNames = []string{"abonnement.localhost"}

// pageNames are the products' names, which answer over TLS too.
var pageNames = []string{"localhost", "pupitre.localhost", "exos.localhost", "portail.localhost", "editeur.localhost"}

// tlsConfig chooses by the name that the client asks for: a certificate of its own is asked for on partners' names only, and is
// not checked against any authority, for partners are known by the certificate itself (partners.Service.Recognise).
func (d *Demo) tlsConfig() (*tls.Config, error) {
	certificate, err := d.pki.Server(append(pageNames, partnerNames...)...)
	if err != nil {
		return nil, err
	}
	base := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	return partners.AskFor(base, partnerNames...), nil
}

// secureNames are the names that answer over TLS: everybody's, and the partners'.
func (d *Demo) secureNames(names map[string]http.Handler) map[string]http.Handler {
	all := map[string]http.Handler{}
	for name, handler := range names {
		all[name] = handler
	}
	doors := &alternate{}
	for _, b := range d.brokers {
		doors.nodes = append(doors.nodes, onlyFor("abonnement.localhost", &partners.Door{
			Gate: partners.Gate{Partners: b.Partners, Words: d.options.Words}, Subscriptions: b.Licensing, Schools: b.Store.Directory(),
		}))
	}
	all["abonnement.localhost"] = doors
	return all
}

// onlyFor refuses a request whose TLS handshake named another host than its Host header: with the handshake of a page's name no
// client certificate was asked for, so nobody may pass on to a partner's service on that connection.
func onlyFor(name string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.TLS == nil || !strings.EqualFold(r.TLS.ServerName, name) {
			http.Error(w, http.StatusText(http.StatusMisdirectedRequest), http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
