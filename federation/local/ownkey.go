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
	return s.question(ctx, func(ctx context.Context, w Writer, p party) ([]byte, error) {
		_, a, err := me.confirmed(ctx, w)
		if err != nil {
			return nil, err
		}
		return p.askNew(ctx, w, a, me.Proof)
	})
}

// askNew asks for a passkey of an account, which the holder of a token may make.
func (p party) askNew(ctx context.Context, w Writer, a Account, token federation.Token) ([]byte, error) {
	who, err := mayHold(ctx, w, a)
	if err != nil {
		return nil, err
	}
	question, challenge, err := p.offerNew(who)
	if err != nil {
		return nil, err
	}
	return question, ask(ctx, w, a.Project, toAdd.of(string(token)), challenge)
}

// AddKey keeps a passkey that the browser of somebody who has confirmed has made.
func (s *Service) AddKey(ctx context.Context, me Me, name string, response []byte) error {
	m, err := s.maker(name)
	if err != nil {
		return err
	}
	var refused error // kept apart: the challenge is used up all the same
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		_, a, err := me.confirmed(ctx, w)
		if err != nil {
			return err
		}
		refused, err = m.keep(ctx, w, a, me.Proof, response, nil)
		return err
	})
	if err = orErr(err, refused); err != nil {
		return fmt.Errorf("add a passkey of %s: %w", me.Session.Person, err)
	}
	return nil
}

// TakeKey sets up a passkey as the second factor in a sign-in that asks for one (AskKeyFor): who has made it has unlocked it. It returns recovery
// codes, as Take does.
func (s *Service) TakeKey(ctx context.Context, v Visit, name string, response []byte) ([]string, error) {
	m, err := s.maker(name)
	if err != nil {
		return nil, err
	}
	codes, hashes := newCodes()
	var refused error
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		refused = nil
		p, a, err := passage(ctx, w, v, Enrol)
		if err != nil {
			return err
		}
		if err := first(ctx, w, a); err != nil {
			return err
		}
		if refused, err = m.keep(ctx, w, a, v.Token, response, hashes); err != nil || refused != nil {
			return err
		}
		a.Keyed = true
		return s.enrolled(ctx, w, a, p)
	})
	if err = orErr(err, refused); err != nil {
		return nil, fmt.Errorf("set up a passkey: %w", err)
	}
	return codes, nil
}

// maker keeps a passkey under a name.
type maker struct {
	party
	name string
}

func (s *Service) maker(name string) (maker, error) {
	p, ok := partyAt(s.Base)
	if !ok {
		return maker{}, errKeyNowhere
	}
	name = strings.Join(strings.Fields(strings.ToValidUTF8(name, "")), " ")
	if name == "" || utf8.RuneCountInString(name) > maxKeyName {
		return maker{}, fault.New(fault.Invalid, "local.passkey.name", "n", maxKeyName)
	}
	return maker{p, name}, nil
}

// keep keeps what the holder of a token was asked for (askNew), with these recovery codes, nil for those that there are. What is refused is told
// apart from what failed, as in useKey.
func (m maker) keep(ctx context.Context, w Writer, a Account, token federation.Token, response []byte, codes []federation.Hash) (refused, err error) {
	who, err := mayHold(ctx, w, a)
	if err != nil {
		return nil, err
	}
	challenge, err := answered(ctx, w, a.Project, toAdd.of(string(token)))
	if err != nil {
		return nil, err
	}
	key, err := m.register(who, challenge, response)
	if err != nil {
		return wrongKey(err), nil
	}
	if used, err := w.UseAccount(ctx, a); err != nil || !used {
		return nil, orErr(err, errAgain)
	}
	act, err := record(ctx, w, a.Person, "local.passkey-added", journal.ClassChange)
	if err != nil {
		return nil, err
	}
	key.Name = m.name
	if added, err := w.AddPasskey(ctx, act, key); err != nil || !added {
		return nil, orErr(err, fault.New(fault.Conflict, "local.passkey.known"))
	}
	if codes == nil {
		return nil, nil
	}
	return nil, w.SetRecovery(ctx, act, a, codes)
}

// mayHold is somebody who may have one more passkey: of the staff.
func mayHold(ctx context.Context, r Reader, a Account) (keyholder, error) {
	staff, err := isStaff(ctx, r, a.Project, a.Person)
	if err != nil || !staff {
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
// confirmation. It returns the session's new token. fault.Conflict (local.passkey.last) where no other second factor would be left.
func (s *Service) DropKey(ctx context.Context, me Me, id []byte) (federation.Token, error) {
	var token federation.Token
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		_, a, err := me.confirmed(ctx, w)
		if err != nil {
			return err
		}
		if used, err := w.UseAccount(ctx, a); err != nil || !used { // held: of two keys dropped at once one stays
			return orErr(err, errAgain)
		}
		keys, err := w.Passkeys(ctx, a.Project, a.Person)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(keys, func(k Passkey) bool { return bytes.Equal(k.ID, id) })
		if i < 0 {
			return fault.New(fault.NotFound, "local.passkey.unknown")
		}
		if a.Factor == nil && len(keys) == 1 {
			return fault.New(fault.Conflict, "local.passkey.last")
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
