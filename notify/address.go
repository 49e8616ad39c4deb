package notify

import (
	"time"

	"pupitre/federation"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
)

// Address is where a person is written to: what they gave, and whether they showed that it is theirs.
type Address struct {
	Person
	Mail      string // "" until one is confirmed
	Confirmed time.Time

	Pending string          // given and not confirmed yet, "" for none; letters go on to Mail meanwhile
	Hash    federation.Hash // of what its link says
	Until   time.Time       // the link's last moment
	Asked   time.Time       // when it was given
	Times   int             // how many were given within a day of one another

	Locale lang.Locale // in which they are written to
	Stop   string      // opaque: who has it may stop the letters, and nothing else
}

const (
	linkLasts  = 24 * time.Hour
	askedAgain = time.Minute // between two letters that ask for a confirmation
	askedMost  = 5           // of them, within a day: nobody floods a stranger's box through us
)

// ask is the address once another was given. What was confirmed stays until the new one is.
func (a Address) ask(mail string, token federation.Token, locale lang.Locale, now time.Time) (Address, error) {
	if now.Sub(a.Asked) >= linkLasts {
		a.Times = 0
	}
	if now.Sub(a.Asked) < askedAgain || a.Times >= askedMost {
		return a, fault.New(fault.Exhausted, "notify.address.often", "field", "adresse", "most", askedMost)
	}
	a.Pending, a.Hash, a.Until, a.Asked, a.Times, a.Locale = mail, token.Hash(), now.Add(linkLasts), now, a.Times+1, locale
	if a.Stop == "" {
		a.Stop = string(federation.NewToken())
	}
	return a, nil
}

// confirm makes the address that was given the one that letters go to. Its link is good once.
func (a Address) confirm(now time.Time) (Address, error) {
	if a.Pending == "" || !now.Before(a.Until) {
		return a, errLink
	}
	a.Mail, a.Confirmed = a.Pending, now
	a.Pending, a.Hash, a.Until = "", "", time.Time{}
	return a, nil
}

// errLink is one answer for a link that was never ours, was used, or is over.
var errLink = fault.New(fault.NotFound, "notify.link.over")

// Choice is how often somebody is written to of a kind.
type Choice struct {
	Kind    Kind
	Cadence Cadence
}

// Settings are a person's address and choices.
type Settings struct {
	Address Address
	Choices map[Kind]Cadence // what they said
}

// Cadence is how often they are written to of a kind.
func (s Settings) Cadence(k Kind) Cadence {
	if c, said := s.Choices[k]; said {
		return c
	}
	return k.usual()
}

// morning is when the next day's letter is sent: at seven at the school.
func morning(now time.Time, zone *time.Location) time.Time {
	const hour = 7 * time.Hour
	if at := clock.On(now, zone).Start(zone).Add(hour); now.Before(at) {
		return at
	}
	return clock.On(now, zone).AddDays(1).Start(zone).Add(hour)
}
