package xmlsec

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha256" // the hashes below
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"math/big"

	"pupitre/internal/fault"
)

// The signature methods that we write (RFC 6931 §2.3).
const (
	RSASHA256   = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	ECDSASHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
)

// methods are those that we read.
var methods = map[string]struct {
	hash crypto.Hash
	kind x509.PublicKeyAlgorithm
}{
	RSASHA256: {crypto.SHA256, x509.RSA},
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha384": {crypto.SHA384, x509.RSA},
	"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512": {crypto.SHA512, x509.RSA},
	ECDSASHA256: {crypto.SHA256, x509.ECDSA},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384": {crypto.SHA384, x509.ECDSA},
	"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512": {crypto.SHA512, x509.ECDSA},
}

var digests = map[string]bool{
	"http://www.w3.org/2001/04/xmlenc#sha256":       true,
	"http://www.w3.org/2001/04/xmldsig-more#sha384": true,
	"http://www.w3.org/2001/04/xmlenc#sha512":       true,
}

// CheckCertificate refuses a certificate whose key is too weak: RSA below 2,048 bits, curves below P-256, other kinds. Its dates and who
// signed it say nothing here: it is the key that was registered.
func CheckCertificate(c *x509.Certificate) error {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if n := key.N.BitLen(); n >= 2048 && n <= 8192 {
			return nil
		}
	case *ecdsa.PublicKey:
		switch key.Curve {
		case elliptic.P256(), elliptic.P384(), elliptic.P521():
			return nil
		}
	}
	return fault.New(fault.Invalid, "xmlsec.certificate.weak", "subject", c.Subject.String())
}

// A point of an ECDSA signature is two numbers of the curve's length one after the other (XML Signature 1.1 §6.4.3); crypto/ecdsa has
// them in ASN.1.
type point struct{ R, S *big.Int }

func joined(signature []byte, curve elliptic.Curve) ([]byte, error) {
	var p point
	if _, err := asn1.Unmarshal(signature, &p); err != nil {
		return nil, err
	}
	size := (curve.Params().BitSize + 7) / 8
	out := make([]byte, 2*size)
	p.R.FillBytes(out[:size])
	p.S.FillBytes(out[size:])
	return out, nil
}

func split(signature []byte) ([]byte, error) {
	half := len(signature) / 2
	return asn1.Marshal(point{new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])})
}

var errSignature = fault.New(fault.Denied, "xmlsec.signature.wrong")

// VerifyBytes checks a signature over bytes (SAML 2.0 Bindings §3.4.4.1) by one of the keys; fault.Denied where none made it.
func VerifyBytes(method string, keys []*x509.Certificate, text, signature []byte) error {
	m, ok := methods[method]
	if !ok {
		return fault.New(fault.Denied, "xmlsec.signature.method", "method", method)
	}
	sum := m.hash.New()
	sum.Write(text)
	for _, c := range keys {
		if c.PublicKeyAlgorithm == m.kind && proves(c.PublicKey, m.hash, sum.Sum(nil), signature) {
			return nil
		}
	}
	return errSignature
}

func proves(key crypto.PublicKey, hash crypto.Hash, sum, signature []byte) bool {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return rsa.VerifyPKCS1v15(key, hash, sum, signature) == nil
	case *ecdsa.PublicKey:
		der, err := split(signature)
		return err == nil && ecdsa.VerifyASN1(key, sum, der)
	}
	return false
}
