package federation

import (
	"context"
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// choice is what somebody who has several places may be remembered by in a browser (docs/decisions/0020-remembered-places.md).
type choice struct {
	secret directory.Secret
	among  []Place // all of them
	now    time.Time
}

// hint is what the browser keeps of one of the places: 128 bits that name neither the person nor the school to whoever lacks the person's
// secret, and that are others as soon as the person's places are, or the school year is.
func (c choice) hint(of Place) Token {
	all := make([]string, len(c.among))
	for i, p := range c.among {
		all[i] = p.key()
	}
	slices.Sort(all) // a school that changes its name is the same place
	year := clock.SchoolYear(clock.On(c.now, of.School.Zone()))
	hash := keyed(c.secret, "place\x00"+year+"\x00"+of.key()+"\x00"+strings.Join(all, "\x00"))
	return Token(hex.EncodeToString(hash[:16]))
}

// find is the place that a hint is of, false for one that is of none: nobody has chosen in that browser, or somebody else has, or it was
// chosen among others.
func (c choice) find(hint Token) (Place, bool) {
	i := slices.IndexFunc(c.among, func(p Place) bool { return hmac.Equal([]byte(c.hint(p)), []byte(hint)) })
	if i < 0 {
		return Place{}, false
	}
	return c.among[i], true
}

// key is the place among others of its person.
func (p Place) key() string { return string(p.School.ID) + "/" + string(p.Profile) }

// errSeveral says that a launch can go by several places, and that its person has to say which: WhichPlace.
var errSeveral = fault.New(fault.Conflict, "federation.place.several")

// IsUndecided reports whether an error of Launch says that the person has to say first by which of their places they enter.
func IsUndecided(err error) bool { return errors.Is(err, errSeveral) }

// Launch is Enter for somebody whom a publisher's site sends, which cannot know where they are: where they have no right at the place where
// their session is, and exactly one other place of theirs has it, they enter by that one. All of the entry is of there, what is told and what is
// journalled; the session stays where it is. Where several others have it, IsUndecided: the face sends the browser to WhichPlace. Where none
// has, what Enter says.
func (s *Service) Launch(ctx context.Context, v Visitor, keep func(ctx context.Context, e Entry) error) (Entry, error) {
	e, refused := s.Enter(ctx, v, keep)
	if !fault.Is(refused, fault.Denied) {
		return e, refused
	}
	if _, err := s.declared(ctx, v.Client, v.ARK); err != nil {
		return Entry{}, refused // another publisher's resource is nobody's anywhere
	}
	there, err := s.PlacesFor(ctx, v.Session, v.ARK)
	if err != nil {
		return Entry{}, err
	}
	there = slices.DeleteFunc(there, func(p Place) bool { return p.is(v.Session) })
	switch {
	case len(there) == 0:
		return Entry{}, refused
	case len(there) > 1 && s.Places != "":
		return Entry{}, errSeveral
	case len(there) > 1:
		return Entry{}, refused
	}
	v.Session = there[0].of(v.Session)
	v.known.Facts = nil // they were read of the other place
	return s.Enter(ctx, v, keep)
}

// PlacesFor lists those of a session's person's places, its own included, where they may enter a resource now.
func (s *Service) PlacesFor(ctx context.Context, session Session, ark string) ([]Place, error) {
	var all []Place
	err := s.Store.Look(ctx, func(ctx context.Context, r Reader) (err error) {
		all, err = r.Places(ctx, session.Project, session.Person)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("places of %s: %w", session.Person, err)
	}
	var open []Place
	for _, p := range all {
		err := s.Rights.Check(ctx, Ask{session.Person, p.School.ID, p.Profile, ark})
		if err == nil {
			open = append(open, p)
		} else if !Refuses(err) {
			return nil, fmt.Errorf("places of %s for %s: %w", session.Person, ark, err)
		}
	}
	return open, nil
}

// WhichPlace is the local address of the page where somebody says by which of their places they go on to a local address: of those that
// may open a resource, or of all: "".
func (s *Service) WhichPlace(next, ark string) string {
	q := url.Values{"next": {next}}
	if ark != "" {
		q.Set("ressource", ark)
	}
	return s.Places + "?" + q.Encode()
}

func (p Place) is(of Session) bool { return p.School.ID == of.School && p.Profile == of.Profile }

// of is a session as it would be at the place.
func (p Place) of(s Session) Session {
	s.School, s.Profile = p.School.ID, p.Profile
	return s
}
