package classroom

import (
	"context"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// ShareKind is what is shared.
type ShareKind string

// The kinds.
const (
	SharedNotebook ShareKind = "notebook"
	SharedHomework ShareKind = "homework"
)

// Share (« partage ») is that a teacher lets colleagues copy something of theirs: all teachers of the school, whoever has the code, or
// both. They copy it as it is then; the copy is theirs.
type Share struct {
	School   string
	Owner    exos.LearnerID
	Kind     ShareKind
	Thing    string // its id
	Everyone bool
	Code     string // "" for none
	At       time.Time
}

// Shared is something that a colleague shares, as the library (« bibliothèque ») lists it.
type Shared struct {
	Share
	Title     string
	Author    string // the first name, where the sign-in released it
	Exercises int
}

var errNoShare = fault.New(fault.NotFound, "exosclass.share.unknown")

// ShareOf is how something of the teacher's own is shared; the zero Share where it is not.
func (s *Service) ShareOf(ctx context.Context, v exos.Visitor, kind ShareKind, thing string) (Share, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Share, error) {
		share, err := r.Share(ctx, kind, thing)
		if fault.Is(err, fault.NotFound) || err == nil && share.Owner != v.Learner.ID {
			return Share{}, nil
		}
		return share, err
	})
}

// Share shares something of the teacher's own, or ends that: everyone lets in the teachers of the school, byCode whoever has a code. A
// code stays while it is shared so.
func (s *Service) Share(ctx context.Context, v exos.Visitor, kind ShareKind, thing string, everyone, byCode bool) (Share, error) {
	return write(ctx, s, func(ctx context.Context, w Writer) (Share, error) {
		if err := owns(ctx, w, v, kind, thing); err != nil {
			return Share{}, err
		}
		old, err := w.Share(ctx, kind, thing)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return Share{}, err
		}
		next := Share{School: v.Learner.School, Owner: v.Learner.ID, Kind: kind, Thing: thing, Everyone: everyone && v.Learner.School != "", At: w.Now()}
		if byCode {
			next.Code = old.Code
		}
		act, err := w.Record(ctx, journal.Entry{
			School: next.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(v.Learner.ID)}, Verb: "exos.shared", Subject: thing,
			Class: journal.ClassChange, Detail: map[string]any{"kind": kind, "everyone": next.Everyone, "code": byCode},
		})
		if err != nil {
			return Share{}, err
		}
		if !next.Everyone && !byCode {
			return Share{}, w.DropShare(ctx, act, kind, thing)
		}
		for {
			if byCode && next.Code == "" {
				next.Code = newCode() + newCode()[:2]
			}
			if added, err := w.PutShare(ctx, act, next); added || err != nil {
				return next, err
			}
			next.Code = ""
		}
	})
}

// owns refuses what is not the teacher's own.
func owns(ctx context.Context, r Reader, v exos.Visitor, kind ShareKind, thing string) error {
	if !v.Learner.Profile.Teaches() {
		return errTeachers
	}
	if kind == SharedHomework {
		_, err := mine(ctx, r, v, exos.HomeworkID(thing))
		return err
	}
	_, err := r.Notebook(ctx, v.Learner.ID, exos.NotebookID(thing))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "exos.notebook.unknown")
	}
	return err
}

// Library lists what the other teachers of the school share, by title.
func (s *Service) Library(ctx context.Context, v exos.Visitor) ([]Shared, error) {
	if !v.Learner.Profile.Teaches() {
		return nil, errTeachers
	}
	if v.Learner.School == "" {
		return nil, nil
	}
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Shared, error) {
		return r.SharedIn(ctx, v.Learner.School, v.Learner.ID)
	})
}

// SharedUnder finds what is shared by a code, of any school. Invalid where there is none; Exhausted where too many were tried.
func (s *Service) SharedUnder(ctx context.Context, v exos.Visitor, code, from string) (Shared, error) {
	if !v.Learner.Profile.Teaches() {
		return Shared{}, errTeachers
	}
	var out Shared
	err := s.guess(ctx, v, from, func() error {
		found, err := read(ctx, s, func(ctx context.Context, r Reader) (Shared, error) { return r.SharedUnder(ctx, plainCode(code)) })
		if fault.Is(err, fault.NotFound) {
			return fault.New(fault.Invalid, "exosclass.share.code")
		}
		out = found
		return err
	})
	return out, err
}

