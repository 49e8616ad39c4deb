package archtest_test

import (
	"go/ast"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestEveryPackageTellsItsStory(t *testing.T) {
	t.Parallel()
	_, files := tree(t)
	told, seen := map[string]bool{}, map[string]bool{}
	for _, f := range files {
		if f.test {
			continue
		}
		seen[f.pkg] = true
		if f.ast.Doc != nil && len(f.ast.Doc.Text()) > 80 {
			told[f.pkg] = true
		}
	}
	for pkg := range seen {
		if !told[pkg] {
			t.Errorf("package %s has no doc.go that says what it is for", pkg)
		}
	}
}

func TestTimeComesFromTheClock(t *testing.T) {
	t.Parallel()
	fset, files := tree(t)
	for _, f := range files {
		if f.test || strings.HasPrefix(f.pkg, "cmd/") || f.pkg == "internal/clock" || strings.HasPrefix(f.pkg, "tools/") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && (sel.Sel.Name == "Now" || sel.Sel.Name == "Since" || sel.Sel.Name == "Until") {
				t.Errorf("%s: time.%s: take Now func() time.Time instead", fset.Position(n.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}

// glossaryRow is « | `licensing.Pool` | lot d'exemplaires | … | ».
var glossaryRow = regexp.MustCompile("(?m)^\\| `([a-z/]+)\\.([A-Za-z]+)` \\| ([^|]+) \\|")

// frenchTerm is the French word in a comment: « // Copy (« exemplaire ») is … ».
var frenchTerm = regexp.MustCompile(`^(\w+) \(« ?([^»]+?) ?»\)`)

func TestGlossaryAndCodeSayTheSameWords(t *testing.T) {
	t.Parallel()
	_, files := tree(t)
	named := map[string]string{} // "licensing.Pool" → French term of its comment, "" if it gives none
	for _, f := range files {
		if f.test {
			continue
		}
		for name, doc := range exported(f.ast) {
			named[f.pkg+"."+name] = ""
			if m := frenchTerm.FindStringSubmatch(doc); m != nil && m[1] == name {
				named[f.pkg+"."+name] = m[2]
			}
		}
	}
	var listed []string
	for _, row := range glossaryRow.FindAllStringSubmatch(read(t, "GLOSSARY.md"), -1) {
		name := row[1] + "." + row[2]
		listed = append(listed, name)
		term, ok := named[name]
		if !ok {
			t.Errorf("GLOSSARY.md lists %s, which is not in the code", name)
		} else if term != "" && !strings.Contains(row[3], term) {
			t.Errorf("GLOSSARY.md says %q for %s, its comment says %q", row[3], name, term)
		}
	}
	if len(listed) == 0 {
		t.Fatal("GLOSSARY.md lists nothing in the form that this test reads")
	}
	for name, term := range named {
		if term != "" && !slices.Contains(listed, name) {
			t.Errorf("%s (« %s ») is missing from GLOSSARY.md", name, term)
		}
	}
}

// exported are a file's exported types, functions, constants and variables, with their comments. Methods have no row.
func exported(f *ast.File) map[string]string {
	found := map[string]string{}
	add := func(name *ast.Ident, docs ...*ast.CommentGroup) {
		if !name.IsExported() {
			return
		}
		found[name.Name] = ""
		for _, doc := range docs {
			if doc.Text() != "" {
				found[name.Name] = doc.Text()
				return
			}
		}
	}
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil {
				add(decl.Name, decl.Doc)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					add(spec.Name, spec.Doc, decl.Doc)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						add(name, spec.Doc, decl.Doc)
					}
				}
			}
		}
	}
	return found
}

// testsOf are the names of the tests that packages have.
func testsOf(t *testing.T) map[string]bool {
	t.Helper()
	_, files := tree(t)
	there := map[string]bool{}
	for _, f := range files {
		if !f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil {
				there[fn.Name.Name] = true
			}
		}
	}
	return there
}

// named finds the tests that a text names.
var named = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`")

// docs/security.md, and the list of the conformance suite's names, are believed only as far as their tests are there.
func TestTheSecurityPageNamesTestsThatExist(t *testing.T) {
	t.Parallel()
	there := testsOf(t)
	for page, least := range map[string]int{"docs/security.md": 40, "docs/protocols/oidc.md": 10} {
		all := named.FindAllStringSubmatch(read(t, page), -1)
		if len(all) < least {
			t.Errorf("%s names only %d tests", page, len(all))
		}
		for _, one := range all {
			if !there[one[1]] {
				t.Errorf("%s names %s, which no package has", page, one[1])
			}
		}
	}
}

// The forty requirements are forty, each with its number in the standard and a test; who looks for an attack by its name finds it.
func TestTheSecurityPageHasTheFortyRequirements(t *testing.T) {
	t.Parallel()
	asvs := regexp.MustCompile(`^\d+\.\d+\.\d+(, \d+\.\d+\.\d+)*$`)
	requirements, attacks := 0, map[string]bool{}
	for line := range strings.SplitSeq(read(t, "docs/security.md"), "\n") {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		if number, err := strconv.Atoi(cells[0]); err != nil && len(cells) == 3 && named.MatchString(cells[2]) {
			attacks[cells[0]] = true
			continue
		} else if err != nil {
			continue
		} else if requirements++; number != requirements {
			t.Errorf("the requirement %d has the number %d", requirements, number)
		}
		if len(cells) != 4 || !asvs.MatchString(cells[1]) || !named.MatchString(cells[3]) {
			t.Errorf("%d: a requirement has its number in ASVS, words, and tests: %q", requirements, cells)
		}
	}
	if requirements != 40 {
		t.Errorf("docs/security.md has %d requirements, not 40", requirements)
	}
	for _, name := range []string{"Mix-up", "Session fixation", "Login CSRF", "Code injection", "PKCE downgrade", "Open redirect", "Service tricks"} {
		if !attacks[name] {
			t.Errorf("docs/security.md does not say which tests show %q", name)
		}
	}
}
