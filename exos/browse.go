package exos

import (
	"cmp"
	"context"
	"slices"

	"pupitre/exos/qti/render"
	"pupitre/internal/fault"
)

var (
	errNoModule   = fault.New(fault.NotFound, "exos.module.unknown")
	errNoExercise = fault.New(fault.NotFound, "exos.exercise.unknown")
)

// Modules lists the visitor's modules: those that open, and closed ones where they have worked. Latest place first, then
// those never opened, by title.
func (s *Service) Modules(ctx context.Context, v Visitor) ([]Card, error) {
	progress, err := read(ctx, s, func(ctx context.Context, r Reader) ([]Progress, error) {
		modules, err := r.ModulesOpenedBy(ctx, v.arks())
		if err != nil {
			return nil, err
		}
		asked := make([]ModuleID, len(modules))
		for i, m := range modules {
			asked[i] = m.ID
		}
		return r.Progress(ctx, v.Learner.ID, asked)
	})
	if err != nil {
		return nil, err
	}
	cards := []Card{}
	for _, p := range progress {
		if c := s.card(v, p); c.Closed == nil || c.Last != nil {
			cards = append(cards, c)
		}
	}
	slices.SortStableFunc(cards, func(a, b Card) int {
		return cmp.Or(byPlace(a.Last, b.Last), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Module, b.Module))
	})
	return cards, nil
}

// byPlace puts the latest first and those without a place last.
func byPlace(a, b *Place) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return b.At.Compare(a.At)
}

func (v Visitor) arks() []ARK {
	out := make([]ARK, len(v.Rights))
	for i, r := range v.Rights {
		out[i] = r.ARK
	}
	return out
}

func (s *Service) card(v Visitor, p Progress) Card {
	right, _ := find(v.Rights, p.Module.ARK)
	return Card{
		Module: p.Module.ID, ARK: p.Module.ARK, Title: p.Module.Title, Publisher: p.Module.Publisher, Level: p.Module.Level,
		Valid: right.End, Closed: v.May(p.Module.ARK, p.Module.Title, s.Now()),
		Success: p.Success(), Done: p.Done, Total: p.Total, Last: p.Last,
	}
}

// Module returns a module's table of contents. A closed one is shown to those who have worked there (Card.Closed says why it
// is closed) and Denied to others.
func (s *Service) Module(ctx context.Context, v Visitor, m ModuleID) (Contents, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Contents, error) {
		p, err := s.progress(ctx, r, v, m)
		if err != nil {
			return Contents{}, err
		}
		c := Contents{Card: s.card(v, p), Version: p.Version, Newer: p.Version != p.Module.Current && p.Module.Current != ""}
		if c.Closed != nil && c.Last == nil {
			return Contents{}, c.Closed
		}
		version, err := r.VersionOf(ctx, m, p.Version)
		if err != nil {
			return Contents{}, err
		}
		c.Language = version.Language
		lines, err := r.Lines(ctx, v.Learner.ID, m, p.Version)
		if err != nil {
			return Contents{}, err
		}
		c.Sections = chapters(lines)
		return c, nil
	})
}

// Published returns a module's table of contents as it is published now, whatever edition the visitor is in, and without their work:
// what a teacher gives is of today's. Denied where the module does not open.
func (s *Service) Published(ctx context.Context, v Visitor, m ModuleID) (Contents, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Contents, error) {
		module, err := r.ModuleByID(ctx, m)
		if fault.Is(err, fault.NotFound) {
			return Contents{}, errNoModule
		}
		if err != nil {
			return Contents{}, err
		}
		if err := v.May(module.ARK, module.Title, s.Now()); err != nil {
			return Contents{}, err
		}
		version, err := r.VersionOf(ctx, m, module.Current)
		if err != nil {
			return Contents{}, err
		}
		lines, err := r.Lines(ctx, "", m, module.Current)
		if err != nil {
			return Contents{}, err
		}
		return Contents{Test: version.Test != "", Card: Card{Module: m, ARK: module.ARK, Title: module.Title}, Version: module.Current, Sections: chapters(lines)}, nil
	})
}

// ExerciseTitle is what an exercise is called, "" where there is none.
func (s *Service) ExerciseTitle(ctx context.Context, e ExerciseID) string {
	o, err := s.known(ctx, e)
	if err != nil {
		return ""
	}
	return o.Title
}

// progress returns where the visitor stands in one module.
func (s *Service) progress(ctx context.Context, r Reader, v Visitor, m ModuleID) (Progress, error) {
	all, err := r.Progress(ctx, v.Learner.ID, []ModuleID{m})
	if err != nil {
		return Progress{}, err
	}
	i := slices.IndexFunc(all, func(p Progress) bool { return p.Module.ID == m })
	if i < 0 {
		return Progress{}, errNoModule
	}
	return all[i], nil
}

