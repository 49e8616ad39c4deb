package catalogue

import (
	"context"
	"fmt"

	"pupitre/journal"
)

// Withdraw takes resources out of the catalogue, whose notices are gone at their source, and returns how many were in it. Nobody loses what
// they hold. A notice that comes again puts its resource back.
func (s *Service) Withdraw(ctx context.Context, by journal.Actor, arks []ARK) (n int, err error) {
	if len(arks) == 0 {
		return 0, nil
	}
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		known, err := w.Known(ctx, arks)
		if err != nil {
			return err
		}
		var ids []ResourceID
		for _, k := range known {
			if !k.Withdrawn {
				ids = append(ids, k.ID)
			}
		}
		if n = len(ids); n == 0 {
			return nil
		}
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "catalogue.withdrawn", Class: journal.ClassChange, Detail: map[string][]ResourceID{"resources": ids}})
		if err != nil {
			return err
		}
		at, err := w.Advance(ctx, act)
		if err != nil {
			return err
		}
		if err := w.Withdraw(ctx, act, ids, at); err != nil {
			return fmt.Errorf("withdraw %d resources: %w", n, err)
		}
		return w.Tell(ctx, journal.Fact{Topic: FactChanged}, Changed{Resources: ids})
	})
	return n, err
}
