package app

import (
	"crypto/tls"
	"maps"
	"net/http"
	"slices"

	"pupitre/partners"
)

// demoDomain is that of the partners' services, as of everything in the demonstration.
const demoDomain = "localhost"

// pageNames are the products' names, which answer over TLS too, and the sign-in's.
var pageNames = []string{"localhost", "pupitre.localhost", "exos.localhost", "contenu.localhost", "portail.localhost", "editeur.localhost", entranceName(demoDomain)}

// ServiceNames are the host names of the partners' services.
func (d *Demo) ServiceNames() []string {
	return slices.Sorted(maps.Keys(services(d.brokers[0], demoDomain)))
}

// Names are all host names of the demonstration, for a machine that does not find them by itself.
func (d *Demo) Names() []string { return slices.Concat(pageNames[1:], d.ServiceNames()) }

// tlsConfig chooses by the name that the client asks for: a certificate of its own is asked for on partners' names only, and is
// not checked against any authority, for partners are known by the certificate itself (partners.Service.Recognise).
func (d *Demo) tlsConfig() (*tls.Config, error) {
	certificate, err := d.pki.Server(append(pageNames, serviceNames(demoDomain)...)...)
	if err != nil {
		return nil, err
	}
	base := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	return partners.AskFor(base, serviceNames(demoDomain)...), nil
}

// secureNames are the names that answer over TLS: everybody's, and the partners'.
func (d *Demo) secureNames(names map[string]http.Handler) map[string]http.Handler {
	all := maps.Clone(names)
	for _, b := range d.brokers {
		for name, service := range services(b, demoDomain) {
			if all[name] == nil {
				all[name] = &alternate{}
			}
			nodes := all[name].(*alternate)
			nodes.nodes = append(nodes.nodes, service)
		}
	}
	return all
}
