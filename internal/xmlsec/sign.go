package xmlsec

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"fmt"
	"io"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// Key signs: an RSA or a P-256 key, with the certificate by which others know it (DER).
type Key struct {
	crypto.Signer
	Certificate []byte
}

// Method is the name of what it signs with.
func (k Key) Method() string {
	if _, ok := k.Public().(*ecdsa.PublicKey); ok {
		return ECDSASHA256
	}
	return RSASHA256
}

// Sign implements crypto.Signer as XML Signature has it: an ECDSA signature is two numbers, not ASN.1.
func (k Key) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	signature, err := k.Signer.Sign(r, digest, opts)
	public, ok := k.Public().(*ecdsa.PublicKey)
	if err != nil || !ok {
		return signature, err
	}
	return joined(signature, public.Curve)
}

// SignBytes signs bytes with the key's method.
func (k Key) SignBytes(text []byte) ([]byte, error) {
	sum := crypto.SHA256.New()
	sum.Write(text)
	return k.Sign(rand.Reader, sum.Sum(nil), crypto.SHA256)
}

// SignElement puts a signature of el, whose attribute ID names it, into it as its child number at: a schema says where it stands.
func (k Key) SignElement(el *etree.Element, at int) error {
	ctx, err := dsig.NewSigningContext(k, [][]byte{k.Certificate})
	if err != nil {
		return err
	}
	ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	if err := ctx.SetSignatureMethod(k.Method()); err != nil {
		return err
	}
	signature, err := ctx.ConstructSignature(el, true)
	if err != nil {
		return fmt.Errorf("sign %s: %w", el.Tag, err)
	}
	el.InsertChildAt(at, signature)
	return nil
}
