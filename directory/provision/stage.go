package provision

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"
	"slices"

	"pupitre/directory"
)

// staged is a file set put in order: one model per school in a temporary file. Close it.
type staged struct {
	common  setName
	degrees map[directory.Degree]bool // whose schools the set describes all of
	mode    string                    // of a OneRoster package: bulk or delta
	files   int
	records map[string]int
	schools []stagedSchool
	file    *os.File
	keep    *keeping // what a OneRoster package changes of the rows that are kept; nil for other sets
}

// stagedSchool is where one model is, and its digest.
type stagedSchool struct {
	uai    directory.UAI
	name   string
	people int
	digest string
	start  int64
	size   int
}

// models reads back every school in order; nil for one that is not needed.
func (s *staged) models(needed func(stagedSchool) bool) iter.Seq2[*School, error] {
	return func(yield func(*School, error) bool) {
		for i, at := range s.schools {
			var model *School
			var err error
			if needed(at) {
				model, err = s.load(i)
			}
			if !yield(model, err) {
				return
			}
		}
	}
}

// load reads one school back.
func (s *staged) load(i int) (*School, error) {
	at := s.schools[i]
	b := make([]byte, at.size)
	if _, err := s.file.ReadAt(b, at.start); err != nil {
		return nil, fmt.Errorf("read the staged school %s: %w", at.uai, err)
	}
	school := &School{digest: at.digest}
	if err := json.Unmarshal(b, school); err != nil {
		return nil, fmt.Errorf("read the staged school %s: %w", at.uai, err)
	}
	return school, nil
}

func (s *staged) close() {
	if s.file != nil {
		s.file.Close()
	}
	if s.keep != nil {
		s.keep.changes.close()
	}
}

