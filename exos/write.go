package exos

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"pupitre/exos/author"
	"pupitre/exos/qti"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
	"pupitre/internal/fault"
	"pupitre/journal"
)

var (
	errNoNotebook = fault.New(fault.NotFound, "exos.notebook.unknown")
	errNoDraft    = fault.New(fault.NotFound, "exos.draft.unknown")
)

// writes refuses whoever may not make exercises.
func (v Visitor) writes() error {
	if !v.Learner.Profile.Teaches() {
		return fault.New(fault.Denied, "exos.notebook.teachers")
	}
	return nil
}

func (v Visitor) actor() journal.Actor {
	return journal.Actor{Kind: journal.ByPerson, ID: string(v.Learner.ID)}
}

// Notebooks lists the visitor's own, latest change first. Denied to pupils.
func (s *Service) Notebooks(ctx context.Context, v Visitor) ([]Notebook, error) {
	if err := v.writes(); err != nil {
		return nil, err
	}
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Notebook, error) { return r.Notebooks(ctx, v.Learner.ID) })
}

// Notebook returns one of the visitor's own with its drafts, in order.
func (s *Service) Notebook(ctx context.Context, v Visitor, id NotebookID) (Notebook, []Draft, error) {
	var drafts []Draft
	n, err := read(ctx, s, func(ctx context.Context, r Reader) (Notebook, error) {
		n, err := r.Notebook(ctx, v.Learner.ID, id)
		if err != nil {
			return n, orNone(err, errNoNotebook)
		}
		drafts, err = r.Drafts(ctx, v.Learner.ID, id)
		return n, err
	})
	return n, drafts, err
}

// NewNotebook begins one.
func (s *Service) NewNotebook(ctx context.Context, v Visitor, title string) (Notebook, error) {
	if err := v.writes(); err != nil {
		return Notebook{}, err
	}
	title, err := titled(title)
	if err != nil {
		return Notebook{}, err
	}
	n := Notebook{ID: NotebookID(s.IDs.New()), Owner: v.Learner.ID, Title: title}
	return write(ctx, s, func(ctx context.Context, w Writer) (Notebook, error) {
		all, err := w.Notebooks(ctx, v.Learner.ID)
		if err != nil {
			return Notebook{}, err
		}
		if len(all) >= maxNotebooks {
			return Notebook{}, fault.New(fault.Exhausted, "exos.notebook.many", "max", maxNotebooks)
		}
		next := n
		next.ChangedAt = w.Now()
		return next, w.PutNotebook(ctx, next)
	})
}

// RenameNotebook gives it another title; pupils see it with the next version.
func (s *Service) RenameNotebook(ctx context.Context, v Visitor, id NotebookID, title string) error {
	title, err := titled(title)
	if err != nil {
		return err
	}
	return s.inNotebook(ctx, v, id, func(_ context.Context, _ Writer, n *Notebook) error {
		n.Title = title
		return nil
	})
}

// DropNotebook removes a notebook and its drafts. Nobody begins its module any more; whoever has begun keeps it, with their marks.
func (s *Service) DropNotebook(ctx context.Context, v Visitor, id NotebookID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		n, err := w.Notebook(ctx, v.Learner.ID, id)
		if err != nil {
			return orNone(err, errNoNotebook)
		}
		if n.Module != "" {
			module, err := w.ModuleByID(ctx, n.Module)
			if err != nil {
				return err
			}
			act, err := w.Record(ctx, journal.Entry{
				School: module.School, Actor: v.actor(), Verb: "exos.withdrawn", Subject: string(module.ID), Class: journal.ClassChange,
			})
			if err != nil {
				return err
			}
			module.Current = ""
			if err := w.PutModule(ctx, act, module); err != nil {
				return err
			}
		}
		return w.DropNotebook(ctx, v.Learner.ID, id)
	})
}

