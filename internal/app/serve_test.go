package app_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pupitre/internal/app"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/journal"
	"pupitre/partners"
	"pupitre/partners/pki"
)

// free is an address that nobody listens on, as far as can be known.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// partnersHouse is a broker that is served with the partners' services, and a distributor of it.
type partnersHouse struct {
	ca       *pki.Authority
	settings app.ServeSettings
	mine     tls.Certificate
}

const servedDomain = "partenaires.example"

func openPartnersHouse(t *testing.T) *partnersHouse {
	t.Helper()
	dir := t.TempDir()
	ca, err := pki.Open(filepath.Join(dir, "ca"), clock.System)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ca.Server("abonnement."+servedDomain, "decompte-affectations."+servedDomain, "idp-auth."+servedDomain, "idp-mtls."+servedDomain); err != nil {
		t.Fatal(err)
	}
	words, quiet := lang.MustLoad(), slog.New(slog.DiscardHandler)
	broker := brokerapp.Settings{Database: "sqlite:" + filepath.Join(dir, "pupitre.db"), Base: "http://pupitre.localhost", Log: quiet, Now: clock.System, Words: words}
	h := &partnersHouse{ca: ca, settings: app.ServeSettings{
		Listen: free(t), Admin: free(t), Broker: &broker, Log: quiet, Words: words, Now: clock.System,
		Partners: app.PartnerSettings{Listen: free(t), Domain: servedDomain, Cert: filepath.Join(dir, "ca", "serveur.pem"), Key: filepath.Join(dir, "ca", "serveur.key")},
	}}
	files, cert, err := ca.Client("comptoir")
	if err != nil {
		t.Fatal(err)
	}
	if h.mine, err = tls.LoadX509KeyPair(files.Cert, files.Key); err != nil {
		t.Fatal(err)
	}
	b, err := brokerapp.Open(t.Context(), broker)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	comptoir := partners.Partner{Name: "Comptoir des écoles", Distributor: "999000808_0000000000000808"}
	if _, err := b.Partners.Admit(t.Context(), journal.System("test"), comptoir, partners.ForSubscriptions, cert); err != nil {
		t.Fatal(err)
	}
	return h
}

// serve serves until the test ends.
func (h *partnersHouse) serve(t *testing.T) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- app.Serve(ctx, h.settings) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	for range 200 {
		if c, err := net.Dial("tcp", h.settings.Partners.Listen); err == nil {
			c.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("the partners' services do not answer")
}

// get asks a service by its name, on a connection of its own; it returns the status, the body and the server's certificate.
func (h *partnersHouse) get(t *testing.T, sni, host, path string, certificates ...tls.Certificate) (int, string, *x509.Certificate) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(h.ca.Cert)
	transport := &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", h.settings.Partners.Listen)
		},
		TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: sni, Certificates: certificates},
	}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+host+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body), answer.TLS.PeerCertificates[0]
}

