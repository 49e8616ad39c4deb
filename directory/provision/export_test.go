package provision

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"slices"
	"strings"
)

// Verdict reads one document as part of a set and returns the rules of the schema, and of XML itself, that it breaks: what a
// validator of the schema would say, and nothing about references, schools or the set.
func Verdict(name string, doc []byte) ([]string, error) {
	found := newFindings(1 << 20)
	limits := Limits{}.filled()
	g := &stager{limits: limits, found: found, set: set{found: found}, counts: map[kind]int{}, identities: newSorter("", 1<<20), records: newSorter("", 1<<20)}
	defer g.identities.close()
	defer g.records.close()
	if err := g.read(name, bytes.NewReader(doc)); err != nil {
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
	s, err := stage(context.Background(), src, "", limits.filled(), found)
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
	slices.SortStableFunc(out, func(a, b [2]string) int { return cmp.Compare(a[0], b[0]) })
	return out
}

var (
	IsDate        = func(s string) bool { return isDate([]byte(s)) }
	LevelOfCourse = levelOfCourse
	LevelOfLabel  = levelOfLabel
	TownOf        = townOf
	NatureOf      = natureOf
)
