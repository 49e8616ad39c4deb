package samlwire

import (
	"encoding/base64"

	"github.com/beevik/etree"

	"pupitre/internal/fault"
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
		Algorithm string `xml:"Algorithm,attr"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:metadata EncryptionMethod"`
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