// inNotebook changes one of the visitor's own.
func (s *Service) inNotebook(ctx context.Context, v Visitor, id NotebookID, change func(ctx context.Context, w Writer, n *Notebook) error) error {
	if err := v.writes(); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		n, err := w.Notebook(ctx, v.Learner.ID, id)
		if err != nil {
			return orNone(err, errNoNotebook)
		}
		if err := change(ctx, w, &n); err != nil {
			return err
		}
		n.ChangedAt = w.Now()
		return w.PutNotebook(ctx, n)
	})
}

// SaveDraft keeps an exercise as it was filled in: a new one where d.ID is "", at the end. A form may be saved before it is an exercise.
// Conflict where another window has saved it since edition d.Edition.
func (s *Service) SaveDraft(ctx context.Context, v Visitor, d Draft) (Draft, error) {
	if d.Form == nil {
		return Draft{}, fault.New(fault.Invalid, "exos.draft.form")
	}
	q, _ := d.Form.Question()
	fresh := DraftID(s.IDs.New())
	var saved Draft
	err := s.inNotebook(ctx, v, d.Notebook, func(ctx context.Context, w Writer, n *Notebook) error {
		all, err := w.Drafts(ctx, v.Learner.ID, n.ID)
		if err != nil {
			return err
		}
		saved = Draft{ID: d.ID, Notebook: n.ID, Form: d.Form, Question: q, Edition: d.Edition + 1, Place: len(all) + 1}
		if d.ID == "" {
			if len(all) >= maxDrafts {
				return fault.New(fault.Exhausted, "exos.draft.many", "max", maxDrafts)
			}
			saved.ID, saved.Edition = fresh, 1
		} else {
			i := slices.IndexFunc(all, func(o Draft) bool { return o.ID == d.ID })
			if i < 0 {
				return errNoDraft
			}
			if all[i].Edition != d.Edition {
				return fault.New(fault.Conflict, "exos.draft.changed")
			}
			saved.Place = all[i].Place
		}
		return w.PutDraft(ctx, v.Learner.ID, saved)
	})
	return saved, err
}

// DropDraft removes an exercise from the notebook; pupils have it until the next version.
func (s *Service) DropDraft(ctx context.Context, v Visitor, n NotebookID, d DraftID) error {
	return s.inNotebook(ctx, v, n, func(ctx context.Context, w Writer, n *Notebook) error {
		all, err := w.Drafts(ctx, v.Learner.ID, n.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(o Draft) bool { return o.ID == d })
		if i < 0 {
			return errNoDraft
		}
		if err := w.DropDraft(ctx, v.Learner.ID, n.ID, d); err != nil {
			return err
		}
		return arrange(ctx, w, v.Learner.ID, slices.Delete(all, i, i+1))
	})
}

// MoveDraft moves an exercise one place up (-1) or down (1); at an end it stays.
func (s *Service) MoveDraft(ctx context.Context, v Visitor, n NotebookID, d DraftID, by int) error {
	return s.inNotebook(ctx, v, n, func(ctx context.Context, w Writer, n *Notebook) error {
		all, err := w.Drafts(ctx, v.Learner.ID, n.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(o Draft) bool { return o.ID == d })
		if i < 0 {
			return errNoDraft
		}
		if to := i + by; to >= 0 && to < len(all) && (by == 1 || by == -1) {
			all[i], all[to] = all[to], all[i]
		}
		return arrange(ctx, w, v.Learner.ID, all)
	})
}

// arrange gives the drafts the places that they have in the list.
func arrange(ctx context.Context, w Writer, owner LearnerID, drafts []Draft) error {
	for i, d := range drafts {
		if d.Place == i+1 {
			continue
		}
		d.Place = i + 1
		if err := w.PutDraft(ctx, owner, d); err != nil {
			return err
		}
	}
	return nil
}

