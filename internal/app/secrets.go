package app

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"

	"pupitre/internal/fault"
)

// secrets are made at the first start and kept in a file that only its owner reads. None is ever part of the program.
type secrets struct {
	Seal    string            `json:"seal"`    // seals private keys in the broker's database
	Clients map[string]string `json:"clients"` // proves each publisher's program
}

// openSecrets reads the folder's file, or makes it. Keys in the databases are sealed with what it holds: where there are
// databases and no such file, a new one would open nothing.
func openSecrets(f folder) (secrets, error) {
	path := f.path("secrets.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(f.path("pupitre.db")); err == nil {
			return secrets{}, fault.New(fault.Invalid, "demo.secrets.lost", "path", path)
		}
		s, err := makeSecrets(path)
		if err != nil {
			return secrets{}, fault.Wrap(err, fault.Invalid, "demo.folder.unwritable", "path", string(f))
		}
		return s, nil
	}
	if err != nil {
		return secrets{}, fault.Wrap(err, fault.Invalid, "demo.secrets.damaged", "path", path)
	}
	var s secrets
	if err := json.Unmarshal(text, &s); err != nil || !s.whole() {
		return secrets{}, fault.Wrap(err, fault.Invalid, "demo.secrets.damaged", "path", path)
	}
	return s, nil
}

// makeSecrets makes new ones.
func makeSecrets(path string) (secrets, error) {
	s := secrets{Seal: random(), Clients: map[string]string{exosClient: random()}}
	for _, h := range houses {
		s.Clients[h.ClientID] = random()
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return secrets{}, err
	}
	return s, writeWhole(path, text)
}

// writeWhole writes a file whole or not at all: somebody may pull the plug.
func writeWhole(path string, text []byte) error {
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// whole reports whether nothing is missing.
func (s secrets) whole() bool {
	ok := s.Seal != "" && s.Clients[exosClient] != ""
	for _, h := range houses {
		ok = ok && s.Clients[h.ClientID] != ""
	}
	return ok
}

func random() string {
	var b [32]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

func (s secrets) seal() []byte { return []byte(s.Seal) }

// widget is what the portal shares with the broker for its frame.
func (s secrets) widget() string {
	mac := hmac.New(sha256.New, s.seal())
	mac.Write([]byte("encart"))
	return hex.EncodeToString(mac.Sum(nil))
}

func (s secrets) of(client string) string { return s.Clients[client] }
