package saml

import (
	"context"
	"time"

	"pupitre/federation"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Reader is what the provider asks of its store. What is not there is fault.NotFound.
type Reader interface {
	tx.Moment
	// FindSession finds the session that a client calls by this name, an ended one too.
	FindSession(ctx context.Context, client federation.ClientID, name federation.Hash) (federation.Session, error)
	// Sites lists the sites that a session entered.
	Sites(ctx context.Context, s federation.Session) ([]Site, error)
	// Parted lists the sites that the browser with this token tells, if it began since then.
	Parted(ctx context.Context, token federation.Hash, since time.Time) ([]Site, error)
	// FindAsked finds the site that a LogoutRequest under way went to.
	FindAsked(ctx context.Context, request federation.Hash) (Site, error)
}

// Writer is what the provider changes: under the entry's act, which is written already.
type Writer interface {
	Reader
	journal.Appender

	// AddSession keeps the session's visit at the client, and what the client calls the session.
	AddSession(ctx context.Context, v federation.Visit, name federation.Hash) error
	// Part lets the browser with this token tell a site from now on.
	Part(ctx context.Context, s Site, token federation.Hash) error
	// Ask notes which LogoutRequest goes to a site: an earlier one is under way no more.
	Ask(ctx context.Context, s Site, request federation.Hash) error
	// Answered uses up a LogoutRequest, and notes that the site was told where it is done. It reports whether it was under way: of any
	// number of callers one is told so.
	Answered(ctx context.Context, s Site, request federation.Hash, done bool) (bool, error)
	// Knows notes that a site knows that the session is over, for it said so itself.
	Knows(ctx context.Context, s federation.Session, client federation.ClientID) error
	// Sweep removes at most limit names given before an instant, and returns how many.
	Sweep(ctx context.Context, before time.Time, limit int) (int, error)
}

// Site is a site that a session entered.
type Site struct {
	Session federation.Session
	Client  federation.ClientID
	Name    federation.Hash // of what the client calls the session
	Told    time.Time       // when it answered that the session is over there; zero: not yet
}

// Store keeps what sites call sessions.
type Store = tx.Store[Reader, Writer]
