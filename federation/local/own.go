package local

import (
	"context"
	"fmt"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Me is somebody who manages their own account, in a session of theirs.
type Me struct {
	Session federation.Session
	Token   federation.Token // the session's
	Proof   federation.Token // what Confirm gave, "" for nothing
	From    string           // the address that they come from, "" where that is not known
}

// Own is somebody's own account, as they see it.
type Own struct {
	Account
	Staff     bool
	Codes     int       // recovery codes that are left
	Keys      []Passkey // the oldest first
	Browsers  []Browser // that are remembered, the one used last first
	MayChange bool      // their password: adults may, pupils where each of their schools lets them
	Confirmed bool      // they have just shown who they are, in this session
}

var (
	errNone   = fault.New(fault.NotFound, "local.own.none")
	errSchool = fault.New(fault.Denied, "local.own.school")
	errOld    = fault.New(fault.Denied, "local.own.wrong")
	errAgain  = fault.New(fault.Denied, "local.own.confirm")
)

// Mine is somebody's own account; fault.NotFound (local.own.none) for who has none.
func (s *Service) Mine(ctx context.Context, me Me) (Own, error) {
	var own Own
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		if own, err = me.own(ctx, r); err != nil {
			return err
		}
		if own.Keys, err = r.Passkeys(ctx, own.Project, own.Person); err != nil {
			return err
		}
		if own.Browsers, err = r.Browsers(ctx, own.Project, own.Person); err != nil {
			return err
		}
		if own.Codes, err = r.RecoveryLeft(ctx, own.Project, own.Person); err != nil {
			return err
		}
		_, _, err = me.confirmed(ctx, r)
		if own.Confirmed = err == nil; fault.CodeOf(err) == fault.CodeOf(errAgain) {
			err = nil
		}
		return err
	})
	return own, err
}

// own is their account, and what they may do with it.
func (me Me) own(ctx context.Context, r Reader) (own Own, err error) {
	own.Account, err = r.Account(ctx, me.Session.Project, me.Session.Person)
	if fault.Is(err, fault.NotFound) || err == nil && !own.Open() {
		return own, errNone
	} else if err != nil {
		return own, err
	}
	if IsOutside(own.Project) {
		own.Staff, own.MayChange = true, true
		return own, nil
	}
	places, err := r.Places(ctx, own.Project, own.Person)
	own.MayChange = len(places) > 0
	own.Staff = hasStaff(places)
	for i := 0; i < len(places) && !own.Staff && err == nil && own.MayChange; i++ {
		own.MayChange, err = r.PupilsChoose(ctx, places[i].School.ID)
	}
	return own, err
}

// ChangeOwn gives somebody's account the password that they choose, for the old one, and returns their session's new token; every other
// session of theirs ends. fault.Invalid says what is wrong with the new one.
func (s *Service) ChangeOwn(ctx context.Context, me Me, old, password, again Phrase) (token federation.Token, err error) {
	err = s.changePassword(ctx, me, old, password, again, func(ctx context.Context, w Writer, a Account) (err error) {
		token, err = me.alone(ctx, w, a)
		return err
	})
	return token, err
}

// changePassword gives somebody's account another password for the old one, and then, in the same transaction, does what follows from it.
func (s *Service) changePassword(ctx context.Context, me Me, old, password, again Phrase, then func(ctx context.Context, w Writer, a Account) error) error {
	if password != again {
		return fault.New(fault.Invalid, "local.password.again")
	}
	if err := s.mayChoose(ctx, me, password); err != nil {
		return err
	}
	checked, err := s.checkOld(ctx, me, old)
	if err != nil {
		return err
	}
	kept, err := s.replaces(ctx, checked.Password, password, "local.password.unchanged")
	if err != nil {
		return err
	}
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if err := forgive(ctx, w, checked.Project, checked.Login, me.From); err != nil {
			return err
		}
		if used, err := w.UseAccount(ctx, checked); err != nil || !used { // it is as it was looked at, and open: held until the end
			return orErr(err, errOld)
		}
		act, err := record(ctx, w, me.Session.Person, "local.password-chosen", journal.ClassChange)
		if err != nil {
			return err
		}
		if done, err := w.Renew(ctx, act, checked, kept, false); err != nil || !done {
			return orErr(err, errOld)
		}
		return then(ctx, w, checked)
	})
	if err != nil {
		return fmt.Errorf("change the password of %s: %w", me.Session.Person, err)
	}
	return nil
}

// mayChoose refuses a password that is not to be chosen, and a pupil whose school does not let them choose.
func (s *Service) mayChoose(ctx context.Context, me Me, password Phrase) error {
	return s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		own, err := me.own(ctx, r)
		if err != nil || !own.MayChange {
			return orErr(err, errSchool)
		}
		return choosable(ctx, r, own.Account, password)
	})
}

// alone ends what was begun with the account but this session, which gets a new token.
func (me Me) alone(ctx context.Context, w Writer, a Account) (federation.Token, error) {
	if err := w.Bar(ctx, a.Project, a.Person); err != nil {
		return "", err
	}
	token, err := federation.Rotate(ctx, w, me.Session, me.Token)
	if err != nil {
		return "", err
	}
	return token, federation.EndAll(ctx, w, federation.Ending{
		Project: a.Project, Person: a.Person, Why: federation.AccountChanged, By: by(a.Person), But: me.Session.ID,
	})
}
