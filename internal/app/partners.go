package app

import (
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"pupitre/internal/app/brokerapp"
	"pupitre/internal/fault"
	"pupitre/partners"
)

// PartnerSettings are where the partners' services answer. They end TLS themselves: a partner is known by the certificate of the
// connection, which a proxy in front would keep to itself.
type PartnerSettings struct {
	Listen string // address, "" for no services
	Domain string // the services are abonnement.DOMAIN, list-ressource.DOMAIN, …; the sign-in, for publishers' programs, idp-auth.DOMAIN
	Cert   string // PEM files of the server's certificate, good for all of these names; read again when they change
	Key    string
}

// serviceName is the host name of a service: the GAR's own word for it, in the operator's domain.
func serviceName(p partners.Purpose, domain string) string { return string(p) + "." + domain }

// entranceName is the host name of the sign-in, as the GAR has it.
func entranceName(domain string) string { return "idp-auth." + domain }

// programsName is the host name under which publishers' programs are asked for a certificate.
func programsName(domain string) string { return "idp-mtls." + domain }

// programsAddress is where it is, for those who must know it: the service listens on one port.
func (s PartnerSettings) programsAddress() string {
	if s.Listen == "" {
		return ""
	}
	address := "https://" + programsName(s.Domain)
	if _, port, err := net.SplitHostPort(s.Listen); err == nil && port != "443" {
		address += ":" + port
	}
	return address
}

func serviceNames(domain string) []string {
	var names []string
	for _, p := range partners.Purposes {
		names = append(names, serviceName(p, domain))
	}
	return names
}

// services are a broker's, by host name.
func services(b *brokerapp.Broker, domain string) map[string]http.Handler {
	names := map[string]http.Handler{}
	for purpose, service := range b.Services() {
		name := serviceName(purpose, domain)
		names[name] = onlyFor(name, service)
	}
	return names
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

// tlsConfig asks for a client's certificate, and checks it against no authority: partners are known by the certificate itself
// (partners.Service.Recognise).
func (s PartnerSettings) tlsConfig(log *slog.Logger) (*tls.Config, error) {
	files := &certificateFiles{cert: s.Cert, key: s.Key, log: log}
	if err := files.read(); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "serve.partners.certificate", "cert", s.Cert, "key", s.Key)
	}
	base := &tls.Config{GetCertificate: files.get, MinVersion: tls.VersionTLS12}
	return partners.AskFor(base, append(serviceNames(s.Domain), programsName(s.Domain))...), nil
}

// certificateFiles is a server's certificate that may be renewed in its files while the server runs.
type certificateFiles struct {
	cert, key string
	log       *slog.Logger

	mu     sync.Mutex
	loaded *tls.Certificate
	stamp  [2]time.Time // when the files were last written, as loaded
}

func (f *certificateFiles) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.written() != f.stamp {
		if err := f.read(); err != nil {
			f.stamp = f.written() // said once; the one before goes on, and the next change is tried again
			f.log.Error("the partners' services keep their certificate: the new files cannot be read", "cert", f.cert, "key", f.key, "error", err)
		}
	}
	return f.loaded, nil
}

func (f *certificateFiles) read() error {
	stamp := f.written() // before reading: what changes meanwhile is read again
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return err
	}
	f.loaded, f.stamp = &pair, stamp
	return nil
}

func (f *certificateFiles) written() (stamp [2]time.Time) {
	for i, name := range []string{f.cert, f.key} {
		if info, err := os.Stat(name); err == nil {
			stamp[i] = info.ModTime()
		}
	}
	return stamp
}
