package httpx

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// From is the address that a request comes from, for counting: of IPv6 the network, for one house has as many addresses as it wants. Behind
// a proxy it is what the proxy has added; "" where that does not say.
func From(r *http.Request, behind bool) string {
	text, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		text = r.RemoteAddr
	}
	if behind {
		all := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		text = strings.TrimSpace(all[len(all)-1]) // what the proxy itself has added; whatever is before it is the asker's word
	}
	address, err := netip.ParseAddr(text)
	if err != nil {
		return ""
	}
	if address = address.Unmap(); address.Is4() {
		return address.String()
	}
	network, err := address.Prefix(64)
	if err != nil {
		return ""
	}
	return network.String()
}
