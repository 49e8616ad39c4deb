package worldtest_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"pupitre/internal/worldtest"
)

// step is what a journey prints of each of its steps.
type step struct {
	Step    string
	OK      bool
	Skipped bool
	Error   string
	Picture string
	MS      int
}

// journey runs one of browser/*.mjs in a world; each of its steps is a subtest. Where the same pages were looked at in every size
// and theme by another journey, again spares the time.
func journey(t *testing.T, w *worldtest.World, name string, again bool) {
	t.Helper()
	for _, need := range []string{"node", "chromium"} {
		if _, err := exec.LookPath(need); err != nil {
			t.Skipf("%s is not installed: no journey was made (make test installs it)", need)
		}
	}
	folder, err := filepath.Abs("../../browser")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "playwright-core")); err != nil {
		t.Skip("browser/node_modules is missing: no journey was made (scripts/setup.sh installs it)")
	}
	shots := os.Getenv("PUPITRE_SHOTS")
	if shots == "" {
		shots = t.TempDir()
	}
	cmd := exec.CommandContext(t.Context(), "node", name+".mjs")
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "PUPITRE_WORLD="+w.JSON(t, again), "PUPITRE_SHOTS="+shots)
	var troubles bytes.Buffer
	cmd.Stderr = &troubles
	out, err := cmd.Output()
	lines := bufio.NewScanner(bytes.NewReader(out))
	steps := 0
	for lines.Scan() {
		var s step
		if json.Unmarshal(lines.Bytes(), &s) != nil {
			t.Log(lines.Text())
			continue
		}
		steps++
		t.Run(s.Step, func(t *testing.T) {
			switch {
			case s.Skipped:
				t.Skip("an earlier step failed")
			case !s.OK:
				t.Errorf("%s\npicture: %s", s.Error, s.Picture)
			}
		})
	}
	if err != nil || steps == 0 {
		t.Errorf("the journey %s ended with %v after %d steps\n%s", name, err, steps, troubles.String())
	}
}

func TestTheStoryInABrowser(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{}), "story", false)
}

// Two nodes on one PostgreSQL, requests alternating between them: a node with a state of its own would lose the thread.
func TestTheStoryOnTwoNodes(t *testing.T) {
	t.Parallel()
	journey(t, worldtest.Open(t, worldtest.Options{PostgreSQL: true, Nodes: 2}), "story", true)
}
