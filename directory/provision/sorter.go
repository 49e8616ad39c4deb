package provision

import (
	"bufio"
	"bytes"
	"container/heap"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
)

// sorter puts any number of entries in the order of their keys with a bounded memory: what fits is sorted in place, the rest
// goes to temporary files in sorted runs, which are merged as they are read. Entries with equal keys keep the order in which
// they were added. The files have no name that anyone else could open, and are gone when the sorter is closed.
type sorter struct {
	dir    string
	buffer int

	data    []byte
	entries []entry
	runs    []*os.File
}

// entry is a key and a payload within sorter.data.
type entry struct{ start, key, end int }

func newSorter(dir string, buffer int) *sorter { return &sorter{dir: dir, buffer: buffer} }

// entryOverhead is what an entry costs beside its bytes.
const entryOverhead = 24

// add takes a copy of key and payload.
func (s *sorter) add(key, payload []byte) error {
	if len(s.data)+len(s.entries)*entryOverhead+len(key)+len(payload) > s.buffer && len(s.entries) > 0 {
		if err := s.spill(); err != nil {
			return fmt.Errorf("sort the records: %w", err)
		}
	}
	start := len(s.data)
	s.data = append(append(s.data, key...), payload...)
	s.entries = append(s.entries, entry{start, start + len(key), len(s.data)})
	return nil
}

func (s *sorter) order() {
	slices.SortStableFunc(s.entries, func(a, b entry) int {
		return bytes.Compare(s.data[a.start:a.key], s.data[b.start:b.key])
	})
}

// spill writes what is in memory as one run.
func (s *sorter) spill() error {
	f, err := temporary(s.dir)
	if err != nil {
		return err
	}
	s.runs = append(s.runs, f)
	s.order()
	w := bufio.NewWriterSize(f, 1<<20)
	var head []byte
	for _, e := range s.entries {
		head = binary.AppendUvarint(head[:0], uint64(e.key-e.start))
		head = binary.AppendUvarint(head, uint64(e.end-e.key))
		w.Write(head)
		w.Write(s.data[e.start:e.end]) // a bufio.Writer remembers its first error
	}
	s.data, s.entries = s.data[:0], s.entries[:0]
	return w.Flush()
}

// all yields every entry in order. Key and payload are good until the next one. It may be called once.
func (s *sorter) all() iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		s.order()
		m := merge{}
		for i, f := range s.runs {
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				yield(pair{}, err)
				return
			}
			r := &run{number: i, src: bufio.NewReaderSize(f, 64<<10)}
			if ok, err := r.next(); err != nil {
				yield(pair{}, err)
				return
			} else if ok {
				m = append(m, r)
			}
		}
		// What never left memory is the last run.
		if last := (&run{number: len(s.runs), sorter: s}); len(s.entries) > 0 {
			last.next()
			m = append(m, last)
		}
		heap.Init(&m)
		for len(m) > 0 {
			r := m[0]
			if !yield(r.now, nil) {
				return
			}
			ok, err := r.next()
			if err != nil {
				yield(pair{}, err)
				return
			}
			if ok {
				heap.Fix(&m, 0)
			} else {
				heap.Pop(&m)
			}
		}
	}
}

// close removes the temporary files.
func (s *sorter) close() {
	for _, f := range s.runs {
		f.Close()
	}
	s.runs, s.data, s.entries = nil, nil, nil
}

// temporary makes a file that disappears when it is closed, or when the program dies.
func temporary(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "pupitre-staging-")
	if err != nil {
		return nil, err
	}
	// Where a file in use cannot be removed (Windows), it stays until the system cleans up.
	os.Remove(f.Name())
	return f, nil
}

type pair struct{ key, payload []byte }

// run is one sorted sequence: a file, or what stayed in memory.
type run struct {
	number int
	now    pair

	src    *bufio.Reader
	spare  []byte
	sorter *sorter
	at     int
}

func (r *run) next() (bool, error) {
	if r.sorter != nil {
		if r.at == len(r.sorter.entries) {
			return false, nil
		}
		e := r.sorter.entries[r.at]
		r.at++
		r.now = pair{r.sorter.data[e.start:e.key], r.sorter.data[e.key:e.end]}
		return true, nil
	}
	key, err := binary.ReadUvarint(r.src)
	if err == io.EOF {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	payload, err := binary.ReadUvarint(r.src)
	if err != nil {
		return false, ended(err)
	}
	r.spare = slices.Grow(r.spare[:0], int(key+payload))[:key+payload]
	if _, err := io.ReadFull(r.src, r.spare); err != nil {
		return false, ended(err)
	}
	r.now = pair{r.spare[:key], r.spare[key:]}
	return true, nil
}

// merge is the heap of runs by their present entry; equal keys in the order of the runs, which is that of the adding.
type merge []*run

func (m merge) Len() int { return len(m) }
func (m merge) Less(i, j int) bool {
	if c := bytes.Compare(m[i].now.key, m[j].now.key); c != 0 {
		return c < 0
	}
	return m[i].number < m[j].number
}
func (m merge) Swap(i, j int) { m[i], m[j] = m[j], m[i] }
func (m *merge) Push(x any)   { *m = append(*m, x.(*run)) }
func (m *merge) Pop() any {
	old := *m
	x := old[len(old)-1]
	*m = old[:len(old)-1]
	return x
}
