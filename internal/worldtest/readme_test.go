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

// docs/partners.md shows a request and then its answer, again and again: each is sent, and answered so. « … » in an answer stands for
// whatever is there.
func TestThePartnersGuideIsAnsweredAsItSays(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"curl", "python3"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is not installed: the guide's examples were not tried (make test installs it)", program)
		}
	}
	text, err := os.ReadFile("../../docs/partners.md")
	if err != nil {
		t.Fatal(err)
	}
	w := worldtest.Open(t, worldtest.Options{})
	folder := filepath.Join(w.Data, "certificats")
	prelude, asked, tried := "", "", 0
	for i, block := range strings.Split(string(text), "```") {
		if i%2 == 0 {
			continue // between two blocks
		}
		kind, body, _ := strings.Cut(block, "\n")
		switch {
		case kind == "sh-operator":
		case kind == "sh" && prelude == "":
			prelude = body
		case kind == "sh":
			asked = body
		case asked == "":
			t.Errorf("an answer follows no request: %s", body)
		default:
			tried++
			script := strings.ReplaceAll("cd "+folder+"\n"+prelude+asked, "8443", strconv.Itoa(w.Secure))
			out, err := exec.CommandContext(t.Context(), "bash", "-euc", script).CombinedOutput()
			if err != nil || !like(string(out), body) {
				t.Errorf("%s%v\nis answered:\n%s\nand the guide says:\n%s", asked, err, out, body)
			}
			asked = ""
		}
	}
	if tried < 10 {
		t.Errorf("only %d requests were tried: does the test still read the guide?", tried)
	}
}

// like reports whether a text has the parts of a pattern, which « … » separates, in their order; spaces and lines do not matter.
func like(text, pattern string) bool {
	plain := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, "\u00a0", " ")), "") }
	text = plain(text)
	for _, part := range strings.Split(plain(pattern), "…") {
		at := strings.Index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return true
}
