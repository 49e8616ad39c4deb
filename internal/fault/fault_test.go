package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"pupitre/internal/fault"
)

func TestThreeReadersOfOneError(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk is full")
	err := fmt.Errorf("assign copy of r1 to p1: %w", fault.Wrap(cause, fault.Exhausted, "licensing.pool.exhausted", "left", 3))

	if got := fault.KindOf(err); got != fault.Exhausted {
		t.Errorf("kind: got %v", got)
	}
	if got := fault.CodeOf(err); got != "licensing.pool.exhausted" {
		t.Errorf("code: got %q", got)
	}
	if got := fmt.Sprint(fault.ParamsOf(err)); got != "[left 3]" {
		t.Errorf("params: got %s", got)
	}
	want := "assign copy of r1 to p1: licensing.pool.exhausted left=3: disk is full"
	if got := err.Error(); got != want {
		t.Errorf("chain:\n got %q\nwant %q", got, want)
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
}

func TestUnclassifiedErrorIsOurDefect(t *testing.T) {
	t.Parallel()
	if got := fault.KindOf(errors.New("boom")); got != fault.Internal {
		t.Errorf("got %v", got)
	}
	if fault.Is(nil, fault.Internal) {
		t.Error("no error has no kind")
	}
}
