package samlwire

import (
	"encoding/base64"
	"slices"

	"github.com/beevik/etree"

	"pupitre/internal/fault"
	"pupitre/internal/xmlsec"
)

// Certificates reads the keys of metadata (Metadata §2.4.1.1) that are for a use: "signing" or "encryption"; one without a use is for both.
func Certificates(keys []KeyDescriptor, use string) (ders [][]byte, err error) {
	for _, k := range keys {
		if k.Use != "" && k.Use != use {
			continue
		}
		for _, text := range k.Certificates {
			der, err := decode(text)
			if err != nil {
				return nil, fault.Wrap(err, fault.Invalid, "federation.saml.metadata", "what", "X509Certificate")
			}
			ders = append(ders, der)
		}
	}
	return ders, nil
}

// KeyDescriptor is Metadata §2.4.1.1.
type KeyDescriptor struct {
	Use          string   `xml:"use,attr"`
	Certificates []string `xml:"http://www.w3.org/2000/09/xmldsig# KeyInfo>X509Data>X509Certificate"`
	Methods      []struct {
		named
		Digests []named `xml:"http://www.w3.org/2000/09/xmldsig# DigestMethod"`
		Masks   []named `xml:"http://www.w3.org/2009/xmlenc11# MGF"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:metadata EncryptionMethod"`
}

// named is an element that says which method is used.
type named struct {
	Algorithm string `xml:"Algorithm,attr"`
}

// Cipher is the best of those that the key's holder announces; of one that announces none the standard's own (XML Encryption 1.1 §5.2.4).
func (k KeyDescriptor) Cipher() string {
	for _, c := range xmlsec.Ciphers {
		for _, m := range k.Methods {
			if m.Algorithm == c {
				return c
			}
		}
	}
	return xmlsec.AES128GCM
}

// Transport is how the key of the cipher is carried: by SHA-256 where the key's holder announces the method that has a choice, and
// nothing else with it; every reader of that knows SHA-256 (XML Encryption 1.1 §5.1.1).
func (k KeyDescriptor) Transport() string {
	for _, m := range k.Methods {
		if m.Algorithm == xmlsec.OAEP && allows(m.Digests, xmlsec.SHA256) && allows(m.Masks, xmlsec.MGF1SHA256) {
			return xmlsec.OAEP
		}
	}
	return xmlsec.OAEPMGF1P
}

func allows(some []named, one string) bool {
	return len(some) == 0 || slices.Contains(some, named{one})
}

// Endpoint is Metadata §2.2.2 and §2.2.3.
type Endpoint struct {
	Binding  string `xml:"Binding,attr"`
	Location string `xml:"Location,attr"`
	Answers  string `xml:"ResponseLocation,attr"`
	Index    int    `xml:"index,attr"`
	Default  string `xml:"isDefault,attr"`
}

// IsTrue reads a flag.
func IsTrue(s string) bool { return s == "true" || s == "1" }

// AddKey writes a KeyDescriptor with a certificate; for encryption, the ciphers that its holder takes.
func AddKey(role *etree.Element, use string, der []byte, ciphers ...string) {
	descriptor := role.CreateElement("md:KeyDescriptor")
	descriptor.CreateAttr("use", use)
	info := descriptor.CreateElement("ds:KeyInfo")
	info.CreateAttr("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#")
	info.CreateElement("ds:X509Data").CreateElement("ds:X509Certificate").SetText(base64.StdEncoding.EncodeToString(der))
	for _, cipher := range ciphers {
		descriptor.CreateElement("md:EncryptionMethod").CreateAttr("Algorithm", cipher)
	}
}
