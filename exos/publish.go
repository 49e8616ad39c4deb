package exos

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pupitre/exos/qti"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// Media types of the contents that are ours alone. They hold keys and are never served.
const (
	mediaProgram = "application/vnd.pupitre.program"
	mediaBody    = "application/vnd.pupitre.exercise+json"
	mediaTest    = "application/vnd.pupitre.test+json"
)

// Package is a content package to publish, with what it may not say itself. Set fields win over the manifest's.
type Package struct {
	Data      []byte
	ARK       ARK // the resource that opens it; "" keeps that of the version before
	Title     string
	Publisher string
	Level     string
	// For is on whose behalf it is published; nil: the operator's, who may publish for anybody. Only the publisher's own modules
	// and resources are then touched.
	For *Publisher
	// Own is the teacher whose notebook it is; nil: a publisher's.
	Own *Learner
}

// Published is what became of a package.
type Published struct {
	Module  Module
	Version Version
	// New is false where the module's current version was the same already: nothing was changed.
	New    bool
	Report *qti.Report
}

// CheckModule reads a package as ImportModule would, and changes nothing. The report is never nil.
func (s *Service) CheckModule(p Package) (*qti.Module, *qti.Report, error) {
	m, r, err := qti.Import(p.Data, qti.DefaultLimits())
	s.undrawn(m, r)
	s.unhonoured(m, r)
	return m, r, refused(err)
}

// undrawn says of each exercise which of its interactions the pupil's page does not draw: it is scored all the same, but nobody
// can answer it there. Those that need a publisher's program were said by the engine.
func (s *Service) undrawn(m *qti.Module, r *report.Report) {
	said := map[string]bool{}
	for _, it := range m.Items() {
		if said[it.File] || s.Draws == nil {
			continue
		}
		said[it.File] = true
		for _, t := range it.Interactions {
			if t != render.TypeCustom && t != render.TypePortableCustom && !s.Draws(t) {
				r.Add(report.Finding{
					Severity: report.Aside, Code: report.InteractionUndrawn, File: it.File, Item: it.Identifier,
					Params: []report.Param{{Name: "interaction", Value: string(t)}},
				})
			}
		}
	}
}

// refused turns the engine's refusal into a fault that names the file and the finding.
func refused(err error) error {
	refusal, ok := errors.AsType[*report.Error](err)
	if !ok {
		return err
	}
	f := refusal.Finding
	where := f.File
	if f.Line > 0 {
		where += ":" + strconv.Itoa(f.Line)
	}
	return fault.Wrap(err, fault.Invalid, "exos.package.refused", "where", where, "finding", f.Code, "item", f.Item)
}

// ImportModule publishes a package as the next version of its module, whole or not at all. Learners in progress keep their version.
// The report comes back with the error too, for whoever has to mend the package.
func (s *Service) ImportModule(ctx context.Context, by journal.Actor, p Package) (Published, error) {
	return s.importModule(ctx, by, p, func(context.Context, Writer, Published) error { return nil })
}

// importModule is ImportModule, with what else belongs to the act.
func (s *Service) importModule(ctx context.Context, by journal.Actor, p Package, with func(context.Context, Writer, Published) error) (Published, error) {
	m, found, err := s.CheckModule(p)
	out := Published{Report: found}
	if err != nil {
		return out, err
	}
	if p.ARK != "" {
		if p.ARK, err = ParseARK(string(p.ARK)); err != nil {
			return out, err
		}
	}
	about, err := readManifest(p.Data)
	if err != nil {
		return out, err
	}
	for _, it := range m.Items() {
		it.Skills = append(it.Skills, about.Skills[it.File]...)
	}
	lot, err := unpack(m)
	if err != nil {
		return out, err
	}
	published, err := write(ctx, s, func(ctx context.Context, w Writer) (Published, error) {
		out, err := s.publish(ctx, w, by, p, about, m, lot)
		if err != nil {
			return out, err
		}
		return out, with(ctx, w, out)
	})
	published.Report = found
	return published, err
}

