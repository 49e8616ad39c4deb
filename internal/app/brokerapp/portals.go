package brokerapp

import (
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/signin"
	"pupitre/internal/fault"
)

// Portal is an ENT project that signs its persons in. What its protocol does not need stays empty.
type Portal struct {
	Project directory.ProjectID
	Name    string
	Kind    PortalKind
	Address string // CAS: where its /login is; OpenID Connect: the issuer, exactly as the portal writes it

	Client string           // OpenID Connect: what the portal calls us
	Secret federation.Token // OpenID Connect: what proves it
	Scope  string           // OpenID Connect: asked for beside « openid »; ""
}

// PortalKind is the protocol that a portal speaks.
type PortalKind string

// The protocols.
const (
	PortalCAS  PortalKind = "cas"
	PortalOIDC PortalKind = "oidc"
)

// connectors are the portals as the door knows them.
func (s Settings) connectors() ([]signin.Connector, error) {
	var out []signin.Connector
	for _, p := range s.Portals {
		ent := federation.ENT{Project: p.Project, Name: p.Name}
		switch p.Kind {
		case PortalCAS:
			out = append(out, &signin.CAS{Portal: ent, Base: p.Address, Client: s.Client})
		case PortalOIDC:
			out = append(out, &signin.OIDC{Portal: ent, Issuer: p.Address, ClientID: p.Client, Secret: p.Secret, Scope: p.Scope, Client: s.Client, Now: s.Now})
		default:
			return nil, fault.New(fault.Invalid, "command.portal.kind", "kind", string(p.Kind))
		}
	}
	return out, nil
}
