package provision

import (
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

// pace lets others have the processor now and then: a set is millions of records, and whoever opens a page meanwhile waits for none of
// them. A step is a record, some microseconds of work.
type pace int

func (p *pace) step() {
	const between = 16
	if *p++; *p%between == 0 {
		runtime.Gosched()
	}
}
