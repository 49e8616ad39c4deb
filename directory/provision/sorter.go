package provision

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
)

// sorter puts any number of entries in the order of their keys with a bounded memory: what fits is sorted in place, the rest
// goes to temporary files in sorted runs, which are merged as they are read. Entries with equal keys come in the order of their
// payloads: who adds them, and when, changes nothing. The files have no name that anyone else could open, and are gone when the sorter is closed. While one half of the
// memory goes to disk the other is filled.
type sorter struct {
	dir  string
	half int // bytes

	filling *sortBuffer
	free    chan *sortBuffer // what has been written, to be filled again
	runs    []*os.File
	written chan error // of the run being written; nil where there is none
}

// sortBuffer is entries in memory.
type sortBuffer struct {
	data    []byte
	entries []entry
}

// entry is a key and a payload within sortBuffer.data, of less than 4 GiB.
type entry struct {
	head            uint64 // the eight bytes of the key that are being compared
	start, key, end uint32
}

func (b *sortBuffer) pair(e entry) pair { return pair{b.data[e.start:e.key], b.data[e.key:e.end]} }

func newSorter(dir string, buffer int) *sorter {
	s := &sorter{dir: dir, half: buffer / 2, filling: new(sortBuffer), free: make(chan *sortBuffer, 1)}
	s.free <- new(sortBuffer)
	return s
}

// entryOverhead is what an entry costs beside its bytes.
const entryOverhead = 24

// add takes a copy of key and payload.
func (s *sorter) add(key, payload []byte) error {
	b := s.filling
	if len(b.data)+len(b.entries)*entryOverhead+len(key)+len(payload) > s.half && len(b.entries) > 0 {
		if err := s.spill(); err != nil {
			return fmt.Errorf("sort the records: %w", err)
		}
		b = s.filling
	}
	b.put(key, payload)
	return nil
}

// take adds what a buffer holds, and empties it.
func (s *sorter) take(b *sortBuffer) error {
	for _, e := range b.entries {
		p := b.pair(e)
		if err := s.add(p.key, p.payload); err != nil {
			return err
		}
	}
	b.data, b.entries = b.data[:0], b.entries[:0]
	return nil
}

func (b *sortBuffer) put(key, payload []byte) {
	start := uint32(len(b.data))
	b.data = append(append(b.data, key...), payload...)
	b.entries = append(b.entries, entry{start: start, key: start + uint32(len(key)), end: uint32(len(b.data))})
}

// order sorts the entries eight bytes of their keys at a time: comparing numbers takes a tenth of comparing what lies elsewhere in memory.
func (b *sortBuffer) order() { b.orderFrom(b.entries, 0) }

// fewEntries are sorted as they are.
const fewEntries = 12

// orderFrom sorts entries whose keys are the same before an offset, but that one may be shorter.
func (b *sortBuffer) orderFrom(entries []entry, at uint32) {
	longer := false
	for i := range entries {
		e := &entries[i]
		var eight [8]byte
		if e.start+at < e.key {
			longer = true
			copy(eight[:], b.data[e.start+at:e.key])
		}
		e.head = binary.BigEndian.Uint64(eight[:])
	}
	if !longer || len(entries) <= fewEntries {
		slices.SortFunc(entries, func(x, y entry) int { return comparePairs(b.pair(x), b.pair(y)) })
		return
	}
	slices.SortFunc(entries, func(x, y entry) int { return cmp.Compare(x.head, y.head) })
	for from := 0; from < len(entries); {
		to := from + 1
		for to < len(entries) && entries[to].head == entries[from].head {
			to++
		}
		if to-from > 1 {
			b.orderFrom(entries[from:to], at+8)
		}
		from = to
	}
}

// spill has what is in memory written as one run, and goes on with the other half of it.
func (s *sorter) spill() error {
	if err := s.settle(); err != nil {
		return err
	}
	f, err := temporary(s.dir)
	if err != nil {
		return err
	}
	s.runs = append(s.runs, f)
	full, written := s.filling, make(chan error, 1)
	s.filling, s.written = <-s.free, written
	go func() {
		full.order()
		err := full.write(f)
		full.data, full.entries = full.data[:0], full.entries[:0]
		s.free <- full
		written <- err
	}()
	return nil
}

// settle waits for the run being written.
func (s *sorter) settle() error {
	if s.written == nil {
		return nil
	}
	err := <-s.written
	s.written = nil
	return err
}

func (b *sortBuffer) write(f io.Writer) error {
	w := bufio.NewWriterSize(f, 1<<20)
	var head []byte
	for _, e := range b.entries {
		head = binary.AppendUvarint(head[:0], uint64(e.key)-uint64(e.start))
		head = binary.AppendUvarint(head, uint64(e.end)-uint64(e.key))
		w.Write(head)
		w.Write(b.data[e.start:e.end]) // a bufio.Writer remembers its first error
	}
	return w.Flush()
}

// all yields every entry in order. Key and payload are good until the next one. It may be called once.
func (s *sorter) all() iter.Seq2[pair, error] {
	return func(yield func(pair, error) bool) {
		if err := s.settle(); err != nil {
			yield(pair{}, err)
			return
		}
		s.filling.order()
		m := merge{}
		for _, f := range s.runs {
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				yield(pair{}, err)
				return
			}
			r := &run{src: bufio.NewReaderSize(f, 32<<10)}
			if ok, err := r.next(); err != nil {
				yield(pair{}, err)
				return
			} else if ok {
				m = append(m, r)
			}
		}
		// What never left memory is one more run.
		if last := (&run{memory: s.filling}); len(s.filling.entries) > 0 {
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
	s.settle()
	for _, f := range s.runs {
		f.Close()
	}
	s.runs, s.filling = nil, nil
}

// named makes a temporary file by name and takes the name away. A program that dies between the two leaves an empty file.
func named(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "pupitre-staging-")
	if err != nil {
		return nil, err
	}
	// Where a file in use cannot be removed (Windows), it stays until the system cleans up.
	os.Remove(f.Name())
	return f, nil
}

type pair struct{ key, payload []byte }

func comparePairs(a, b pair) int {
	if c := bytes.Compare(a.key, b.key); c != 0 {
		return c
	}
	return bytes.Compare(a.payload, b.payload)
}

// run is one sorted sequence: a file, or what stayed in memory.
type run struct {
	now pair

	src    *bufio.Reader
	spare  []byte
	memory *sortBuffer
	at     int
}

func (r *run) next() (bool, error) {
	if r.memory != nil {
		if r.at == len(r.memory.entries) {
			return false, nil
		}
		r.now = r.memory.pair(r.memory.entries[r.at])
		r.at++
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

// merge is the heap of runs by their present entry.
type merge []*run

func (m merge) Len() int           { return len(m) }
func (m merge) Less(i, j int) bool { return comparePairs(m[i].now, m[j].now) < 0 }
func (m merge) Swap(i, j int)      { m[i], m[j] = m[j], m[i] }
func (m *merge) Push(x any)        { *m = append(*m, x.(*run)) }
func (m *merge) Pop() any {
	old := *m
	x := old[len(old)-1]
	*m = old[:len(old)-1]
	return x
}