// ImportQuestions adds the questions of a teacher's file to a notebook, whole or not at all. What was found is said by the file's lines;
// it returns how many questions were added. Invalid where the file is neither GIFT nor Moodle's XML, or something in it is refused.
func (s *Service) ImportQuestions(ctx context.Context, v Visitor, id NotebookID, data []byte) (Found, int, error) {
	set, findings, ok := qti.Questions(data, qti.DefaultLimits())
	if !ok {
		return Found{}, 0, fault.New(fault.Invalid, "exos.notebook.format")
	}
	for i := range set.Questions {
		set.Questions[i].Identifier = place(i) // to know which of them passed
	}
	m, found, err := qti.Collect("import", "", set, qti.DefaultLimits())
	found.Findings = slices.DeleteFunc(append(findings, found.Findings...), func(f report.Finding) bool {
		return f.Code == report.QuestionLanguage // to be mended in no page of a teacher's
	})
	s.undrawn(m, found)
	if refused := found.Refusals(); err == nil && len(refused) > 0 { // of the reader, which the parser never saw
		err = &report.Error{Finding: refused[0]}
	}
	told := foundIn(nil, m, found, err)
	if err != nil {
		return told, 0, refusedFile(err)
	}
	made := map[string]bool{}
	for _, it := range m.Items() {
		made[it.Identifier] = true
	}
	files := map[string]Hash{}
	var contents []Content
	for path, data := range set.Files {
		for _, a := range m.Assets {
			if a.Path == path {
				c := content(a.Media, data)
				files[path], contents = c.Hash, append(contents, c)
			}
		}
	}
	ids := make([]DraftID, len(set.Questions))
	for i := range ids {
		ids[i] = DraftID(s.IDs.New())
	}
	n := 0
	err = s.inNotebook(ctx, v, id, func(ctx context.Context, w Writer, nb *Notebook) error {
		n = 0
		all, err := w.Drafts(ctx, v.Learner.ID, nb.ID)
		if err != nil {
			return err
		}
		if len(all)+len(set.Questions) > maxDrafts {
			return fault.New(fault.Exhausted, "exos.draft.many", "max", maxDrafts)
		}
		if err := s.keep(ctx, w, v, nb, contents); err != nil {
			return err
		}
		for i, q := range set.Questions {
			if !made[place(i)] { // set aside, and said
				continue
			}
			n++
			d := Draft{ID: ids[i], Notebook: nb.ID, Place: len(all) + n, Edition: 1, Question: q, Files: files}
			if f, ok := author.FormOf(q); ok {
				d.Form, d.Files = &f, nil
			}
			if err := w.PutDraft(ctx, v.Learner.ID, d); err != nil {
				return err
			}
		}
		return nil
	})
	return told, n, err
}

// place names the i-th question of a file.
func place(i int) string { return "n" + strconv.Itoa(i+1) }

// keep stores the pictures of a file that came in.
func (s *Service) keep(ctx context.Context, w Writer, v Visitor, n *Notebook, contents []Content) error {
	if len(contents) == 0 {
		return nil
	}
	act, err := w.Record(ctx, journal.Entry{
		School: v.Learner.School, Actor: v.actor(), Verb: "exos.questions-imported", Subject: string(n.ID), Class: journal.ClassChange,
	})
	if err != nil {
		return err
	}
	for _, c := range contents {
		if err := w.PutContent(ctx, act, c); err != nil {
			return err
		}
	}
	return nil
}

// refusedFile names the line of a teacher's file; the findings say the rest.
func refusedFile(err error) error {
	if _, ok := errors.AsType[*report.Error](err); ok {
		return fault.Wrap(err, fault.Invalid, "exos.notebook.refused")
	}
	return err
}

// Bound is a notebook as a module, for a preview, an export, or to publish it. Drafts that are no exercises yet are left out; their
// places are in Unready.
type Bound struct {
	Module  *qti.Module
	Report  *qti.Report
	Unready []int
	Err     error // why it cannot be published
}

