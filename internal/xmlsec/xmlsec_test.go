package xmlsec_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"

	"pupitre/internal/fault"
	"pupitre/internal/xmlsec"
)

// party is a key with its certificate, expired long ago: its dates say nothing.
func party(t testing.TB, private crypto.Signer) (xmlsec.Key, *x509.Certificate) {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "essai"},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return xmlsec.Key{Signer: private, Certificate: der}, certificate
}

func rsaKey(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func ecKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

const note = `<n:note xmlns:n="urn:note" ID="_1"><n:to a="1" b="é">Inès &amp; Noé</n:to></n:note>`

// signed is the note with a signature as its first child.
func signed(t testing.TB, key xmlsec.Key) string {
	t.Helper()
	el, err := xmlsec.Parse([]byte(note))
	if err != nil {
		t.Fatal(err)
	}
	if err := key.SignElement(el, 0); err != nil {
		t.Fatal(err)
	}
	return string(xmlsec.Bytes(el))
}

func verify(text string, keys ...*x509.Certificate) (*etree.Element, error) {
	el, err := xmlsec.Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	return xmlsec.Verify(el, keys)
}

func TestWhatIsSignedIsReadBack(t *testing.T) {
	t.Parallel()
	_, other := party(t, rsaKey(t, 2048))
	for name, private := range map[string]crypto.Signer{"rsa": rsaKey(t, 2048), "ecdsa": ecKey(t)} {
		key, certificate := party(t, private)
		got, err := verify(signed(t, key), other, certificate)
		if err != nil || got.Tag != "note" || len(got.ChildElements()) != 1 || got.ChildElements()[0].Text() != "Inès & Noé" {
			t.Errorf("%s: %v %v", name, got, err)
		}
		raw, err := key.SignBytes([]byte("a=1&b=2"))
		if err != nil || xmlsec.VerifyBytes(key.Method(), []*x509.Certificate{other, certificate}, []byte("a=1&b=2"), raw) != nil {
			t.Errorf("%s: %v", name, err)
		}
		if xmlsec.VerifyBytes(key.Method(), []*x509.Certificate{certificate}, []byte("a=1&b=3"), raw) == nil || xmlsec.VerifyBytes(key.Method(), []*x509.Certificate{other}, []byte("a=1&b=2"), raw) == nil {
			t.Errorf("%s: a signature of something else", name)
		}
	}
	if xmlsec.VerifyBytes("http://www.w3.org/2000/09/xmldsig#rsa-sha1", []*x509.Certificate{other}, nil, nil) == nil {
		t.Error("SHA-1 is taken")
	}
}

// An element signed where it stands, inside another whose prefixes it uses.
func TestAnElementInsideAnotherIsVerifiedAlone(t *testing.T) {
	t.Parallel()
	key, certificate := party(t, ecKey(t))
	el, err := xmlsec.Parse([]byte(`<o:outer xmlns:o="urn:outer" ID="_0"><n:note xmlns:n="urn:note" ID="_1"><n:to o:a="">x</n:to></n:note></o:outer>`))
	if err != nil {
		t.Fatal(err)
	}
	inner := el.ChildElements()[0]
	inner.CreateAttr("xmlns:o", "urn:outer") // what is signed says all its prefixes; readers must do with those around it
	if err := key.SignElement(inner, 0); err != nil {
		t.Fatal(err)
	}
	inner.RemoveAttr("xmlns:o")
	again, err := xmlsec.Parse(xmlsec.Bytes(el))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := xmlsec.Verify(again.ChildElements()[0], []*x509.Certificate{certificate}); err != nil || got.SelectAttrValue("ID", "") != "_1" {
		t.Errorf("%v %v", got, err)
	}
	if _, err := xmlsec.Verify(again, []*x509.Certificate{certificate}); fault.CodeOf(err) != "xmlsec.signature.none" {
		t.Errorf("the outer element passes for signed: %v", err)
	}
}

func TestSignaturesThatAreRefused(t *testing.T) {
	t.Parallel()
	key, certificate := party(t, rsaKey(t, 2048))
	attacker, theirs := party(t, rsaKey(t, 2048))
	weak, feeble := party(t, rsaKey(t, 1024))
	good := signed(t, key)
	if _, err := verify(good, certificate); err != nil {
		t.Fatal(err)
	}
	begin, end := strings.Index(good, "<ds:Signature"), strings.Index(good, "</ds:Signature>")+len("</ds:Signature>")
	signature := good[begin:end]
	replace := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("there is no %s in %s", old, good)
		}
		return strings.Replace(good, old, new, 1)
	}
	reference := good[strings.Index(good, "<ds:Reference") : strings.Index(good, "</ds:Reference>")+len("</ds:Reference>")]
	info := good[strings.Index(good, "<ds:KeyInfo>") : strings.Index(good, "</ds:KeyInfo>")+len("</ds:KeyInfo>")]
	for name, c := range map[string]struct {
		text string
		code string
		keys []*x509.Certificate
	}{
		"none":                    {text: note, code: "xmlsec.signature.none"},
		"another's":               {text: signed(t, attacker), code: "xmlsec.signature.wrong"},
		"with the attacker's key": {text: strings.Replace(signed(t, attacker), "x", "x", 1), keys: []*x509.Certificate{certificate}, code: "xmlsec.signature.wrong"},
		"no key is known":         {text: good, keys: []*x509.Certificate{}, code: "xmlsec.signature.wrong"},
		"a weak key":              {text: signed(t, weak), keys: []*x509.Certificate{feeble}, code: "xmlsec.signature.wrong"},
		"another text":            {text: replace("Inès", "Noé"), code: "xmlsec.signature.wrong"},
		"another attribute":       {text: replace(`a="1"`, `a="2"`), code: "xmlsec.signature.wrong"},
		"one more child":          {text: replace("</n:note>", "<n:to>moi</n:to></n:note>"), code: "xmlsec.signature.wrong"},
		"another identifier":      {text: replace(`ID="_1"`, `ID="_2"`), code: "xmlsec.signature.form"},
		"no identifier":           {text: replace(` ID="_1"`, ``), code: "xmlsec.signature.form"},
		"of the whole document":   {text: replace(`URI="#_1"`, `URI=""`), code: "xmlsec.signature.form"},
		"by XPointer":             {text: replace(`URI="#_1"`, `URI="#xpointer(id('_1'))"`), code: "xmlsec.signature.form"},
		"two signatures":          {text: replace(signature, signature+strings.Replace(signature, "<ds:Signature ", `<ds:Signature Id="s" `, 1)), code: "xmlsec.signature.form"},
		"two references":          {text: replace(reference, reference+reference), code: "xmlsec.signature.form"},
		"SHA-1":                   {text: replace(xmlsec.RSASHA256, "http://www.w3.org/2000/09/xmldsig#rsa-sha1"), code: "xmlsec.signature.method"},
		"HMAC":                    {text: replace(xmlsec.RSASHA256, "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256"), code: "xmlsec.signature.method"},
		"no method":               {text: replace(xmlsec.RSASHA256, ""), code: "xmlsec.signature.method"},
		"a SHA-1 digest":          {text: replace("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"), code: "xmlsec.signature.method"},
		"an XPath transform":      {text: replace("http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/TR/1999/REC-xpath-19991116"), code: "xmlsec.signature.form"},
		"one more transform":      {text: replace("</ds:Transforms>", `<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms>`), code: "xmlsec.signature.form"},
		"inclusive canonical":     {text: replace(`<ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"`, `<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"`), code: "xmlsec.signature.form"},
		"an Object":               {text: replace("</ds:Signature>", `<ds:Object>`+strings.ReplaceAll(note, "_1", "_3")+`</ds:Object></ds:Signature>`), code: "xmlsec.signature.form"},
		"not base64":              {text: replace("<ds:SignatureValue>", "<ds:SignatureValue>é"), code: "xmlsec.signature.form"},
		"deeper down":             {text: strings.Replace(strings.Replace(good, signature, "", 1), "</n:to>", signature+"</n:to>", 1), code: "xmlsec.signature.none"},
		"a comment":               {text: replace("Inès", "Inès<!---->"), code: "xmlsec.comment"},
		"a CDATA section":         {text: replace("Inès", "<![CDATA[Inès]]>"), code: "xmlsec.comment"},
		"an identifier twice":     {text: replace("<n:to ", `<n:to ID="_1" `), code: "xmlgate.identifier.duplicate"},
		"a DOCTYPE":               {text: "<!DOCTYPE n [<!ENTITY e 'x'>]>" + good, code: "xmlgate.doctype"},
		"an instruction":          {text: replace("Inès", "Inès<?x y?>"), code: "xmlgate.instruction"},
	} {
		keys := c.keys
		if keys == nil {
			keys = []*x509.Certificate{certificate}
		}
		if _, err := verify(c.text, keys...); err == nil || !strings.HasPrefix(fault.CodeOf(err), c.code) {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	if _, err := verify(replace(info, ""), certificate); err != nil {
		t.Errorf("a signature that carries no certificate: %v", err)
	}
	other := signed(t, attacker)
	swapped := replace(info, other[strings.Index(other, "<ds:KeyInfo>"):strings.Index(other, "</ds:KeyInfo>")+len("</ds:KeyInfo>")])
	if _, err := verify(swapped, theirs); err == nil {
		t.Error("the message's own word is taken for the key")
	}
}

// recipients are one in every way that we write for.
func recipients(certificate *x509.Certificate) (all []xmlsec.Recipient) {
	for _, cipher := range xmlsec.Ciphers {
		for _, transport := range xmlsec.Transports {
			all = append(all, xmlsec.Recipient{Certificate: certificate, Cipher: cipher, Transport: transport})
		}
	}
	return all
}

func TestWhatIsEncryptedIsReadByItsHolderAlone(t *testing.T) {
	t.Parallel()
	private := rsaKey(t, 2048)
	_, certificate := party(t, private)
	for _, to := range recipients(certificate) {
		el, _ := xmlsec.Parse([]byte(note))
		data, err := xmlsec.Encrypt(el, to)
		if err != nil {
			t.Fatal(to.Cipher, to.Transport, err)
		}
		outer := etree.NewElement("x")
		outer.AddChild(data)
		text := string(xmlsec.Bytes(outer))
		if strings.Contains(text, "note") {
			t.Errorf("%s: the name is there to read", to.Cipher)
		}
		if to.Transport == xmlsec.OAEP && (strings.Contains(text, "sha1") || !strings.Contains(text, xmlsec.MGF1SHA256)) {
			t.Errorf("SHA-1 is in it, or the mask is not said: %s", text)
		}
		again, err := xmlsec.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		plain, err := xmlsec.Decrypt(again, private)
		if gcm := !xmlsec.IsMalleable(to.Cipher); gcm && (err != nil || string(plain) != note) || !gcm && fault.CodeOf(err) != "xmlsec.encryption.method" {
			t.Errorf("%s, %s: %q, %v", to.Cipher, to.Transport, plain, err)
		}
		if _, err := xmlsec.Decrypt(again, rsaKey(t, 2048)); err == nil {
			t.Errorf("%s: another key opens it", to.Cipher)
		}
	}
	el, _ := xmlsec.Parse([]byte(note))
	for _, to := range []xmlsec.Recipient{
		{Certificate: certificate, Cipher: "http://www.w3.org/2001/04/xmlenc#tripledes-cbc", Transport: xmlsec.OAEP},
		{Certificate: certificate, Cipher: xmlsec.AES256GCM, Transport: "http://www.w3.org/2001/04/xmlenc#rsa-1_5"},
	} {
		if _, err := xmlsec.Encrypt(el, to); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s, %s: %v", to.Cipher, to.Transport, err)
		}
	}
	for _, bad := range []string{"<x/>", `<x><e:EncryptedData xmlns:e="http://www.w3.org/2001/04/xmlenc#"/></x>`} {
		el, _ := xmlsec.Parse([]byte(bad))
		if _, err := xmlsec.Decrypt(el, private); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// xmlsec1, which most SAML programs are built on, reads what we write, and we what it writes.
func TestXMLSec1ReadsAndWritesTheSame(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("xmlsec1")
	if err != nil {
		t.Skip("xmlsec1 is not installed: scripts/setup.sh")
	}
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	run := func(args ...string) string {
		out, err := exec.CommandContext(t.Context(), program, args...).CombinedOutput()
		if err != nil {
			t.Errorf("xmlsec1 %s: %v %s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
	for name, private := range map[string]crypto.Signer{"rsa": rsaKey(t, 2048), "ecdsa": ecKey(t)} {
		key, certificate := party(t, private)
		public, err := x509.MarshalPKIXPublicKey(key.Public())
		if err != nil {
			t.Fatal(err)
		}
		pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
		if err != nil {
			t.Fatal(err)
		}
		pub := file(name+".pub", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})))
		priv := file(name+".key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})))
		run("--verify", "--enabled-key-data", "rsa,ecdsa", "--pubkey-pem", pub, "--id-attr:ID", "urn:note:note", file(name+".xml", signed(t, key)))

		template := strings.Replace(note, "<n:to ", `<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/><ds:SignatureMethod Algorithm="`+
			key.Method()+`"/><ds:Reference URI="#_1"><ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature><n:to `, 1)
		theirs := filepath.Join(dir, name+".signed.xml")
		run("--sign", "--privkey-pem", priv, "--id-attr:ID", "urn:note:note", "--output", theirs, file(name+".template.xml", template))
		text, err := os.ReadFile(theirs)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := verify(string(text), certificate); err != nil || got.ChildElements()[0].Text() != "Inès & Noé" {
			t.Errorf("%s: %v", name, err)
		}
		if name != "rsa" {
			continue
		}
		version := run("--version")
		for _, to := range recipients(certificate) {
			el, _ := xmlsec.Parse([]byte(note))
			data, err := xmlsec.Encrypt(el, to)
			if err != nil {
				t.Fatal(err)
			}
			if to.Transport == xmlsec.OAEP && strings.HasPrefix(version, "xmlsec1 1.2.") {
				t.Logf("%s of this version does not know %s: not tried", strings.TrimSpace(version), to.Transport)
				continue
			}
			if out := run("--decrypt", "--privkey-pem", priv, file("encrypted.xml", string(xmlsec.Bytes(data)))); !strings.Contains(out, "In&#xE8;s &amp; No&#xE9;") {
				t.Errorf("%s, %s: %s", to.Cipher, to.Transport, out)
			}
		}
	}
}

func FuzzVerify(f *testing.F) {
	key, certificate := party(f, ecKey(f))
	f.Add([]byte(note))
	f.Add([]byte(signed(f, key)))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := verify(string(text), certificate)
		if err != nil {
			if fault.KindOf(err) != fault.Invalid && fault.KindOf(err) != fault.Denied {
				t.Fatalf("unclassified: %v", err)
			}
			return
		}
		if string(xmlsec.Bytes(got)) != note {
			t.Fatalf("%s passes for signed", xmlsec.Bytes(got))
		}
	})
}

// BenchmarkSignElement is the least that a SAML launch costs: RSA-2048 against P-256, and the signature by itself.
func BenchmarkSignElement(b *testing.B) {
	for name, private := range map[string]crypto.Signer{"rsa": rsaKey(b, 2048), "ecdsa": ecKey(b)} {
		key, _ := party(b, private)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				signed(b, key)
			}
		})
	}
}
