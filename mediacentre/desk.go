package mediacentre

import (
	"cmp"
	"slices"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/licensing"
)

// Card is one resource that the person holds.
type Card struct {
	Resource catalogue.Resource
	Right    licensing.Right
	Openable bool // the right is in force: a click opens it
	Licensed bool // a copy is counted for it: the padlock
	Open     bool // open to all: there is no right, and none is needed
}

// Shelf (« bibliothèque ») is a family that the person holds, with the members they hold.
type Shelf struct {
	Family catalogue.Resource
	Books  []Card
}

// Desk is what one person finds at one school.
type Desk struct {
	Cards   []Card // by title; families are not among them
	Shelves []Shelf

	Elsewhere map[directory.SchoolID]int // how many resources are open to the person at each of their other schools
}

// arrange makes the desk of one school from rights and notices. Pure: the same rights always give the same page.
func arrange(rights []licensing.Right, notices map[catalogue.ResourceID]*catalogue.Resource) Desk {
	type place struct {
		key      string // folding a title costs more than comparing it, and a card is long to move
		right    *licensing.Right
		resource *catalogue.Resource
	}
	var families []place
	books := make([]place, 0, len(rights))
	for i := range rights {
		right := &rights[i]
		resource, ok := notices[right.Resource]
		if !ok || right.Status == licensing.Ended || right.Status == licensing.Expired {
			continue // what is over is not on the desk; the launch page says why when its address is typed
		}
		p := place{sortKey(resource), right, resource}
		if !resource.IsFamily {
			books = append(books, p)
		} else if right.Status == licensing.Active {
			families = append(families, p)
		}
	}
	byKey := func(a, b place) int { return cmp.Compare(a.key, b.key) }
	slices.SortFunc(books, byKey)
	slices.SortFunc(families, byKey)

	desk := Desk{Cards: make([]Card, 0, len(books))}
	shelf := make(map[catalogue.ResourceID]int, len(families))
	for i, f := range families {
		desk.Shelves = append(desk.Shelves, Shelf{Family: *f.resource})
		shelf[f.resource.ID] = i
	}
	for _, b := range books {
		card := Card{Resource: *b.resource, Right: *b.right, Openable: b.right.Status == licensing.Active, Licensed: b.right.Kind == licensing.Individual}
		desk.Cards = append(desk.Cards, card)
		if i, ok := shelf[b.resource.Family]; ok {
			desk.Shelves[i].Books = append(desk.Shelves[i].Books, card)
		}
	}
	return desk
}

func sortKey(r *catalogue.Resource) string { return directory.Fold(r.Title) + "\x00" + string(r.ARK) }
