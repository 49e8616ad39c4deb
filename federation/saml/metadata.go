package saml

import (
	"context"
	"net/http"

	"github.com/beevik/etree"

	"pupitre/federation"
	"pupitre/federation/samlwire"
	"pupitre/internal/xmlsec"
)

// metadata says who we are, signed, with the certificates of every key that signs or is about to.
func (p *Provider) metadata(w http.ResponseWriter, r *http.Request) error {
	text, err := p.describe(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err = w.Write(text)
	return err
}

// describe writes our EntityDescriptor.
func (p *Provider) describe(ctx context.Context) ([]byte, error) {
	certificates, err := p.Keys.Certificates(ctx)
	if err != nil {
		return nil, err
	}
	el := etree.NewElement("md:EntityDescriptor")
	el.CreateAttr("xmlns:md", samlwire.Metadata)
	el.CreateAttr("ID", samlwire.NewID())
	el.CreateAttr("cacheDuration", "P1D")
	el.CreateAttr("entityID", p.EntityID())
	role := el.CreateElement("md:IDPSSODescriptor")
	role.CreateAttr("WantAuthnRequestsSigned", "false")
	role.CreateAttr("protocolSupportEnumeration", samlwire.Protocol)
	for _, der := range certificates {
		samlwire.AddKey(role, "signing", der)
	}
	endpoint := func(name string, binding federation.SAMLBinding, path string) {
		e := role.CreateElement("md:" + name)
		e.CreateAttr("Binding", string(binding))
		e.CreateAttr("Location", p.Issuer+path)
	}
	endpoint("SingleLogoutService", federation.SAMLRedirect, sloPaths[0])
	endpoint("SingleLogoutService", federation.SAMLPost, sloPaths[0])
	endpoint("SingleLogoutService", federation.SAMLSOAP, soapPaths[0])
	role.CreateElement("md:NameIDFormat").SetText(federation.SAMLPersistent)
	role.CreateElement("md:NameIDFormat").SetText(federation.SAMLTransient)
	endpoint("SingleSignOnService", federation.SAMLRedirect, ssoPaths[0])
	endpoint("SingleSignOnService", federation.SAMLPost, ssoPaths[0])

	key, err := p.Keys.Certified(ctx, federation.RS256)
	if err != nil {
		return nil, err
	}
	if err := key.SignElement(el, 0); err != nil {
		return nil, err
	}
	return xmlsec.Bytes(el), nil
}
