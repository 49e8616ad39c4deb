package provision

import (
	"errors"
	"io"
)

// A set comes as one stream, file after file, and reading it is most of an import's work. abreast reads a few files of it side by side:
// whoever unpacks the stream goes on to the next file while the last ones are still being parsed, as far ahead as a bounded number of
// blocks allows. Files are joined in their order, so that what is found in them is always said in the same order.
type abreast struct {
	blocks chan []byte // that are free
	open   []*fileReading
}

// fileReading is a file on its way from the stream to its parser. It is the parser's source.
type fileReading struct {
	blocks chan []byte // filled, to be parsed
	free   chan<- []byte
	now    []byte // of the block being parsed: the rest, and all of it
	whole  []byte
	failed error // of the source; good once blocks is closed

	done chan struct{}
	err  error // of the parser
	fell any
	join func()
}

const (
	filesAbreast = 2
	blockSize    = 128 << 10 // bytes
	blocksAhead  = 64
)

func newAbreast() *abreast {
	a := &abreast{blocks: make(chan []byte, blocksAhead)}
	for range blocksAhead {
		a.blocks <- nil // made when it is first filled
	}
	return a
}

// read hands a file to parse, which runs in a goroutine of its own, and returns when all of the file is on its way. When both parse and
// the files before have come to their end, it calls join. Its error is the source's, or one of an earlier file.
func (a *abreast) read(src io.Reader, parse func(io.Reader) error, join func()) error {
	for len(a.open) >= filesAbreast {
		if err := a.joinOldest(); err != nil {
			return err
		}
	}
	f := &fileReading{blocks: make(chan []byte, blocksAhead), free: a.blocks, done: make(chan struct{}), join: join}
	a.open = append(a.open, f)
	go func() {
		defer close(f.done)
		defer f.drain()
		defer func() { f.fell = recover() }()
		f.err = parse(f)
	}()
	defer close(f.blocks)
	for {
		b := <-a.blocks
		if b == nil {
			b = make([]byte, blockSize)
		}
		n, err := fillBlock(src, b)
		f.blocks <- b[:n]
		if err == io.EOF {
			return nil
		}
		if err != nil {
			f.failed = err
			return err
		}
	}
}

// wait joins the files that are still being parsed.
func (a *abreast) wait() error {
	var errs []error
	for len(a.open) > 0 {
		errs = append(errs, a.joinOldest())
	}
	return errors.Join(errs...)
}

func (a *abreast) joinOldest() error {
	f := a.open[0]
	a.open = a.open[1:]
	<-f.done
	if f.fell != nil {
		panic(f.fell)
	}
	f.join()
	if f.failed != nil {
		return nil // the parser met the same failure, and whoever unpacks the set has it already
	}
	return f.err
}

// Read implements io.Reader.
func (f *fileReading) Read(p []byte) (int, error) {
	for len(f.now) == 0 {
		f.giveBack()
		b, ok := <-f.blocks
		if !ok {
			if f.failed != nil {
				return 0, f.failed
			}
			return 0, io.EOF
		}
		f.now, f.whole = b, b
	}
	n := copy(p, f.now)
	f.now = f.now[n:]
	return n, nil
}

// drain passes over what the parser did not read.
func (f *fileReading) drain() {
	f.giveBack()
	for b := range f.blocks {
		f.whole = b
		f.giveBack()
	}
}

func (f *fileReading) giveBack() {
	if f.whole != nil {
		f.free <- f.whole[:cap(f.whole)]
		f.now, f.whole = nil, nil
	}
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
