package provision_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory/provision"
)

// Every file is parsed whole and joined in its order, whichever parser is slow, and however much larger than the blocks a file is.
func TestFilesReadAbreastAreJoinedInOrder(t *testing.T) {
	t.Parallel()
	var sources []io.Reader
	want := []int{}
	for i := range 9 {
		sources = append(sources, io.LimitReader(strings.NewReader(strings.Repeat("x", 3<<20)), int64(i)*(3<<20)/8))
		want = append(want, i)
	}
	var read atomic.Int64
	second := make(chan struct{})
	joined, err := provision.Abreast(sources, func(number int, src io.Reader) error {
		switch number {
		case 0: // until the second file is being parsed: they are, side by side
			select {
			case <-second:
			case <-time.After(30 * time.Second):
				t.Error("the second file waits for the first")
			}
		case 1:
			close(second)
		}
		n, err := io.Copy(io.Discard, src)
		read.Add(n)
		return err
	})
	if err != nil || !cmp.Equal(joined, want) {
		t.Errorf("joined %v, %v", joined, err)
	}
	if want := int64(36 * (3 << 20) / 8); read.Load() != want {
		t.Errorf("read %d bytes, want %d", read.Load(), want)
	}
}

// A parser may stop wherever it likes; what it returns comes out, and so does the source's failure, once.
func TestFilesReadAbreastFail(t *testing.T) {
	t.Parallel()
	large := func() io.Reader { return strings.NewReader(strings.Repeat("x", 20<<20)) }
	stopped := errors.New("stopped")
	if joined, err := provision.Abreast([]io.Reader{large(), large(), large()}, func(number int, src io.Reader) error {
		return fmt.Errorf("%d: %w", number, stopped)
	}); !errors.Is(err, stopped) || len(joined) < 2 {
		t.Errorf("joined %v, %v", joined, err)
	}
	broken := errors.New("broken")
	joined, err := provision.Abreast([]io.Reader{io.MultiReader(large(), iotest.ErrReader(broken))}, func(number int, src io.Reader) error {
		_, err := io.Copy(io.Discard, src)
		if !errors.Is(err, broken) {
			t.Errorf("the parser met %v", err)
		}
		return err
	})
	if err == nil || err.Error() != "broken" || len(joined) != 1 {
		t.Errorf("joined %v, %v", joined, err)
	}
	defer func() {
		if recover() != "fell" {
			t.Error("a parser's panic is not its caller's")
		}
	}()
	provision.Abreast([]io.Reader{large(), large()}, func(int, io.Reader) error { panic("fell") })
}
