package desk

import (
	"context"
	"net/http"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/look"
	"pupitre/mediacentre"
	"pupitre/web"
)

// Pins is what teachers pinned for the classes of whoever reads. It is asked once a page, for all the classes.
type Pins interface {
	// Pinned lists, the newest first and at most most, what is pinned for the classes of the session's person and opens a resource that
	// they hold.
	Pinned(ctx context.Context, session federation.Session, held mediacentre.Desk, most int) ([]Pin, error)
}

// Pin is a link that was pinned for a class.
type Pin struct {
	Title string
	ARK   catalogue.ARK
	Class directory.CohortID
	By    directory.Name // zero where it is not known
	Href  string         // where it is opened
}

const (
	fewPins  = 6   // on the page as it opens
	mostPins = 200 // where all are asked for; a class's own page has the rest
	allPins  = web.DeskPath + "?epingles=tous#h-pins"
)

// pinBoard is the section of what is pinned: none without a title.
type pinBoard struct {
	Title string
	Pins  []pinned
	More  look.Link
	Unpin look.Link // for who teaches
}

// pinned is a resource or a link in words.
type pinned struct{ Title, Href, Resource, For string }

// pinned shows what is pinned for the reader's classes: resources by the médiacentre itself, then links at publishers' tools. What they
// do not hold at this instant is not shown, whoever else says so.
func (d *Room) pinned(r *http.Request, s *look.Shell, reader *web.Reader, held mediacentre.Desk, all bool) (pinBoard, error) {
	if len(reader.Cohorts) == 0 || len(held.Cards) == 0 {
		return pinBoard{}, nil
	}
	most := fewPins
	if all {
		most = mostPins
	}
	board := pinBoard{}
	resources, found, err := d.pins(r, reader, held, most)
	if err != nil {
		return board, err
	}
	for _, pin := range resources {
		card := held.Card(pin.Resource)
		if class, ok := reader.Cohort(pin.Cohort); card != nil && card.Openable && ok {
			board.Pins = append(board.Pins, pinned{Title: card.Resource.Title, Href: AccessPath(card.Resource.ARK), Resource: pin.Word, For: forWhom(s, class, pin.By)})
		}
	}
	links := 0
	for _, pin := range found {
		card := holding(held, pin.ARK)
		if class, ok := reader.Cohort(pin.Class); card != nil && ok {
			board.Pins = append(board.Pins, pinned{Title: pin.Title, Href: pin.Href, Resource: card.Resource.Title, For: forWhom(s, class, pin.By)})
			links++
		}
	}
	if len(board.Pins) == 0 {
		return pinBoard{}, nil
	}
	over := len(board.Pins) > most
	board.Pins = board.Pins[:min(most, len(board.Pins))]
	board.Title = reader.You(s, "mediacentre.pins.")
	if !reader.IsPupil() && links > 0 {
		board.Unpin = look.Link{Text: s.T("mediacentre.pins.unpin"), Href: web.ClassesPath}
	}
	switch {
	case over && !all:
		board.More = look.Link{Text: s.T("mediacentre.pins.all"), Href: allPins}
	case over:
		board.More = look.Link{Text: s.T("mediacentre.pins.older"), Href: web.ClassesPath}
	}
	return board, nil
}

// pins asks for one more of each sort than are shown, so that it is known whether there are.
func (d *Room) pins(r *http.Request, reader *web.Reader, held mediacentre.Desk, most int) (resources []mediacentre.Pin, links []Pin, err error) {
	if d.Marks != nil {
		cohorts := make([]directory.CohortID, len(reader.Cohorts))
		for i, c := range reader.Cohorts {
			cohorts[i] = c.ID
		}
		if resources, err = d.Marks.Pins(r.Context(), reader.Session.School, cohorts, mostPins+1); err != nil {
			return nil, nil, err
		}
	}
	if d.Pins != nil {
		links, err = d.Pins.Pinned(r.Context(), reader.Session, held, most+1)
	}
	return resources, links, err
}

// holding finds the card of a resource that is open now.
func holding(desk mediacentre.Desk, ark catalogue.ARK) *mediacentre.Card {
	for i := range desk.Cards {
		if c := &desk.Cards[i]; c.Resource.ARK == ark && c.Openable {
			return c
		}
	}
	return nil
}

// forWhom says for which class, and by whom: « Mme Renard, pour la 5e B ».
func forWhom(s *look.Shell, class directory.Cohort, by directory.Name) string {
	key := "mediacentre.pins.class"
	if class.Kind == directory.Group {
		key = "mediacentre.pins.group"
	}
	if by == (directory.Name{}) {
		return s.T(key, "class", class.Label)
	}
	return s.T(key+".by", "class", class.Label, "teacher", web.Address(by))
}
