package local

import (
	"context"

	"pupitre/federation"
	"pupitre/internal/fault"
)

// visit is the passage that Confirm has begun, good in this session alone.
func (me Me) visit() Visit {
	return Visit{Project: me.Session.Project, Token: me.Proof, State: "session " + string(me.Session.ID)}
}

// confirmed finds the account and the passage of somebody who has just shown who they are; errAgain where they have not, or long ago.
func (me Me) confirmed(ctx context.Context, r Reader) (Passage, Account, error) {
	if me.Proof == "" {
		return Passage{}, Account{}, errAgain
	}
	p, a, err := passage(ctx, r, me.visit(), Owner)
	if fault.CodeOf(err) == fault.CodeOf(errPassage) || err == nil && p.Person != me.Session.Person {
		err = errAgain
	}
	return p, a, err
}

// Confirm takes the password and, where there is a second factor, a code of it (or a recovery code), before somebody changes how they
// sign in: a computer left open is not enough. For ten minutes the proof that it returns is good, in this session alone, which has a new
// token. Waits are those of a sign-in. ConfirmByKey takes a passkey instead of both.
func (s *Service) Confirm(ctx context.Context, me Me, password Phrase, code string) (session, proof federation.Token, err error) {
	checked, err := s.checkOld(ctx, me, password)
	if err != nil {
		return "", "", err
	}
	proof = federation.NewToken()
	var refused error // kept apart: what was counted stays counted
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		refused = nil
		if err := forgive(ctx, w, checked.Project, checked.Login, me.From); err != nil {
			return err
		}
		good, err := s.shows(ctx, w, checked, code)
		if err != nil || !good {
			refused = errCode
			return err
		}
		if used, err := w.UseAccount(ctx, checked); err != nil || !used {
			return orErr(err, errOld)
		}
		session, err = s.owner(ctx, w, me, checked, proof)
		return err
	})
	if err = orErr(err, refused); err != nil {
		return "", "", err
	}
	return session, proof, nil
}

// AskToConfirm is what the browser of somebody in a session is asked, to confirm by one of their passkeys.
func (s *Service) AskToConfirm(ctx context.Context, me Me) ([]byte, error) {
	return s.question(ctx, func(ctx context.Context, w Writer, p party) ([]byte, error) {
		own, err := me.own(ctx, w)
		if err != nil {
			return nil, err
		}
		return p.askFor(ctx, w, own.Account, toOwn.of(string(me.Token)))
	})
}

// ConfirmByKey is Confirm by a passkey alone: it is both factors, as it is at the door. fault.Denied as SignInByKey.
func (s *Service) ConfirmByKey(ctx context.Context, me Me, response []byte) (session, proof federation.Token, err error) {
	party, ok := partyAt(s.Base)
	if !ok {
		return "", "", errKeyNowhere
	}
	said, err := readAssertion(response)
	if err != nil {
		return "", "", wrongKey(err)
	}
	proof = federation.NewToken()
	var refused error
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		own, err := me.own(ctx, w)
		if err != nil {
			return err
		}
		if refused, err = party.shown(ctx, w, own.Account, toOwn.of(string(me.Token)), said); err != nil || refused != nil {
			return err
		}
		session, err = s.owner(ctx, w, me, own.Account, proof)
		return err
	})
	if err = orErr(err, refused); err != nil {
		return "", "", err
	}
	return session, proof, nil
}

// owner begins the passage of somebody who has shown anew who they are, and returns their session's new token.
func (s *Service) owner(ctx context.Context, w Writer, me Me, a Account, proof federation.Token) (federation.Token, error) {
	p := Passage{Project: a.Project, Person: a.Person, Hash: proof.Hash(), Attempt: federation.Token(me.visit().State).Hash(), Step: Owner,
		Proved: true, Secret: s.Seal.Close(newSecret(), sealName(a.Project, a.Person)), Until: w.Now().Add(passageLife)}
	if err := w.AddPassage(ctx, p); err != nil {
		return "", err
	}
	return federation.Rotate(ctx, w, me.Session, me.Token)
}

// shows counts a code and uses it up; where there is no second factor there is nothing to show.
func (s *Service) shows(ctx context.Context, w Writer, a Account, code string) (bool, error) {
	if !a.Guarded() {
		return true, nil
	}
	bucket := factorBucket(a.Project, a.Person)
	if err := reserve(ctx, w, a.Project, bucket); err != nil {
		return false, err
	}
	good, err := s.proves(ctx, w, a, bareCode(code))
	if err != nil || !good {
		return false, err
	}
	return true, w.ForgetTries(ctx, a.Project, bucket.Key)
}

// checkOld looks at somebody's own password, counted and slowed as a sign-in.
func (s *Service) checkOld(ctx context.Context, me Me, password Phrase) (Account, error) {
	var own Own
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		own, err = me.own(ctx, r)
		return err
	})
	if err != nil {
		return Account{}, err
	}
	try := Try{Project: own.Project, Login: own.Login, Password: password, From: me.From}
	a, err := s.admit(ctx, try)
	if err != nil {
		return Account{}, err
	}
	good, _, err := s.Hasher.Check(ctx, a.Password, clip(password))
	if err != nil {
		return Account{}, orErr(s.takeBack(context.WithoutCancel(ctx), try), err)
	}
	if !good || !a.Open() || a.Person != me.Session.Person {
		return Account{}, errOld
	}
	return a, nil
}
