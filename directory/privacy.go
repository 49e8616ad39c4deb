package directory

import (
	"context"

	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/privacy"
)

// Holder is the directory's part of the register of personal data. It erases last: it has the names.
type Holder struct{ Store Store }

var _ privacy.Holder = Holder{}

// Area implements privacy.Holder.
func (Holder) Area() string { return "directory" }

// Describe implements privacy.Holder.
func (Holder) Describe() []privacy.Kept {
	return []privacy.Kept{{Table: "person", What: "directory.kept.person", Why: "directory.why.person", Source: "portal"}}
}

// exported is what a person gets of their own.
type exported struct {
	Project  ProjectID       `json:"project"`
	External string          `json:"identifier"`
	Family   string          `json:"familyName"`
	Given    string          `json:"givenName"`
	Civility string          `json:"civility,omitempty"`
	Mails    []string        `json:"mails,omitempty"`
	Places   []exportedPlace `json:"places"`
}

type exportedPlace struct {
	School  SchoolID `json:"school"`
	Profile Profile  `json:"profile"`
	Level   string   `json:"level,omitempty"`
	Since   string   `json:"since"`
	Until   string   `json:"until,omitempty"` // the day they left
	Cohorts []string `json:"classes,omitempty"`
}

// Export implements privacy.Holder.
func (h Holder) Export(ctx context.Context, who privacy.Subject) (any, error) {
	var out exported
	err := h.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		p, err := r.Person(ctx, PersonID(who.ID))
		if err != nil {
			return err
		}
		out = exported{Project: p.Project, External: p.External, Family: p.Name.Family, Given: p.Name.Given, Civility: p.Name.Civility, Mails: p.Mails}
		out.Places, err = placesOf(ctx, r, p.ID)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	return out, err
}

func placesOf(ctx context.Context, r Reader, person PersonID) (places []exportedPlace, err error) {
	attachments, err := r.Attachments(ctx, person)
	if err != nil {
		return nil, err
	}
	for _, a := range attachments {
		place := exportedPlace{School: a.School, Profile: a.Profile, Level: a.Level, Since: a.Since.String()}
		if !a.Until.IsZero() {
			place.Until = a.Until.String()
		}
		cohorts, err := r.CohortsOf(ctx, a.School, person)
		if err != nil {
			return nil, err
		}
		for _, c := range cohorts {
			place.Cohorts = append(place.Cohorts, c.Label)
		}
		places = append(places, place)
	}
	return places, nil
}

// Erase implements privacy.Holder: the person leaves every school where they are (so their copies come back), then nothing here names
// them any more. Ledger and journal stay, true and nameless (docs/contracts.md §6). A portal that sends the person again brings
// somebody new: it must be told, too.
func (h Holder) Erase(ctx context.Context, who privacy.Subject) error {
	return h.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		p, err := w.Person(ctx, PersonID(who.ID))
		if fault.Is(err, fault.NotFound) {
			return nil
		} else if err != nil {
			return err
		}
		act, err := w.Record(ctx, journal.Entry{
			Actor: journal.System("erasure"), Verb: "directory.person-forgotten", Subject: who.ID, Person: who.ID, Class: journal.ClassChange,
		})
		if err != nil {
			return err
		}
		if err := leaveAll(ctx, w, p.ID); err != nil {
			return err
		}
		return w.Forget(ctx, act, p.Project, p.ID)
	})
}

// leaveAll tells that a person leaves the schools where they are.
func leaveAll(ctx context.Context, w Writer, person PersonID) error {
	attachments, err := w.Attachments(ctx, person)
	if err != nil {
		return err
	}
	left := map[SchoolID]*Situation{}
	var order []SchoolID
	for _, a := range attachments {
		if !a.Until.IsZero() {
			continue
		}
		s := left[a.School]
		if s == nil {
			s = &Situation{Profile: a.Profile, Level: a.Level}
			left[a.School], order = s, append(order, a.School)
		}
		s.Profiles = append(s.Profiles, a.Profile)
		s.Profile = Strongest(s.Profiles)
	}
	for _, school := range order {
		cohorts, err := w.CohortsOf(ctx, school, person)
		if err != nil {
			return err
		}
		for _, c := range cohorts {
			left[school].Cohorts = append(left[school].Cohorts, c.ID)
		}
		fact := journal.Fact{Topic: PersonLeft, School: string(school), Person: string(person)}
		if err := w.Tell(ctx, fact, Movement{Situation: *left[school]}); err != nil {
			return err
		}
	}
	return nil
}
