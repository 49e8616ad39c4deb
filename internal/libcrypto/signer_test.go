package libcrypto_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"sync"
	"testing"

	"pupitre/internal/libcrypto"
)

func newKey(t testing.TB, bits int) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// theirs is a key of ours that OpenSSL signs with; the test is skipped where there is none.
func theirs(t testing.TB, private *rsa.PrivateKey) crypto.Signer {
	signer := libcrypto.Signer(private)
	if libcrypto.Version() == "" {
		t.Skip("there is no libcrypto.so.3 here, or this was built without cgo")
	}
	if signer == crypto.Signer(private) {
		t.Fatalf("%s is there and does not sign", libcrypto.Version())
	}
	return signer
}

func TestOpenSSLSignsTheBytesThatGoSigns(t *testing.T) {
	t.Parallel()
	for _, bits := range []int{2048, 3072, 4096} {
		private := newKey(t, bits)
		signer := theirs(t, private)
		if !private.PublicKey.Equal(signer.Public()) {
			t.Fatalf("%d bits: another public key", bits)
		}
		var wait sync.WaitGroup
		for i := range 16 { // from several threads at once
			wait.Go(func() {
				digest := sha256.Sum256([]byte{byte(i)})
				want, err := private.Sign(rand.Reader, digest[:], crypto.SHA256)
				if err != nil {
					t.Error(err)
				}
				if got, err := signer.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil || !bytes.Equal(got, want) {
					t.Errorf("%d bits: got %x, %v, want %x", bits, got, err, want)
				}
			})
		}
		wait.Wait()
	}
}

// What OpenSSL is not asked for is signed by Go, and refused as by Go.
func TestOtherSignaturesAreGoes(t *testing.T) {
	t.Parallel()
	private := newKey(t, 2048)
	signer := theirs(t, private)
	long := sha512.Sum512(nil)
	signature, err := signer.Sign(rand.Reader, long[:], crypto.SHA512)
	if err != nil || rsa.VerifyPKCS1v15(&private.PublicKey, crypto.SHA512, long[:], signature) != nil {
		t.Errorf("SHA-512: %v", err)
	}
	pss := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: crypto.SHA256}
	digest := sha256.Sum256(nil)
	signature, err = signer.Sign(rand.Reader, digest[:], pss)
	if err != nil || rsa.VerifyPSS(&private.PublicKey, crypto.SHA256, digest[:], signature, pss) != nil {
		t.Errorf("PSS: %v", err)
	}
	if _, err := signer.Sign(rand.Reader, digest[:31], crypto.SHA256); err == nil {
		t.Error("a digest that is too short is signed")
	}
}

func TestOtherKeysStayAsTheyAre(t *testing.T) {
	t.Parallel()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if libcrypto.Signer(private) != crypto.Signer(private) {
		t.Error("an ECDSA key is another")
	}
}

// BenchmarkSigner prints what OpenSSL gains over Go for RSA-2048.
func BenchmarkSigner(b *testing.B) {
	private := newKey(b, 2048)
	digest := sha256.Sum256(nil)
	for _, s := range []struct {
		name   string
		signer crypto.Signer
	}{{"go", private}, {"openssl", theirs(b, private)}} {
		b.Run(s.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.signer.Sign(rand.Reader, digest[:], crypto.SHA256); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
