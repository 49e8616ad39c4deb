package federation

import (
	"context"
	"net/url"
	"strings"

	"pupitre/internal/fault"
)

// CASService is a part of a publisher's site to which CAS tickets may be sent: everything below a prefix. There is no pattern.
type CASService struct {
	Prefix string `json:"prefix"`        // scheme, host, port as they are written, and a path that ends in « / »
	ARK    string `json:"ark,omitempty"` // optional: the resource that is meant there
}

// fit accepts a prefix that says only what it means: an address as Client takes them, host in small letters, path plain and ended.
func (c CASService) fit() bool {
	u, err := url.Parse(c.Prefix)
	return err == nil && fit(c.Prefix) && strings.HasSuffix(c.Prefix, "/") && !strings.Contains(c.Prefix, "?") &&
		u.Host == strings.ToLower(u.Host) && isServiceAddress(c.Prefix)
}

// Covers reports whether an address is below the prefix, compared byte by byte: scheme, host and port cannot then be written in
// any way but the registered one. The prefix without its last « / » is below it too.
func (c CASService) Covers(address string) bool {
	if !isServiceAddress(address) {
		return false
	}
	rest, ok := strings.CutPrefix(address, strings.TrimSuffix(c.Prefix, "/"))
	return ok && (rest == "" || rest[0] == '/' || rest[0] == '?')
}

// longestService bounds the address of a service: tickets come back in it.
const longestService = 2048

// isServiceAddress refuses every address that a browser, a server and we might read differently (docs/protocols/cas.md): what is not
// printable ASCII, a backslash, a fragment, a user, a path with « . » or « .. » in it, or with an encoded slash, backslash, dot or
// percent sign, or a ticket that is there already.
func isServiceAddress(address string) bool {
	if len(address) > longestService || strings.ContainsFunc(address, func(c rune) bool { return c <= ' ' || c > '~' || c == '\\' || c == '#' }) {
		return false
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Opaque != "" {
		return false
	}
	path := strings.ToLower(u.EscapedPath())
	for _, coded := range []string{"%2f", "%5c", "%2e", "%25", "%00"} {
		if strings.Contains(path, coded) {
			return false
		}
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	query, err := url.ParseQuery(u.RawQuery)
	return err == nil && !query.Has("ticket") && !query.Has("SAMLart")
}

// FindService returns the program whose service an address is, and that service: of several, the one with the longest prefix;
// fault.NotFound where there is none. What it says may be a second old.
func (s *Service) FindService(ctx context.Context, address string) (Client, CASService, error) {
	all, err := s.registered(ctx)
	if err != nil {
		return Client{}, CASService{}, err
	}
	var client Client
	var service CASService
	for _, c := range all {
		for _, one := range c.Services {
			if len(one.Prefix) > len(service.Prefix) && one.Covers(address) {
				client, service = c, one
			}
		}
	}
	if service.Prefix == "" {
		return Client{}, CASService{}, fault.New(fault.NotFound, "federation.client.unknown")
	}
	return client, service, nil
}
