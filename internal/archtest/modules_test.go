package archtest_test

import (
	"os/exec"
	"strings"
	"testing"
)

// Whoever links a module into the program says why, and under which licence.
func TestEveryLinkedModuleIsADecision(t *testing.T) {
	t.Parallel()
	decision := read(t, "docs/decisions/0002-chosen-parts.md")
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "./cmd/pupitre")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	linked := map[string]bool{}
	for path := range strings.FieldsSeq(string(out)) {
		if path != "pupitre" {
			linked[path] = true
		}
	}
	if len(linked) < 10 {
		t.Fatalf("only %d modules are linked: does the test still read them?", len(linked))
	}
	for path := range linked {
		if !strings.Contains(decision, "`"+path+"`") {
			t.Errorf("%s is linked into the program, but docs/decisions/0002-chosen-parts.md does not say what for", path)
		}
	}
}
