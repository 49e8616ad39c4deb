package signin_test

import (
	"crypto/x509"
	"net/http"
	"strings"
	"testing"

	"github.com/beevik/etree"

	"pupitre/internal/db/dbtest"
	"pupitre/internal/xmlsec"
)

// wrap is one of the nine classic permutations (Somorovsky and others, « On Breaking SAML », 2012), of a signed response or of a signed
// assertion. It returns what stands where the signed one stood, and what stands in the answer's Extensions. In the third and the fifth the
// evil one stands beside the signed one: beside a response there is no place, for a document has one root (XML 1.0 §2.1). So those four
// cells, plain or encrypted, are two documents in one message, of which a careless reader could verify one and read the other.
type wrap struct {
	name   string
	do     func(w *wrapping) (there, extensions []*etree.Element)
	sameID bool // the evil one has the identifier of the signed one
}

var wraps = []wrap{
	{"1: the signed one in its signature, which an evil one bears", func(w *wrapping) (there, extensions []*etree.Element) {
		w.signature.AddChild(w.bare)
		return alone(w.bears(w.signature)), nil
	}, false},
	{"2: the signed one before its signature, in an evil one", func(w *wrapping) (there, extensions []*etree.Element) {
		return alone(w.bears(w.bare, w.signature)), nil
	}, false},
	{"3: an evil one before the signed one", func(w *wrapping) (there, extensions []*etree.Element) {
		return []*etree.Element{w.evil, w.whole}, nil
	}, false},
	{"4: the signed one, with its signature, in an evil one", func(w *wrapping) (there, extensions []*etree.Element) {
		w.evil.AddChild(w.whole)
		return alone(w.evil), nil
	}, false},
	{"5: an evil one bears the signature, the signed one is beside", func(w *wrapping) (there, extensions []*etree.Element) {
		return []*etree.Element{w.bears(w.signature), w.bare}, nil
	}, false},
	{"6: the signed one in its signature, borne by an evil one of its name", func(w *wrapping) (there, extensions []*etree.Element) {
		w.signature.AddChild(w.bare)
		return alone(w.bears(w.signature)), nil
	}, true},
	{"7: one in the Extensions, of the name of the other", func(w *wrapping) (there, extensions []*etree.Element) {
		if w.isResponse { // what is put into a signed response breaks it: so the signed one goes into an evil one
			return alone(w.evil), alone(w.whole)
		}
		return alone(w.whole), alone(w.evil)
	}, true},
	{"8: the signed one in an Object of its signature, which an evil one bears", func(w *wrapping) (there, extensions []*etree.Element) {
		w.signature.CreateElement("ds:Object").AddChild(w.bare)
		return alone(w.bears(w.signature)), nil
	}, false},
	{"9: an evil one bears the signature, the signed one is in the Extensions", func(w *wrapping) (there, extensions []*etree.Element) {
		return alone(w.bears(w.signature)), alone(w.bare)
	}, false},
}

func alone(el *etree.Element) []*etree.Element { return []*etree.Element{el} }

// wrapping is what there is to permute: the signed one with and without its signature, the signature, and an evil one of the same form
// that nobody signed.
type wrapping struct {
	isResponse             bool
	whole, bare, signature *etree.Element
	evil                   *etree.Element
}

// bears puts children into the evil one where the schema has the signature.
func (w *wrapping) bears(children ...*etree.Element) *etree.Element {
	for i, c := range children {
		w.evil.InsertChildAt(1+i, c)
	}
	return w.evil
}

