package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// file is one Go file of the project.
type file struct {
	path    string // from the root, with slashes
	pkg     string // its folder: "licensing", "internal/db"
	test    bool
	ast     *ast.File
	imports []string // project packages only, without the module's name
	outside []string // everything else
	text    string
}

// suite reports whether the file belongs to a package of test cases that other packages' tests run (storetest, looktest, dbtest).
func (f file) suite() bool { return strings.HasSuffix(f.pkg, "test") }

const root = "../.."

// tree reads every Go file of the project once per test.
func tree(t *testing.T) (*token.FileSet, []file) {
	t.Helper()
	fset := token.NewFileSet()
	var files []file
	walk(t, func(path string) {
		if !strings.HasSuffix(path, ".go") {
			return
		}
		text := read(t, path)
		parsed, err := parser.ParseFile(fset, path, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		f := file{path: path, pkg: filepath.ToSlash(filepath.Dir(path)), test: strings.HasSuffix(path, "_test.go"), ast: parsed, text: text}
		for _, spec := range parsed.Imports {
			name := strings.Trim(spec.Path.Value, `"`)
			if own, ok := strings.CutPrefix(name, "pupitre/"); ok {
				f.imports = append(f.imports, own)
			} else {
				f.outside = append(f.outside, name)
			}
		}
		files = append(files, f)
	})
	return fset, files
}

// walk calls f with every tracked-looking file, by its path from the root.
func walk(t *testing.T, f func(path string)) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(root), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch d.Name() {
			case ".git", "node_modules", "testdata", "data":
				return fs.SkipDir
			}
			return nil
		}
		f(path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