// chapters groups consecutive lines of the same section.
func chapters(lines []Worked) []Chapter {
	var out []Chapter
	for i, l := range lines {
		if i == 0 || l.Section != lines[i-1].Section {
			out = append(out, Chapter{Title: l.Section})
		}
		last := &out[len(out)-1]
		last.Entries = append(last.Entries, Entry{
			Exercise: l.Exercise, Number: i + 1, Title: l.Title, Max: l.Max, Mark: l.Mark, Begun: l.Begun,
		})
	}
	return out
}

// Launch returns where the launch address of a resource leads: its module, or "" for « Mes modules » where it has several.
// Denied says why it does not open, and whom to ask; NotFound where nothing is published for the resource.
func (s *Service) Launch(ctx context.Context, v Visitor, ark ARK) (ModuleID, error) {
	modules, err := read(ctx, s, func(ctx context.Context, r Reader) ([]Module, error) { return r.ModulesOpenedBy(ctx, []ARK{ark}) })
	if err != nil {
		return "", err
	}
	title := string(ark)
	if len(modules) > 0 {
		title = modules[0].Title
	}
	if err := v.May(ark, title, s.Now()); err != nil {
		return "", err
	}
	switch len(modules) {
	case 0:
		return "", fault.New(fault.NotFound, "exos.resource.empty", "ark", string(ark))
	case 1:
		return modules[0].ID, nil
	}
	return "", nil
}

// TitleOf is what people call a resource: its module's title, or its identifier where nothing is published for it.
func (s *Service) TitleOf(ctx context.Context, ark ARK) string {
	modules, err := read(ctx, s, func(ctx context.Context, r Reader) ([]Module, error) { return r.ModulesOpenedBy(ctx, []ARK{ark}) })
	if err != nil || len(modules) == 0 {
		return string(ark)
	}
	return modules[0].Title
}

// Renew moves the visitor to a module's current version. Marks of exercises that did not change stay.
func (s *Service) Renew(ctx context.Context, v Visitor, m ModuleID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		p, err := s.progress(ctx, w, v, m)
		if err != nil {
			return err
		}
		if err := v.May(p.Module.ARK, p.Module.Title, s.Now()); err != nil {
			return err
		}
		if p.Last == nil || p.Version == p.Module.Current || p.Module.Current == "" {
			return nil
		}
		version, err := w.VersionOf(ctx, m, p.Module.Current)
		if err != nil {
			return err
		}
		at := version.Lines[0].Exercise
		if version.has(p.Last.Exercise) {
			at = p.Last.Exercise
		}
		return w.PutPlace(ctx, v.Learner.ID, m, version.ID, at)
	})
}

// maxPage bounds the pages of lists.
const maxPage = 200

// History lists the visitor's own answers, newest first; before is the Event of the last line of the page before. It stays
// readable after every right has ended.
func (s *Service) History(ctx context.Context, v Visitor, before EventID, limit int) ([]Done, error) {
	lines, err := read(ctx, s, func(ctx context.Context, r Reader) ([]Past, error) {
		lines, err := r.History(ctx, v.Learner.ID, before, min(max(limit, 1), maxPage))
		if err != nil {
			return nil, err
		}
		shown := map[HomeworkID]bool{"": true}
		for i, d := range lines {
			if _, asked := shown[d.Homework]; !asked {
				h, err := r.Homework(ctx, d.Homework)
				if err != nil {
					return nil, err
				}
				shown[d.Homework] = h.Shown(r.Now())
			}
			if !shown[d.Homework] {
				lines[i].Score, lines[i].Scored, lines[i].Veiled = 0, false, true
			}
		}
		return lines, nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Done, len(lines))
	for i, l := range lines {
		out[i] = l.Done
		if out[i].Said, err = s.Said(ctx, Kept{Event: Event{Exercise: l.Exercise, Seed: l.Seed, Payload: l.Payload}}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Words are an exercise's, of no attempt and without key: what is said in all of them.
func (s *Service) Words(ctx context.Context, e ExerciseID) (render.Tree, error) {
	o, err := s.known(ctx, e)
	if err != nil {
		return render.Tree{}, err
	}
	return o.item.Tree, nil
}

// Content returns a picture or another file that exercises show. Its hash is its permission: it is in the trees of those who
// may see it, and nowhere else. Programs and bodies are NotFound here: they hold keys.
func (s *Service) Content(ctx context.Context, h Hash) (Content, error) {
	c, err := read(ctx, s, func(ctx context.Context, r Reader) (Content, error) { return r.Content(ctx, h) })
	if err != nil {
		return Content{}, err
	}
	if c.Media == mediaProgram || c.Media == mediaBody || c.Media == mediaTest {
		return Content{}, fault.New(fault.NotFound, "exos.content.unknown")
	}
	return c, nil
}
