package brokerapp

import (
	"context"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/lti"
	"pupitre/internal/fault"
	"pupitre/web/gradebook"
)

// books answers the pages of classes with what the LTI platform keeps.
type books struct {
	tools      *lti.Platform
	federation *federation.Service
	catalogue  *catalogue.Service
}

var _ gradebook.Books = books{}

// Read implements gradebook.Books.
func (b books) Read(ctx context.Context, session federation.Session, class directory.CohortID) (gradebook.Book, error) {
	var out gradebook.Book
	links, err := b.tools.Links(ctx, session, class)
	if err != nil {
		return out, err
	}
	names := toolNames{service: b.federation, known: map[federation.ClientID]string{}}
	for _, l := range links {
		out.Links = append(out.Links, gradebook.Link{ID: string(l.ID), Title: l.Title, Text: l.Text, Tool: names.of(ctx, l.Client), Href: lti.LinkPath(l.ID)})
	}
	if session.Profile == directory.Teacher || session.Profile == directory.Librarian {
		if out.Choices, err = b.choices(ctx, session, class); err != nil {
			return out, err
		}
	}
	book, err := b.tools.Book(ctx, session, class)
	if err != nil {
		return out, err
	}
	for _, c := range book.Columns {
		out.Columns = append(out.Columns, gradebook.Column{ID: string(c.Item.ID), Label: c.Item.Label, Tool: names.of(ctx, c.Tool), Maximum: c.Item.Maximum})
	}
	for _, r := range book.Rows {
		row := gradebook.Row{Name: r.Name, Marks: map[string]gradebook.Mark{}}
		for _, c := range book.Columns {
			if s, there := r.Scores[c.Item.ID]; there {
				row.Marks[string(c.Item.ID)] = gradebook.Mark{
					Marked: s.Marked, Final: s.Final(), Points: s.On(c.Item), Progress: progress[s.Activity], Remark: s.Remark, Said: s.Said, Received: s.Received,
				}
			}
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// Unpin implements gradebook.Books.
func (b books) Unpin(ctx context.Context, session federation.Session, link string) error {
	return b.tools.Unpin(ctx, session, lti.LinkID(link))
}

// progress are the tools' words for how far work is (Assignment and Grade Services 2.0 §3.4.3).
var progress = map[string]gradebook.Progress{
	"Initialized": gradebook.None, "Started": gradebook.Begun, "InProgress": gradebook.Begun, "Submitted": gradebook.Handed, "Completed": gradebook.Done,
}

// choices are the tools where a teacher may choose content, each for a resource by its title.
func (b books) choices(ctx context.Context, session federation.Session, class directory.CohortID) ([]gradebook.Choice, error) {
	all, err := b.tools.Choosers(ctx, session)
	if err != nil {
		return nil, err
	}
	var out []gradebook.Choice
	for _, c := range all {
		resource, err := b.catalogue.FindByARK(ctx, catalogue.ARK(c.ARK))
		if fault.Is(err, fault.NotFound) {
			continue
		} else if err != nil {
			return nil, err
		}
		out = append(out, gradebook.Choice{Tool: c.Client.Name, Title: resource.Title, Href: lti.ChoosePath(c.Client.ID, c.ARK, class)})
	}
	return out, nil
}

// toolNames are tools as people know them. One that is registered no more goes by its identifier.
type toolNames struct {
	service *federation.Service
	known   map[federation.ClientID]string
}

func (n toolNames) of(ctx context.Context, id federation.ClientID) string {
	if name, ok := n.known[id]; ok {
		return name
	}
	name := string(id)
	if c, err := n.service.FindClient(ctx, id); err == nil {
		name = c.Name
	}
	n.known[id] = name
	return name
}
