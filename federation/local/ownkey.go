package local

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// AskNewKey is what the browser of somebody who has confirmed is asked, to make a passkey.
func (s *Service) AskNewKey(ctx context.Context, me Me) ([]byte, error) {
	party, ok := partyAt(s.Base)
	if !ok {
		return nil, errKeyNowhere
	}
	var question []byte
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		who, err := me.mayHold(ctx, w)
		if err != nil {
			return err
		}
		var challenge []byte
		if question, challenge, err = party.offerNew(who); err != nil {
			return err
		}
		return ask(ctx, w, who.Project, toAdd.of(string(me.Proof)), challenge)
	})
	return question, err
}

// AddKey keeps a passkey that the browser of somebody who has confirmed has made.
func (s *Service) AddKey(ctx context.Context, me Me, name string, response []byte) error {
	party, ok := partyAt(s.Base)
	if !ok {
		return errKeyNowhere
	}
	name = strings.Join(strings.Fields(strings.ToValidUTF8(name, "")), " ")
	if name == "" || utf8.RuneCountInString(name) > maxKeyName {
		return fault.New(fault.Invalid, "local.passkey.name", "n", maxKeyName)
	}
	var refused error // kept apart: the challenge is used up all the same
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		refused = nil
		who, err := me.mayHold(ctx, w)
		if err != nil {
			return err
		}
		challenge, err := answered(ctx, w, who.Project, toAdd.of(string(me.Proof)))
		if err != nil {
			return err
		}
		key, err := party.register(who, challenge, response)
		if err != nil {
			refused = wrongKey(err)
			return nil
		}
		if used, err := w.UseAccount(ctx, who.Account); err != nil || !used {
			return orErr(err, errAgain)
		}
		act, err := record(ctx, w, me.Session.Person, "local.passkey-added", journal.ClassChange)
		if err != nil {
			return err
		}
		key.Name = name
		if added, err := w.AddPasskey(ctx, act, key); err != nil || !added {
			return orErr(err, fault.New(fault.Conflict, "local.passkey.known"))
		}
		return nil
	})
	if err = orErr(err, refused); err != nil {
		return fmt.Errorf("add a passkey of %s: %w", me.Session.Person, err)
	}
	return nil
}

// mayHold is somebody who has confirmed and may have one more passkey: of the staff, with a second factor already, for a passkey does not
// work everywhere.
func (me Me) mayHold(ctx context.Context, r Reader) (keyholder, error) {
	_, a, err := me.confirmed(ctx, r)
	if err != nil {
		return keyholder{}, err
	}
	staff, err := isStaff(ctx, r, a.Project, a.Person)
	if err != nil || !staff || a.Factor == nil {
		return keyholder{}, orErr(err, fault.New(fault.Denied, "local.passkey.staff"))
	}
	who, err := holding(ctx, r, a)
	if err != nil {
		return keyholder{}, err
	}
	if len(who.keys) >= maxPasskeys {
		return keyholder{}, fault.New(fault.Exhausted, "local.passkey.many", "n", maxPasskeys)
	}
	person, err := r.Person(ctx, a.Person)
	who.name = person.Name
	return who, err
}

// DropKey removes a passkey of somebody who has confirmed: with a device that was lost, what was opened by it ends, and so does the
// confirmation. It returns the session's new token.
func (s *Service) DropKey(ctx context.Context, me Me, id []byte) (federation.Token, error) {
	var token federation.Token
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		_, a, err := me.confirmed(ctx, w)
		if err != nil {
			return err
		}
		keys, err := w.Passkeys(ctx, a.Project, a.Person)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(keys, func(k Passkey) bool { return bytes.Equal(k.ID, id) })
		if i < 0 {
			return fault.New(fault.NotFound, "local.passkey.unknown")
		}
		act, err := record(ctx, w, me.Session.Person, "local.passkey-removed", journal.ClassChange)
		if err != nil {
			return err
		}
		if removed, err := w.RemovePasskey(ctx, act, keys[i]); err != nil || !removed {
			return orErr(err, fault.New(fault.NotFound, "local.passkey.unknown"))
		}
		token, err = me.alone(ctx, w, a)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("remove a passkey of %s: %w", me.Session.Person, err)
	}
	return token, nil
}