// lot is a package ready to be stored.
type lot struct {
	version   VersionID
	exercises []Exercise // without ids
	sections  []string   // of each exercise
	contents  []Content
	assets    []Hash
	test      Hash // the rules of the whole, "" for none
}

// unpack turns an imported module into what is stored.
func unpack(m *qti.Module) (lot, error) {
	var out lot
	have := map[Hash]bool{}
	put := func(c Content) Hash {
		if !have[c.Hash] {
			have[c.Hash] = true
			out.contents = append(out.contents, c)
		}
		return c.Hash
	}
	type parts struct{ program, body Hash }
	packed := map[*program.Program]parts{} // a workbook may place one exercise any number of times
	err := eachItem(m.Sections, "", func(section string, it *qti.Item) error {
		p, ok := packed[it.Program]
		if !ok {
			words, err := json.Marshal(body{Language: it.Language, Tree: it.Tree, Feedback: it.Feedback, Notes: it.Notes})
			if err != nil {
				return fmt.Errorf("exercise %s: %w", it.Identifier, err)
			}
			p = parts{put(content(mediaProgram, it.Program.Encode())), put(content(mediaBody, words))}
			packed[it.Program] = p
		}
		out.exercises = append(out.exercises, Exercise{
			Identifier: it.Identifier, Title: it.Title, Version: it.Version, Max: it.MaxScore, Scoreable: it.Scoreable, ByHand: it.ByHand,
			Adaptive: it.Adaptive, Interactions: it.Interactions, Program: p.program, Body: p.body,
			Skills: skillsOf(it),
		})
		out.sections = append(out.sections, section)
		return nil
	})
	for _, a := range m.Assets {
		out.assets = append(out.assets, put(content(a.Media, a.Data)))
	}
	if err == nil {
		var c Content
		var some bool
		if c, some, err = testContent(m); some && err == nil {
			out.test = put(c)
		}
	}
	out.version = out.identity()
	return out, err
}

// The limits of skills.
const (
	maxSkills = 12  // of an exercise
	maxSkill  = 120 // bytes of its name
)

// skillsOf are an exercise's skills, each once, in their order.
func skillsOf(it *qti.Item) []string {
	var out []string
	for _, s := range it.Skills {
		s = strings.Join(strings.Fields(s), " ")
		if len(s) > maxSkill {
			s = strings.ToValidUTF8(s[:maxSkill], "")
		}
		if s != "" && !slices.Contains(out, s) && len(out) < maxSkills {
			out = append(out, s)
		}
	}
	return out
}

// eachItem visits all exercises in order, with the title of the outermost section that has one.
func eachItem(sections []qti.Section, outer string, visit func(section string, it *qti.Item) error) error {
	for i := range sections {
		s := &sections[i]
		title := outer
		if title == "" {
			title = s.Title
		}
		for j := range s.Items {
			if err := visit(title, &s.Items[j]); err != nil {
				return err
			}
		}
		if err := eachItem(s.Sections, title, visit); err != nil {
			return err
		}
	}
	return nil
}

func content(media string, data []byte) Content {
	sum := sha256.Sum256(data)
	return Content{Hash: Hash(hex.EncodeToString(sum[:])), Media: media, Data: data}
}

// identity is the hash of all that a version shows, in order.
func (l lot) identity() VersionID {
	h := sha256.New()
	for i, e := range l.exercises {
		fmt.Fprintf(h, "%q %q %q %s %s\n", l.sections[i], e.Identifier, e.Title, e.Program, e.Body)
	}
	for _, a := range l.assets {
		fmt.Fprintf(h, "%s\n", a)
	}
	for i, e := range l.exercises {
		if len(e.Skills) > 0 { // a version without any is named as before
			fmt.Fprintf(h, "%d %q\n", i, e.Skills)
		}
	}
	if l.test != "" { // nor is one without a test
		fmt.Fprintf(h, "test %s\n", l.test)
	}
	return VersionID(hex.EncodeToString(h.Sum(nil)))
}

