//go:build cgo && linux && (amd64 || arm64)

package libcrypto

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"io"
	"runtime"
	"sync"

	"github.com/ebitengine/purego"
)

// library is what we call of OpenSSL 3. Older ones are not looked for: nobody mends them, and their licence was another.
type library struct {
	version      func(what int32) string
	readKey      func(a uintptr, der **byte, length int) uintptr
	freeKey      func(key uintptr)
	newContext   func(key, engine uintptr) uintptr
	freeContext  func(context uintptr)
	signInit     func(context uintptr) int32
	setPadding   func(context uintptr, padding int32) int32
	setDigest    func(context, digest uintptr) int32
	sha256       func() uintptr
	sign         func(context uintptr, signature *byte, length *uintptr, digest *byte, digestLength uintptr) int32
	forgetErrors func()
}

// paddingPKCS1 is RSA_PKCS1_PADDING, RSASSA-PKCS1-v1_5 where one signs.
const paddingPKCS1 = 1

var load = sync.OnceValue(func() *library {
	handle, err := purego.Dlopen("libcrypto.so.3", purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil
	}
	var l library
	for name, function := range map[string]any{
		"OpenSSL_version": &l.version, "d2i_AutoPrivateKey": &l.readKey, "EVP_PKEY_free": &l.freeKey,
		"EVP_PKEY_CTX_new": &l.newContext, "EVP_PKEY_CTX_free": &l.freeContext, "EVP_PKEY_sign_init": &l.signInit,
		"EVP_PKEY_CTX_set_rsa_padding": &l.setPadding, "EVP_PKEY_CTX_set_signature_md": &l.setDigest, "EVP_sha256": &l.sha256,
		"EVP_PKEY_sign": &l.sign, "ERR_clear_error": &l.forgetErrors,
	} {
		symbol, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil
		}
		purego.RegisterFunc(function, symbol)
	}
	return &l
})

func version() string {
	if l := load(); l != nil {
		return l.version(0)
	}
	return ""
}

// key signs SHA-256 digests by OpenSSL, all else by Go.
type key struct {
	*rsa.PrivateKey
	library *library
	there   uintptr // EVP_PKEY, freed with the key
}

func open(private crypto.Signer) (crypto.Signer, bool) {
	known, ok := private.(*rsa.PrivateKey)
	l := load()
	if !ok || l == nil {
		return nil, false
	}
	der := x509.MarshalPKCS1PrivateKey(known)
	defer clear(der)
	next := &der[0]
	k := &key{PrivateKey: known, library: l, there: l.readKey(0, &next, len(der))}
	if k.there == 0 {
		l.forgetErrors()
		return nil, false
	}
	runtime.AddCleanup(k, l.freeKey, k.there)
	digest := bytes.Repeat([]byte{0x5a}, crypto.SHA256.Size())
	signature, err := k.signDigest(digest)
	if err != nil || rsa.VerifyPKCS1v15(&known.PublicKey, crypto.SHA256, digest, signature) != nil {
		return nil, false
	}
	return k, true
}

// Sign implements crypto.Signer.
func (k *key) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if _, pss := opts.(*rsa.PSSOptions); !pss && opts.HashFunc() == crypto.SHA256 && len(digest) == crypto.SHA256.Size() {
		if signature, err := k.signDigest(digest); err == nil {
			return signature, nil
		}
	}
	if r == nil {
		r = rand.Reader
	}
	return k.PrivateKey.Sign(r, digest, opts)
}

var errSign = errors.New("libcrypto: OpenSSL does not sign with this key")

func (k *key) signDigest(digest []byte) ([]byte, error) {
	defer runtime.KeepAlive(k)
	l := k.library
	context := l.newContext(k.there, 0)
	defer l.freeContext(context)
	signature := make([]byte, k.Size())
	length := uintptr(len(signature))
	if context == 0 || l.signInit(context) != 1 || l.setPadding(context, paddingPKCS1) != 1 || l.setDigest(context, l.sha256()) != 1 ||
		l.sign(context, &signature[0], &length, &digest[0], uintptr(len(digest))) != 1 || int(length) != len(signature) {
		l.forgetErrors() // of this thread: the next call on it starts clean
		return nil, errSign
	}
	return signature, nil
}
