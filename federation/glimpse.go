package federation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// Glimpse (« aperçu ») is what a portal's server vouches for, for one page of its own that shows something of ours. It begins no session.
type Glimpse struct {
	Project   directory.ProjectID
	External  string        // GARPersonIdentifiant
	School    directory.UAI // where they are on the portal's page; "" for wherever they are first
	Once      Token         // what is shown once
	OnceUntil time.Time     // until when it could be shown
}

// Glimpse returns whom a portal vouches for, and where. Their session is none: it has no id, and nothing keeps it. Refused: what was shown
// before (federation.glimpse.again), somebody who is not provisioned (federation.person.unknown), or who is in no school any more
// (federation.person.nowhere), or not in the school that is named (federation.glimpse.elsewhere).
func (s *Service) Glimpse(ctx context.Context, g Glimpse) (Presence, error) {
	var p Presence
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		first, err := w.TakeOnce(ctx, g.Project, g.Once.Hash(), g.OnceUntil)
		if err == nil && !first {
			err = fault.New(fault.Denied, "federation.glimpse.again")
		}
		if err != nil {
			return err
		}
		p = Presence{}
		if p.Person, p.Places, err = vouchedFor(ctx, w, g.Project, g.External); err != nil {
			return err
		}
		at := 0
		if g.School != "" {
			if at = slices.IndexFunc(p.Places, func(here Place) bool { return here.School.UAI == g.School }); at < 0 {
				return fault.New(fault.Denied, "federation.glimpse.elsewhere", "uai", string(g.School))
			}
		}
		p.Session = Session{Project: p.Person.Project, Person: p.Person.ID, School: p.Places[at].School.ID, Profile: p.Places[at].Profile}
		return nil
	})
	if err != nil {
		return Presence{}, fmt.Errorf("glimpse from %s: %w", g.Project, err)
	}
	return p, nil
}
