package parse_test

import (
	"strings"
	"testing"

	"pupitre/exos/qti/parse"
)

// TestDrawingsInTheTextAreInert: an SVG among the words becomes a picture without scripts,
// handlers or addresses that lead out of it, and keeps its words for those who do not see it.
func TestDrawingsInTheTextAreInert(t *testing.T) {
	t.Parallel()
	ex, findings := parse.Item([]byte(`<qti-assessment-item identifier="i" xml:lang="fr"><qti-item-body><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
		viewBox="0 0 9 9" width="9" height="9" onload="x()"><title>Un carré</title><script>x()</script><foreignObject><p>x</p></foreignObject><use xlink:href="#a"/>
		<image href="https://exemple.test/t.png"/><linearGradient id="a"/><a xlink:href="javascript:x()"><text>A &lt; B</text></a></svg></qti-item-body></qti-assessment-item>`),
		parse.Source{Path: "i.xml"})
	if ex == nil || len(ex.Assets) != 1 {
		t.Fatal(findings)
	}
	picture := string(ex.Assets[0].Data)
	for _, bad := range []string{"script", "onload", "foreignObject", "exemple.test", "javascript"} {
		if strings.Contains(picture, bad) {
			t.Errorf("the picture still has %q: %s", bad, picture)
		}
	}
	for _, kept := range []string{`viewBox="0 0 9 9"`, `href="#a"`, "linearGradient", "A &lt; B", `xmlns="http://www.w3.org/2000/svg"`} {
		if !strings.Contains(picture, kept) {
			t.Errorf("the picture lost %q: %s", kept, picture)
		}
	}
	if a := ex.Tree.Nodes[0].Asset; a == nil || a.Alt != "Un carré" || a.Width != 9 {
		t.Errorf("the tree has %+v", a)
	}
}
