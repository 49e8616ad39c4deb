package lti

import (
	"context"

	"pupitre/directory"
	"pupitre/federation"
)

// Book (« carnet ») is a class's gradebook, as those may read it who teach it: every pupil, and what tools said of their work. A pupil
// reads their own line of it.
type Book struct {
	Columns []Column
	Rows    []Row
}

// Column is a line item, and whose it is.
type Column struct {
	Item LineItem
	Tool federation.ClientID
	ARK  string
}

// Row is a pupil's line. A column without a score is not in it.
type Row struct {
	Person directory.PersonID
	Name   directory.Name
	Scores map[LineItemID]Score
}

// Book reads a class's gradebook for somebody who is in it.
func (p *Platform) Book(ctx context.Context, session federation.Session, cohort directory.CohortID) (Book, error) {
	if err := p.in(ctx, session, cohort); err != nil {
		return Book{}, err
	}
	whole := session.Profile == directory.Teacher || session.Profile == directory.Librarian
	var out Book
	err := p.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		out = Book{}
		all, err := r.Members(ctx, session.School, cohort)
		if err != nil {
			return err
		}
		line := map[directory.PersonID]int{}
		for _, m := range all {
			if m.Profile == directory.Pupil && (whole || m.Person == session.Person) {
				line[m.Person] = len(out.Rows)
				out.Rows = append(out.Rows, Row{Person: m.Person, Name: m.Name, Scores: map[LineItemID]Score{}})
			}
		}
		contexts, err := r.ContextsOf(ctx, session.School, cohort)
		if err != nil {
			return err
		}
		for _, c := range contexts {
			items, err := r.LineItems(ctx, c.School, c.ID)
			if err != nil {
				return err
			}
			for _, i := range items {
				out.Columns = append(out.Columns, Column{Item: i, Tool: c.Client, ARK: c.ARK})
				scores, err := r.Scores(ctx, i.School, i.ID)
				if err != nil {
					return err
				}
				for _, s := range scores {
					if at, there := line[s.Person]; there {
						out.Rows[at].Scores[i.ID] = s
					}
				}
			}
		}
		return nil
	})
	return out, err
}
