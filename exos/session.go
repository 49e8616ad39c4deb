package exos

import (
	"log/slog"
	"time"
)

// Token is the secret in a learner's cookie: 256 random bits. The database has only its hash.
type Token string

// LogValue hides the token.
func (Token) LogValue() slog.Value { return slog.StringValue("[token]") }

// Credential is what the sign-in protocol needs to ask for the learner's rights again; opaque here. At rest it is sealed with
// a key made from the Token, so that a stolen database asks for nothing.
type Credential []byte

// LogValue hides the credential.
func (Credential) LogValue() slog.Value { return slog.StringValue("[credential]") }

// Session is that a learner is here, in one browser.
type Session struct {
	Hash      string // of the Token
	Learner   LearnerID
	Upstream  string // the issuer's session (OIDC sid), by which it can be ended from there; "" for none
	Sealed    []byte // the Credential
	StartedAt time.Time
	EndsAt    time.Time
}

// SignIn is what exos/signin brings once it has verified everything.
type SignIn struct {
	Claims     Claims
	Upstream   string     // OIDC sid
	Credential Credential // to ask for the rights again
	Rights     []Right
	// RightsAt is just before they were asked for, so that news which passes the answer on its way is not lost; zero where the rights
	// could not be had: they will be asked for at the first page.
	RightsAt time.Time
}

// Visitor is a learner who is here, with rights fresh enough to act on. Service.Enter makes it; every use case takes it.
type Visitor struct {
	Learner Learner
	Rights  []Right
	// RightsAt is when the broker was last asked.
	RightsAt time.Time
	// Unsure is set where the rights could not be made fresh: then nothing opens, and this says why.
	Unsure error
}
