package local

import (
	"context"
	"fmt"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Try is one attempt to sign in.
type Try struct {
	Project  directory.ProjectID
	Login    Login
	Password Phrase
	From     string // the address that it comes from, "" where that is not known
	State    string // of the browser's attempt
	Remember string // the name under which the browser is to be remembered, "" for not
}

// errWrong is the one answer to a wrong password, an identifier that nobody has, and an account that is closed.
var errWrong = fault.New(fault.Denied, "local.signin.wrong")

// SignIn looks at an identifier and a password, and begins a passage. fault.Denied (local.signin.wrong) where they are not right, in the
// same words and for the same work whatever is wrong; fault.Unavailable where this must wait (WaitOf), or the node is busy.
func (s *Service) SignIn(ctx context.Context, try Try) (federation.Token, Step, error) {
	a, err := s.admit(ctx, try)
	if err != nil {
		return "", "", err
	}
	good, weaker, err := s.Hasher.Check(ctx, a.Password, clip(try.Password))
	if err != nil {
		return "", "", orErr(s.takeBack(context.WithoutCancel(ctx), try), err)
	}
	if !good || !a.Open() {
		return "", "", errWrong
	}
	better := Kept("")
	if weaker {
		if better, err = s.Hasher.Hash(ctx, string(try.Password)); err != nil {
			return "", "", err
		}
	}
	return s.pass(ctx, try, a, better)
}

// takeBack uncounts an attempt that was not looked at.
func (s *Service) takeBack(ctx context.Context, try Try) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		for _, b := range inOrder(bucketsOf(try.Project, try.Login, try.From)) {
			if err := w.TakeBackTry(ctx, try.Project, b.Key, b.free); err != nil {
				return err
			}
		}
		return nil
	})
}

// clip bounds the work of a password that nobody could have set.
func clip(p Phrase) string {
	const most = 4 * maxChosen // bytes
	return string(p[:min(len(p), most)])
}

// admit counts the attempt, and finds the account that it is for: none where nobody has the identifier.
func (s *Service) admit(ctx context.Context, try Try) (a Account, err error) {
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		a = Account{}
		if err := reserve(ctx, w, try.Project, bucketsOf(try.Project, try.Login, try.From)...); err != nil {
			return err
		}
		if len(try.Login) > maxLogin {
			return nil
		}
		found, err := w.AccountByLogin(ctx, try.Project, try.Login)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		a = found
		return err
	})
	return a, err
}

// pass begins the passage of somebody whose password was right, if it still is.
func (s *Service) pass(ctx context.Context, try Try, checked Account, better Kept) (federation.Token, Step, error) {
	token := federation.NewToken()
	var at Step
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		a, err := w.Account(ctx, checked.Project, checked.Person)
		if err != nil {
			return err
		}
		if err := forgive(ctx, w, try.Project, try.Login, try.From); err != nil {
			return err
		}
		if used, err := w.UseAccount(ctx, checked); err != nil || !used {
			return orErr(err, errWrong)
		}
		if better != "" {
			if err := w.Rehash(ctx, a, better); err != nil {
				return err
			}
		}
		p := Passage{Project: a.Project, Person: a.Person, Hash: token.Hash(), Attempt: federation.Token(try.State).Hash(), Until: w.Now().Add(passageLife),
			Remember: try.Remember}
		if err := s.settle(ctx, w, a, &p); err != nil {
			return err
		}
		at = p.Step
		return w.AddPassage(ctx, p)
	})
	return token, at, err
}

// settle puts a passage at the step that its account asks for now.
func (s *Service) settle(ctx context.Context, w Writer, a Account, p *Passage) error {
	staff, err := isStaff(ctx, w, a.Project, a.Person)
	if err != nil {
		return err
	}
	s.settleAs(staff, a, p)
	return nil
}

// settleAs is settle for whom it is known of already whether they are staff.
func (s *Service) settleAs(staff bool, a Account, p *Passage) {
	if p.Step = next(a, *p, staff); p.Step == Enrol {
		p.Secret = s.Seal.Close(newSecret(), sealName(a.Project, a.Person))
	}
}

// advance settles a passage anew after its step, and reports where it is now.
func (s *Service) advance(ctx context.Context, w Writer, a Account, p Passage) (Step, error) {
	from := p.Step
	if err := s.settle(ctx, w, a, &p); err != nil {
		return "", err
	}
	moved, err := w.Advance(ctx, p, from)
	if err == nil && !moved {
		err = errPassage
	}
	return p.Step, err
}

// Choose sets the password that somebody chose in place of a slip's, and returns the step that follows. fault.Invalid says what is wrong
// with it.
func (s *Service) Choose(ctx context.Context, v Visit, password, again Phrase) (Step, error) {
	var a Account
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		if _, a, err = passage(ctx, r, v, Change); err != nil {
			return err
		}
		if password != again {
			return fault.New(fault.Invalid, "local.password.again")
		}
		return choosable(ctx, r, a, password)
	})
	if err != nil {
		return "", err
	}
	kept, err := s.replaces(ctx, a.Password, password, "local.password.same")
	if err != nil {
		return "", err
	}
	var at Step
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		p, now, err := passage(ctx, w, v, Change)
		if err != nil {
			return err
		}
		act, err := record(ctx, w, a.Person, "local.password-chosen", journal.ClassChange)
		if err != nil {
			return err
		}
		if done, err := w.Renew(ctx, act, a, kept, false); err != nil || !done {
			return orErr(err, errPassage)
		}
		now.Change = false
		at, err = s.advance(ctx, w, now, p)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("choose the password of %s: %w", a.Person, err)
	}
	return at, nil
}

// orErr is the error, or else what it means that there is none.
func orErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func by(person directory.PersonID) journal.Actor {
	return journal.Actor{Kind: journal.ByPerson, ID: string(person)}
}

// record journals what somebody did with their own account.
func record(ctx context.Context, w Writer, person directory.PersonID, verb string, class journal.Class) (journal.ActID, error) {
	return w.Record(ctx, journal.Entry{Actor: by(person), Verb: verb, Subject: string(person), Person: string(person), Class: class})
}

// replaces is what is kept of a password in place of another one's; fault.Invalid with this code where it is the same.
func (s *Service) replaces(ctx context.Context, old Kept, password Phrase, same string) (Kept, error) {
	if it, _, err := s.Hasher.Check(ctx, old, string(password)); err != nil || it {
		return "", orErr(err, fault.New(fault.Invalid, same))
	}
	return s.Hasher.Hash(ctx, string(password))
}
