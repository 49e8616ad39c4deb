package httpx

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// ErrInside says that an address, or one that it leads to, is not of the public internet.
var ErrInside = errors.New("the address is not of the public internet")

// Abroad is a client for addresses that strangers wrote: it reaches the public internet and nothing of our own network, whatever a name
// resolves to at the moment of the call and wherever it is led (three times at most). It brings no cookie, asks for no compression, and goes
// by no proxy, which would look names up behind its back. allowed is Public, but in tests.
func Abroad(allowed func(netip.AddrPort) bool) *http.Client {
	dialer := &net.Dialer{
		Timeout: 5 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error { // with the address that is dialled, after any name was resolved
			if at, err := netip.ParseAddrPort(address); err != nil || !allowed(at) {
				return ErrInside
			}
			return nil
		},
	}
	const mostRedirects = 3
	return &http.Client{
		Timeout: 30 * time.Second,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 10 * time.Second,
			MaxResponseHeaderBytes: 64 << 10, MaxIdleConnsPerHost: 4, IdleConnTimeout: 10 * time.Second, DisableCompression: true,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > mostRedirects || r.URL.Scheme != "https" && r.URL.Scheme != "http" || r.URL.User != nil {
				return http.ErrUseLastResponse
			}
			return nil
		},
	}
}

// special are addresses that are global by their form and lead, or may lead, elsewhere than to a public host (IANA's special-purpose
// registries; those by which an IPv4 address is reached through IPv6 among them).
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("192.0.2.0/24"),
	netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"),
	netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("3fff::/20"),
}

// unicast is what of IPv6 is given out to public hosts (RFC 4291 §2.4).
var unicast = netip.MustParsePrefix("2000::/3")

// Public reports whether an address is a public host's: not this machine's, not a private network's, not a link's.
func Public(at netip.AddrPort) bool {
	a := at.Addr().Unmap()
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.Is6() && !unicast.Contains(a) || a.Zone() != "" {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
