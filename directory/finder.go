package directory

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Finder finds schools by words of their name, their town or their UAI. Anybody may ask, signed in or not, so a question costs no turn
// at the database: every school is kept in memory, and read again when somebody asks later than FinderKeeps. Fill it as a struct literal;
// use it by pointer.
type Finder struct {
	Service *Service
	Now     func() time.Time

	kept    atomic.Pointer[gazetteer]
	reading sync.Mutex
}

// FinderKeeps is how long a new school may stay unfound.
const FinderKeeps = 10 * time.Minute

// gazetteer is every school at an instant, in the order of town and name.
type gazetteer struct {
	read    time.Time
	schools []School
	kinds   map[ProjectID][]Kind
	folded  []string // « ·0991234d·college·des·tilleuls·valmore », a space at each dot
}

// Sought is which schools are looked for.
type Sought struct {
	Text  string // each word begins a word of theirs; accents and case do not count; nothing finds nothing
	Of    []ProjectID
	Kind  Kind // "" for all
	Limit int
}

// Find returns schools in the order of town and name, and whether there are more than the limit.
func (f *Finder) Find(ctx context.Context, s Sought) (found []School, more bool, err error) {
	words := words(s.Text)
	if len(words) == 0 {
		return nil, false, nil
	}
	all, err := f.all(ctx)
	if err != nil {
		return nil, false, err
	}
	for i, school := range all.schools {
		if !slices.Contains(s.Of, school.Project) || s.Kind != "" && school.Kind() != s.Kind || !begins(all.folded[i], words) {
			continue
		}
		if len(found) == s.Limit {
			return found, true, nil
		}
		found = append(found, school)
	}
	return found, false, nil
}

// KindsOf returns which kinds of schools each of some projects has.
func (f *Finder) KindsOf(ctx context.Context, of []ProjectID) (map[ProjectID][]Kind, error) {
	all, err := f.all(ctx)
	if err != nil {
		return nil, err
	}
	kinds := map[ProjectID][]Kind{}
	for _, p := range of {
		kinds[p] = all.kinds[p]
	}
	return kinds, nil
}

// words are those of a text as they are compared: folded, and without the marks between them.
func words(text string) []string {
	return strings.FieldsFunc(Fold(text), func(c rune) bool { return strings.ContainsRune(` .,;:/()"«»`, c) })
}

// begins reports whether every word begins one of a folded text.
func begins(folded string, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(folded, " "+w) })
}

// all returns every school. While one question reads them again, the others are answered with what was there.
func (f *Finder) all(ctx context.Context) (*gazetteer, error) {
	kept := f.kept.Load()
	fresh := func() bool { return kept != nil && f.Now().Sub(kept.read) < FinderKeeps }
	if fresh() {
		return kept, nil
	}
	if kept == nil {
		f.reading.Lock()
	} else if !f.reading.TryLock() {
		return kept, nil
	}
	defer f.reading.Unlock()
	if kept = f.kept.Load(); fresh() {
		return kept, nil
	}
	switch read, err := f.read(ctx); {
	case err == nil:
		f.kept.Store(read)
		return read, nil
	case kept != nil:
		return kept, nil // a school's portal hardly ever changes
	default:
		return nil, err
	}
}

func (f *Finder) read(ctx context.Context) (*gazetteer, error) {
	all := &gazetteer{read: f.Now(), kinds: map[ProjectID][]Kind{}}
	for page := (Page{Limit: MaxPage}); ; page.After = string(all.schools[len(all.schools)-1].UAI) {
		schools, err := f.Service.ListSchools(ctx, SchoolFilter{}, page)
		if err != nil {
			return nil, err
		}
		all.schools = append(all.schools, schools...)
		if len(schools) < page.Limit {
			break
		}
	}
	slices.SortStableFunc(all.schools, func(a, b School) int {
		return strings.Compare(Fold(a.Town)+"\x00"+Fold(a.Name), Fold(b.Town)+"\x00"+Fold(b.Name))
	})
	for _, s := range all.schools {
		if k := s.Kind(); !slices.Contains(all.kinds[s.Project], k) {
			all.kinds[s.Project] = append(all.kinds[s.Project], k)
		}
		all.folded = append(all.folded, " "+strings.Join(words(string(s.UAI)+" "+s.Name+" "+s.Town), " "))
	}
	return all, nil
}
