package xmlsec

import (
	"crypto/x509"
	"encoding/base64"
	"regexp"
	"strings"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"

	"pupitre/internal/fault"
)

const (
	excC14N   = "http://www.w3.org/2001/10/xml-exc-c14n#"
	enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
)

// isID fits what a reference can name: an NCName without surprises.
var isID = regexp.MustCompile(`^[A-Za-z_][\w.-]{0,255}$`)

// Verify checks the signature that el carries, of itself as a whole, by one of the keys, and returns what was signed. el is an element
// of a document that Parse returned. fault.Denied where it carries none, one of another form, or one that none of the keys made.
func Verify(el *etree.Element, keys []*x509.Certificate) (*etree.Element, error) {
	own, err := alone(el)
	if err != nil {
		return nil, refusedForm("alone")
	}
	signature, err := onlySignature(own)
	if err != nil {
		return nil, err
	}
	method, err := checkForm(own, signature)
	if err != nil {
		return nil, err
	}
	value := child(signature, "SignatureValue")
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(value.Text()), ""))
	if err != nil {
		return nil, refusedForm("SignatureValue")
	}
	if methods[method].kind == x509.ECDSA {
		if raw, err = split(raw); err != nil {
			return nil, refusedForm("SignatureValue")
		}
	}
	value.SetText(base64.StdEncoding.EncodeToString(raw))
	if info := child(signature, "KeyInfo"); info != nil {
		signature.RemoveChild(info)
	}
	for _, key := range keys {
		if key.PublicKeyAlgorithm != methods[method].kind || CheckCertificate(key) != nil {
			continue
		}
		ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{key}})
		ctx.IdAttribute = "ID"
		ctx.Clock = dsig.NewFakeClockAt(key.NotBefore.Add(time.Second)) // a certificate only carries the key: its dates say nothing
		if signed, err := ctx.Validate(own); err == nil {
			return signed, nil
		}
	}
	return nil, errSignature
}

// IsSigned reports whether an element carries a signature, of whatever worth.
func IsSigned(el *etree.Element) bool { return child(el, "Signature") != nil }

// alone copies an element with the namespaces that it has from around it.
func alone(el *etree.Element) (*etree.Element, error) {
	around, err := etreeutils.NSBuildParentContext(el)
	if err != nil {
		return nil, err
	}
	return etreeutils.NSDetatch(around, el)
}

// onlySignature finds the one signature that is el's own child.
func onlySignature(el *etree.Element) (*etree.Element, error) {
	var found *etree.Element
	for _, c := range el.ChildElements() {
		if !isDsig(c, "Signature") {
			continue
		}
		if found != nil {
			return nil, refusedForm("Signature")
		}
		found = c
	}
	if found == nil {
		return nil, fault.New(fault.Denied, "xmlsec.signature.none")
	}
	return found, nil
}

// checkForm holds a signature to the one form that we know, and returns its method. Everything in it is looked at before any key is.
func checkForm(el, signature *etree.Element) (method string, err error) {
	id := el.SelectAttrValue("ID", "")
	if !isID.MatchString(id) {
		return "", refusedForm("ID")
	}
	if !consists(signature, "SignedInfo", "SignatureValue", "KeyInfo?") {
		return "", refusedForm("Signature")
	}
	info := child(signature, "SignedInfo")
	if !consists(info, "CanonicalizationMethod", "SignatureMethod", "Reference") {
		return "", refusedForm("SignedInfo") // two references: which is the element's?
	}
	method = algorithm(child(info, "SignatureMethod"))
	if _, ok := methods[method]; !ok || len(child(info, "SignatureMethod").ChildElements()) > 0 {
		return "", fault.New(fault.Denied, "xmlsec.signature.method", "method", method)
	}
	if c := child(info, "CanonicalizationMethod"); algorithm(c) != excC14N || len(c.ChildElements()) > 0 {
		return "", refusedForm("CanonicalizationMethod")
	}
	reference := child(info, "Reference")
	if reference.SelectAttrValue("URI", "") != "#"+id || !consists(reference, "Transforms", "DigestMethod", "DigestValue") {
		return "", refusedForm("Reference")
	}
	if digest := algorithm(child(reference, "DigestMethod")); !digests[digest] {
		return "", fault.New(fault.Denied, "xmlsec.signature.method", "method", digest)
	}
	transforms := child(reference, "Transforms").ChildElements()
	if len(transforms) != 2 || algorithm(transforms[0]) != enveloped || algorithm(transforms[1]) != excC14N ||
		!isDsig(transforms[0], "Transform") || !isDsig(transforms[1], "Transform") {
		return "", refusedForm("Transforms")
	}
	return method, nil
}

func refusedForm(where string) error {
	return fault.New(fault.Denied, "xmlsec.signature.form", "where", where)
}

func algorithm(el *etree.Element) string { return el.SelectAttrValue("Algorithm", "") }

func isDsig(el *etree.Element, tag string) bool {
	return el.Tag == tag && el.NamespaceURI() == dsig.Namespace
}

// child is the first child of that name in the namespace of signatures, nil where there is none.
func child(el *etree.Element, tag string) *etree.Element {
	for _, c := range el.ChildElements() {
		if isDsig(c, tag) {
			return c
		}
	}
	return nil
}

// consists reports whether an element's children are exactly these, in order; « ? » marks one that may be left out.
func consists(el *etree.Element, tags ...string) bool {
	rest := el.ChildElements()
	for _, tag := range tags {
		name, optional := strings.CutSuffix(tag, "?")
		switch {
		case len(rest) > 0 && isDsig(rest[0], name):
			rest = rest[1:]
		case !optional:
			return false
		}
	}
	return len(rest) == 0
}
