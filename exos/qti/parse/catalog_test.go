package parse_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
)

// TestAccessContentIsKept: what an exercise offers beside its words stays with it, and the
// report names it.
func TestAccessContentIsKept(t *testing.T) {
	t.Parallel()
	ex, findings := parse.Item([]byte(`<qti-assessment-item identifier="i" xml:lang="fr"><qti-item-body><p data-catalog-idref="c">Une comète</p></qti-item-body>
		<qti-catalog-info><qti-catalog id="c"><qti-card support="spoken"><qti-html-content>une comète</qti-html-content></qti-card>
		<qti-card support="keyword-translation"><qti-card-entry xml:lang="de" default="true"><qti-html-content>ein Komet</qti-html-content></qti-card-entry><qti-card-entry xml:lang="en"><qti-html-content>a comet</qti-html-content></qti-card-entry></qti-card>
		</qti-catalog></qti-catalog-info></qti-assessment-item>`), parse.Source{Path: "i.xml"})
	if ex == nil {
		t.Fatal(findings)
	}
	want := []render.Catalog{{ID: "c", Cards: []render.Card{
		{Support: "spoken", Nodes: []render.Node{render.Text("une comète")}},
		{Support: "keyword-translation", Language: "de", Default: true, Nodes: []render.Node{render.Text("ein Komet")}},
		{Support: "keyword-translation", Language: "en", Nodes: []render.Node{render.Text("a comet")}},
	}}}
	if diff := cmp.Diff(want, ex.Tree.Arrange(1, nil).Catalogs); diff != "" {
		t.Error(diff)
	}
	if got := ex.Tree.Nodes[0].Attrs["data-catalog-idref"]; got != "c" {
		t.Errorf("the paragraph refers to %q", got)
	}
	for _, f := range findings {
		if f.Code == report.AccessKept && f.Param("supports") == "keyword-translation, spoken" {
			return
		}
	}
	t.Errorf("nothing says what is kept: %v", findings)
}

// TestAccessElementsOfAPIP: the older form comes to the same, by the ids of the elements.
func TestAccessElementsOfAPIP(t *testing.T) {
	t.Parallel()
	ex, findings := parse.Item([]byte(`<assessmentItem identifier="i" xml:lang="fr"><itemBody><p id="p1">Une comète</p></itemBody><apipAccessibility xmlns="http://www.imsglobal.org/xsd/apip/apipv1p0/imsapip_qtiv1p0"><accessibilityInfo>
		<accessElement identifier="ae"><contentLinkInfo qtiLinkIdentifierRef="p1"/><relatedElementInfo><spoken><spokenText>une comète</spokenText></spoken><brailleText/></relatedElementInfo></accessElement></accessibilityInfo></apipAccessibility></assessmentItem>`), parse.Source{Path: "i.xml"})
	if ex == nil {
		t.Fatal(findings)
	}
	want := []render.Catalog{{ID: "ae", For: []string{"q-p1"}, Cards: []render.Card{{Support: "spoken", Nodes: []render.Node{render.Text("une comète")}}}}}
	if diff := cmp.Diff(want, ex.Tree.Catalogs); diff != "" {
		t.Error(diff)
	}
	if ex.Tree.Nodes[0].Attrs["id"] != "q-p1" {
		t.Errorf("the paragraph is %+v", ex.Tree.Nodes[0])
	}
}
