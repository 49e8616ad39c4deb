package exos

import (
	"context"

	"pupitre/internal/fault"
	"pupitre/journal"
)

// Moved tells Biblio Exos that its issuer has another address and is the same: who was known by a pseudonym there is known by it
// here, with all their work. A pseudonym means nothing without its issuer, so nobody else may say so: a broker that only claims to
// be the old one would read everybody's answers. It returns how many learners moved; said again, none do.
func (s *Service) Moved(ctx context.Context, by journal.Actor, from, to string) (int64, error) {
	if from == "" || to == "" || from == to {
		return 0, fault.New(fault.Invalid, "exos.issuer.same", "from", from, "to", to)
	}
	return write(ctx, s, func(ctx context.Context, w Writer) (int64, error) {
		act, err := w.Record(ctx, journal.Entry{
			Actor: by, Verb: "exos.issuer-moved", Subject: to, Class: journal.ClassChange, Detail: map[string]any{"from": from, "to": to},
		})
		if err != nil {
			return 0, err
		}
		return w.MoveLearners(ctx, act, from, to)
	})
}
