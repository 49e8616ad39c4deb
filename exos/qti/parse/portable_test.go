package parse_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/report"
)

// A publisher's own interaction is played where all of its programs are in the package, found by name, by a fallback, or through a
// list in a file of its own; what it lacks is named, and an address on the network is no program.
func TestPortableInteractionsBringTheirPrograms(t *testing.T) {
	t.Parallel()
	files := shelf{
		"m/a.js": "define([])", "m/b.js": "define([])", "m/list.json": `{"paths": {"c": "m/c", "d": ["https://cdn.example/d", "m/b"], "a": "m/b"}}`, "m/c.js": "define([])",
	}
	for modules, want := range map[string]struct{ has, lacks []string }{
		`<qti-interaction-module id="a" primary-path="m/a.js"/>`:                                                       {[]string{"a"}, nil},
		`<qti-interaction-module id="a" primary-path="m/none.js" fallback-path="m/a"/>`:                                {[]string{"a"}, nil},
		`<qti-interaction-module id="a" primary-path="m/a.js"/><qti-interaction-module id="x" primary-path="m/x.js"/>`: {[]string{"a"}, []string{"x"}},
		`<qti-interaction-module id="a" primary-path="https://cdn.example/a.js"/>`:                                     {nil, []string{"a"}},
		``: {nil, []string{"a"}},
	} {
		ex, findings := portable(files, `<qti-interaction-modules>`+modules+`</qti-interaction-modules>`)
		compare(t, modules, ex, findings, want.has, want.lacks)
	}
	ex, findings := portable(files, `<qti-interaction-modules primary-configuration="m/list.json"/>`)
	compare(t, "a list", ex, findings, []string{"a", "c", "d"}, nil)
	p := ex.Tree.Nodes[0].Interaction.Portable
	if diff := cmp.Diff(map[string]string{"pas": "2"}, p.Properties); diff != "" {
		t.Error(diff)
	}
	if want := `<p class="n">Un &amp; deux<br/></p>`; p.Markup != want {
		t.Errorf("markup %q, want %q", p.Markup, want)
	}
}

func portable(files shelf, modules string) (*parse.Exercise, []report.Finding) {
	return parse.Item([]byte(`<qti-assessment-item identifier="i" title="t" xml:lang="fr"><qti-response-declaration identifier="R" cardinality="single" base-type="integer"/>
		<qti-item-body><qti-portable-custom-interaction response-identifier="R" custom-interaction-type-identifier="urn:x" module="a" data-pas="2">`+modules+
		`<qti-interaction-markup><p class="n">Un &amp; deux<br/></p></qti-interaction-markup></qti-portable-custom-interaction></qti-item-body></qti-assessment-item>`),
		parse.Source{Path: "i.xml", Files: files})
}

func compare(t *testing.T, name string, ex *parse.Exercise, findings []report.Finding, has, lacks []string) {
	t.Helper()
	p := ex.Tree.Nodes[0].Interaction.Portable
	var ids []string
	for _, m := range p.Modules {
		ids = append(ids, m.ID)
	}
	if diff := cmp.Diff([][]string{has, lacks}, [][]string{ids, p.Lacks}); diff != "" {
		t.Errorf("%s: %s", name, diff)
	}
	said := false
	for _, f := range findings {
		said = said || f.Code == report.InteractionLacks
	}
	if said != (len(lacks) > 0) {
		t.Errorf("%s: said %v", name, said)
	}
}
