package portal

import (
	"net/url"
	"strings"
)

// registered reports whether a service is one of ours. What two programs could read differently is refused before it is
// compared: user parts, backslashes, encoded slashes and dots, dot segments, fragments, control and foreign characters.
func (p *Portal) registered(service string) bool {
	if len(service) > 4096 || strings.ContainsFunc(service, func(c rune) bool { return c <= ' ' || c > '~' || c == '\\' || c == '#' }) {
		return false
	}
	u, err := url.Parse(service)
	if err != nil || u.User != nil || u.Opaque != "" || u.Host == "" || !plainPath(u) {
		return false
	}
	for _, one := range p.Services {
		r, err := url.Parse(one)
		if err == nil && u.Scheme == r.Scheme && u.Host == r.Host && strings.HasSuffix(r.Path, "/") && strings.HasPrefix(u.Path, r.Path) {
			return true
		}
	}
	return false
}

// plainPath refuses a path that is not written as it is read, or that climbs.
func plainPath(u *url.URL) bool {
	if u.EscapedPath() != u.Path {
		return false
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

// withTicket adds the ticket to a service's address (CAS §2.2.4).
func withTicket(service, ticket string) string {
	u, err := url.Parse(service)
	if err != nil {
		return service // it was registered, hence parsed
	}
	// Added at the end: re-encoding the query would change an address that the service compares.
	if u.RawQuery != "" {
		u.RawQuery += "&"
	}
	u.RawQuery += "ticket=" + url.QueryEscape(ticket)
	return u.String()
}
