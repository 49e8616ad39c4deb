package worldtest_test

import (
	"bytes"
	"errors"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"pupitre/internal/worldtest"
)

// telling is one run of scripts/story.sh.
type telling struct {
	Status       int
	Said, Broken string // on the standard output, and on the other
}

// tell runs the script in a world; more are options that come after the world's own.
func tell(t *testing.T, w *worldtest.World, more ...string) telling {
	t.Helper()
	at, err := url.Parse(w.Start)
	if err != nil {
		t.Fatal(err)
	}
	room := t.TempDir()
	args := []string{"../../scripts/story.sh", "--http", at.Port(), "--https", strconv.Itoa(w.Secure), "--data", w.Data}
	cmd := exec.CommandContext(t.Context(), "bash", append(args, more...)...)
	cmd.Env = append(os.Environ(), "TMPDIR="+room)
	var said, broken bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &broken
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatalf("run the story: %v", err)
	}
	if left, err := os.ReadDir(room); err != nil || len(left) > 0 {
		t.Errorf("the story left its cookies: %v, %v", left, err)
	}
	return telling{cmd.ProcessState.ExitCode(), said.String(), broken.String()}
}

// last is the last line that begins so.
func (s telling) last(beginning string) string {
	found := ""
	for line := range strings.Lines(s.Said) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, beginning) {
			found = line
		}
	}
	return found
}

// The same story as the browser's, by a program that a newcomer can read: twice in one world, which it leaves as it was, and
// it must be able to break.
func TestTheStoryByCurl(t *testing.T) {
	t.Parallel()
	for need, how := range map[string]string{"curl": "apt-get install curl", "bash": "apt-get install bash", "awk": "apt-get install mawk"} {
		if _, err := exec.LookPath(need); err != nil {
			t.Skipf("%s is not installed: the story was not told (%s)", need, how)
		}
	}
	w := worldtest.Open(t, worldtest.Options{})
	var first telling
	for i, name := range []string{"once", "again"} {
		t.Run(name, func(t *testing.T) {
			got := tell(t, w)
			if got.Status != 0 || got.last("The story holds") == "" {
				t.Fatalf("status %d\n%s%s", got.Status, got.Said, got.Broken)
			}
			if i == 0 {
				first = got
			}
			if got, want := got.last("Sélectionnés"), first.last("Sélectionnés"); got != want || want == "" {
				t.Errorf("the second telling ends with the counters %q, the first with %q", got, want)
			}
		})
	}
	for name, wrong := range map[string][]string{"at a port where nobody is": {"--https", "1"}, "without certificates": {"--data", t.TempDir()}} {
		t.Run(name, func(t *testing.T) {
			got := tell(t, w, wrong...)
			if got.Status != 1 || got.last("The story holds") != "" {
				t.Errorf("status %d\n%s", got.Status, got.Said)
			}
			for _, sentence := range []string{"The story breaks here, in act 1.", "expected: an answer from https://abonnement.localhost:", "does the demonstration run"} {
				if !strings.Contains(got.Broken, sentence) {
					t.Errorf("« %s » is not said:\n%s", sentence, got.Broken)
				}
			}
		})
	}
}
