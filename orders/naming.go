package orders

import (
	"context"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Name lets a person of the school order for it (« gestionnaire »). Only who heads the school does so.
func (s *Service) Name(ctx context.Context, head directory.PersonID, school directory.SchoolID, person directory.PersonID) error {
	return s.write(ctx, "name a buyer", func(ctx context.Context, w Writer) error {
		if err := heads(ctx, w, school, head); err != nil {
			return err
		}
		office, err := w.FindOffice(ctx, school, person)
		switch {
		case err != nil:
			return err
		case !office.Teaches:
			return fault.New(fault.Invalid, "orders.buyer.person", "field", "personne")
		case office.Buys:
			return nil
		}
		act, err := naming(ctx, w, school, head, person, "orders.named")
		if err != nil {
			return err
		}
		return w.Name(ctx, act, school, person)
	})
}

// Unname ends it.
func (s *Service) Unname(ctx context.Context, head directory.PersonID, school directory.SchoolID, person directory.PersonID) error {
	return s.write(ctx, "unname a buyer", func(ctx context.Context, w Writer) error {
		if err := heads(ctx, w, school, head); err != nil {
			return err
		}
		ended, err := w.Unname(ctx, school, person)
		if err != nil || !ended {
			return err
		}
		_, err = naming(ctx, w, school, head, person, "orders.unnamed")
		return err
	})
}

func naming(ctx context.Context, w Writer, school directory.SchoolID, head, person directory.PersonID, verb string) (journal.ActID, error) {
	return w.Record(ctx, journal.Entry{School: string(school), Actor: Buyer{Person: head}.Actor(), Verb: verb, Subject: string(person), Person: string(person), Class: journal.ClassChange})
}

// heads refuses whoever does not head the school.
func heads(ctx context.Context, r Reader, school directory.SchoolID, person directory.PersonID) error {
	office, err := r.FindOffice(ctx, school, person)
	if err == nil && !office.Heads {
		err = fault.New(fault.Denied, "orders.head.only")
	}
	return err
}

// ListNamed returns whom the head named, for the head.
func (s *Service) ListNamed(ctx context.Context, head directory.PersonID, school directory.SchoolID) ([]Named, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Named, error) {
		if err := heads(ctx, r, school, head); err != nil {
			return nil, err
		}
		return r.ListNamed(ctx, school)
	})
}

// FindOffice says what a person is to a school's orders.
func (s *Service) FindOffice(ctx context.Context, school directory.SchoolID, person directory.PersonID) (Office, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Office, error) { return r.FindOffice(ctx, school, person) })
}

// AddBookseller makes a bookseller known, for an operator. Schools take it, or do not.
func (s *Service) AddBookseller(ctx context.Context, by journal.Actor, name, siret string) (Bookseller, error) {
	b := Bookseller{BooksellerID(s.IDs.New()), strings.TrimSpace(name), References{SIRET: siret}.settled().SIRET}
	if b.Name == "" || !line(b.Name, 120) {
		return b, fault.New(fault.Invalid, "orders.bookseller.name", "most", 120)
	}
	if err := checkSIRET(b.SIRET); err != nil {
		return b, err
	}
	return b, s.write(ctx, "add a bookseller", func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "orders.bookseller-added", Subject: string(b.ID), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		return w.KeepBookseller(ctx, act, b)
	})
}

// FindBookseller returns a bookseller.
func (s *Service) FindBookseller(ctx context.Context, id BooksellerID) (Bookseller, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Bookseller, error) { return r.FindBookseller(ctx, id) })
}

// FindBooksellerBySIRET returns the bookseller of an official number.
func (s *Service) FindBooksellerBySIRET(ctx context.Context, siret string) (Bookseller, error) {
	siret = References{SIRET: siret}.settled().SIRET
	if err := checkSIRET(siret); err != nil {
		return Bookseller{}, err
	}
	return read(ctx, s, func(ctx context.Context, r Reader) (Bookseller, error) { return r.FindBooksellerBySIRET(ctx, siret) })
}

// AskClient asks a school to take a bookseller; a school that took it stays so.
func (s *Service) AskClient(ctx context.Context, seller BooksellerID, school directory.SchoolID) error {
	return s.client(ctx, Buyer{Bookseller: seller}, school, seller, ClientAsked)
}

// AnswerClient takes a bookseller that asked, or ends it: for who orders for the school.
func (s *Service) AnswerClient(ctx context.Context, person directory.PersonID, school directory.SchoolID, seller BooksellerID, takes bool) error {
	if takes {
		return s.client(ctx, Buyer{Person: person}, school, seller, ClientAccepted)
	}
	return s.client(ctx, Buyer{Person: person}, school, seller, ClientEnded)
}

// LeaveClient ends it for the bookseller.
func (s *Service) LeaveClient(ctx context.Context, seller BooksellerID, school directory.SchoolID) error {
	return s.client(ctx, Buyer{Bookseller: seller}, school, seller, ClientEnded)
}

var clientVerbs = map[ClientState]string{ClientAsked: "orders.client-asked", ClientAccepted: "orders.client-accepted", ClientEnded: "orders.client-ended"}

// client brings what a school is to a bookseller to a state, if who asks may.
func (s *Service) client(ctx context.Context, by Buyer, school directory.SchoolID, seller BooksellerID, to ClientState) error {
	return s.write(ctx, "answer a bookseller", func(ctx context.Context, w Writer) error {
		if by.Person != "" {
			if _, err := buyable(ctx, w, BasketKey{school, by}); err != nil {
				return err
			}
		} else if _, err := w.FindSchool(ctx, school); err != nil {
			return err
		}
		b, err := w.FindBookseller(ctx, seller)
		if err != nil {
			return err
		}
		was, err := w.FindClient(ctx, school, seller)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		switch {
		case was.State == to, to == ClientAsked && was.State == ClientAccepted, to == ClientEnded && was.State == "":
			return nil
		case to == ClientAccepted && was.State != ClientAsked:
			return fault.New(fault.Conflict, "orders.client.unasked")
		}
		act, err := w.Record(ctx, journal.Entry{School: string(school), Actor: by.Actor(), Verb: clientVerbs[to], Subject: string(seller), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		if err := w.KeepClient(ctx, act, Client{school, b, to, w.Now()}); err != nil {
			return err
		}
		return w.Tell(ctx, journal.Fact{Topic: ClientChanged, School: string(school), Subject: string(seller)}, ClientMoved{to, by.Person != ""})
	})
}

// ListBooksellers returns the booksellers of a school, for who orders for it; ListClients the schools of a bookseller.
func (s *Service) ListBooksellers(ctx context.Context, person directory.PersonID, school directory.SchoolID) ([]Client, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Client, error) {
		if _, err := buyable(ctx, r, BasketKey{school, Buyer{Person: person}}); err != nil {
			return nil, err
		}
		return r.ListClients(ctx, school, "")
	})
}

// ListClients returns the schools of a bookseller.
func (s *Service) ListClients(ctx context.Context, seller BooksellerID) ([]Client, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Client, error) { return r.ListClients(ctx, "", seller) })
}
