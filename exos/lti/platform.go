package lti

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/exos"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// PlatformID is ours.
type PlatformID string

// Platform (« plateforme ») is another program, registered by an operator, from which classes open Biblio Exos.
type Platform struct {
	ID          PlatformID
	Name        string   // as teachers read it
	Issuer      string   // iss of its messages
	ClientID    string   // ours, there
	Deployments []string // deployment_id, those that are known
	Authorize   string   // where a launch is asked for
	Token       string   // where our program gets access tokens; "" where there are no services
	Keys        string   // its key set
	Opens       []string // resources by ARK; one that ends in * means all that begin so
	Until       clock.Date
}

// The limits of a registration.
const (
	maxName    = 100
	maxList    = 50
	maxAddress = 500
)

// zone is whose civil days a registration is in.
var zone = clock.ZoneOfUAI("")

// Validate refuses a registration that could not work, or not safely.
func (p Platform) Validate() error {
	bad := func(field string) error { return fault.New(fault.Invalid, "exoslti.platform.field", "field", field) }
	word := func(s string) bool {
		return s != "" && len(s) <= 255 && !strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' })
	}
	switch {
	case utf8.RuneCountInString(p.Name) > maxName || strings.TrimSpace(p.Name) == "":
		return bad("name")
	case !secure(p.Issuer):
		return bad("issuer")
	case !word(p.ClientID):
		return bad("client")
	case len(p.Deployments) == 0 || len(p.Deployments) > maxList || !all(p.Deployments, word):
		return bad("deployment")
	case !secure(p.Authorize):
		return bad("authorize")
	case !secure(p.Keys):
		return bad("keys")
	case p.Token != "" && !secure(p.Token):
		return bad("token")
	case len(p.Opens) == 0 || len(p.Opens) > maxList || !all(p.Opens, opens):
		return bad("opens")
	case p.Until.IsZero():
		return bad("until")
	}
	return nil
}

func all(list []string, good func(string) bool) bool {
	return !slices.ContainsFunc(list, func(s string) bool { return !good(s) })
}

// opens reports whether s names a resource, or the beginning of some.
func opens(s string) bool {
	if start, ok := strings.CutSuffix(s, "*"); ok {
		s = start + "x"
	}
	ark, err := exos.ParseARK(s)
	return err == nil && string(ark) == s
}

// secure reports whether an address is https, or in clear on this very machine (demonstrations, tests); without user or fragment.
func secure(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || len(address) > maxAddress {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback(u.Hostname())
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.IsLoopback()
}

// over reports whether the registration's last day has passed.
func (p Platform) over(now time.Time) bool { return !now.Before(p.Until.End(zone)) }

// serves reports whether an address of a service, as a message names it, may be asked: as safe as a registered one, and this very
// machine only where the platform is on it, so that nobody has us ask our own house.
func (p Platform) serves(address string) bool {
	u, err := url.Parse(address)
	if err != nil || !secure(address) || p.Token == "" {
		return false
	}
	token, err := url.Parse(p.Token)
	if err != nil || loopback(token.Hostname()) != loopback(u.Hostname()) {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err != nil || ip.IsLoopback() || u.Hostname() == token.Hostname()
}

// origins are those of whoever shows a frame of the platform's.
func (p Platform) origins() []string {
	var out []string
	for _, address := range []string{p.Issuer, p.Authorize} {
		if u, err := url.Parse(address); err == nil {
			if origin := u.Scheme + "://" + u.Host; !slices.Contains(out, origin) {
				out = append(out, origin)
			}
		}
	}
	return out
}

// issuer is by which the learners of a platform are known: never the name of whoever signs people in otherwise.
func (p Platform) issuer() string { return exos.AbroadIssuer + p.Issuer }
