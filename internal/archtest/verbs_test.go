package archtest_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// unread are the rooms whose persons have no page of their journal, with why.
var unread = map[string]string{
	"orders/trade":        "who sells has no school",
	"federation/operator": "who runs an installation has no school",
	"federation/outsider": "what the two have in common",
}

// Whatever the broker's journal says of one person they may read, so there are words for it: « web.act. » and the verb. What is said of
// somebody as they are erased has no reader.
func TestEveryVerbOfAPersonHasWords(t *testing.T) {
	t.Parallel()
	words := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(read(t, "internal/lang/words/web.fr.json")), &words); err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	all := packages(t)
	for room := range unread {
		if all[room] == nil {
			t.Errorf("there is no room %s", room)
		}
		delete(all, room)
	}
	for _, p := range all {
		for _, verb := range p.verbs(t) {
			said[verb] = true
			_, known := words["web.act."+verb]
			if !known && !strings.HasSuffix(verb, ".person-forgotten") && !strings.HasSuffix(verb, ".visitor-forgotten") {
				t.Errorf("%s: the journal says %q of a person, and there are no words for it: web.act.%s", p.dir, verb, verb)
			}
		}
	}
	// The reading below is of source, not of types: where it found nothing any more, nothing would be held.
	for _, must := range []string{"federation.signed-in", "federation.scored", "federation.grant-revoked", "federation.roster-shown", "local.renewed", "licensing.opened", "licensing.assigned", "licensing.delegated", "licensing.declined", "directory.manager.confirmed"} {
		if !said[must] {
			t.Errorf("the verb %q is not found", must)
		}
	}
	for key := range words {
		verb, ok := strings.CutPrefix(key, "web.act.")
		if area, _, dotted := strings.Cut(verb, "."); ok && dotted && !said[verb] && !strings.HasSuffix(verb, ".local") {
			t.Errorf("the journal never says %q of a person, in %s", verb, area)
		}
	}
}

// source is one package as it is written.
type source struct {
	dir    string
	funcs  []*ast.FuncDecl
	values map[string]ast.Expr // constants and variables of the package
}

// packages parses the broker's packages, without tests. Biblio Exos has a journal of its own, which no page shows.
func packages(t *testing.T) map[string]*source {
	t.Helper()
	all := map[string]*source{}
	walk(t, func(file string) {
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "exos/") || strings.Contains(file, "test/") {
			return
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, read(t, file), parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		p := all[path.Dir(file)]
		if p == nil {
			p = &source{dir: path.Dir(file), values: map[string]ast.Expr{}}
			all[p.dir] = p
		}
		for _, d := range parsed.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				p.funcs = append(p.funcs, d)
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					if v, ok := spec.(*ast.ValueSpec); ok && len(v.Values) == len(v.Names) {
						for i, name := range v.Names {
							p.values[name.Name] = v.Values[i]
						}
					}
				}
			}
		}
	})
	return all
}

// verbs lists the verbs of the package's entries that name a person.
func (p *source) verbs(t *testing.T) []string {
	t.Helper()
	found := map[string]bool{}
	for _, f := range p.funcs {
		named := p.namedLater(f)
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || !isEntry(lit.Type) || field(lit, "Person") == nil && !named[lit] {
				return true
			}
			verbs, err := p.resolve(field(lit, "Verb"), f, 0)
			if err != nil {
				t.Errorf("%s, %s: which verbs? %v: write it so that this test can read it", p.dir, f.Name.Name, err)
			}
			for _, v := range verbs {
				found[v] = true
			}
			return true
		})
	}
	list := []string{}
	for v := range found {
		list = append(list, v)
	}
	slices.Sort(list)
	return list
}

// namedLater are the entries of a function that are given their person afterwards: « e.Person = … ».
func (p *source) namedLater(f *ast.FuncDecl) map[*ast.CompositeLit]bool {
	persons := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok {
			for _, to := range a.Lhs {
				if s, ok := to.(*ast.SelectorExpr); ok && s.Sel.Name == "Person" {
					if x, ok := s.X.(*ast.Ident); ok {
						persons[x.Name] = true
					}
				}
			}
		}
		return true
	})
	named := map[*ast.CompositeLit]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
			for i, to := range a.Lhs {
				x, isName := to.(*ast.Ident)
				if lit, isLit := a.Rhs[i].(*ast.CompositeLit); isName && isLit && persons[x.Name] {
					named[lit] = true
				}
			}
		}
		return true
	})
	return named
}

func isEntry(e ast.Expr) bool {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := s.X.(*ast.Ident)
	return ok && x.Name == "journal" && s.Sel.Name == "Entry"
}

func field(lit *ast.CompositeLit, name string) ast.Expr {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if k, ok := kv.Key.(*ast.Ident); ok && k.Name == name {
				return kv.Value
			}
		}
	}
	return nil
}

