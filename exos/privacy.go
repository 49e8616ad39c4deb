package exos

import (
	"context"
	"encoding/json"

	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/privacy"
)

// Holder is Biblio Exos's part of the register of personal data. It knows whom a request is about as the broker does: Subject.Project is
// the issuer, Subject.ID the pseudonym there.
type Holder struct{ Store Store }

var _ privacy.Holder = Holder{}

// Personal is what is kept of one learner in a table, a row each: column by column, as the person gets it.
type Personal map[string][]map[string]json.RawMessage

// Area implements privacy.Holder.
func (Holder) Area() string { return "exos" }

// Describe implements privacy.Holder.
func (Holder) Describe() []privacy.Kept {
	kept := func(table, what, why, source string) privacy.Kept {
		return privacy.Kept{Table: table, What: "exosclass.kept." + what, Why: "exosclass.why." + why, Source: source}
	}
	out := []privacy.Kept{
		kept("learner", "learner", "know", "portal"), kept("session", "session", "know", "house"), kept("learner_right", "right", "open", "portal"),
		kept("membership", "membership", "class", "portal"), kept("place", "place", "work", "person"), kept("attempt", "attempt", "work", "person"),
		kept("event", "event", "work", "person"), kept("mark", "mark", "work", "house"), kept("handed", "handed", "work", "person"),
		kept("paper", "paper", "class", "person"), kept("hand_mark", "hand", "class", "house"), kept("homework_for", "given", "class", "house"),
		kept("homework", "homework", "class", "person"), kept("own_group", "group", "class", "person"), kept("notebook", "notebook", "author", "person"),
		kept("draft", "draft", "author", "person"), kept("share", "share", "author", "person"), kept("guess", "guess", "guess", "house"),
		kept("publisher_key", "key", "key", "house"), kept("lti_grade", "grade", "grade", "portal"),
		kept("device", "device", "device", "person"), kept("device_lent", "lent", "device", "house"), kept("device_share", "keyshare", "keyshare", "house"),
		kept("device_ready", "ready", "class", "person"), kept("device_act", "act", "work", "person"),
		kept("device_answer", "heard", "device", "house"), kept("device_report", "report", "report", "house"),
		kept("device_receipt", "receipt", "receipt", "person"),
	}
	for i := range out {
		switch out[i].Table {
		case "session":
			out[i].For = sessionLife
		case "guess":
			out[i].For = guessKept
		case "publisher_key":
			out[i].For = keyNameKept
		}
	}
	return out
}

// Export implements privacy.Holder.
func (h Holder) Export(ctx context.Context, who privacy.Subject) (any, error) {
	var out Personal
	err := h.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		l, err := r.LearnerCalled(ctx, who.Project, Pseudonym(who.ID))
		if err != nil {
			return err
		}
		out, err = r.Personal(ctx, l.ID)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return out, err
}

// Erase implements privacy.Holder. A teacher's homework stays for the pupils who have worked in it, and is nobody's: no table of it has
// the teacher's id any more. The journal keeps its entries, whose ids lead nowhere then (docs/contracts.md §6).
func (h Holder) Erase(ctx context.Context, who privacy.Subject) error {
	if who.Project == "" || who.ID == "" {
		return fault.New(fault.Invalid, "exosclass.person.whose")
	}
	return h.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: journal.System("erasure"), Verb: "exos.learner-erased", Class: journal.ClassAccess})
		if err != nil {
			return err
		}
		return w.Forget(ctx, act, who.Project, Pseudonym(who.ID))
	})
}
