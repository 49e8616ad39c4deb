package quill_test

import (
	"encoding/xml"
	"testing"

	"pgregory.net/rapid"

	"pupitre/exos/qti/quill"
)

func TestAQuillWritesWhatItIsTold(t *testing.T) {
	t.Parallel()
	var q quill.Quill
	q.Open("a", "x", `1 "<&>"`, "y", "", "alt!", "")
	q.Text("3 < 4 & \x01")
	q.Leaf("b", "bé")
	q.Empty("c")
	q.Close("a")
	if got, want := q.String(), `<a x="1 &quot;&lt;&amp;&gt;&quot;" alt="">3 &lt; 4 &amp; �<b>bé</b><c/></a>`; got != want {
		t.Errorf("wrote %s, want %s", got, want)
	}
}

// Whatever was written as text or as an attribute is read back, but for characters that XML does not have.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	letters := rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("<>&\"'\r\n\t ]é\u2028")), rapid.Rune()))
	rapid.Check(t, func(t *rapid.T) {
		want := letters.Filter(func(s string) bool {
			for _, r := range s {
				if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r >= 0xfffe && r <= 0xffff {
					return false
				}
			}
			return true
		}).Draw(t, "text")
		var q quill.Quill
		q.Leaf("a", want, "x!", want)
		var got struct {
			Attribute string `xml:"x,attr"`
			Text      string `xml:",chardata"`
		}
		if err := xml.Unmarshal([]byte(q.String()), &got); err != nil {
			t.Fatalf("%s: %v", q.String(), err)
		}
		if got.Text != want || got.Attribute != want {
			t.Errorf("%q came back as %q and %q", want, got.Text, got.Attribute)
		}
	})
}
