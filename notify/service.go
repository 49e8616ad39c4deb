package notify

import (
	"context"
	"fmt"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/internal/mail"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Service is the use cases of notifications. Build it as a literal; all its fields are needed but Writes and Stock.
//
//	the reader    CountUnread, List, Open, ReadAll                     here
//	              Settings, GiveAddress, RemoveAddress, Choose         here
//	anybody       Confirm, by a letter's link; Stop, by its click      here
//	areas         Follow                                               follow.go
//	the night     Watch                                                watch.go
//	the operator  ListLetters, Read                                    here, compose.go
type Service struct {
	Store Store
	IDs   *id.Maker
	Words *lang.Words
	Base  string // the broker's address: where links lead, and what letters' ids end with
	// Writes tells that letters are made: there is a server that takes them, or an operator's page that shows them.
	Writes bool
	Stock  Stock // nil: nobody looks at stocks
}

// FactNoticed tells that somebody of a school has a new notification: pages that follow the school show it.
const FactNoticed = "notify.noticed"

// PageSize is how many notifications a page shows.
const PageSize = 30

// CountUnread counts what a person has not read.
func (s *Service) CountUnread(ctx context.Context, of Person) (int, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (int, error) { return r.CountUnread(ctx, of) })
}

// List returns a page of a person's notifications, the latest first, those before one.
func (s *Service) List(ctx context.Context, of Person, before NotificationID) ([]Notification, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Notification, error) {
		return r.ListNotifications(ctx, of, before, PageSize)
	})
}

// Open returns a notification of a person's, which they have read from then on.
func (s *Service) Open(ctx context.Context, of Person, id NotificationID) (Notification, error) {
	n, err := read(ctx, s, func(ctx context.Context, r Reader) (Notification, error) { return r.FindNotification(ctx, of, id) })
	if err != nil || !n.Read.IsZero() {
		return n, err
	}
	return n, s.write(ctx, "read a notification", func(ctx context.Context, w Writer) error { return w.MarkRead(ctx, of, id) })
}

// ReadAll notes that a person has read all their notifications up to one: what came meanwhile stays new.
func (s *Service) ReadAll(ctx context.Context, of Person, upTo NotificationID) error {
	return s.write(ctx, "read notifications", func(ctx context.Context, w Writer) error { return w.MarkAllRead(ctx, of, upTo) })
}

// Settings are a person's address and choices.
func (s *Service) Settings(ctx context.Context, of Person) (Settings, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Settings, error) { return r.FindSettings(ctx, of) })
}

// GiveAddress takes an address of a person's own, and writes to it to ask whether it is theirs. Nothing else goes there before they say so.
func (s *Service) GiveAddress(ctx context.Context, of Person, address string, locale lang.Locale) error {
	if !s.Writes {
		return fault.New(fault.Conflict, "notify.mail.none")
	}
	if err := mail.CheckAddress(address); err != nil {
		return err
	}
	return s.write(ctx, "give an address", func(ctx context.Context, w Writer) error { return s.give(ctx, w, of, address, locale) })
}

// give keeps an address that is to be confirmed, and the letter that asks.
func (s *Service) give(ctx context.Context, w Writer, of Person, address string, locale lang.Locale) error {
	had, err := w.FindSettings(ctx, of)
	if err != nil {
		return err
	}
	if had.Address.Mail == address && had.Address.Pending == "" {
		return nil
	}
	token := federation.NewToken()
	had.Address.Person = of
	a, err := had.Address.ask(address, token, locale, w.Now())
	if err != nil {
		return err
	}
	act, err := acted(ctx, w, of, "notify.address-given")
	if err != nil {
		return err
	}
	if err := w.DropConfirmations(ctx, of); err != nil {
		return err
	}
	if err := w.KeepAddress(ctx, act, a); err != nil {
		return err
	}
	return w.AddLetter(ctx, Letter{Person: of, ID: LetterID(s.IDs.New()), Kind: Confirmation, State: Waiting, Due: w.Now(), Made: w.Now(), Secret: string(token)})
}

// Pending returns the address that a link is about to confirm; fault.NotFound (notify.link.over) where it confirms none.
func (s *Service) Pending(ctx context.Context, token federation.Token) (string, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (string, error) {
		a, err := r.FindPending(ctx, token.Hash())
		if err == nil {
			_, err = a.confirm(r.Now())
		}
		return a.Pending, err
	})
}

