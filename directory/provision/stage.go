package provision

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"

	"pupitre/directory"
)

// stage implements Source.
func (e entSet) stage(ctx context.Context, d delivery) (*staged, error) {
	g := newStager(d.limits, d.found)
	defer g.close()

	if err := errors.Join(e.each(ctx, d.limits, d.found, g.read), g.abreast.wait()); err != nil {
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

// stager puts the records of a set in order, in whatever order they are read.
type stager struct {
	limits  Limits
	found   *findings
	abreast *abreast
	set     set
	degree  directory.Degree
	files   []string
	counts  map[kind]int
	labels  map[kind]string // how the set's own format calls its records

	sorting    sync.Mutex
	identities *sorter // one small entry per person record, by identifier: is one identifier two persons?
	records    *sorter // every record, by school, then kind, then key
}

func newStager(limits Limits, found *findings) *stager {
	return &stager{limits: limits, found: found, abreast: newAbreast(), set: set{found: found}, counts: map[kind]int{}, labels: labels,
		identities: newSorter(limits.Dir, limits.SortBuffer/4), records: newSorter(limits.Dir, limits.SortBuffer-limits.SortBuffer/4)}
}

func (g *stager) close() {
	g.abreast.wait() // after an error that has been returned already
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

// read takes one file of the set. It may return before the file is parsed; abreast.wait waits for that.
func (g *stager) read(name string, src io.Reader) error {
	n, ok := parseFileName(name)
	if !ok {
		g.found.refuse("provision.file.name", place{file: shorten(name)})
		_, err := io.Copy(io.Discard, src)
		return err
	}
	g.set.admit(n)
	in := g.intake(newFindings(g.found.limit))
	p := &parser{name: n, number: len(g.files), found: in.found, emit: in.take}
	g.files = append(g.files, name)
	in.files = g.files
	parse := func(src io.Reader) error {
		if err := p.parse(src, g.limits); err != nil {
			return err
		}
		return in.flush()
	}
	return g.abreast.read(src, parse, func() {
		g.found.join(in.found)
		for k, n := range in.counts {
			g.counts[k] += n
		}
		switch {
		case p.degree == "" || p.degree == g.degree:
		case g.degree == "":
			g.degree = p.degree
		default:
			g.found.refuse("provision.file.degree", place{file: name}, "found", string(p.degree), "wanted", string(g.degree))
		}
	})
}

// intake takes records into a stager's order. There may be several, each of one goroutine's: what one has taken is handed over by
// flush, and now and then before.
type intake struct {
	*stager
	found  *findings
	files  []string // up to the one being read
	counts map[kind]int

	newIdentities, newRecords sortBuffer // not handed over yet
	key, payload, brief       []byte
}

func (g *stager) intake(found *findings) *intake {
	return &intake{stager: g, found: found, files: g.files, counts: map[kind]int{}}
}

// take puts a record where it belongs in the order.
func (in *intake) take(r *raw) error {
	in.counts[r.kind]++
	in.payload = r.encode(in.payload[:0])
	if r.kind != aPupil && r.kind != aTeacher && r.kind != aManager {
		in.key = r.sortKey(in.key[:0])
		in.newRecords.put(in.key, in.payload)
		return in.pause()
	}
	external := r.bytes(fPerson)
	if len(external) == 0 {
		in.found.aside("provision.person.blank", place{in.files[r.file], r.line, naming(in.labels[r.kind], r)})
		return nil
	}
	name := directory.Name{Family: r.one(fFamily), Given: r.one(fGiven)}
	brief := raw{kind: r.kind, file: r.file, line: r.line}
	brief.add(fName, []byte(name.Sorting()))
	in.brief = brief.encode(in.brief[:0])
	in.newIdentities.put(external, in.brief)
	for _, uai := range uaisOf(r) {
		// All of a person's records in a school come together, the pupil's before the teacher's before the manager's.
		in.key = append(append(in.key[:0], uai...), 0, byte(aPupil))
		in.key = append(append(in.key, external...), 0, byte(r.kind))
		in.newRecords.put(in.key, in.payload)
		if err := in.pause(); err != nil { // here: one record may name any number of schools
			return err
		}
	}
	return nil
}

// pause hands over what has gathered.
func (in *intake) pause() error {
	const enough = 64 << 10 // bytes
	if len(in.newRecords.data) < enough {
		return nil
	}
	return in.flush()
}

// flush hands over everything.
func (in *intake) flush() error {
	in.sorting.Lock()
	defer in.sorting.Unlock()
	if err := in.identities.take(&in.newIdentities); err != nil {
		return err
	}
	return in.records.take(&in.newRecords)
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

// sortKey appends school, kind, then the fields of the kind's key. No field holds the byte 0: it is no character of XML.
func (r *raw) sortKey(key []byte) []byte {
	key = append(append(key, canonical(r.one(fUAI))...), 0, byte(r.kind))
	for _, f := range keys[r.kind][1:] {
		key = append(append(key, r.bytes(f)...), 0)
	}
	return key
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
		var steps pace
		for e, err := range g.records.all() {
			if err != nil {
				yield(now, err)
				return
			}
			if head := e.key[:indexZero(e.key)]; string(head) != now.uai {
				if now.size > 0 && !yield(now, nil) {
					return
				}
				now, before = schoolRecords{uai: string(head), records: make([]sortedRecord, 0, len(now.records))}, before[:0]
			}
			steps.step()
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
