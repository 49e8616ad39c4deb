package exos

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"pupitre/exos/author"
	"pupitre/exos/qti"
	"pupitre/exos/qti/question"
	"pupitre/exos/qti/report"
	"pupitre/internal/fault"
	"pupitre/journal"
)

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
	files, contents := pictures(set, m)
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
			d := Draft{ID: ids[i], Notebook: nb.ID, Place: len(all) + n, Edition: 1, Question: q, Files: shownIn(q, files)}
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

// pictures are the files of a set that the parser took: by path, and each once.
func pictures(set question.Set, m *qti.Module) (map[string]Hash, []Content) {
	media := map[Hash]string{}
	for _, a := range m.Assets {
		media[Hash(a.SHA256)] = a.Media
	}
	files := map[string]Hash{}
	var contents []Content
	for path, data := range set.Files {
		c := content("", data)
		if c.Media = media[c.Hash]; c.Media != "" { // one picture may have two names
			files[path], contents = c.Hash, append(contents, c)
		}
	}
	return files, contents
}

// shownIn are the files that a question names.
func shownIn(q question.Question, files map[string]Hash) map[string]Hash {
	text, err := json.Marshal(q)
	out := map[string]Hash{}
	for path, hash := range files {
		if err != nil || strings.Contains(string(text), path) {
			out[path] = hash
		}
	}
	return out
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
