package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemas are the document, compiled as far as it was asked for.
type schemas struct {
	doc      map[string]any
	compiler *jsonschema.Compiler
	ready    map[string]*jsonschema.Schema
}

const address = "https://pupitre.example/openapi.json"

func compile(t *testing.T) *schemas {
	t.Helper()
	text, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler() // of JSON Schema 2020-12, which OpenAPI 3.1 is a dialect of
	c.AssertFormat()
	if err := c.AddResource(address, doc); err != nil {
		t.Fatal(err)
	}
	return &schemas{doc.(map[string]any), c, map[string]*jsonschema.Schema{}}
}

// at follows names down the document, and references.
func (s *schemas) at(names ...string) (any, bool) {
	var here any = s.doc
	for _, name := range names {
		m, ok := here.(map[string]any)
		if !ok {
			return nil, false
		}
		if here, ok = m[name]; !ok {
			return nil, false
		}
		if m, ok := here.(map[string]any); ok {
			if ref, ok := m["$ref"].(string); ok {
				return s.at(strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
			}
		}
	}
	return here, true
}

// path is the document's path of a request, by its shape.
func (s *schemas) path(r *http.Request) string {
	asked := strings.Split(strings.TrimPrefix(r.URL.Path, "/api/v1"), "/")
	paths, _ := s.at("paths")
	for path := range paths.(map[string]any) {
		parts := strings.Split(path, "/")
		if len(parts) == len(asked) && !slices.ContainsFunc(parts, func(p string) bool {
			i := slices.Index(parts, p)
			return !strings.HasPrefix(p, "{") && p != asked[i]
		}) {
			return path
		}
	}
	return ""
}

// check holds an answer against the document: its status must be there, and its body fit.
func (s *schemas) check(t *testing.T, r *http.Request, got reply) {
	t.Helper()
	path := s.path(r)
	response, ok := s.at("paths", path, strings.ToLower(r.Method), "responses", fmt.Sprint(got.StatusCode))
	if !ok {
		t.Errorf("%s %s: the document knows no answer %d", r.Method, r.URL.Path, got.StatusCode)
		return
	}
	kinds, _ := response.(map[string]any)["content"].(map[string]any)
	if len(kinds) == 0 {
		return
	}
	kind := got.Header.Get("Content-Type")
	body, ok := kinds[kind].(map[string]any)
	if !ok {
		t.Errorf("%s %s: an answer of %q", r.Method, r.URL.Path, kind)
		return
	}
	schema, _ := body["schema"].(map[string]any)
	ref, ok := schema["$ref"].(string)
	if !ok {
		return
	}
	compiled := s.ready[ref]
	if compiled == nil {
		var err error
		if compiled, err = s.compiler.Compile(address + ref); err != nil {
			t.Fatal(err)
		}
		s.ready[ref] = compiled
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(got.text))
	if err == nil {
		err = compiled.Validate(value)
	}
	if err != nil {
		t.Errorf("%s %s: %v\n%s", r.Method, r.URL.Path, err, got.text)
	}
}

func TestTheDocumentAndTheRoutesAreTheSame(t *testing.T) {
	t.Parallel()
	d := open(t)
	paths, _ := d.schemas.at("paths")
	var written []string
	for path, ops := range paths.(map[string]any) {
		for method := range ops.(map[string]any) {
			written = append(written, strings.ToUpper(method)+" /api/v1"+path)
		}
	}
	slices.Sort(written)
	slices.Sort(d.routes)
	if !slices.Equal(written, d.routes) {
		t.Errorf("written %q\nmounted %q", written, d.routes)
	}
	all, _ := d.schemas.at("components", "schemas")
	for name := range all.(map[string]any) {
		if _, err := d.schemas.compiler.Compile(address + "#/components/schemas/" + name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	var served any
	r := d.ask("GET", "/api/v1/openapi.json", nil, 200, "Authorization", "")
	if err := json.Unmarshal(r.text, &served); err != nil {
		t.Error(err)
	}
}
