package xmlsec

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" // RSA-OAEP-MGF1P is defined with it (XML Encryption §5.5.2), and does not rest on collisions
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"hash"
	"strings"

	"github.com/beevik/etree"

	"pupitre/internal/fault"
)

// The ciphers (XML Encryption 1.1 §5.2). GCM also proves that nothing was changed.
const (
	AES128GCM = "http://www.w3.org/2009/xmlenc11#aes128-gcm"
	AES256GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
	AES128CBC = "http://www.w3.org/2001/04/xmlenc#aes128-cbc"
	AES256CBC = "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
)

// Ciphers are those that we write, the best first.
var Ciphers = []string{AES256GCM, AES128GCM, AES256CBC, AES128CBC}

// How the key of the cipher is carried (XML Encryption 1.1 §5.5.2): OAEP has SHA-256 for its digest and its mask. What is older has SHA-1,
// whose collisions OAEP does not rest on; every implementation reads it, and xmlsec before 1.3 nothing else.
const (
	OAEP      = xenc11Space + "rsa-oaep"
	OAEPMGF1P = xencSpace + "rsa-oaep-mgf1p"
)

// Transports are those that we write, the best first.
var Transports = []string{OAEP, OAEPMGF1P}

// IsMalleable reports whether what a cipher carries can be changed on the way without its reader knowing.
func IsMalleable(cipher string) bool { return cipher == AES128CBC || cipher == AES256CBC }

var keySizes = map[string]int{AES128GCM: 16, AES256GCM: 32, AES128CBC: 16, AES256CBC: 32}

// What OAEP rests on.
const (
	SHA256     = xencSpace + "sha256"
	MGF1SHA256 = xenc11Space + "mgf1sha256"
)

const (
	xencSpace   = "http://www.w3.org/2001/04/xmlenc#"
	xenc11Space = "http://www.w3.org/2009/xmlenc11#"
	sha1URI     = "http://www.w3.org/2000/09/xmldsig#sha1"
	elementType = xencSpace + "Element"
	dsigSpace   = "http://www.w3.org/2000/09/xmldsig#"
)

// Recipient is whom something is encrypted for, and how.
type Recipient struct {
	Certificate *x509.Certificate // of an RSA key
	Cipher      string            // one of Ciphers
	Transport   string            // one of Transports
}

// Encrypt returns an element's EncryptedData for a recipient; fault.Invalid where they have no RSA key, or a method is none of ours.
func Encrypt(el *etree.Element, to Recipient) (*etree.Element, error) {
	public, ok := to.Certificate.PublicKey.(*rsa.PublicKey)
	size := keySizes[to.Cipher]
	if !ok || size == 0 {
		return nil, fault.New(fault.Invalid, "xmlsec.encryption.method", "method", to.Cipher)
	}
	key := random(size)
	text, err := seal(to.Cipher, key, Bytes(el))
	if err != nil {
		return nil, err
	}
	data := etree.NewElement("xenc:EncryptedData")
	data.CreateAttr("xmlns:xenc", xencSpace)
	data.CreateAttr("Type", elementType)
	data.CreateElement("xenc:EncryptionMethod").CreateAttr("Algorithm", to.Cipher)
	info := data.CreateElement("ds:KeyInfo")
	info.CreateAttr("xmlns:ds", dsigSpace)
	carried := info.CreateElement("xenc:EncryptedKey")
	how := carried.CreateElement("xenc:EncryptionMethod")
	how.CreateAttr("Algorithm", to.Transport)
	wrapped, err := wrap(how, public, key)
	if err != nil {
		return nil, err
	}
	writeCipher(carried, wrapped)
	writeCipher(data, text)
	return data, nil
}

// wrap carries the key of the cipher as an EncryptionMethod says, and adds to that what else there is to say.
func wrap(how *etree.Element, to *rsa.PublicKey, key []byte) ([]byte, error) {
	method := how.SelectAttrValue("Algorithm", "")
	digest := how.CreateElement("ds:DigestMethod")
	switch method {
	case OAEP:
		digest.CreateAttr("Algorithm", SHA256)
		mask := how.CreateElement("xenc11:MGF")
		mask.CreateAttr("xmlns:xenc11", xenc11Space)
		mask.CreateAttr("Algorithm", MGF1SHA256)
		return rsa.EncryptOAEP(sha256.New(), rand.Reader, to, key, nil)
	case OAEPMGF1P:
		digest.CreateAttr("Algorithm", sha1URI)
		return rsa.EncryptOAEP(sha1.New(), rand.Reader, to, key, nil)
	}
	return nil, fault.New(fault.Invalid, "xmlsec.encryption.method", "method", method)
}

