package oidc

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// GrantID identifies a grant; it never leaves the house.
type GrantID string

// Grant is one authorization of one client by one session, for one resource.
type Grant struct {
	ID        GrantID
	Session   federation.Session // at the place where it was entered; its Seen and Ended are as they are now
	Client    federation.ClientID
	ARK       string
	Scope     string
	Nonce     string
	Redirect  string
	Challenge string                 // PKCE, S256; never ""
	Aged      bool                   // max_age was asked: only then is the client told when the sign-in was
	CodeUntil time.Time              // the code's last instant
	Revoked   time.Time              // zero while it stands
	Released  []federation.Attribute // what its access was journalled with: UserInfo tells no more
	Act       journal.ActID
	Secret    directory.Secret // the person's, as it is read; "" where they have left the place
}

// Kind is what a token is for.
type Kind string

// The kinds of token.
const (
	Access  Kind = "access"
	Refresh Kind = "refresh"
)

// Token is a token of a grant as it is kept.
type Token struct {
	Kind  Kind
	Hash  federation.Hash
	Until time.Time
	Bound federation.Thumbprint // the certificate without which it is worth nothing; "" for none
}

// Held is a token found, with its grant.
type Held struct {
	Grant Grant
	Token Token
}

// Redemption is a code as it is shown, and what is kept if it is good: once, until its last instant, in the hands of the client that it
// was given to, with the address and the challenge that it was given for, under a grant that stands.
type Redemption struct {
	Code      federation.Hash
	Client    federation.ClientID
	Redirect  string
	Challenge string // "" is never good
	Access    Token
	Refresh   federation.Hash // kept where the grant's scope asks for offline access; "" for a client that is given none
	Longest   time.Duration   // how long after the sign-in that lasts
}

// Redeemed is what became of it.
type Redeemed struct {
	Grant      Grant
	First      bool // nobody had shown the code before
	Good       bool // the access token is kept
	Refreshing bool // the refresh token is
}

// Reader is what the provider asks of its store. What is not there is fault.NotFound.
type Reader interface {
	tx.Moment
	// FindToken finds a token, expired or revoked ones too.
	FindToken(ctx context.Context, kind Kind, hash federation.Hash) (Held, error)
}

// Writer is what the provider changes. The taking methods need no act: what they take was given under the grant's.
type Writer interface {
	Reader
	journal.Appender

	// AddGrant keeps a grant, its code, and the session's visit at the client.
	AddGrant(ctx context.Context, g Grant, code federation.Hash, v federation.Visit) error
	// Redeem uses a code up, whatever comes of it, and keeps its tokens if it is good. Of any number of callers one is first: each is
	// known by its access token, and finds what it did where it is done again. It asks once.
	Redeem(ctx context.Context, r Redemption) (Redeemed, error)
	// AddToken keeps a token of a grant.
	AddToken(ctx context.Context, g Grant, t Token) error
	// TakeRefresh uses a refresh token up, whatever comes of it. Of any number of callers one is first.
	TakeRefresh(ctx context.Context, hash federation.Hash) (h Held, first bool, err error)
	// Revoke ends a grant and everything given under it.
	Revoke(ctx context.Context, act journal.ActID, g Grant) error
	// DropToken removes one token, at its client's wish.
	DropToken(ctx context.Context, h Held) error
	// Sweep removes at most limit grants made before an instant, with their tokens, and returns how many.
	Sweep(ctx context.Context, before time.Time, limit int) (int, error)
}

// Store keeps grants and tokens.
type Store interface {
	tx.Store[Reader, Writer]
	tx.Looking[Reader]
	tx.Doing[Writer]
}