// Confirm takes the word of who has a letter's link, once.
func (s *Service) Confirm(ctx context.Context, token federation.Token) (mail string, err error) {
	err = s.write(ctx, "confirm an address", func(ctx context.Context, w Writer) error {
		a, err := w.FindPending(ctx, token.Hash())
		if err != nil {
			return err
		}
		if a, err = a.confirm(w.Now()); err != nil {
			return err
		}
		mail = a.Mail
		act, err := acted(ctx, w, a.Person, "notify.address-confirmed")
		if err != nil {
			return err
		}
		return w.KeepAddress(ctx, act, a)
	})
	return mail, err
}

// RemoveAddress forgets a person's address: they are written to no more.
func (s *Service) RemoveAddress(ctx context.Context, of Person) error {
	return s.write(ctx, "remove an address", func(ctx context.Context, w Writer) error {
		had, err := w.FindSettings(ctx, of)
		if err != nil || had.Address.Stop == "" {
			return err
		}
		act, err := acted(ctx, w, of, "notify.address-removed")
		if err != nil {
			return err
		}
		return w.RemoveAddress(ctx, act, of)
	})
}

// Choose notes how often a person is written to, and in which language.
func (s *Service) Choose(ctx context.Context, of Person, locale lang.Locale, choices []Choice) error {
	return s.write(ctx, "choose how often", func(ctx context.Context, w Writer) error {
		if err := w.KeepLocale(ctx, of, locale); err != nil {
			return err
		}
		for _, c := range choices {
			if err := w.KeepChoice(ctx, of, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// Stoppable tells to which address a letter's click is about to write no more; fault.NotFound where it is nobody's.
func (s *Service) Stoppable(ctx context.Context, stop string) (Address, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Address, error) { return r.FindStopped(ctx, stop) })
}

// Stop stops the letters of a kind, of all kinds for "", by a letter's click: nobody need be signed in. Notifications go on, on the page.
func (s *Service) Stop(ctx context.Context, stop string, kind Kind) error {
	return s.write(ctx, "stop letters", func(ctx context.Context, w Writer) error {
		a, err := w.FindStopped(ctx, stop)
		if err != nil {
			return err
		}
		for _, k := range Kinds {
			if kind != "" && k != kind {
				continue
			}
			if err := w.KeepChoice(ctx, a.Person, Choice{k, Never}); err != nil {
				return err
			}
		}
		return nil
	})
}

// ListLetters returns letters for the operator, the latest first, and how many there are of each state.
func (s *Service) ListLetters(ctx context.Context, before LetterID, limit int) (list []Letter, counts map[LetterState]int, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		if counts, err = r.CountLetters(ctx); err != nil {
			return err
		}
		list, err = r.ListLetters(ctx, before, limit)
		return err
	})
	return list, counts, err
}

// SweepNotifications removes at most limit notifications that are old, SweepLetters letters that were over long ago.
func (s *Service) SweepNotifications(ctx context.Context, limit int) (n int, err error) {
	err = s.write(ctx, "sweep notifications", func(ctx context.Context, w Writer) (err error) {
		n, err = w.SweepNotifications(ctx, w.Now().Add(-NotificationsKept), limit)
		return err
	})
	return n, err
}

// SweepLetters removes at most limit letters that were over long ago.
func (s *Service) SweepLetters(ctx context.Context, limit int) (n int, err error) {
	err = s.write(ctx, "sweep letters", func(ctx context.Context, w Writer) (err error) {
		n, err = w.SweepLetters(ctx, w.Now().Add(-LettersKept), limit)
		return err
	})
	return n, err
}

func acted(ctx context.Context, w Writer, who Person, verb string) (journal.ActID, error) {
	return w.Record(ctx, journal.Entry{Actor: journal.Actor{Kind: journal.ByPerson, ID: string(who.ID)}, Verb: verb, Subject: string(who.ID), Person: string(who.ID), Class: journal.ClassChange})
}

func (s *Service) write(ctx context.Context, doing string, f func(ctx context.Context, w Writer) error) error {
	if err := s.Store.Write(ctx, f); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

// read asks one question of the store.
func read[T any](ctx context.Context, s *Service, f func(ctx context.Context, r Reader) (T, error)) (T, error) {
	return tx.Answer(ctx, s.Store.Read, f)
}
