package licensing

import (
	"context"
	"fmt"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
	"time"
)

// Subscribe opens what a distributor sold (PUT of the web service): a pool per school and share. An identifier that stands
// is a Conflict; one that was deleted is opened anew, its ended entries kept. An unknown school or resource, or a broken
// rule, is Invalid and names the field.
func (s *Service) Subscribe(ctx context.Context, by journal.Actor, sub Subscription) (Subscription, error) {
	if err := sub.Validate(s.Rules); err != nil {
		return Subscription{}, err
	}
	var out Subscription
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		next := sub.settled()
		next.Created, next.Modified, next.Ended = w.Now(), w.Now(), time.Time{}
		basis, err := w.FindBasis(ctx, next)
		if err != nil {
			return err
		}
		if old := basis.Stands; old != nil {
			if old.Ended.IsZero() {
				return fault.New(fault.Conflict, "licensing.subscription.exists", "field", "idAbonnement", "value", string(sub.ID))
			}
			next.Created = old.Created
			if err := fixed(*old, next); err != nil {
				return err
			}
		}
		out, err = s.settle(ctx, w, by, next, basis, "licensing.subscribed")
		return err
	})
	if err != nil {
		return Subscription{}, fmt.Errorf("subscribe %s: %w", sub.ID, err)
	}
	return out, nil
}

// Amend changes a subscription (POST). Schools and natures stay as they are. Numbers may grow, and shrink down to what is
// assigned and reserved: below is Conflict, with the figure. An end that has passed closes access at once, as End does.
func (s *Service) Amend(ctx context.Context, by journal.Actor, sub Subscription) (Subscription, error) {
	var out Subscription
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		old, err := standing(ctx, w, sub.Distributor, sub.ID)
		if err != nil {
			return err
		}
		next := sub
		if len(next.Schools) == 0 && len(next.Natures) == 0 {
			next.Schools, next.Natures = old.Schools, old.Natures
		}
		if err := next.Validate(s.Rules); err != nil {
			return err
		}
		next = next.settled()
		next.Created, next.Modified, next.Ended, next.Trial = old.Created, w.Now(), old.Ended, old.Trial
		if err := fixed(old, next); err != nil {
			return err
		}
		basis, err := w.FindBasis(ctx, next)
		if err != nil {
			return err
		}
		out, err = s.settle(ctx, w, by, next, basis, "licensing.amended")
		return err
	})
	if err != nil {
		return Subscription{}, fmt.Errorf("amend %s: %w", sub.ID, err)
	}
	return out, nil
}

// End deletes a subscription (DELETE): access closes at once, holdings become ended entries. One that is deleted already, or
// of another distributor, is NotFound.
func (s *Service) End(ctx context.Context, by journal.Actor, distributor string, id SubscriptionID) error {
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		sub, err := standing(ctx, w, distributor, id)
		if err != nil {
			return err
		}
		sub.Modified, sub.Ended = w.Now(), w.Now()
		schools, err := w.ListSchoolsOf(ctx, id)
		if err != nil {
			return err
		}
		if err := keep(ctx, w, by, sub, "licensing.ended", w.KeepSubscription); err != nil {
			return err
		}
		for _, school := range schools {
			pools, err := locked(ctx, w, school.ID, sub)
			if err != nil {
				return err
			}
			if err := s.carryOut(ctx, w, site{by: by, verb: "licensing.ended", cause: CauseEnded, school: school, sub: sub}, closing(pools)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("end %s: %w", id, err)
	}
	return nil
}

// standing finds a subscription that its distributor may change. What another one sold looks like what does not exist.
func standing(ctx context.Context, r Reader, distributor string, id SubscriptionID) (Subscription, error) {
	sub, err := r.FindSubscription(ctx, id)
	if err == nil && (!sub.Ended.IsZero() || distributor != "" && sub.Distributor != distributor) {
		err = unknownSubscription(id)
	}
	return sub, err
}

func unknownSubscription(id SubscriptionID) error {
	return fault.New(fault.NotFound, "licensing.subscription.unknown", "field", "idAbonnement", "value", string(id))
}

// fixed refuses to change what the copies already given rest on.
func fixed(old, next Subscription) error {
	field := ""
	switch {
	case old.Distributor != next.Distributor:
		return unknownSubscription(next.ID)
	case old.ARK != next.ARK:
		field = "idRessource"
	case old.Kind != next.Kind:
		field = "typeAffectation"
	case old.Transferable != next.Transferable:
		field = "categorieAffectation"
	case !slices.Equal(old.Schools, next.Schools):
		field = "uaiEtab"
	case !slices.Equal(old.Natures, next.Natures):
		field = "codeNatureUAI"
	default:
		return nil
	}
	return fault.New(fault.Conflict, "licensing.amend.fixed", "field", field)
}

// settle writes the subscription and brings the pools of its schools in line with it.
func (s *Service) settle(ctx context.Context, w Writer, by journal.Actor, sub Subscription, basis Basis, verb string) (Subscription, error) {
	if basis.Work == nil {
		return sub, invalid("licensing.resource.unknown", "idRessource", "value", string(sub.ARK))
	}
	sub.Resource = basis.Work.ID
	if err := sub.suitAll(basis.Schools); err != nil {
		return sub, err
	}
	put := w.KeepSubscription
	if basis.Stands == nil {
		put = w.AddSubscription
	}
	if err := keep(ctx, w, by, sub, verb, put); err != nil {
		return sub, err
	}
	for _, school := range basis.Schools {
		at := site{by: by, verb: verb, cause: causeOf(verb), school: school, sub: sub, first: basis.Stands == nil}
		if err := s.supply(ctx, w, at); err != nil {
			return sub, err
		}
	}
	return sub, nil
}

func causeOf(verb string) Cause {
	if verb == "licensing.amended" {
		return CauseAmended
	}
	return CauseSubscribed
}

// suitAll refuses schools that do not suit the publics of a subscription, and numbers that it names and no school has.
func (s Subscription) suitAll(schools []directory.School) error {
	known := map[directory.UAI]bool{}
	for _, school := range schools {
		known[school.UAI] = true
		if err := s.suits(school); err != nil {
			return err
		}
	}
	for _, uai := range s.Schools {
		if !known[uai] {
			return invalid("licensing.school.unknown", "uaiEtab", "value", string(uai))
		}
	}
	return nil
}

// keep journals the act on the subscription itself, which belongs to no school, and writes it.
func keep(ctx context.Context, w Writer, by journal.Actor, sub Subscription, verb string, put func(context.Context, journal.ActID, Subscription) error) error {
	act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: verb, Subject: string(sub.ID), Class: journal.ClassLedger, Detail: terms(sub)})
	if err != nil {
		return err
	}
	return put(ctx, act, sub)
}

// agreed is what the journal keeps of a subscription's terms.
type agreed struct {
	Distributor string               `json:"distributor"`
	Resource    catalogue.ResourceID `json:"resource"`
	Title       string               `json:"title"`
	Kind        Kind                 `json:"kind"`
	Starts      string               `json:"starts"`
	Ends        string               `json:"ends"`
	Counts      map[string]string    `json:"counts"`
}

func terms(sub Subscription) agreed {
	counts := map[string]string{}
	for _, share := range sub.Shares() {
		counts[JoinProfiles(share.Publics)] = share.Total.String()
	}
	return agreed{sub.Distributor, sub.Resource, sub.Title, sub.Kind, sub.Starts.String(), sub.Ends.String(), counts}
}
