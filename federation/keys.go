package federation

import "time"

// Key is a signing key as it is kept.
type Key struct {
	Serial    int // counts up within an algorithm; two nodes cannot make the same
	Algorithm Algorithm
	ID        string    // the « kid »
	Sealed    []byte    // PKCS #8, sealed when the operator gives a Seal
	From      time.Time // signs from then on, until the next one does; shown in the key set before that
}
