package app

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"strings"
	"time"

	"pupitre/partners/pki"
)

// loopback is an HTTP client for back-channels between the names of the demonstration: whatever the resolver says of
// *.localhost, it dials this machine. Any other name is refused: the demonstration talks to nobody else.
func loopback(roots *x509.CertPool, certificate *tls.Certificate) *http.Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	config := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	if certificate != nil {
		config.Certificates = []tls.Certificate{*certificate}
	}
	return &http.Client{
		Timeout: 20 * time.Second,
		Transport: &http.Transport{
			TLSClientConfig:     config,
			MaxIdleConnsPerHost: 16,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				host, port, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				if host != "localhost" && !strings.HasSuffix(host, ".localhost") && host != "127.0.0.1" {
					return nil, &net.DNSError{Err: "only this machine's names are dialled", Name: host, IsNotFound: true}
				}
				return dialer.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
			},
		},
		// A back-channel that redirects is a mistake of its owner; following it would hide that.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// roots are what the demonstration's clients trust: its own authority alone.
func roots(authority *pki.Authority) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(authority.Cert)
	return pool
}
