package app

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// secrets are made at the first start and kept in a file that only its owner reads. None is ever part of the program.
type secrets struct {
	Seal    string            `json:"seal"`    // seals private keys in the broker's database
	Clients map[string]string `json:"clients"` // proves each publisher's program
}

// openSecrets reads the file, or makes it.
func openSecrets(path string) (secrets, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		s := secrets{Seal: random(), Clients: map[string]string{exosClient: random()}}
		for _, h := range houses {
			s.Clients[h.ClientID] = random()
		}
		if text, err = json.MarshalIndent(s, "", "  "); err != nil {
			return secrets{}, err
		}
		return s, os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		return secrets{}, err
	}
	var s secrets
	if err := json.Unmarshal(text, &s); err != nil {
		return secrets{}, fmt.Errorf("%s is damaged: give back the file as it was, or start on an empty folder: %w", path, err)
	}
	return s, nil
}

func random() string {
	var b [32]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

func (s secrets) seal() []byte { return []byte(s.Seal) }

func (s secrets) of(client string) string { return s.Clients[client] }
