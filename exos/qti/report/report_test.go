package report_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti/report"
)

// TestEveryCodeIsExplained: each code has a comment that starts with its name, is written
// area.words, and is unique: catalogues are keyed by it.
func TestEveryCodeIsExplained(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "code.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^"[a-z]+\.[a-z]+(-[a-z]+)*"$`)
	seen := map[string]bool{}
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			v := spec.(*ast.ValueSpec)
			value := v.Values[0].(*ast.BasicLit).Value
			if !strings.HasPrefix(v.Doc.Text(), v.Names[0].Name+":") {
				t.Errorf("%s has no comment of its own", v.Names[0].Name)
			}
			if !form.MatchString(value) || seen[value] {
				t.Errorf("%s = %s: not area.words, or used twice", v.Names[0].Name, value)
			}
			seen[value] = true
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d codes found", len(seen))
	}
}

func TestTallyKeepsNamesInOrder(t *testing.T) {
	t.Parallel()
	var counts []report.Count
	for _, name := range []string{"b", "a", "b", "c", "a", "b"} {
		counts = report.Tally(counts, name)
	}
	if diff := cmp.Diff([]report.Count{{Name: "a", N: 2}, {Name: "b", N: 3}, {Name: "c", N: 1}}, counts); diff != "" {
		t.Error(diff)
	}
}

func TestWorstAndRefusals(t *testing.T) {
	t.Parallel()
	r := &report.Report{}
	if r.Worst() != 0 || r.Refusals() != nil {
		t.Error("an empty report has no worst finding")
	}
	r.Add(report.Finding{Severity: report.Note}, report.Finding{Severity: report.Refusal, Code: report.XMLDoctype}, report.Finding{Severity: report.Aside})
	if r.Worst() != report.Refusal || len(r.Refusals()) != 1 {
		t.Errorf("worst %v, refusals %v", r.Worst(), r.Refusals())
	}
}

// TestEveryCodeIsMade: a code that nothing reports would be a promise that nobody keeps.
func TestEveryCodeIsMade(t *testing.T) {
	t.Parallel()
	var sources strings.Builder
	for _, pattern := range []string{"../*.go", "../*/*.go", "../../*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sources.Write(data)
		}
	}
	code, err := os.ReadFile("code.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`(?m)^\t(\w+) Code = `).FindAllStringSubmatch(string(code), -1) {
		if !regexp.MustCompile(`report\.` + m[1] + `\b`).MatchString(sources.String()) {
			t.Errorf("nothing reports %s", m[1])
		}
	}
}
