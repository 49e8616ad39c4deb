package brokerapp

import (
	"context"
	"slices"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/federation/signin"
	"pupitre/internal/fault"
	"pupitre/web/widget"
)

// Portal is an ENT project that signs its persons in. What its protocol does not need stays empty.
type Portal struct {
	Project directory.ProjectID
	Name    string
	Kind    PortalKind
	Address string // CAS: where its /login is; OpenID Connect: the issuer, exactly as the portal writes it; SAML: where its metadata are, or the name of their file

	Client string           // OpenID Connect: what the portal calls us
	Secret federation.Token // OpenID Connect: what proves it
	Scope  string           // OpenID Connect: asked for beside « openid »; ""

	Metadata []byte // SAML: what is in the file, where Address is one

	Widget widget.Portal // what it shows of ours in its own pages; none: nothing
}

// PortalKind is the protocol that a portal speaks.
type PortalKind string

// The protocols.
const (
	PortalCAS  PortalKind = "cas"
	PortalOIDC PortalKind = "oidc"
	PortalSAML PortalKind = "saml"

	PortalLocal PortalKind = "local" // none: persons of the project sign in here, by accounts that their schools make
)

// declare says which projects are local, where the settings say anything of portals: a command that opens the broker does not. A project
// that a portal vouches for is never local.
func (s Settings) declare(ctx context.Context, accounts *local.Service) error {
	if len(s.Portals) == 0 {
		return nil
	}
	var here []directory.ProjectID
	for _, p := range s.Portals {
		if local.IsOutside(p.Project) {
			return fault.New(fault.Invalid, "command.portal.reserved", "project", string(p.Project))
		}
		if p.Kind == PortalLocal {
			here = append(here, p.Project)
		}
	}
	for _, p := range s.Portals {
		if p.Kind != PortalLocal && slices.Contains(here, p.Project) {
			return fault.New(fault.Invalid, "command.portal.both", "project", string(p.Project))
		}
	}
	return accounts.Declare(ctx, here...)
}

// widgets are the portals that show our frame.
func (s Settings) widgets() (map[directory.ProjectID]widget.Portal, error) {
	all := map[directory.ProjectID]widget.Portal{}
	for _, p := range s.Portals {
		if len(p.Widget.Keys)+len(p.Widget.Origins) == 0 {
			continue
		}
		if err := p.Widget.Check(); err != nil {
			return nil, err
		}
		all[p.Project] = p.Widget
	}
	return all, nil
}

// locals are the local projects.
func (s Settings) locals() map[directory.ProjectID]bool {
	all := map[directory.ProjectID]bool{}
	for _, p := range s.Portals {
		all[p.Project] = all[p.Project] || p.Kind == PortalLocal
	}
	return all
}

// connectors are the portals as the door knows them.
func (s Settings) connectors(keys *federation.Keyring, accounts *local.Service, pages local.Pages) ([]signin.Connector, error) {
	var out []signin.Connector
	for _, p := range s.Portals {
		ent := federation.ENT{Project: p.Project, Name: p.Name}
		switch p.Kind {
		case PortalCAS:
			out = append(out, &signin.CAS{Portal: ent, Base: p.Address, Client: s.Client})
		case PortalOIDC:
			out = append(out, &signin.OIDC{Portal: ent, Issuer: p.Address, ClientID: p.Client, Secret: p.Secret, Scope: p.Scope, Client: s.Client, Now: s.Now})
		case PortalSAML:
			metadata := signin.FetchMetadata(s.Client, p.Address)
			if p.Metadata != nil {
				metadata = func(context.Context) ([]byte, error) { return p.Metadata, nil }
			}
			out = append(out, &signin.SAML{Portal: ent, Base: s.Base, Metadata: metadata, Keys: keys, Now: s.Now})
		case PortalLocal:
			out = append(out, &signin.Local{Portal: ent, Accounts: accounts, Pages: pages, Behind: s.Behind})
		default:
			return nil, fault.New(fault.Invalid, "command.portal.kind", "kind", string(p.Kind))
		}
	}
	return out, nil
}
