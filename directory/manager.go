package directory

import (
	"context"
	"slices"

	"pupitre/internal/fault"
	"pupitre/journal"
)

// ManagerChanged tells that a person began or ceased to assign copies in a school by the word of its head. It has no body.
const ManagerChanged = "directory.manager.changed"

// ManagerWithdrawn is the state of a manager whom the head took the charge from: the portal's file does not give it back, the head may.
const ManagerWithdrawn ManagerState = "withdrawn"

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
		manager.State = ManagerConfirmed
		return manager.keep(ctx, w, by, "directory.manager.named")
	})
}

// WithdrawManager takes the charge from an assignment manager, or from one who waits for the head's word, by the word of the head; of
// anybody else it is Denied. What they gave stays given. NotFound where the person is none.
func (s *Service) WithdrawManager(ctx context.Context, head PersonID, manager AssignmentManager) error {
	return s.asHead(ctx, head, manager.School, func(ctx context.Context, w Writer, by journal.Actor) error {
		managers, err := w.Managers(ctx, manager.School)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(managers, func(m AssignmentManager) bool { return m.Person == manager.Person }) {
			return fault.New(fault.NotFound, "directory.manager.unknown")
		}
		manager.State = ManagerWithdrawn
		return manager.keep(ctx, w, by, "directory.manager.withdrawn")
	})
}

// keep writes the manager's state under an entry of the school's journal, and tells.
func (m AssignmentManager) keep(ctx context.Context, w Writer, by journal.Actor, verb string) error {
	act, err := w.Record(ctx, journal.Entry{School: string(m.School), Actor: by, Verb: verb, Subject: string(m.Person), Person: string(m.Person),
		Class: journal.ClassChange})
	if err != nil {
		return err
	}
	if err := w.KeepManager(ctx, act, m); err != nil {
		return err
	}
	return w.Tell(ctx, journal.Fact{Topic: ManagerChanged, School: string(m.School), Person: string(m.Person), Subject: string(m.Person)}, nil)
}
