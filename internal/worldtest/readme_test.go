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
	distributor, rest, ok2 := strings.Cut(rest, "```")
	_, rest, ok3 := strings.Cut(rest, "```sh\n")
	lists, _, ok4 := strings.Cut(rest, "```")
	if !ok || !ok2 || !ok3 || !ok4 {
		t.Fatal("the README has no two examples that begin in data/certificats")
	}
	w := worldtest.Open(t, worldtest.Options{})
	script := strings.NewReplacer("8443", strconv.Itoa(w.Secure)).Replace("cd " + filepath.Join(w.Data, "certificats") + distributor + "echo ---\n" + lists)
	out, err := exec.CommandContext(t.Context(), "bash", "-euc", script).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ordered, listed, _ := strings.Cut(string(out), "---\n")
	answers := strings.Split(strings.TrimSpace(ordered), "\n")
	if first, last := answers[0], answers[len(answers)-1]; first != "201" || last != "204" || !strings.Contains(ordered, "<idAbonnement>essai-1</idAbonnement>") {
		t.Errorf("PUT, list and DELETE were answered:\n%s", ordered)
	}
	for _, want := range []string{`"nomRessource":"Le labo de grammaire 5e"`, ";LABO-5E;ark:/99999/preau-labo-grammaire-5e;1;0;0;0", `"nomRapport":"GAR-Affectations_GLOBAL.zip"`} {
		if !strings.Contains(listed, want) {
			t.Errorf("%s is not in what portals and distributors are told:\n%s", want, listed)
		}
	}
}