// Bind makes a module of drafts.
func (s *Service) Bind(ctx context.Context, n Notebook, drafts []Draft) (Bound, error) {
	set := question.Set{Files: map[string][]byte{}}
	var out Bound
	for _, d := range drafts {
		if d.Form != nil {
			if _, troubles := d.Form.Question(); len(troubles) > 0 {
				out.Unready = append(out.Unready, d.Place)
				continue
			}
		}
		q := d.Question
		q.Identifier, q.Category = string(d.ID), []string{n.Title}
		set.Questions = append(set.Questions, q)
		for path, hash := range d.Files {
			c, err := read(ctx, s, func(ctx context.Context, r Reader) (Content, error) { return r.Content(ctx, hash) })
			if err != nil {
				return Bound{}, err
			}
			set.Files[path] = c.Data
		}
	}
	out.Module, out.Report, out.Err = qti.Collect("recueil-"+string(n.ID), n.Title, set, qti.DefaultLimits())
	return out, nil
}

// PublishNotebook makes what is ready of a notebook the version that pupils have; those in progress keep theirs. Conflict where a draft
// is not ready: it would be missed.
func (s *Service) PublishNotebook(ctx context.Context, v Visitor, id NotebookID) (Published, error) {
	if err := v.writes(); err != nil {
		return Published{}, err
	}
	n, drafts, err := s.Notebook(ctx, v, id)
	if err != nil {
		return Published{}, err
	}
	b, err := s.Bind(ctx, n, drafts)
	if err != nil {
		return Published{}, err
	}
	switch {
	case len(drafts) == 0:
		return Published{}, fault.New(fault.Invalid, "exos.notebook.empty")
	case len(b.Unready) > 0:
		return Published{}, fault.New(fault.Conflict, "exos.notebook.unready", "n", b.Unready[0])
	case b.Err != nil:
		return Published{Report: b.Report}, refused(b.Err)
	}
	lot, err := unpack(b.Module)
	if err != nil {
		return Published{}, err
	}
	p := Package{Title: n.Title, Own: &v.Learner}
	return write(ctx, s, func(ctx context.Context, w Writer) (Published, error) {
		out, err := s.publish(ctx, w, v.actor(), p, manifest{}, b.Module, lot)
		if err != nil {
			return out, err
		}
		now, err := w.Notebook(ctx, v.Learner.ID, id)
		if err != nil {
			return out, orNone(err, errNoNotebook)
		}
		now.Module, now.Version, now.Number = out.Module.ID, out.Version.ID, out.Version.Number
		if now.ChangedAt.Equal(n.ChangedAt) { // else another window has changed it meanwhile
			now.PublishedAt = w.Now()
		} else {
			now.PublishedAt = n.ChangedAt
		}
		return out, w.PutNotebook(ctx, now)
	})
}

// ownRights are the rights that come from a teacher's own notebooks, and no broker knows of: to their author, and to those to whom their
// author has given homework of them, once it has opened.
func ownRights(ctx context.Context, r Reader, l Learner) ([]Right, error) {
	modules, err := r.ModulesOwnedIn(ctx, l.School)
	if err != nil || len(modules) == 0 {
		return nil, err
	}
	var out []Right
	var given []Homework
	for _, m := range modules {
		right := Right{ARK: m.ARK, Title: m.Title, Status: RightOpen, Why: "own"}
		if m.Owner == l.ID {
			out = append(out, right)
			continue
		}
		if l.School == "" { // who says of which school they are, by a class's code alone?
			continue
		}
		if given == nil && len(l.Cohorts) > 0 {
			if given, err = r.HomeworkOf(ctx, l.School, l.Cohorts, r.Now().Add(-keepDue)); err != nil {
				return nil, err
			}
		}
		if slices.ContainsFunc(given, func(h Homework) bool { return h.gives(m) && !r.Now().Before(h.Opens) }) {
			right.Why = "given"
			out = append(out, right)
		}
	}
	return out, nil
}

// gives reports whether the homework is of a module, and from its author.
func (h Homework) gives(m Module) bool {
	return h.By == m.Owner && slices.ContainsFunc(h.Parts, func(p Part) bool { return p.Module == m.ID })
}