// wrapped is an answer about Inès as the portal signed it, wrapped by one of Noé's that it did not: both of the writer of our other
// messages. What is signed is encrypted as portals do: the assertion once it is signed, before the response is.
func (b *borough) wrapped(t testing.TB, to asked, p wrap, signed string, encrypted bool) string {
	t.Helper()
	isResponse := signed != "assertion"
	good := element(t, b.answer(t, to, word{signed: signed, encrypted: encrypted && isResponse}))
	spoil := word{person: "ent-noe", signed: "none", encrypted: encrypted && isResponse}
	if !p.sameID {
		spoil.change, spoil.around = []string{` ID="_a`, ` ID="_evil`}, []string{` ID="_r`, ` ID="_worse`}
	}
	evil := element(t, b.answer(t, to, spoil))
	w := &wrapping{isResponse: isResponse, whole: good, evil: evil}
	if !isResponse {
		w.whole, w.evil = good.SelectElement("Assertion").Copy(), evil.SelectElement("Assertion").Copy()
		good.RemoveChildAt(good.SelectElement("Assertion").Index())
	}
	w.bare = w.whole.Copy()
	w.signature = w.bare.SelectElement("Signature")
	w.bare.RemoveChild(w.signature)

	id := w.whole.SelectAttrValue("ID", "")
	there, extensions := p.do(w)
	roots := there
	if !isResponse {
		for _, el := range there {
			good.AddChild(el)
		}
		roots = alone(good)
	}
	root := roots[0]
	if len(extensions) > 0 {
		e := etree.NewElement("samlp:Extensions")
		e.AddChild(extensions[0])
		root.InsertChildAt(root.SelectElement("Status").Index(), e)
	}
	if !isIntact(t, roots, id) {
		t.Errorf("%s (%s): the signature would not be good by itself, so nothing is tried", p.name, signed)
	}
	if encrypted && !isResponse { // anybody may encrypt for us, what the portal signed, too
		for _, parent := range append([]*etree.Element{root}, root.SelectElements("Extensions")...) {
			for _, el := range parent.SelectElements("Assertion") {
				at := el.Index()
				parent.RemoveChildAt(at)
				parent.InsertChildAt(at, b.encrypt(t, el))
			}
		}
	}
	var text strings.Builder
	for _, el := range roots {
		text.Write(xmlsec.Bytes(el))
	}
	return text.String()
}

// isIntact reports whether a verifier that followed the reference of the signature, wherever it leads, would find it good.
func isIntact(t testing.TB, roots []*etree.Element, id string) bool {
	t.Helper()
	keys := []*x509.Certificate{must(x509.ParseCertificate(certified(rsaKey()).Certificate))}
	var signatures, named []*etree.Element
	for _, root := range roots {
		for _, el := range append(root.FindElements(".//*"), root) {
			if el.Tag == "Signature" {
				signatures = append(signatures, el)
			}
			if el.SelectAttrValue("ID", "") == id {
				named = append(named, el)
			}
		}
	}
	for _, signature := range signatures {
		own := etree.NewElement(signature.FullTag())
		own.Attr = append(own.Attr, signature.Attr...)
		for _, part := range []string{"SignedInfo", "SignatureValue", "KeyInfo"} {
			if el := signature.SelectElement(part); el != nil {
				own.AddChild(el.Copy())
			}
		}
		for _, el := range named {
			el = el.Copy()
			if old := el.SelectElement("Signature"); old != nil {
				el.RemoveChild(old)
			}
			el.InsertChildAt(1, own.Copy())
			again, err := xmlsec.Parse(xmlsec.Bytes(el))
			if err != nil { // an evil one, of the same name, around the signed one
				continue
			}
			if _, err := xmlsec.Verify(again, keys); err == nil {
				return true
			}
		}
	}
	return false
}

// The nine classic ways of wrapping what our portal signed into what it did not: a signed response, a signed assertion, both; plain or
// encrypted. Nobody comes in. The same answer, not wrapped, signs Inès in.
//
// Where both are signed and the assertion alone is wrapped, the response's signature is broken, or left out: then it is the assertion's case.
func TestWrappedAnswersOpenNothing(t *testing.T) {
	t.Parallel()
	b := buildBorough(t, dbtest.Engines()[0])
	tried := 0
	for _, signed := range []string{"response", "assertion", "both"} {
		for _, encrypted := range []bool{false, true} {
			br := newBrowser(t)
			to := b.begins(br)
			if got := b.posts(br, b.answer(t, to, word{signed: signed, encrypted: encrypted}), to.Relay); got.To != "/mediacentre" || b.person(br) == "" {
				t.Errorf("%s, encrypted: %v: what is not wrapped is refused: %+v", signed, encrypted, got)
			}
			for _, p := range wraps {
				br := newBrowser(t)
				to := b.begins(br)
				got := b.posts(br, b.wrapped(t, to, p, signed, encrypted), to.Relay)
				if who := b.person(br); who != "" || got.Status != http.StatusForbidden && got.Status != http.StatusBadRequest {
					t.Errorf("%s (%s, encrypted: %v): %q came in: %+v", p.name, signed, encrypted, who, got)
				}
				tried++
			}
		}
	}
	if tried != 2*9*3 {
		t.Errorf("%d cells", tried)
	}
}