// shared finds what a teacher may copy: of a colleague of the school, or by its code.
func shared(ctx context.Context, r Reader, v exos.Visitor, kind ShareKind, thing, code string) (Share, error) {
	if !v.Learner.Profile.Teaches() {
		return Share{}, errTeachers
	}
	share, err := r.Share(ctx, kind, thing)
	if fault.Is(err, fault.NotFound) {
		return Share{}, errNoShare
	}
	if err == nil && !(share.Everyone && share.School == v.Learner.School) && (share.Code == "" || share.Code != code) && share.Owner != v.Learner.ID {
		return Share{}, errNoShare
	}
	return share, err
}

// CopyNotebook copies a shared notebook into the teacher's own, as it is now: drafts of their own, with the name of where they come
// from. What its author has made available to pupils stays the author's.
func (s *Service) CopyNotebook(ctx context.Context, v exos.Visitor, thing, code string) (exos.NotebookID, error) {
	id := exos.NotebookID(s.IDs.New())
	return id, s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		share, err := shared(ctx, w, v, SharedNotebook, thing, code)
		if err != nil {
			return err
		}
		from, err := w.Notebook(ctx, share.Owner, exos.NotebookID(thing))
		if err != nil {
			return err
		}
		drafts, err := w.Drafts(ctx, share.Owner, from.ID)
		if err != nil {
			return err
		}
		own, err := w.Notebooks(ctx, v.Learner.ID)
		if err != nil {
			return err
		}
		if len(own) >= exos.MaxNotebooks {
			return fault.New(fault.Exhausted, "exos.notebook.many", "max", exos.MaxNotebooks)
		}
		author, err := w.Learners(ctx, []exos.LearnerID{share.Owner})
		if err != nil {
			return err
		}
		n := exos.Notebook{ID: id, Owner: v.Learner.ID, Title: from.Title, ChangedAt: w.Now(), Origin: from.Origin}
		if n.Origin == "" { // of a copy of a copy, the first one's
			n.Origin = from.Title
			if len(author) == 1 && author[0].GivenName != "" {
				n.Origin = strings.Join([]string{from.Title, author[0].GivenName}, ", ")
			}
		}
		if err := w.PutNotebook(ctx, n); err != nil {
			return err
		}
		for _, d := range drafts {
			d.ID, d.Notebook, d.Edition = exos.DraftID(s.IDs.New()), id, 1
			if err := w.PutDraft(ctx, v.Learner.ID, d); err != nil {
				return err
			}
		}
		_, err = w.Record(ctx, journal.Entry{
			School: v.Learner.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(v.Learner.ID)}, Verb: "exos.copied", Subject: string(id),
			Class: journal.ClassChange, Detail: map[string]any{"from": thing, "exercises": len(drafts)},
		})
		return err
	})
}

// CopyHomework is a shared homework to begin one's own with: its title, its terms, and its exercises as far as the teacher may use
// them. left is how many they may not: an author's own exercises are copied with their notebook.
func (s *Service) CopyHomework(ctx context.Context, v exos.Visitor, thing, code string) (h exos.Homework, left int, err error) {
	found, err := read(ctx, s, func(ctx context.Context, r Reader) (exos.Homework, error) {
		if _, err := shared(ctx, r, v, SharedHomework, thing, code); err != nil {
			return exos.Homework{}, err
		}
		return r.Homework(ctx, exos.HomeworkID(thing))
	})
	if err != nil {
		return exos.Homework{}, 0, err
	}
	h = exos.Homework{Title: found.Title, Terms: found.Terms, As: exos.TestOf{Module: found.As.Module}}
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		h.Parts, left = nil, 0
		for _, p := range found.Parts {
			m, err := r.ModuleByID(ctx, p.Module)
			if err != nil {
				return err
			}
			if v.May(m.ARK, m.Title, s.Now()) != nil {
				left++
				continue
			}
			h.Parts = append(h.Parts, exos.Part{Module: p.Module, Exercise: p.Exercise})
		}
		if left > 0 {
			h.As = exos.TestOf{} // a test is one whole
		}
		return nil
	})
	return h, left, err
}
