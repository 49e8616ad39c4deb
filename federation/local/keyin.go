package local

import (
	"context"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// TakesKeys reports whether passkeys can be used at this address.
func (s *Service) TakesKeys() bool {
	_, ok := partyAt(s.Base)
	return ok
}

// AskKey is what a browser is asked, to sign in by a passkey alone: a question good for one attempt of its own, once. fault.Unavailable
// (WaitOf) where its address has asked for many.
func (s *Service) AskKey(ctx context.Context, project directory.ProjectID, state, from string) ([]byte, error) {
	return s.question(ctx, func(ctx context.Context, w Writer, p party) ([]byte, error) {
		if err := reserve(ctx, w, project, questionBucket(project, from)); err != nil {
			return nil, err
		}
		question, challenge, err := p.question(nil)
		if err != nil {
			return nil, err
		}
		return question, ask(ctx, w, project, toSignIn.of(state), challenge)
	})
}

// question is what a browser is asked about passkeys.
func (s *Service) question(ctx context.Context, of func(ctx context.Context, w Writer, p party) ([]byte, error)) (question []byte, err error) {
	p, ok := partyAt(s.Base)
	if !ok {
		return nil, errKeyNowhere
	}
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		question, err = of(ctx, w, p)
		return err
	})
	return question, err
}

// KeyTry is one attempt to sign in by a passkey.
type KeyTry struct {
	Project  directory.ProjectID
	State    string // of the browser's attempt
	From     string // the address that it comes from, "" where that is not known
	Response []byte // what the browser said
}

// SignInByKey looks at a passkey, and begins a passage: it is both factors at once, for its person has unlocked it. fault.Denied
// (local.passkey.wrong) in the same words whatever is wrong. Nobody waits here: there is nothing to guess.
func (s *Service) SignInByKey(ctx context.Context, try KeyTry) (federation.Token, Step, error) {
	p, ok := partyAt(s.Base)
	if !ok {
		return "", "", errKeyNowhere
	}
	said, err := readAssertion(try.Response)
	if err != nil {
		return "", "", wrongKey(err)
	}
	token := federation.NewToken()
	var at Step
	var refused error // kept apart: the challenge is used up all the same
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		at, refused = "", nil
		challenge, err := answered(ctx, w, try.Project, toSignIn.of(try.State))
		if err != nil {
			return err
		}
		who, err := holderOf(ctx, w, try.Project, said.RawID)
		if fault.Is(err, fault.NotFound) {
			refused = errKey
			return nil
		} else if err != nil {
			return err
		}
		if refused, err = useKey(ctx, w, p, who, challenge, said, false); err != nil || refused != nil {
			return err
		}
		bucket := questionBucket(try.Project, try.From)
		if err := w.TakeBackTry(ctx, try.Project, bucket.Key, bucket.free); err != nil {
			return err
		}
		passage := Passage{Project: who.Project, Person: who.Person, Hash: token.Hash(), Attempt: federation.Token(try.State).Hash(),
			Proved: true, Until: w.Now().Add(passageLife)}
		if err := s.settle(ctx, w, who.Account, &passage); err != nil {
			return err
		}
		at = passage.Step
		return w.AddPassage(ctx, passage)
	})
	if err = orErr(err, refused); err != nil {
		return "", "", err
	}
	return token, at, nil
}

// AskKeyFor is what a browser is asked in a sign-in whose password was right: to show one of its person's passkeys, or to make the first of one who
// must set up a second factor.
func (s *Service) AskKeyFor(ctx context.Context, v Visit) ([]byte, error) {
	return s.question(ctx, func(ctx context.Context, w Writer, p party) ([]byte, error) {
		at, a, err := passage(ctx, w, v, Factor, Enrol)
		if err != nil {
			return nil, err
		}
		if at.Step == Enrol {
			return p.askNew(ctx, w, a, v.Token)
		}
		return p.askFor(ctx, w, a, toProve.of(string(v.Token)))
	})
}

// askFor asks for one of an account's passkeys.
func (p party) askFor(ctx context.Context, w Writer, a Account, hash federation.Hash) ([]byte, error) {
	who, err := holding(ctx, w, a)
	if err != nil || len(who.keys) == 0 {
		return nil, orErr(err, errKey)
	}
	question, challenge, err := p.question(&who)
	if err != nil {
		return nil, err
	}
	return question, ask(ctx, w, a.Project, hash, challenge)
}

// Means reports by what the person of a passage may show the second factor, apart from recovery codes.
func (s *Service) Means(ctx context.Context, v Visit) (phone, key bool, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		_, a, err := passage(ctx, r, v, Factor)
		phone, key = a.Factor != nil, a.Keyed && s.TakesKeys()
		return err
	})
	return phone, key, err
}

// ProveByKey takes a passkey for the second factor, and returns the step that follows; fault.Denied as SignInByKey.
func (s *Service) ProveByKey(ctx context.Context, v Visit, response []byte) (Step, error) {
	party, ok := partyAt(s.Base)
	if !ok {
		return "", errKeyNowhere
	}
	said, err := readAssertion(response)
	if err != nil {
		return "", wrongKey(err)
	}
	var at Step
	var refused error
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		at, refused = "", nil
		p, a, err := passage(ctx, w, v, Factor)
		if err != nil {
			return err
		}
		if refused, err = party.shown(ctx, w, a, toProve.of(string(v.Token)), said); err != nil || refused != nil {
			return err
		}
		p.Proved = true
		at, err = s.advance(ctx, w, a, p)
		return err
	})
	if err = orErr(err, refused); err != nil {
		return "", err
	}
	return at, nil
}

// shown looks at an answer to askFor, as useKey does.
func (p party) shown(ctx context.Context, w Writer, a Account, hash federation.Hash, said assertion) (refused, err error) {
	challenge, err := answered(ctx, w, a.Project, hash)
	if err != nil {
		return nil, err
	}
	who, err := holding(ctx, w, a)
	if err != nil {
		return nil, err
	}
	return useKey(ctx, w, p, who, challenge, said, true)
}

// holding is an account with its passkeys.
func holding(ctx context.Context, r Reader, a Account) (keyholder, error) {
	keys, err := r.Passkeys(ctx, a.Project, a.Person)
	return keyholder{Account: a, keys: keys}, err
}

// holderOf is whoever holds a passkey; fault.NotFound for nobody.
func holderOf(ctx context.Context, r Reader, project directory.ProjectID, id []byte) (keyholder, error) {
	key, err := r.PasskeyByID(ctx, project, id)
	if err != nil {
		return keyholder{}, err
	}
	a, err := r.Account(ctx, project, key.Person)
	if err != nil {
		return keyholder{}, err
	}
	return holding(ctx, r, a)
}

// useKey looks at an answer and notes the use. What is refused is told apart from what failed: a challenge stays used up. A count that
// has not grown may be a copy's: it opens nothing, and its person reads of it.
func useKey(ctx context.Context, w Writer, p party, who keyholder, challenge []byte, said assertion, named bool) (refused, err error) {
	key, count, again, err := p.verify(who, challenge, said, named)
	if err != nil {
		return wrongKey(err), nil
	}
	if again {
		_, err := record(ctx, w, who.Person, "local.passkey-refused", journal.ClassAccess)
		return errKeyCount, err
	}
	if used, err := w.UsePasskey(ctx, key, count); err != nil || !used {
		return errKey, err
	}
	if used, err := w.UseAccount(ctx, who.Account); err != nil || !used { // closed, or another password by now
		return errKey, err
	}
	return nil, nil
}
