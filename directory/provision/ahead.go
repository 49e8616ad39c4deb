package provision

import (
	"io"
	"iter"
	"runtime"
)

// ahead ranges over a sequence that is made in a goroutine of its own, one value ahead: whoever takes it and whoever makes it then work
// side by side. A value must be good for longer than until the next one. A panic of the maker's is the taker's.
func ahead[T any](seq iter.Seq2[T, error]) iter.Seq2[T, error] {
	type item struct {
		value T
		err   error
		fell  any
	}
	return func(yield func(T, error) bool) {
		items, enough, gone := make(chan item), make(chan struct{}), make(chan struct{})
		give := func(i item) bool {
			select {
			case items <- i:
				return true
			case <-enough:
				return false
			}
		}
		go func() {
			defer close(gone)
			defer close(items)
			defer func() {
				if p := recover(); p != nil {
					give(item{fell: p})
				}
			}()
			for v, err := range seq {
				if !give(item{value: v, err: err}) {
					return
				}
			}
		}()
		defer func() { <-gone }()
		defer close(enough)
		for i := range items {
			if i.fell != nil {
				panic(i.fell)
			}
			if !yield(i.value, i.err) {
				return
			}
		}
	}
}

// aheadReader reads a source a few blocks ahead of whoever reads it. Close it: the source is not touched afterwards.
type aheadReader struct {
	next func() ([]byte, error, bool)
	stop func()
	now  []byte
	err  error
}

func newAheadReader(src io.Reader) *aheadReader {
	var blocks [3][128 << 10]byte // one being filled, one on its way, one being read
	a := &aheadReader{}
	a.next, a.stop = iter.Pull2(ahead(func(yield func([]byte, error) bool) {
		for i := 0; ; i = (i + 1) % len(blocks) {
			n, err := fillBlock(src, blocks[i][:])
			if !yield(blocks[i][:n], err) || err != nil {
				return
			}
		}
	}))
	return a
}

// fillBlock is io.ReadFull with the source's own error.
func fillBlock(src io.Reader, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var more int
		more, err = src.Read(b[n:])
		n += more
	}
	return n, err
}

// Read implements io.Reader.
func (a *aheadReader) Read(p []byte) (int, error) {
	for len(a.now) == 0 {
		if a.err != nil {
			return 0, a.err
		}
		var ok bool
		if a.now, a.err, ok = a.next(); !ok {
			a.err = io.ErrClosedPipe
		}
	}
	n := copy(p, a.now)
	a.now = a.now[n:]
	return n, nil
}

// Close stops the reading ahead.
func (a *aheadReader) Close() error {
	a.stop()
	return nil
}

// pace lets others have the processor now and then: a set is millions of records, and whoever opens a page meanwhile waits for none of
// them. A step is a record, some microseconds of work.
type pace int

func (p *pace) step() {
	const between = 16
	if *p++; *p%between == 0 {
		runtime.Gosched()
	}
}
