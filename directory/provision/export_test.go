package provision

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Verdict reads one document as part of a set and returns the rules of the schema, and of XML itself, that it breaks: what a
// validator of the schema would say, and nothing about references, schools or the set.
func Verdict(name string, doc []byte) ([]string, error) {
	found := newFindings(1 << 20)
	limits := Limits{}.filled()
	limits.SortBuffer = 1 << 20
	g := newStager(limits, found)
	defer g.close()
	if err := errors.Join(g.read(name, bytes.NewReader(doc)), g.abreast.wait()); err != nil {
		return nil, err
	}
	if !found.refused {
		if err := g.persons(context.Background()); err != nil {
			return nil, err
		}
		s := &staged{}
		defer s.close()
		if err := g.schools(context.Background(), s); err != nil {
			return nil, err
		}
	}
	var rules []string
	for _, f := range found.listed {
		if f.Effect == Refused && (strings.HasPrefix(f.Rule, "provision.schema.") || strings.HasPrefix(f.Rule, "xmlgate.") || f.Rule == "provision.file.root" || f.Rule == "provision.file.degree") {
			rules = append(rules, f.Rule)
		}
	}
	return rules, nil
}

// Unpack reads an archive's bytes and returns the names and contents of its entries, and the rules that it breaks.
func Unpack(b []byte, limits Limits) (entries map[string]string, rules []string, err error) {
	found := newFindings(1 << 20)
	entries = map[string]string{}
	err = unpack(context.Background(), bytes.NewReader(b), limits.filled(), found, func(name string, src io.Reader) error {
		text, err := io.ReadAll(src)
		entries[name] = string(text)
		return err
	})
	for _, f := range found.listed {
		if f.Effect == Refused {
			rules = append(rules, f.Rule)
		}
	}
	return entries, rules, err
}

// Digests stages a source and returns each school's digest.
func Digests(src Source, limits Limits) (map[string]string, error) {
	found := newFindings(100)
	s, err := src.stage(context.Background(), delivery{limits: limits.filled(), found: found})
	if err != nil {
		return nil, err
	}
	defer s.close()
	out := map[string]string{}
	for _, x := range s.schools {
		out[string(x.uai)] = x.digest
	}
	return out, nil
}

// Sort puts pairs in order through a sorter of the given buffer.
func Sort(dir string, buffer int, pairs [][2]string) ([][2]string, int, error) {
	s := newSorter(dir, buffer)
	defer s.close()
	for _, p := range pairs {
		if err := s.add([]byte(p[0]), []byte(p[1])); err != nil {
			return nil, 0, err
		}
	}
	runs := len(s.runs)
	var out [][2]string
	for e, err := range s.all() {
		if err != nil {
			return nil, 0, err
		}
		out = append(out, [2]string{string(e.key), string(e.payload)})
	}
	return out, runs, nil
}

// Sorted is what Sort must give.
func Sorted(pairs [][2]string) [][2]string {
	out := slices.Clone(pairs)
	slices.SortFunc(out, func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	return out
}

var (
	IsDate        = func(s string) bool { return isDate([]byte(s)) }
	LevelOfCourse = levelOfCourse
	LevelOfLabel  = levelOfLabel
	TownOf        = townOf
	NatureOf      = natureOf
)

// Outline stages a source and returns what every form of a set says of its schools: a line for each school, class or group, person
// and place, cohorts by their label.
func Outline(src Source) ([]string, error) {
	found := newFindings(100)
	s, err := src.stage(context.Background(), delivery{limits: Limits{}.filled(), found: found})
	if err != nil {
		return nil, err
	}
	defer s.close()
	var out []string
	for _, at := range s.schools {
		school, err := s.load(at)
		if err != nil {
			return nil, err
		}
		out = append(out, fmt.Sprint("school ", school.UAI, school.Name, school.Town, school.Nature, school.Degree))
		labels := map[string]string{}
		for _, c := range school.Cohorts {
			labels[c.Code] = c.Label
			out = append(out, fmt.Sprint("cohort ", school.UAI, " ", c.Kind, " ", c.Label, " ", c.Level))
		}
		for i := range school.people {
			p, err := school.people[i].open()
			if err != nil {
				return nil, err
			}
			mails := p.Mails
			if p.Mails == nil {
				mails = []string{}
			}
			out = append(out, fmt.Sprint("person ", school.UAI, " ", p.External, p.Family, p.Given, mails, p.Profiles, p.Level, p.Manager))
			for _, x := range p.Places {
				out = append(out, fmt.Sprint("place ", school.UAI, " ", p.External, " ", labels[x.Code]))
			}
		}
	}
	return out, nil
}

// RosterVerdict reads one file of a OneRoster package and returns the rules that it breaks.
func RosterVerdict(name string, text []byte) ([]string, error) {
	found := newFindings(1 << 20)
	g := &rosterReader{limits: Limits{}.filled(), found: found, rows: newSorter("", 1<<20), records: map[string]int{}, manifest: &manifest{}}
	defer g.rows.close()
	if err := g.read(name, bytes.NewReader(text)); err != nil {
		return nil, err
	}
	var rules []string
	for _, f := range found.listed {
		rules = append(rules, f.Rule)
	}
	return rules, nil
}

// Unzip reads a zip's bytes and returns the names and contents of its entries.
func Unzip(b []byte, limits Limits) (map[string]string, error) {
	entries := map[string]string{}
	err := unzip(context.Background(), bytes.NewReader(b), int64(len(b)), limits.filled(), newFindings(1<<20), func(name string, src io.Reader) error {
		text, err := io.ReadAll(src)
		entries[name] = string(text)
		return err
	})
	return entries, err
}

// LevelOfGrade is levelOfGrade.
var LevelOfGrade = levelOfGrade

// InMemory is a OneRoster package of these files.
func InMemory(texts map[string]string, now time.Time) Source { return rosterSet{memory(texts), now} }

type memory map[string]string

func (m memory) Name() string { return "memory" }

func (m memory) each(_ context.Context, _ Limits, _ *findings, read func(name string, src io.Reader) error) error {
	for _, name := range slices.SortedFunc(maps.Keys(m), readingOrder) {
		if err := read(name, strings.NewReader(m[name])); err != nil {
			return err
		}
	}
	return nil
}

// Abreast reads sources side by side with one parser, and returns the numbers of the files in the order in which they were joined.
func Abreast(sources []io.Reader, parse func(number int, src io.Reader) error) (joined []int, err error) {
	a := newAbreast()
	defer a.wait()
	for i, src := range sources {
		err = errors.Join(err, a.read(src, func(src io.Reader) error { return parse(i, src) }, func() { joined = append(joined, i) }))
	}
	return joined, errors.Join(err, a.wait())
}