// resolve lists the texts that an expression within a function may be.
func (p *source) resolve(e ast.Expr, in *ast.FuncDecl, depth int) ([]string, error) {
	if depth > 12 {
		return nil, fmt.Errorf("too far away")
	}
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return []string{text}, err
	case *ast.ParenExpr:
		return p.resolve(e.X, in, depth+1)
	case *ast.BinaryExpr:
		left, err := p.resolve(e.X, in, depth+1)
		if err != nil {
			return nil, err
		}
		right, err := p.resolve(e.Y, in, depth+1)
		if err != nil {
			return nil, err
		}
		var all []string
		for _, l := range left {
			for _, r := range right {
				all = append(all, l+r)
			}
		}
		return all, nil
	case *ast.IndexExpr:
		return p.resolve(e.X, in, depth+1)
	case *ast.CompositeLit: // a map of verbs
		var all []ast.Expr
		for _, elt := range e.Elts {
			if kv, ok := elt.(*ast.KeyValueExpr); ok {
				all = append(all, kv.Value)
			}
		}
		return p.each(all, in, depth)
	case *ast.CallExpr:
		if f, ok := e.Fun.(*ast.Ident); ok && f.Name == "string" && len(e.Args) == 1 {
			return p.resolve(e.Args[0], in, depth+1)
		}
		return p.returned(e, depth)
	case *ast.Ident:
		return p.named(e.Name, in, depth)
	}
	return nil, fmt.Errorf("%T is beyond it", e)
}

func (p *source) each(all []ast.Expr, in *ast.FuncDecl, depth int) ([]string, error) {
	var texts []string
	for _, e := range all {
		some, err := p.resolve(e, in, depth+1)
		if err != nil {
			return nil, err
		}
		texts = append(texts, some...)
	}
	return texts, nil
}

// returned lists what a function of the package may return.
func (p *source) returned(call *ast.CallExpr, depth int) ([]string, error) {
	var texts []string
	for _, f := range p.funcs {
		if f.Name.Name != called(call) || f.Body == nil {
			continue
		}
		var all []ast.Expr
		ast.Inspect(f.Body, func(n ast.Node) bool {
			if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) > 0 {
				all = append(all, r.Results[0])
			}
			return true
		})
		some, err := p.each(all, f, depth)
		if err != nil {
			return nil, err
		}
		texts = append(texts, some...)
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("%s is of another package", called(call))
	}
	return texts, nil
}

func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// named lists what a name may stand for in a function: what is assigned to it there, what it is called with where it is a parameter, a
// constant or a variable of the package.
func (p *source) named(name string, in *ast.FuncDecl, depth int) ([]string, error) {
	var all []ast.Expr
	ast.Inspect(in, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
			for i, to := range a.Lhs {
				if x, ok := to.(*ast.Ident); ok && x.Name == name {
					all = append(all, a.Rhs[i])
				}
			}
		}
		return true
	})
	texts, err := p.each(all, in, depth)
	if err != nil {
		return nil, err
	}
	at := parameter(in, name)
	if at < 0 {
		if value, ok := p.values[name]; ok && len(all) == 0 {
			return p.resolve(value, in, depth+1)
		} else if len(all) == 0 {
			return nil, fmt.Errorf("%s is not known", name)
		}
		return texts, nil
	}
	calls := 0
	for _, f := range p.funcs {
		for _, call := range p.callsOf(in, f) {
			calls++
			some, err := p.resolve(call.Args[at], f, depth+1)
			if err != nil && p.methods(in.Name.Name) > 1 {
				continue // another type's method of that name: what is no text is no verb
			} else if err != nil {
				return nil, fmt.Errorf("%s calls %s: %w", f.Name.Name, in.Name.Name, err)
			}
			texts = append(texts, some...)
		}
	}
	if calls == 0 || len(texts) == 0 {
		return nil, fmt.Errorf("nobody here calls %s with a text", in.Name.Name)
	}
	return texts, nil
}

// methods counts the methods of a name.
func (p *source) methods(name string) (n int) {
	for _, f := range p.funcs {
		if f.Recv != nil && f.Name.Name == name {
			n++
		}
	}
	return n
}

// callsOf lists the calls of a function, or of a method, within another.
func (p *source) callsOf(callee, within *ast.FuncDecl) (calls []*ast.CallExpr) {
	ast.Inspect(within, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || called(call) != callee.Name.Name || len(call.Args) != callee.Type.Params.NumFields() {
			return true
		}
		s, method := call.Fun.(*ast.SelectorExpr)
		if method != (callee.Recv != nil) {
			return true
		}
		if method {
			if x, ok := s.X.(*ast.Ident); ok {
				if of := typeOf(x.Name, within); of != "" && of != receiver(callee) {
					return true
				}
			}
		}
		calls = append(calls, call)
		return true
	})
	return calls
}

// typeOf is the type of a receiver or parameter, "" where that is not seen.
func typeOf(name string, f *ast.FuncDecl) string {
	lists := []*ast.FieldList{f.Recv, f.Type.Params}
	for _, list := range lists {
		if list == nil {
			continue
		}
		for _, field := range list.List {
			for _, n := range field.Names {
				if n.Name == name {
					return typeName(field.Type)
				}
			}
		}
	}
	return ""
}

func receiver(f *ast.FuncDecl) string { return typeName(f.Recv.List[0].Type) }

func typeName(e ast.Expr) string {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	if x, ok := e.(*ast.Ident); ok {
		return x.Name
	}
	return ""
}

func parameter(f *ast.FuncDecl, name string) int {
	i := 0
	for _, list := range f.Type.Params.List {
		for _, n := range list.Names {
			if n.Name == name {
				return i
			}
			i++
		}
	}
	return -1
}
