package federation

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"

	"pupitre/directory"
)

// Sector is the account of a publisher, families included: within it a person is one pseudonym, across two nothing joins them.
// It is the catalogue's publisher id.
type Sector string

// Pseudonym (« identifiant opaque ») is a person as one publisher knows them. Only Release makes one.
// It is never logged, never kept, never a key.
type Pseudonym struct {
	sub [sha256.Size]byte
	ido [sha256.Size]byte
}

// PseudonymOf is what Release discloses to a publisher that declared nothing: all that events, rosters and receipts need of it.
func PseudonymOf(secret directory.Secret, sector Sector) Pseudonym {
	return Release(nil, nil, Facts{Secret: secret, Sector: sector}).Pseudonym
}

// pseudonymOf is HMAC-SHA-256(secret, sector) (docs/contracts.md §6), the key being the secret as the identity row writes it. The GAR's
// attribute IDO is twice as long, so a second block is made beside it; the zero byte keeps its input from ever being a sector.
func pseudonymOf(secret directory.Secret, sector Sector) Pseudonym {
	return Pseudonym{sub: keyed(secret, string(sector)), ido: keyed(secret, "IDO\x00"+string(sector))}
}

// SessionName is a session as one publisher knows it (OIDC's sid): with the session's own id, two publishers could join their users.
func SessionName(secret directory.Secret, sector Sector, session SessionID) string {
	name := keyed(secret, "session\x00"+string(sector)+"\x00"+string(session))
	return hex.EncodeToString(name[:16])
}

func keyed(secret directory.Secret, text string) (out [sha256.Size]byte) {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	mac.Sum(out[:0])
	return out
}

// Subject is the pseudonym for OpenID Connect, SAML and LTI: 64 hexadecimal digits.
func (p Pseudonym) Subject() string { return hex.EncodeToString(p.sub[:]) }

// IDO is the pseudonym in the GAR's form: 128 hexadecimal digits, of which the first 64 are Subject.
func (p Pseudonym) IDO() string { return hex.EncodeToString(p.sub[:]) + hex.EncodeToString(p.ido[:]) }

// LogValue hides the pseudonym; so do String and GoString, for %v.
func (Pseudonym) LogValue() slog.Value { return slog.StringValue("…") }

// String hides the pseudonym.
func (Pseudonym) String() string { return "…" }

// GoString hides the pseudonym.
func (Pseudonym) GoString() string { return "…" }
