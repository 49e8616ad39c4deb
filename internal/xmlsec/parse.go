package xmlsec

import (
	"bytes"

	"github.com/beevik/etree"

	"pupitre/internal/fault"
	"pupitre/internal/xmlgate"
)

// messageLimits are far more than an honest message takes: a signed assertion of forty attributes is 12 kB.
var messageLimits = xmlgate.Limits{Bytes: 256 << 10, Depth: 32, Elements: 4000, Attributes: 64, Text: 128 << 10}

// Parse reads a protocol message. Two readers must not see two things in it: comments are refused too, for they have cut names in two
// (CVE-2017-11427), and no honest message has any.
func Parse(message []byte) (*etree.Element, error) {
	if err := xmlgate.Check(message, messageLimits); err != nil {
		return nil, err
	}
	if bytes.Contains(message, []byte("<!--")) || bytes.Contains(message, []byte("<![CDATA[")) {
		return nil, fault.New(fault.Invalid, "xmlsec.comment")
	}
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(message); err != nil || doc.Root() == nil {
		return nil, fault.Wrap(err, fault.Invalid, "xmlsec.form")
	}
	return doc.Root(), nil
}

// Bytes writes an element as a document of its own.
func Bytes(el *etree.Element) []byte {
	doc := etree.NewDocumentWithRoot(el)
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true, CanonicalEndTags: true}
	text, err := doc.WriteToBytes()
	if err != nil {
		panic(err) // a buffer takes everything
	}
	return text
}
