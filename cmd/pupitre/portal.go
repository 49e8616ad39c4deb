package main

import (
	"net/url"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/signin"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// portals reads the lines of --portal. No two may be the same project by the same protocol: their addresses would be one.
func portals(list []string) ([]brokerapp.Portal, error) {
	var out []brokerapp.Portal
	for _, text := range list {
		p, err := readPortal(text)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(out, func(q brokerapp.Portal) bool {
			return q.Project == p.Project && q.Kind != p.Kind && (q.Kind == brokerapp.PortalLocal || p.Kind == brokerapp.PortalLocal)
		}) {
			return nil, fault.New(fault.Invalid, "command.portal.both", "project", string(p.Project))
		}
		if slices.ContainsFunc(out, func(q brokerapp.Portal) bool { return q.Project == p.Project && q.Kind == p.Kind }) {
			return nil, fault.New(fault.Invalid, "command.portal.twice", "project", string(p.Project))
		}
		out = append(out, p)
	}
	return out, nil
}

// readPortal reads PROJECT=NAME=[KIND:]ADDRESS, then words WHAT=VALUE that its protocol needs. Without a kind it is CAS; « local: » is
// no portal at all.
func readPortal(text string) (brokerapp.Portal, error) {
	project, rest, ok := strings.Cut(text, "=")
	name, rest, ok2 := strings.Cut(rest, "=")
	words := strings.Fields(rest)
	if !ok || !ok2 || project == "" || name == "" || len(words) == 0 || !strings.Contains(words[0], ":") {
		return brokerapp.Portal{}, fault.New(fault.Invalid, "command.portal.form", "value", text)
	}
	p := brokerapp.Portal{Project: directory.ProjectID(project), Name: name, Kind: brokerapp.PortalCAS, Address: words[0]}
	words, err := readWidget(&p, words)
	if err != nil {
		return p, err
	}
	if kind, address, _ := strings.Cut(p.Address, ":"); !strings.HasPrefix(address, "//") {
		p.Kind, p.Address = brokerapp.PortalKind(kind), address
	}
	switch p.Kind {
	case brokerapp.PortalCAS:
		p.Address = strings.TrimSuffix(p.Address, "/")
		return p, noWord(p, words[1:])
	case brokerapp.PortalOIDC:
		return p, readOIDC(&p, words[1:])
	case brokerapp.PortalSAML:
		if err := noWord(p, words[1:]); err != nil {
			return p, err
		}
		return p, readSAML(&p)
	case brokerapp.PortalLocal:
		if p.Address != "" {
			return p, fault.New(fault.Invalid, "command.portal.local", "value", p.Address, "project", project)
		}
		return p, noWord(p, words[1:])
	}
	return brokerapp.Portal{}, fault.New(fault.Invalid, "command.portal.kind", "kind", string(p.Kind))
}

// readWidget reads what a portal needs that shows our frame, whatever its protocol: widget=FILE, with a key a line, and frame=ORIGIN for each
// origin of its pages (commas between). The other words are left.
func readWidget(p *brokerapp.Portal, words []string) (rest []string, err error) {
	for _, word := range words {
		what, value, _ := strings.Cut(word, "=")
		switch what {
		case "widget":
			text, err := secretOf(value)
			if err != nil {
				return nil, err
			}
			for line := range strings.FieldsSeq(string(text)) {
				p.Widget.Keys = append(p.Widget.Keys, []byte(line))
			}
		case "frame":
			p.Widget.Origins = append(p.Widget.Origins, strings.Split(value, ",")...)
		default:
			rest = append(rest, word)
		}
	}
	if len(rest) < len(words) {
		err = p.Widget.Check()
	}
	return rest, err
}

func noWord(p brokerapp.Portal, words []string) error {
	if len(words) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "command.portal.word", "word", words[0], "project", string(p.Project))
}

// readSAML reads a portal's metadata, or the address where the portal shows them.
func readSAML(p *brokerapp.Portal) error {
	if strings.Contains(p.Address, "://") {
		return isSafe(p.Address)
	}
	text, err := readFile(p.Address)
	if err != nil {
		return err
	}
	if err := signin.CheckMetadata(text, clock.System()); err != nil {
		return placedError{err, p.Address, 0}
	}
	p.Metadata = text
	return nil
}

// readOIDC reads what a relying party needs. The secret is in a file: a command line is everybody's to read.
func readOIDC(p *brokerapp.Portal, words []string) error {
	for i, word := range words {
		what, value, _ := strings.Cut(word, "=")
		switch what {
		case "client":
			p.Client = value
		case "scope":
			p.Scope = strings.ReplaceAll(value, ",", " ")
		case "secret":
			secret, err := secretOf(value)
			if err != nil {
				return err
			}
			p.Secret = federation.Token(strings.TrimSpace(string(secret)))
		default:
			return noWord(*p, words[i:])
		}
	}
	if p.Client == "" || p.Secret == "" {
		return fault.New(fault.Invalid, "command.portal.client", "project", string(p.Project))
	}
	return isSafe(p.Address) // Core §3.1.2, §16.17
}

// isSafe refuses an address where others could listen in.
func isSafe(address string) error {
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.RawQuery != "" || u.Scheme != "https" && !onThisMachine(u) {
		return fault.New(fault.Invalid, "command.portal.clear", "address", address)
	}
	return nil
}

// onThisMachine reports whether an address is on this machine, where nobody listens in.
func onThisMachine(u *url.URL) bool {
	return u.Scheme == "http" && httpx.OnThisComputer(u.Hostname())
}
