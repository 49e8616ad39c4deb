package store_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db/dbtest"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/store/storetest"
)

const (
	crashBatch  = 2000
	crashRounds = 20  // in make test
	crashSoak   = 500 // where PUPITRE_SOAK is set
)

// TestABatchSurvivesKillWholeOrAbsent kills a process with SIGKILL at random points of batches of 2,000 copies, given, undone, given and
// taken back in turn. Afterwards no batch is in part, counters equal the ledger, and nothing that was acknowledged is missing.
func TestABatchSurvivesKillWholeOrAbsent(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		address := e.Address(t)
		w := storetest.At(t, address)
		school, r := w.School("099", "340"), w.Resource(false)
		w.Persons(school.ID, directory.Pupil, crashBatch, "")
		w.Sell(t, w.Offer(school, r, crashBatch))
		// Kills fall anywhere in the first few batches, whatever a batch takes on this machine: too early, and nothing was tried.
		order, began := storetest.To(school, r, licensing.ToSchool()), time.Now()
		w.Assign(t, order)
		if _, err := w.Licensing.Release(t.Context(), storetest.Manager, order); err != nil {
			t.Fatal(err)
		}
		lifetime := 3 * time.Since(began)
		w.Close()

		rounds := crashRounds
		if os.Getenv("PUPITRE_SOAK") != "" {
			rounds = crashSoak
		}
		acknowledged, midway := 2, 0
		for round := range rounds {
			after := rand.N(lifetime)
			acts := killed(t, address, school.ID, r.ID, after)
			acknowledged += len(acts)
			switch n := len(acts); { // the machine is busier than it was, or less so
			case n == 0:
				lifetime += lifetime / 4
			case n > 6:
				lifetime -= lifetime / 4
			}
			w := storetest.At(t, address)
			kept := w.Batches(school, r, acts)
			if kept.Missing > 0 || kept.Acts < acknowledged || kept.Acts > acknowledged+round+1 {
				t.Fatalf("round %d, killed after %s: %d batches acknowledged, %d kept, %d missing", round, after, acknowledged, kept.Acts, kept.Missing)
			}
			if kept.Assigned != 0 && kept.Assigned != crashBatch {
				t.Fatalf("round %d, killed after %s: %d copies of a batch of %d", round, after, kept.Assigned, crashBatch)
			}
			w.Sound(t)
			midway += kept.Acts - acknowledged
			acknowledged = kept.Acts
			w.Close()
		}
		if t.Logf("%d kills, %d batches kept, %d of them before their word got out", rounds, acknowledged, midway); acknowledged == 2 {
			t.Error("every kill came too early to try anything")
		}
	})
}

// killed runs batches in another process, kills it that long after its first, and returns the acts that it had acknowledged.
func killed(t *testing.T, address string, school directory.SchoolID, resource catalogue.ResourceID, after time.Duration) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrashingProcess$")
	cmd.Env = append(os.Environ(), "PUPITRE_CRASH="+strings.Join([]string{address, string(school), string(resource)}, "\n"))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var acts []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		switch word, act, _ := strings.Cut(lines.Text(), " "); word {
		case "ready":
			time.AfterFunc(after, func() { cmd.Process.Kill() })
		case "done":
			acts = append(acts, act)
		default:
			t.Errorf("the process said %q", lines.Text())
		}
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != -1 {
		t.Fatalf("the process ended by itself: %v", err)
	}
	return acts
}

// TestCrashingProcess is the process that is killed; by itself it tests nothing.
func TestCrashingProcess(t *testing.T) {
	setting := strings.Split(os.Getenv("PUPITRE_CRASH"), "\n")
	if len(setting) != 3 {
		t.Skip("only as the victim of TestABatchSurvivesKillWholeOrAbsent")
	}
	w := storetest.At(t, setting[0])
	order := licensing.Order{School: directory.SchoolID(setting[1]), Resources: []catalogue.ResourceID{catalogue.ResourceID(setting[2])},
		Targets: []licensing.Target{licensing.ToSchool()}}
	fmt.Println("ready")
	var last journal.ActID
	give := func() (journal.ActID, error) {
		done, err := w.Licensing.Assign(t.Context(), storetest.Manager, order)
		return done.Act, err
	}
	undo := func() (journal.ActID, error) {
		if last == "" { // the process before had given already
			return "", nil
		}
		o := licensing.UndoOrder{School: order.School, Act: last}
		plan, err := w.Licensing.PlanUndo(t.Context(), o)
		if err != nil {
			return "", err
		}
		done, err := w.Licensing.Undo(t.Context(), storetest.Manager, o, plan.Hash)
		return done.Act, err
	}
	take := func() (journal.ActID, error) {
		done, err := w.Licensing.Release(t.Context(), storetest.Manager, order)
		return done.Act, err
	}
	for {
		for _, act := range []func() (journal.ActID, error){give, undo, give, take} {
			done, err := act()
			if err != nil {
				fmt.Println("failed", err)
				os.Exit(1)
			}
			if last = done; done != "" {
				fmt.Println("done", done)
			}
		}
	}
}
