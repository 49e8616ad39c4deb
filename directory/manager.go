package directory

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"pupitre/internal/fault"
	"pupitre/journal"
)

// ManagerChanged tells that a person began or ceased to assign copies in a school by the word of its head. It has no body.
const ManagerChanged = "directory.manager.changed"

// ManagerWithdrawn is the state of a manager whom the head took the charge from: the portal's file does not give it back, the head may.
const ManagerWithdrawn ManagerState = "withdrawn"

// The acts on a school's assignment managers: by its head or, but for confirming, by the portal's file.
const (
	VerbManagerNamed     = "directory.manager.named"
	VerbManagerConfirmed = "directory.manager.confirmed"
	VerbManagerWithdrawn = "directory.manager.withdrawn"
)

// ManagerChange is what the journal keeps of such an act: the manager's state before it and after. "" is of who is none.
type ManagerChange struct {
	Was ManagerState `json:"was,omitempty"`
	Is  ManagerState `json:"is,omitempty"`
}

// ReadManagerChange reads the detail of an act on a manager. Entries had none once: then Is is what the act's name says.
func ReadManagerChange(verb string, detail []byte) (c ManagerChange, err error) {
	if err := json.Unmarshal(detail, &c); err != nil {
		return c, fmt.Errorf("read what became of a manager: %w", err)
	}
	if c.Was+c.Is == "" {
		if verb == VerbManagerWithdrawn {
			c.Is = ManagerWithdrawn
		} else {
			c.Is = ManagerConfirmed
		}
	}
	return c, nil
}

// Entry is the journal's of an act on the manager. Its class is the ledger's: who could assign copies explains them.
func (m AssignmentManager) Entry(by journal.Actor, verb string, was ManagerState) journal.Entry {
	return journal.Entry{School: string(m.School), Actor: by, Verb: verb, Subject: string(m.Person), Person: string(m.Person), Class: journal.ClassLedger,
		Detail: ManagerChange{was, m.State}}
}

// NameManager makes an adult of the school one of its assignment managers, by the word of the head; of anybody else it is Denied. The
// portal's file does not take it back. Naming who is one already changes nothing but who named them.
func (s *Service) NameManager(ctx context.Context, head PersonID, manager AssignmentManager) error {
	return s.asHead(ctx, head, manager.School, func(ctx context.Context, w Writer, by journal.Actor) error {
		attachments, err := w.Attachments(ctx, manager.Person)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(attachments, func(a Attachment) bool {
			return a.School == manager.School && a.Present() && a.Profile != Pupil
		}) {
			return fault.New(fault.NotFound, "directory.manager.adult")
		}
		was, err := manager.standing(ctx, w)
		if err != nil {
			return err
		}
		manager.State = ManagerConfirmed
		return manager.keep(ctx, w, by, VerbManagerNamed, was)
	})
}

// WithdrawManager takes the charge from an assignment manager, or from one who waits for the head's word, by the word of the head; of
// anybody else it is Denied. What they gave stays given. NotFound where the person is none.
func (s *Service) WithdrawManager(ctx context.Context, head PersonID, manager AssignmentManager) error {
	return s.asHead(ctx, head, manager.School, func(ctx context.Context, w Writer, by journal.Actor) error {
		was, err := manager.standing(ctx, w)
		if err != nil {
			return err
		}
		if was == "" {
			return fault.New(fault.NotFound, "directory.manager.unknown")
		}
		manager.State = ManagerWithdrawn
		return manager.keep(ctx, w, by, VerbManagerWithdrawn, was)
	})
}

// standing is the state in which the manager is found, "" where the person is none, or none any more.
func (m AssignmentManager) standing(ctx context.Context, r Reader) (ManagerState, error) {
	managers, err := r.Managers(ctx, m.School)
	for _, x := range managers {
		if x.Person == m.Person {
			return x.State, err
		}
	}
	return "", err
}

// keep writes the manager's state under an entry of the school's journal, and tells.
func (m AssignmentManager) keep(ctx context.Context, w Writer, by journal.Actor, verb string, was ManagerState) error {
	act, err := w.Record(ctx, m.Entry(by, verb, was))
	if err != nil {
		return err
	}
	if err := w.KeepManager(ctx, act, m); err != nil {
		return err
	}
	return w.Tell(ctx, journal.Fact{Topic: ManagerChanged, School: string(m.School), Person: string(m.Person), Subject: string(m.Person)}, nil)
}
