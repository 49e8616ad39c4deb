package federation

import (
	"context"
	"net/url"
	"slices"
	"time"
)

// Parting (« départ ») is a site that an ended session had entered, and that takes the word of the end through the browser only: the
// browser carries it there.
type Parting struct {
	Site    string // whose it is, as people know it
	Address string // ours: it leads to the site with the word, in a frame or by a link
	Origin  string // where it leads: what a page that frames it must allow
	Told    bool   // the site has answered that it is done
}

// Partings has browsers tell such sites. saml.Provider satisfies it.
type Partings interface {
	// Part begins it for a session that is over, and returns what its browser shows from then on: "" where nobody is to be told so. Only
	// the browser whose session it was may be given it: what it carries are names of one person at several publishers, which neither
	// of them, nor a portal, may learn. It may be repeated.
	Part(ctx context.Context, session Session) (Token, error)
	// Parting lists the sites of a token, those told too; none for a token that opens nothing, or has for too long.
	Parting(ctx context.Context, token Token) ([]Parting, error)
	// Untold reports whether sites that these sessions entered are told neither yet nor from program to program.
	Untold(ctx context.Context, sessions ...Session) (bool, error)
	// StillUntold is Untold for the session of a token; true for one that opens nothing.
	StillUntold(ctx context.Context, token Token) (bool, error)
}

const (
	// PartingCookie carries what Part returns.
	PartingCookie = "depart"
	// PartingLife is how long a browser may tell sites of an end.
	PartingLife = 5 * time.Minute
	// PartingPause is how long a page on which sites are told stays before it goes on: a site that is slow keeps nobody waiting.
	PartingPause = 3 * time.Second
)

// Departure is what the page shows that says that somebody is signed out.
type Departure struct {
	Sites  []Parting
	Onward string // the local address to which the page goes on by itself, "" for nowhere
}

// DeparturePath is the local address of the page that says that somebody is signed out, has the browser tell the sites, and then goes on
// to another local address.
func DeparturePath(onward string) string {
	return "/deconnexion?" + url.Values{"fait": {"1"}, "suite": {onward}}.Encode()
}

// IsWaiting reports whether sites are still being told.
func (d Departure) IsWaiting() bool {
	return slices.ContainsFunc(d.Sites, func(p Parting) bool { return !p.Told })
}
