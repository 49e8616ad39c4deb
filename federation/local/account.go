package local

import (
	"log/slog"
	"strconv"
	"strings"
	"time"

	"pupitre/directory"
)

// Login is the identifier that a person types: « ines.marchal », unique in its project. It holds a name, so it never reaches a log.
type Login string

// LogValue hides the identifier.
func (Login) LogValue() slog.Value { return slog.StringValue("…") }

// maxLogin bounds an identifier that somebody types.
const maxLogin = 80

// ParseLogin reads an identifier as people type it: in any case, with spaces around it.
func ParseLogin(s string) Login { return Login(strings.ToLower(strings.TrimSpace(s))) }

// loginOf is the nth identifier for a name: given and family name without accents, then with a number.
func loginOf(name directory.Name, n int) Login {
	stem := plain(name.Given) + "." + plain(name.Family)
	if stem = strings.Trim(stem, "."); stem == "" {
		stem = "compte"
	}
	stem = stem[:min(len(stem), 40)]
	if n > 1 {
		stem += strconv.Itoa(n)
	}
	return Login(stem)
}

// plain keeps the letters and digits that every keyboard has.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r == ' ':
			return '-'
		}
		return -1
	}, directory.Fold(s))
}

// Account (« compte local ») is how one person signs in here.
type Account struct {
	Project  directory.ProjectID
	Person   directory.PersonID
	Login    Login
	Password Kept // the hash
	Change   bool // the password is a slip's, and they must choose their own
	Created  time.Time
	Changed  time.Time // the password
	Used     time.Time // last signed in, zero for never
	Closed   time.Time // zero while it is open
	Factor   []byte    // the sealed secret of the telephone's codes, nil for none
	Step     int64     // the last time step whose code was used: a code is good once (RFC 6238 §5.2)
	Keyed    bool      // there are passkeys
}

// Guarded reports whether it has a second factor, by which its person must come in: a telephone, or a passkey.
func (a Account) Guarded() bool { return a.Factor != nil || a.Keyed }

// Open reports whether its person may sign in with it.
func (a Account) Open() bool { return a.Person != "" && a.Closed.IsZero() }