func writeCipher(el *etree.Element, b []byte) {
	el.CreateElement("xenc:CipherData").CreateElement("xenc:CipherValue").SetText(base64.StdEncoding.EncodeToString(b))
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails since Go 1.24
	return b
}

func seal(method string, key, plain []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	if !IsMalleable(method) {
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		nonce := random(aead.NonceSize())
		return aead.Seal(nonce, nonce, plain, nil), nil
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	plain = append(bytes.Clone(plain), random(pad)...)
	plain[len(plain)-1] = byte(pad) // §5.2.1: only the last byte counts
	iv := random(aes.BlockSize)
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, plain)
	return append(iv, out...), nil
}

var errDecrypt = fault.New(fault.Denied, "xmlsec.encryption.wrong") // one error: which step failed would be an oracle

// Decrypt returns the document inside an element that holds one EncryptedData (SAML's EncryptedAssertion), its key beside or inside it.
// AES-GCM only: what CBC carries can be changed on the way, and asking whether it still opens gives it away (§6.1.1 of the standard).
// What comes out is as unknown as what came in: Parse it.
func Decrypt(el *etree.Element, private *rsa.PrivateKey) ([]byte, error) {
	data := xenc(el, "EncryptedData")
	if data == nil {
		return nil, refusedForm("EncryptedData")
	}
	carried := xenc(el, "EncryptedKey")
	if info := child(data, "KeyInfo"); info != nil && xenc(info, "EncryptedKey") != nil {
		carried = xenc(info, "EncryptedKey")
	}
	if carried == nil {
		return nil, refusedForm("EncryptedKey")
	}
	method := methodOf(data)
	if method != AES128GCM && method != AES256GCM {
		return nil, fault.New(fault.Denied, "xmlsec.encryption.method", "method", method)
	}
	key, err := unwrap(carried, private)
	if err != nil {
		return nil, err
	}
	text, err := cipherValue(data)
	if err != nil || len(key) != keySizes[method] {
		return nil, errDecrypt
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errDecrypt
	}
	aead, err := cipher.NewGCM(block)
	if err != nil || len(text) < aead.NonceSize() {
		return nil, errDecrypt
	}
	plain, err := aead.Open(nil, text[:aead.NonceSize()], text[aead.NonceSize():], nil)
	if err != nil {
		return nil, errDecrypt
	}
	return plain, nil
}

// unwrap opens the key of the cipher. §5.5: the older name says SHA-1 for the mask; the newer one says which.
func unwrap(carried *etree.Element, private *rsa.PrivateKey) ([]byte, error) {
	method := xenc(carried, "EncryptionMethod")
	if method == nil {
		return nil, refusedForm("EncryptionMethod")
	}
	digest, mask := oaepHash(method, "DigestMethod", sha1URI), sha1URI
	switch algorithm(method) {
	case OAEPMGF1P:
	case OAEP:
		for _, c := range method.ChildElements() {
			if c.Tag == "MGF" {
				mask = algorithm(c)
			}
		}
		if mask == MGF1SHA256 {
			mask = SHA256
		}
	default:
		return nil, fault.New(fault.Denied, "xmlsec.encryption.method", "method", algorithm(method))
	}
	wrapped, err := cipherValue(carried)
	hashes := map[string]func() hash.Hash{sha1URI: sha1.New, SHA256: sha256.New}
	if err != nil || digest != mask || hashes[digest] == nil {
		return nil, errDecrypt
	}
	key, err := rsa.DecryptOAEP(hashes[digest](), nil, private, wrapped, nil)
	if err != nil {
		return nil, errDecrypt
	}
	return key, nil
}

func oaepHash(method *etree.Element, tag, otherwise string) string {
	if c := child(method, tag); c != nil {
		return algorithm(c)
	}
	return otherwise
}

func methodOf(el *etree.Element) string {
	if m := xenc(el, "EncryptionMethod"); m != nil {
		return algorithm(m)
	}
	return ""
}

func cipherValue(el *etree.Element) ([]byte, error) {
	data := xenc(el, "CipherData")
	if data == nil || xenc(data, "CipherValue") == nil {
		return nil, errDecrypt
	}
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(xenc(data, "CipherValue").Text()), ""))
}

// xenc is the one child of that name in the namespace of encryption; nil where there is none, or more.
func xenc(el *etree.Element, tag string) (found *etree.Element) {
	for _, c := range el.ChildElements() {
		if c.Tag != tag || c.NamespaceURI() != xencSpace {
			continue
		}
		if found != nil {
			return nil
		}
		found = c
	}
	return found
}