func TestServeAnswersPartnersUnderTheirNames(t *testing.T) {
	t.Parallel()
	h := openPartnersHouse(t)
	h.serve(t)
	subscriptions, counts, entrance := "abonnement."+servedDomain, "decompte-affectations."+servedDomain, "idp-auth."+servedDomain
	programs := "idp-mtls." + servedDomain
	for _, one := range []struct {
		name, sni, host, path string
		certificates          []tls.Certificate
		status                int
		says                  string
	}{
		{"known", subscriptions, subscriptions, "/abonnements", []tls.Certificate{h.mine}, http.StatusOK, "<abonnements"},
		{"without a certificate", subscriptions, subscriptions, "/abonnements", nil, http.StatusForbidden, "--cert"},
		{"a certificate for another service", counts, counts, "/decompteaffectations?idAbonnement=a", []tls.Certificate{h.mine}, http.StatusForbidden, "abonnement"},
		{"a name that is not ours", subscriptions, "stranger.example", "/abonnements", []tls.Certificate{h.mine}, http.StatusMisdirectedRequest, ""},
		{"another service on this connection", counts, subscriptions, "/abonnements", []tls.Certificate{h.mine}, http.StatusMisdirectedRequest, ""},
		{"a publisher's program", entrance, entrance, "/p3/serviceValidate?service=https://labo.example/&ticket=ST-1", nil, http.StatusOK, "INVALID_TICKET"},
		{"a browser is sent to its session", entrance, entrance, "/login?service=https://labo.example/", nil, http.StatusFound, "http://pupitre.localhost/login?service=https://labo.example/"},
		{"a program that says the wrong name", subscriptions, entrance, "/oidc/jwks", nil, http.StatusOK, "keys"},
		{"a program with a certificate", programs, programs, "/oidc/jwks", []tls.Certificate{h.mine}, http.StatusOK, "keys"},
		{"where to show it", programs, programs, "/.well-known/openid-configuration", nil, http.StatusOK, `"token_endpoint":"https://idp-mtls.` + servedDomain},
		{"no browser is sent on from there", programs, programs, "/login", nil, http.StatusNotFound, ""},
		{"on a connection that asked for none", entrance, programs, "/oidc/jwks", nil, http.StatusMisdirectedRequest, ""},
		{"no page is here", subscriptions, "pupitre.localhost", "/mediacentre", nil, http.StatusMisdirectedRequest, ""},
	} {
		status, body, _ := h.get(t, one.sni, one.host, one.path, one.certificates...)
		if status != one.status || !strings.Contains(body, one.says) {
			t.Errorf("%s: %d, want %d: %s", one.name, status, one.status, body)
		}
	}
}

// A certificate is renewed in its files, and no restart is needed; files that are half written do no harm.
func TestServeTakesUpARenewedCertificate(t *testing.T) {
	t.Parallel()
	h := openPartnersHouse(t)
	h.serve(t)
	ask := func() *x509.Certificate {
		status, body, cert := h.get(t, "abonnement."+servedDomain, "abonnement."+servedDomain, "/abonnements", h.mine)
		if status != http.StatusOK {
			t.Fatal(status, body)
		}
		return cert
	}
	first := ask()
	good, err := os.ReadFile(h.settings.Partners.Cert)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.settings.Partners.Cert, good[:len(good)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if !ask().Equal(first) {
		t.Error("half a file is another certificate")
	}
	if _, err := h.ca.Server("abonnement."+servedDomain, "list-ressource."+servedDomain); err != nil {
		t.Fatal(err)
	}
	if ask().Equal(first) {
		t.Error("the certificate was renewed, and the old one is still shown")
	}
}

func TestServeWithoutACertificateForPartnersSaysWhichFlags(t *testing.T) {
	t.Parallel()
	h := openPartnersHouse(t)
	h.settings.Partners.Cert = ""
	err := app.Serve(t.Context(), h.settings)
	if code := fault.CodeOf(err); code != "serve.partners.certificate" {
		t.Fatalf("%v", err)
	}
	if text := h.settings.Words.Error(lang.French, err); !strings.Contains(text, "--partners-cert") {
		t.Error(text)
	}
}

// In an installation the machine's own address has no page of operation, whoever asks and however it is put: a proxy in front of it would make
// everybody the machine.
func TestTheMachinesOwnAddressHasNoPageOfOperation(t *testing.T) {
	t.Parallel()
	h := openPartnersHouse(t)
	h.serve(t)
	stay := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, path := range []string{"/", "/livraisons", "/declarations", "/courriels", "/vignettes"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r, err := http.NewRequestWithContext(t.Context(), method, "http://"+h.settings.Admin+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Host = "localhost"
			answer, err := stay.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != http.StatusSeeOther || answer.Header.Get("Location") != "http://pupitre.localhost/exploitation" {
				t.Errorf("%s %s: %d, to %q", method, path, answer.StatusCode, answer.Header.Get("Location"))
			}
		}
	}
	if answer, err := http.Get("http://" + h.settings.Admin + "/readyz"); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("ready? %v, %v", answer, err)
	}
}
