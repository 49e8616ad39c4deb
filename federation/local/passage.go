package local

import (
	"context"
	"slices"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
)

// Step is what comes next in a sign-in.
type Step string

// The steps after a right password.
const (
	Factor Step = "factor" // the second factor: a code, or a passkey
	Change Step = "change" // a password of their own
	Enrol  Step = "enrol"  // a second factor of their own
	Done   Step = "done"   // the door may begin the session

	Owner Step = "owner" // no sign-in: somebody in a session has shown anew who they are (Confirm)
)

// Passage is a sign-in between its password and its session. Its token is new, lies in the browser's cookie, and is good for one attempt
// of that browser.
type Passage struct {
	Project directory.ProjectID
	Person  directory.PersonID
	Hash    federation.Hash
	Attempt federation.Hash // of the attempt's state
	Step    Step
	Proved  bool   // the second factor was shown
	Secret  []byte // Enrol, Owner: the sealed secret that is offered
	Until   time.Time

	Remember string    // the name under which the browser is to be remembered, "" for not
	Browser  BrowserID // the remembered one that began it, "" for a password or a passkey
}

// passageLife is how long somebody may take, over a telephone too.
const passageLife = 10 * time.Minute

var errPassage = fault.New(fault.Denied, "local.passage.over")

// Visit names a passage, as a browser shows it.
type Visit struct {
	Project directory.ProjectID
	Token   federation.Token
	State   string // of the attempt
}

// passage finds the passage of a visit at one of these steps, with its account; errPassage for any other, whatever is amiss.
func passage(ctx context.Context, r Reader, v Visit, steps ...Step) (Passage, Account, error) {
	p, err := r.FindPassage(ctx, v.Project, v.Token.Hash())
	if fault.Is(err, fault.NotFound) {
		return p, Account{}, errPassage
	} else if err != nil {
		return p, Account{}, err
	}
	if !slices.Contains(steps, p.Step) || p.Attempt != federation.Token(v.State).Hash() || !p.Until.After(r.Now()) {
		return p, Account{}, errPassage
	}
	a, err := r.Account(ctx, p.Project, p.Person)
	if fault.Is(err, fault.NotFound) || err == nil && !a.Open() {
		return p, a, errPassage
	}
	return p, a, err
}

// next is the step that a passage of the account is at.
func next(a Account, p Passage, staff bool) Step {
	switch {
	case a.Guarded() && !p.Proved:
		return Factor
	case a.Change:
		return Change
	case staff && !a.Guarded():
		return Enrol
	}
	return Done
}

// Vouch says who has come all the way, for the session to begin: the external identifier, and until when the token may be used, once.
func (s *Service) Vouch(ctx context.Context, v Visit) (external string, until time.Time, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		p, _, err := passage(ctx, r, v, Done)
		if err != nil {
			return err
		}
		person, err := r.Person(ctx, p.Person)
		external, until = person.External, p.Until
		return err
	})
	return external, until, err
}

// isStaff reports whether somebody is anything else than a pupil anywhere; a guest is.
func isStaff(ctx context.Context, r Reader, project directory.ProjectID, person directory.PersonID) (bool, error) {
	if IsOutside(project) {
		return true, nil
	}
	places, err := r.Places(ctx, project, person)
	return hasStaff(places), err
}

func hasStaff(places []federation.Place) bool {
	return slices.ContainsFunc(places, func(p federation.Place) bool { return p.Profile != directory.Pupil })
}

// Where is the step that a passage is at.
func (s *Service) Where(ctx context.Context, v Visit) (Step, error) {
	var at Step
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		p, _, err := passage(ctx, r, v, Factor, Change, Enrol, Done)
		at = p.Step
		return err
	})
	return at, err
}
