package licensing

import (
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// SuggestionID identifies a suggestion within its school; ids sort by the time of making.
type SuggestionID string

// Suggestion (« suggestion ») is a resource of the school's stock that a teacher proposes for classes or groups that they teach, and
// what the manager answered. It gives nobody anything: accepting it is a plan like any other.
//
//	open ──accept──▶ accepted, or partly
//	     ──decline─▶ declined, with a reason
//	     ──────────▶ withdrawn, by the teacher or with their departure
type Suggestion struct {
	School   directory.SchoolID
	ID       SuggestionID
	Resource catalogue.ResourceID
	Teacher  directory.PersonID
	Targets  []Target // classes and groups, in the order of their texts
	Word     Word     // what the teacher says of it
	Made     time.Time

	State    SuggestionState
	Given    []Target           // of Targets, those that were accepted
	Reason   Word               // what the answer says
	By       directory.PersonID // who answered; "" where nobody has
	Answered time.Time          // zero while it is open
	Act      journal.ActID      // the last act on it: where it was accepted, the one that gave the copies
}

// SuggestionState is what became of a suggestion.
type SuggestionState string

// The states. Only an open suggestion changes.
const (
	Suggested SuggestionState = "open"
	Accepted  SuggestionState = "accepted"
	Partly    SuggestionState = "partly" // some targets were left out, or somebody went without a copy
	Declined  SuggestionState = "declined"
	Withdrawn SuggestionState = "withdrawn"
)

// SuggestionsKept is for how long suggestions are kept once made or answered: a teacher's words are needed no longer than the year they
// were said in.
const SuggestionsKept = 365 * 24 * time.Hour

// Word is what one person writes to another: plain text, never logged.
type Word string

// LogValue implements slog.LogValuer.
func (Word) LogValue() slog.Value { return slog.StringValue("…") }

// maxWord bounds a word, in characters.
const maxWord = 500

// tidy makes a word plain: one kind of line end, no other control sign, none that turns the direction of writing, no blank around.
func (w Word) Tidy() (Word, error) {
	text := strings.ReplaceAll(strings.ToValidUTF8(string(w), ""), "\r\n", "\n")
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, text))
	if n := utf8.RuneCountInString(text); n > maxWord {
		return "", fault.New(fault.Invalid, "licensing.word.long", "most", maxWord, "n", n)
	}
	return Word(text), nil
}

// SuggestionFilter says which suggestions to list; its zero values ask nothing.
type SuggestionFilter struct {
	School  directory.SchoolID // "" for every school, where a teacher is named
	Teacher directory.PersonID
	Open    bool
	After   SuggestionID // the last of the page before
	Limit   int          // 1 to 200; 50 where it is neither
	Within  *Mandate     // of the delegate who reads: those that they may answer; nil for everybody else
}

// SuggestionChanged is the body of FactSuggestionChanged.
type SuggestionChanged struct {
	Resource catalogue.ResourceID `json:"resource"`
	State    SuggestionState      `json:"state"`
}

// FactSuggestionChanged tells that a suggestion was made, answered or withdrawn: body SuggestionChanged; Fact.School is set, Fact.Person is
// the teacher, Fact.Subject the suggestion.
const FactSuggestionChanged = "licensing.suggestion.changed"

// Coverage is how many pupils of a class or group may open each resource today, by a copy or by a right of the school.
type Coverage struct {
	Cohort directory.CohortID
	Pupils int64
	Have   map[catalogue.ResourceID]int64
}

// form holds a new suggestion to its form: it names a resource and classes or groups, each once.
func (s Suggestion) form() (Suggestion, error) {
	var err error
	if s.Word, err = s.Word.Tidy(); err != nil {
		return s, err
	}
	s.Targets = inTheirOrder(s.Targets)
	if s.School == "" || s.Resource == "" || len(s.Targets) == 0 {
		return s, fault.New(fault.Invalid, "licensing.suggestion.empty")
	}
	for _, t := range s.Targets {
		if t.Kind != Cohort {
			return s, fault.New(fault.Invalid, "licensing.suggestion.target")
		}
	}
	return s, nil
}

// inTheirOrder sorts targets by their texts, each once.
func inTheirOrder(list []Target) []Target {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Target) int { return strings.Compare(a.String(), b.String()) })
	return slices.CompactFunc(list, Target.equal)
}

func (t Target) equal(u Target) bool { return t.String() == u.String() }

// taughtBy refuses classes and groups that the person does not teach. Somebody who is no teacher here, or not here, is refused alike.
func (s Suggestion) taughtBy(who []Candidate, places []Place) error {
	teaches := slices.ContainsFunc(who, func(c Candidate) bool {
		return slices.Contains(c.Profiles, directory.Teacher) || slices.Contains(c.Profiles, directory.Librarian)
	})
	if !teaches {
		return fault.New(fault.Denied, "licensing.suggestion.teacher")
	}
	for _, t := range s.Targets {
		if !slices.ContainsFunc(places, func(p Place) bool { return p.Person == s.Teacher && string(p.Cohort) == t.ID }) {
			return fault.New(fault.NotFound, "licensing.suggestion.cohort")
		}
	}
	return nil
}

// worth refuses what accepting would change nothing for: everybody has it already, or no subscription serves anybody.
func (p Plan) worth() error {
	s := p.Sum()
	switch {
	case s.Gets > 0 || s.Short > 0 || len(p.Targets) > 0:
		return nil
	case s.Has > 0:
		return fault.New(fault.Conflict, "licensing.suggestion.held")
	case len(p.Outcomes) == 0:
		return fault.New(fault.Conflict, "licensing.suggestion.nobody")
	}
	return fault.New(fault.Conflict, "licensing.suggestion."+string(p.Outcomes[0].Why))
}

// order is what accepting these targets of it would ask for.
func (s Suggestion) order(targets []Target) Order {
	return Order{School: s.School, Resources: []catalogue.ResourceID{s.Resource}, Targets: targets, Rank: ByClass}
}
