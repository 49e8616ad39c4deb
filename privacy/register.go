package privacy

import (
	"context"
	"fmt"
	"time"
)

// Kept is one sort of personal data that an area keeps: a line of the register of processing (« registre des traitements », GDPR art. 30).
type Kept struct {
	Table  string        // where, for the operator
	What   string        // key of its words: « federation.kept.session »
	Why    string        // key of the words of the purpose
	For    time.Duration // how long after its last use; 0: as long as the person is known
	Source string        // who gives it: "portal", "person", "house"
}

// Subject is whom a request is about. ID is the product's own id of a person: a PersonID, or a learner in Biblio Exos.
type Subject struct {
	Project string
	ID      string
}

// Section is what one area has of one person, ready to be written as JSON for them.
type Section struct {
	Area string
	Data any
}

// Holder is one area that keeps personal data. Each area writes its own (privacy.go).
type Holder interface {
	// Area names it: "federation".
	Area() string
	// Describe lists what it keeps.
	Describe() []Kept
	// Export returns what it has of the person, nil for nothing. It may be called any time.
	Export(ctx context.Context, s Subject) (any, error)
	// Erase removes it, or makes it nameless where it must stay. It may be repeated.
	Erase(ctx context.Context, s Subject) error
}

// Register is a product's holders, in the order of erasure.
type Register []Holder

// Export gathers what every area has of one person.
func (r Register) Export(ctx context.Context, s Subject) ([]Section, error) {
	var sections []Section
	for _, h := range r {
		data, err := h.Export(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("export %s of %s: %w", h.Area(), s.ID, err)
		}
		if data != nil {
			sections = append(sections, Section{h.Area(), data})
		}
	}
	return sections, nil
}

// Erase has every area forget one person. It stops at the first that cannot, and may be repeated: what names the person goes
// last, so they can still be found.
func (r Register) Erase(ctx context.Context, s Subject) error {
	for _, h := range r {
		if err := h.Erase(ctx, s); err != nil {
			return fmt.Errorf("erase %s of %s: %w", h.Area(), s.ID, err)
		}
	}
	return nil
}

// Describe lists what the product keeps, area by area.
func (r Register) Describe() map[string][]Kept {
	all := map[string][]Kept{}
	for _, h := range r {
		all[h.Area()] = h.Describe()
	}
	return all
}
