package privacy_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/privacy"
)

// area is a holder that notes what it is asked.
type area struct {
	name string
	has  any
	fail error
	log  *[]string
}

func (a area) Area() string             { return a.name }
func (a area) Describe() []privacy.Kept { return []privacy.Kept{{Table: a.name}} }
func (a area) Export(context.Context, privacy.Subject) (any, error) {
	return a.has, a.fail
}
func (a area) Erase(context.Context, privacy.Subject) error {
	*a.log = append(*a.log, a.name)
	return a.fail
}

func TestWhatNamesThePersonIsErasedLast(t *testing.T) {
	t.Parallel()
	var log []string
	broken := errors.New("broken")
	register := privacy.Register{area{name: "federation", log: &log}, area{name: "licensing", fail: broken, log: &log}, area{name: "directory", log: &log}}
	if err := register.Erase(t.Context(), privacy.Subject{ID: "p"}); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	// The name is still there, so the erasure can be asked for again.
	if diff := cmp.Diff([]string{"federation", "licensing"}, log); diff != "" {
		t.Error(diff)
	}
}

func TestAnExportLeavesOutAreasThatHaveNothing(t *testing.T) {
	t.Parallel()
	register := privacy.Register{area{name: "federation", has: 3}, area{name: "licensing"}}
	got, err := register.Export(t.Context(), privacy.Subject{ID: "p"})
	if diff := cmp.Diff([]privacy.Section{{Area: "federation", Data: 3}}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	if got := register.Describe(); len(got) != 2 || got["licensing"][0].Table != "licensing" {
		t.Errorf("the register says %v", got)
	}
}
