package local

import (
	"context"
	"fmt"

	"pupitre/federation"
	"pupitre/journal"
)

// NewOffer is what a telephone may take of somebody who has confirmed: a new one in place of the old, or the first of who has a passkey.
func (s *Service) NewOffer(ctx context.Context, me Me) (Offer, error) {
	var o Offer
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		p, a, err := me.confirmed(ctx, r)
		if err != nil {
			return err
		}
		o, err = s.offerOf(p, a)
		return err
	})
	return o, err
}

// Replace sets up what NewOffer offered, once a code shows that the telephone has it: an old one is worth nothing from then on, other
// sessions end, and so does the confirmation. It returns new recovery codes, shown once, and the session's new token.
func (s *Service) Replace(ctx context.Context, me Me, code string) ([]string, federation.Token, error) {
	codes, hashes := newCodes()
	var token federation.Token
	var refused error
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		refused = nil
		p, a, err := me.confirmed(ctx, w)
		if err != nil {
			return err
		}
		step, ok, err := s.hasOffer(ctx, w, p, a, code)
		if err != nil {
			return err
		}
		if !ok {
			refused = errCode
			return nil
		}
		if err := w.ForgetTries(ctx, a.Project, factorBucket(a.Project, a.Person).Key); err != nil {
			return err
		}
		if used, err := w.UseAccount(ctx, a); err != nil || !used { // held until the end
			return orErr(err, errAgain)
		}
		verb := "local.factor-renewed"
		if a.Factor == nil {
			verb = "local.factor-added"
		}
		act, err := record(ctx, w, me.Session.Person, verb, journal.ClassChange)
		if err != nil {
			return err
		}
		a.Factor, a.Step = p.Secret, step
		if err := w.SetFactor(ctx, act, a, hashes); err != nil {
			return err
		}
		token, err = me.alone(ctx, w, a)
		return err
	})
	if err = orErr(err, refused); err != nil {
		return nil, "", fmt.Errorf("renew the second factor of %s: %w", me.Session.Person, err)
	}
	return codes, token, nil
}

// RenewCodes makes new recovery codes for somebody who has confirmed: the old ones are worth nothing from then on.
func (s *Service) RenewCodes(ctx context.Context, me Me) ([]string, error) {
	codes, hashes := newCodes()
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		_, a, err := me.confirmed(ctx, w)
		if err != nil {
			return err
		}
		if !a.Guarded() {
			return errNone // there is nothing that they would stand in for
		}
		if used, err := w.UseAccount(ctx, a); err != nil || !used { // two at once: one after the other
			return orErr(err, errAgain)
		}
		act, err := record(ctx, w, me.Session.Person, "local.codes-renewed", journal.ClassChange)
		if err != nil {
			return err
		}
		return w.SetRecovery(ctx, act, a, hashes)
	})
	if err != nil {
		return nil, fmt.Errorf("renew the recovery codes of %s: %w", me.Session.Person, err)
	}
	return codes, nil
}

// newCodes makes the recovery codes of one second factor, and what is kept of them.
func newCodes() (codes []string, hashes []federation.Hash) {
	for range RecoveryCodes {
		code := newRecovery()
		codes, hashes = append(codes, code), append(hashes, recoveryHash(code))
	}
	return codes, hashes
}
