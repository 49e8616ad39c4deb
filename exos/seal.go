package exos

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Hash is how the database knows the token. The token has 256 random bits, so one round of SHA-256 is enough.
func (t Token) Hash() string {
	sum := sha256.Sum256([]byte("session:" + string(t)))
	return hex.EncodeToString(sum[:])
}

// Seal encrypts a credential with a key that only the token gives (AES-256-GCM, the nonce in front). Nothing is sealed as nothing.
func (t Token) Seal(c Credential) ([]byte, error) {
	if len(c) == 0 {
		return nil, nil
	}
	aead, err := t.aead()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	return aead.Seal(nonce, nonce, c, nil), nil
}

// Open reads what Seal wrote, and nothing that anybody else did.
func (t Token) Open(sealed []byte) (Credential, error) {
	if len(sealed) == 0 {
		return nil, nil
	}
	aead, err := t.aead()
	if err != nil {
		return nil, err
	}
	if len(sealed) < aead.NonceSize() {
		return nil, fmt.Errorf("a sealed credential of %d bytes", len(sealed))
	}
	return aead.Open(nil, sealed[:aead.NonceSize()], sealed[aead.NonceSize():], nil)
}

func (t Token) aead() (cipher.AEAD, error) {
	key, err := hkdf.Key(sha256.New, []byte(t), nil, "biblio exos credential", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
