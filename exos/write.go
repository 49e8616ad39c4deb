package exos

import (
	"context"
	"slices"

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
		if len(all) >= MaxNotebooks {
			return Notebook{}, fault.New(fault.Exhausted, "exos.notebook.many", "max", MaxNotebooks)
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
			i, err := among(all, d.ID)
			if err != nil {
				return err
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
		i, err := among(all, d)
		if err != nil {
			return err
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
		i, err := among(all, d)
		if err != nil {
			return err
		}
		if to := i + by; to >= 0 && to < len(all) && (by == 1 || by == -1) {
			all[i], all[to] = all[to], all[i]
		}
		return arrange(ctx, w, v.Learner.ID, all)
	})
}

// among is where a draft stands among a notebook's.
func among(drafts []Draft, d DraftID) (int, error) {
	i := slices.IndexFunc(drafts, func(o Draft) bool { return o.ID == d })
	if i < 0 {
		return 0, errNoDraft
	}
	return i, nil
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