// publish stores a package that was found good.
func (s *Service) publish(ctx context.Context, w Writer, by journal.Actor, p Package, about manifest, in *qti.Module, l lot) (Published, error) {
	old, err := w.ModuleIdentified(ctx, in.Identifier)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Published{}, err
	}
	next := Module{
		ID: old.ID, Identifier: in.Identifier, ARK: first(p.ARK, old.ARK), Current: l.version,
		Title:     first(p.Title, about.Title, in.Title, old.Title),
		Publisher: first(p.Publisher, about.Publisher, old.Publisher),
		Level:     first(p.Level, about.Level, old.Level),
	}
	if next.ID == "" {
		next.ID = ModuleID(s.IDs.New())
	}
	if err := p.owned(old, &next); err != nil {
		return Published{}, err
	}
	was, err := maybe(w.VersionOf(ctx, next.ID, l.version))
	if err != nil {
		return Published{}, err
	}
	if old == next && was != nil {
		return Published{Module: old, Version: *was}, nil
	}
	act, err := w.Record(ctx, journal.Entry{
		School: next.School, Actor: by, Verb: "exos.published", Subject: string(next.ID), Class: journal.ClassChange,
		Detail: map[string]any{"version": l.version, "ark": next.ARK, "exercises": len(l.exercises)},
	})
	if err != nil {
		return Published{}, err
	}
	if err := w.PutModule(ctx, act, next); err != nil {
		return Published{}, err
	}
	if was != nil { // an earlier version is current again, or only the title changed
		return Published{Module: next, Version: *was, New: true}, nil
	}
	version, err := s.addVersion(ctx, w, act, next.ID, in.Language, l)
	return Published{Module: next, Version: version, New: true}, err
}

// owned says whose the module is, and refuses what somebody may not publish.
func (p Package) owned(old Module, next *Module) error {
	if p.Own != nil {
		if old.ID != "" && old.Owner != p.Own.ID {
			return fault.New(fault.Denied, "exos.package.foreign", "identifier", next.Identifier)
		}
		next.Owner, next.School, next.ARK = p.Own.ID, p.Own.School, ARK(ownARK+string(next.ID))
		return nil
	}
	next.Owner, next.School = old.Owner, old.School
	switch {
	case next.ARK == "":
		return fault.New(fault.Invalid, "exos.package.ark", "identifier", next.Identifier)
	case p.For != nil && old.ID != "" && !p.For.Owns(old.ARK):
		return fault.New(fault.Denied, "exos.package.foreign", "identifier", next.Identifier)
	case p.For != nil && !p.For.Owns(next.ARK):
		return fault.New(fault.Denied, "exos.package.prefix", "ark", string(next.ARK), "prefix", string(p.For.Prefix))
	}
	return nil
}

// addVersion stores contents, exercises and their order.
func (s *Service) addVersion(ctx context.Context, w Writer, act journal.ActID, m ModuleID, language string, l lot) (Version, error) {
	for _, c := range l.contents {
		if err := w.PutContent(ctx, act, c); err != nil {
			return Version{}, fmt.Errorf("store content %s: %w", c.Hash, err)
		}
	}
	v := Version{ID: l.version, Module: m, Language: language, PublishedAt: w.Now(), Assets: l.assets, Test: l.test}
	for i, e := range l.exercises {
		known, err := w.ExerciseSame(ctx, m, e.Identifier, e.Program, e.Body)
		switch {
		case fault.Is(err, fault.NotFound):
			e.ID, e.Module = ExerciseID(s.IDs.New()), m
			known = e
			err = w.AddExercise(ctx, act, e)
		case err == nil && !slices.Equal(known.Skills, e.Skills):
			err = w.PutSkills(ctx, act, known.ID, e.Skills)
		}
		if err != nil {
			return Version{}, fmt.Errorf("store exercise %s: %w", e.Identifier, err)
		}
		v.Lines = append(v.Lines, Line{Section: l.sections[i], Exercise: known.ID})
	}
	return w.AddVersion(ctx, act, v)
}

// first returns the first value that says something.
func first[S ~string](values ...S) S {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
