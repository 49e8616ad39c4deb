package partners

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/xmlgate"
)

// space is the namespace of subscriptions and filters (gar-protocol §1.3).
const space = "http://www.atosworldline.com/wsabonnement/v1.0/"

var bodyLimits = xmlgate.Limits{Depth: 8, Elements: 20_000, Text: 16 << 10, Encodings: true}

// field is one simple element of a body.
type field struct {
	name string
	text string
	line int
}

// fields are the simple elements of a body, in its order, empty ones left out.
type fields []field

// open begins to read a body whose root must be the one named. A body in no namespace is taken for ours.
func open(r *http.Request, root string) (*xmlgate.Reader, error) {
	if kind := strings.ToLower(r.Header.Get("Content-Type")); strings.Contains(kind, "json") {
		return nil, httpx415(kind)
	}
	reader := xmlgate.NewReader(r.Body, bodyLimits)
	t, err := reader.Root()
	switch {
	case err != nil:
		return nil, err
	case t.Name.Local != root:
		return nil, at(field{name: t.Name.Local, line: t.Line}, fault.New(fault.Invalid, "partners.body.root", "root", root))
	case t.Name.Space != space && t.Name.Space != "":
		return nil, at(field{name: root, line: t.Line}, fault.New(fault.Invalid, "partners.body.namespace", "space", space))
	}
	return reader, nil
}

// finish makes sure that nothing follows the root.
func finish(r *xmlgate.Reader) error {
	if _, err := r.Next(); err != io.EOF {
		return err
	}
	return nil
}

// simple reads the simple children of the open element. Those of repeated may come several times; a name that is not in
// allowed is refused: a slip of the pen would otherwise be a number that nobody asked for.
func simple(r *xmlgate.Reader, allowed, repeated []string) (fields, error) {
	var out fields
	seen := map[string]bool{}
	for child, err := range r.Children() {
		if err != nil {
			return nil, err
		}
		f := field{name: child.Name.Local, line: child.Line}
		switch {
		case !slices.Contains(allowed, f.name):
			return nil, at(f, fault.New(fault.Invalid, "partners.body.unknown"))
		case seen[f.name] && !slices.Contains(repeated, f.name):
			return nil, at(f, fault.New(fault.Invalid, "partners.body.twice"))
		}
		seen[f.name] = true
		if f.text, err = r.Trimmed(); err != nil {
			return nil, err
		}
		if f.text != "" {
			out = append(out, f)
		}
	}
	return out, nil
}

// get returns the element of a name, its text "" where there is none.
func (fs fields) get(name string) field {
	for _, f := range fs {
		if f.name == name {
			return f
		}
	}
	return field{name: name}
}

func (fs fields) all(name string) []field {
	return slices.DeleteFunc(slices.Clone(fs), func(f field) bool { return f.name != name })
}

// at gives an error its place.
func at(f field, err error) error { return placed{err, f.name, f.line} }

// locate gives an error the place of the element that its parameter "field" names, where the body has it.
func (fs fields) locate(err error) error {
	params := fault.ParamsOf(err)
	for i := 0; i+1 < len(params); i += 2 {
		if name, ok := params[i+1].(string); ok && params[i] == "field" {
			if f := fs.get(name); f.line > 0 {
				return at(f, err)
			}
		}
	}
	return err
}
