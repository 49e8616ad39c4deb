package trade

import (
	"context"
	"fmt"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/tx"
	"pupitre/journal"
	"pupitre/orders"
)

// Service is the trade's use cases. Build it as a literal; all its fields are needed.
//
//	the operator  Add, Close, List
//	the agent     Arrive, Present, Alone, Leave     session.go
type Service struct {
	Store Store
	IDs   *id.Maker
}

// Add makes somebody the agent of a house. They come in once they have an account (local.Service.Hand).
func (s *Service) Add(ctx context.Context, by journal.Actor, a Agent) (Agent, error) {
	a, err := a.settle()
	if err != nil {
		return a, err
	}
	a.Person = directory.PersonID(s.IDs.New())
	return a, s.write(ctx, "add an agent", func(ctx context.Context, w Writer) error {
		if a.Bookseller != "" {
			if _, err := w.FindBookseller(ctx, a.Bookseller); err != nil {
				return err
			}
		}
		if a.Publisher != "" {
			if _, err := w.FindPublisher(ctx, a.Publisher); err != nil {
				return err
			}
		}
		a.Since = w.Now()
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "trade.agent-added", Subject: string(a.Person), Person: string(a.Person), Class: journal.ClassChange,
			Detail: map[string]any{"bookseller": a.Bookseller, "distributor": a.Distributor, "publisher": a.Publisher}})
		if err != nil {
			return err
		}
		if err := w.AddAgent(ctx, act, a, directory.NewSecret()); err != nil {
			return err
		}
		return w.Tell(ctx, journal.Fact{Topic: orders.AgentAdded, Subject: string(a.Person)}, nil) // the address itself is told to nobody
	})
}

// Close ends it: their sessions are over, and none begins any more.
func (s *Service) Close(ctx context.Context, by journal.Actor, person directory.PersonID) error {
	return s.write(ctx, "close an agent", func(ctx context.Context, w Writer) error {
		if _, err := w.FindAgent(ctx, person); err != nil {
			return err
		}
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "trade.agent-closed", Subject: string(person), Person: string(person), Class: journal.ClassChange})
		if err != nil {
			return err
		}
		closed, err := w.CloseAgent(ctx, act, person)
		if err == nil && !closed {
			err = fault.New(fault.Conflict, "trade.agent.over")
		}
		return err
	})
}

// EndSessions ends what somebody has open: their account was renewed.
func (s *Service) EndSessions(ctx context.Context, person directory.PersonID) error {
	return s.write(ctx, "end sessions", func(ctx context.Context, w Writer) error { return w.EndSessions(ctx, person) })
}

// List returns all agents, by name.
func (s *Service) List(ctx context.Context) ([]Agent, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]Agent, error) { return r.ListAgents(ctx) })
}

func (s *Service) write(ctx context.Context, doing string, f func(ctx context.Context, w Writer) error) error {
	if err := s.Store.Write(ctx, f); err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}
