package worldtest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pupitre/internal/worldtest"
)

// What the README tells an engineer to paste is pasted: with this world's port and folder, and nothing else changed.
func TestTheReadmesExamplesAreAnsweredAsItSays(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed: the README's examples were not tried (make test installs it)")
	}
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "```sh\ncd data/certificats")
	example, _, ok2 := strings.Cut(rest, "```")
	if !ok || !ok2 {
		t.Fatal("the README has no example that begins in data/certificats")
	}
	w := worldtest.Open(t, worldtest.Options{})
	script := strings.NewReplacer("8443", strconv.Itoa(w.Secure)).Replace("cd " + filepath.Join(w.Data, "certificats") + example)
	out, err := exec.CommandContext(t.Context(), "bash", "-euc", script).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	answers := strings.Split(strings.TrimSpace(string(out)), "\n")
	if first, last := answers[0], answers[len(answers)-1]; first != "201" || last != "204" || !strings.Contains(string(out), "<idAbonnement>essai-1</idAbonnement>") {
		t.Errorf("PUT, list and DELETE were answered:\n%s", out)
	}
}