// stage implements Source.
func (e entSet) stage(ctx context.Context, d delivery) (*staged, error) {
	g := newStager(d.limits, d.found)
	defer g.close()

	if err := e.each(ctx, d.limits, d.found, g.read); err != nil {
		return nil, err
	}
	if !d.found.refused { // a source that was given up half-way misses files for no fault of the set
		g.set.complete()
		g.set.agree(e.Name(), d.project)
	}
	s := &staged{common: g.set.common, degrees: map[directory.Degree]bool{}, files: len(g.files), records: g.recordCounts()}
	if g.degree != "" {
		s.degrees[g.degree] = true
	}
	if d.found.refused {
		return s, nil
	}
	if err := g.persons(ctx); err != nil {
		return nil, err
	}
	if err := g.schools(ctx, s); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// stager takes the records of a set as they are read, whatever their order.
type stager struct {
	limits Limits
	found  *findings
	set    set
	degree directory.Degree
	files  []string
	counts map[kind]int
	labels map[kind]string // how the set's own format calls its records

	identities *sorter // one small entry per person record, by identifier: is one identifier two persons?
	records    *sorter // every record, by school, then kind, then key

	key, payload []byte
}

func newStager(limits Limits, found *findings) *stager {
	return &stager{limits: limits, found: found, set: set{found: found}, counts: map[kind]int{}, labels: labels,
		identities: newSorter(limits.Dir, limits.SortBuffer/4), records: newSorter(limits.Dir, limits.SortBuffer-limits.SortBuffer/4)}
}

func (g *stager) close() {
	g.identities.close()
	g.records.close()
}

func (g *stager) recordCounts() map[string]int {
	out := map[string]int{}
	for k, n := range g.counts {
		out[g.labels[k]] = n
	}
	return out
}

// read takes one file of the set.
func (g *stager) read(name string, src io.Reader) error {
	n, ok := parseFileName(name)
	if !ok {
		g.found.refuse("provision.file.name", place{file: shorten(name)})
		_, err := io.Copy(io.Discard, src)
		return err
	}
	g.set.admit(n)
	p := &parser{name: n, number: len(g.files), found: g.found, emit: g.take}
	g.files = append(g.files, name)
	if err := p.parse(src, g.limits); err != nil {
		return err
	}
	switch {
	case p.degree == "" || p.degree == g.degree:
	case g.degree == "":
		g.degree = p.degree
	default:
		g.found.refuse("provision.file.degree", place{file: name}, "found", string(p.degree), "wanted", string(g.degree))
	}
	return nil
}

// take puts a record where it belongs in the order.
func (g *stager) take(r *raw) error {
	g.counts[r.kind]++
	g.payload = r.encode(g.payload[:0])
	if r.kind != aPupil && r.kind != aTeacher && r.kind != aManager {
		return g.records.add(g.keyOf(r), g.payload)
	}
	external := r.one(fPerson)
	if external == "" {
		g.found.aside("provision.person.blank", place{g.files[r.file], r.line, naming(g.labels[r.kind], r)})
		return nil
	}
	name := directory.Name{Family: r.one(fFamily), Given: r.one(fGiven)}
	brief := raw{kind: r.kind, file: r.file, line: r.line}
	brief.add(fName, []byte(name.Sorting()))
	if err := g.identities.add([]byte(external), brief.encode(nil)); err != nil {
		return err
	}
	for _, uai := range uaisOf(r) {
		// All of a person's records in a school come together, the pupil's before the teacher's before the manager's.
		g.key = append(append(g.key[:0], uai...), 0, byte(aPupil))
		g.key = append(append(g.key, external...), 0, byte(r.kind))
		if err := g.records.add(g.key, g.payload); err != nil {
			return err
		}
	}
	return nil
}

// uaisOf are the schools that a person's record speaks of.
func uaisOf(r *raw) (uais []string) {
	for _, v := range r.values {
		if v.field != fSchool && v.field != fProfileUAI {
			continue
		}
		if uai := canonical(string(r.text[v.start:v.end])); !slices.Contains(uais, uai) {
			uais = append(uais, uai)
		}
	}
	return uais
}

// keyOf is school, kind, then the fields of the kind's key. No field holds the byte 0: it is no character of XML.
func (g *stager) keyOf(r *raw) []byte {
	g.key = append(append(g.key[:0], canonical(r.one(fUAI))...), 0, byte(r.kind))
	for _, f := range keys[r.kind][1:] {
		g.key = append(append(g.key, r.one(f)...), 0)
	}
	return g.key
}

func (g *stager) place(r *raw) place {
	return place{g.files[r.file], r.line, naming(g.labels[r.kind], r)}
}

// schools reads the records school by school, and writes each school's model.
func (g *stager) schools(ctx context.Context, s *staged) error {
	file, err := temporary(g.limits.Dir)
	if err != nil {
		return fmt.Errorf("stage the schools: %w", err)
	}
	s.file = file
	out := &stagedWriter{staged: s, w: bufio.NewWriterSize(file, 1<<20)}
	for of, err := range ahead(g.bySchool()) {
		if err != nil {
			return fmt.Errorf("read the sorted records: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if of.large {
			g.found.refuse("provision.school.large", place{}, "uai", shorten(of.uai), "limit", g.limits.SchoolBytes)
			continue
		}
		b := builder{found: g.found, place: g.place, uai: of.uai, degree: g.degree}
		if model := b.build(g.once(of.records)); model != nil && !g.found.refused {
			if err := out.write(model); err != nil {
				return err
			}
		}
	}
	return out.w.Flush()
}

// schoolRecords are the records of one school, in the order of their keys.
type schoolRecords struct {
	uai     string
	records []sortedRecord
	size    int  // bytes
	large   bool // too large: the rest is left out
}

type sortedRecord struct {
	raw
	again bool // its key is that of the record before
}

// bySchool gathers the sorted records school by school.
func (g *stager) bySchool() iter.Seq2[schoolRecords, error] {
	return func(yield func(schoolRecords, error) bool) {
		var now schoolRecords
		var before []byte
		for e, err := range g.records.all() {
			if err != nil {
				yield(now, err)
				return
			}
			if head := e.key[:indexZero(e.key)]; string(head) != now.uai {
				if now.size > 0 && !yield(now, nil) {
					return
				}
				now, before = schoolRecords{uai: string(head)}, before[:0]
			}
			runtime.Gosched() // as the parser does
			if now.size += len(e.payload); now.size > g.limits.SchoolBytes {
				now.large = true
				continue
			}
			now.records = append(now.records, sortedRecord{decode(e.payload), string(before) == string(e.key)})
			before = append(before[:0], e.key...)
		}
		if now.size > 0 {
			yield(now, nil)
		}
	}
}

// once leaves out what has been said.
func (g *stager) once(records []sortedRecord) []raw {
	out := make([]raw, 0, len(records))
	for i := range records {
		if r := &records[i]; r.again {
			g.again(&out[len(out)-1], &r.raw)
		} else {
			out = append(out, r.raw)
		}
	}
	return out
}

func indexZero(b []byte) int {
	for i, c := range b {
		if c == 0 {
			return i
		}
	}
	return len(b)
}

// again judges a record whose key has come before, and reports that it is to be left out. In one file it breaks the schema's
// xs:key; from two files it is refused where it describes something and says something else, and otherwise set aside.
func (g *stager) again(first, r *raw) {
	at := g.place(r)
	switch {
	case r.kind == aPupil || r.kind == aTeacher || r.kind == aManager:
		// Said already, by identifier.
	case first.file == r.file:
		g.found.refuse("provision.schema.key", at, "other", first.line)
	case (r.kind == aSchool || r.kind == aCohort) && string(first.text) != string(r.text):
		g.found.refuse("provision.record.twice", at, "file", g.files[first.file], "other", first.line)
	default:
		g.found.aside("provision.record.repeated", at, "file", g.files[first.file], "other", first.line)
	}
}

// persons looks for identifiers that stand for two persons.
func (g *stager) persons(ctx context.Context) error {
	var external []byte
	var seen []raw
	for e, err := range g.identities.all() {
		if err != nil {
			return fmt.Errorf("read the sorted persons: %w", err)
		}
		if string(e.key) != string(external) {
			if err := ctx.Err(); err != nil {
				return err
			}
			external, seen = append(external[:0], e.key...), seen[:0]
		}
		r := decode(e.payload)
		for i := range seen {
			g.samePerson(string(external), &seen[i], &r)
		}
		if len(seen) < 4 { // enough to tell every pair of kinds apart; a file of one identifier a million times is no reason for a million million findings
			seen = append(seen, r)
		}
	}
	return nil
}

// samePerson judges two records with one identifier.
func (g *stager) samePerson(external string, a, b *raw) {
	at := place{g.files[b.file], b.line, g.labels[b.kind] + " " + shorten(external)}
	same := a.one(fName) == b.one(fName)
	switch {
	case a.kind == b.kind && a.file == b.file:
		g.found.refuse("provision.schema.key", at, "other", a.line)
	case a.kind == b.kind, a.kind != aManager && b.kind != aManager && !same:
		g.found.refuse("provision.person.twice", at, "file", g.files[a.file], "other", a.line)
	case !same:
		g.found.note("provision.person.named", at, "file", g.files[a.file], "other", a.line)
	}
}

// stagedWriter appends models to the staging file.
type stagedWriter struct {
	staged *staged
	w      *bufio.Writer
	at     int64
}

func (s *stagedWriter) write(school *School) error {
	b, err := json.Marshal(school)
	if err != nil {
		return fmt.Errorf("stage the school %s: %w", school.UAI, err)
	}
	if _, err := s.w.Write(b); err != nil {
		return fmt.Errorf("stage the school %s: %w", school.UAI, err)
	}
	s.staged.schools = append(s.staged.schools, stagedSchool{school.UAI, school.Name, len(school.People), digest(b), s.at, len(b)})
	s.at += int64(len(b))
	return nil
}
