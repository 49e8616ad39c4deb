package web_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
	"github.com/evanw/esbuild/pkg/api"
)

// What draws QR codes on devices draws what the server's does, which is another's work: the same modules, but for the mask, of which each
// chooses the best by its own taste; so one of the eight must be the server's.
func TestTheDevicesQRCodesAreTheServers(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	built := api.Build(api.BuildOptions{EntryPoints: []string{"script/vendor/uqr/index.mjs"}, Bundle: true, Format: api.FormatESModule, Write: false})
	if len(built.Errors) > 0 {
		t.Fatal(built.Errors)
	}
	texts := []string{"A", "https://exos.example/hors-ligne/recus?recu=1", "https://exos.example/hors-ligne/recus?recu=" + strings.Repeat("aZ0_-.", 40), strings.Repeat("é", 300)}
	for n := 12; n < 900; n += 12 { // all versions up to the twentieth
		texts = append(texts, strings.Repeat("x", n))
	}
	asked, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), "run.mjs")
	text := string(built.OutputFiles[0].Contents) + `
		const rows = (t, more) => encode(t, { ecc: "L", boostEcc: false, border: 0, ...more }).data.map((row) => row.map((m) => m ? "#" : ".").join("")).join("\n");
		console.log(JSON.stringify(` + string(asked) + `.map((t) => [rows(t, {}), ...[0, 1, 2, 3, 4, 5, 6, 7].map((m) => rows(t, { maskPattern: m }))])));`
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(node, script).Output()
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for i, text := range texts {
		code, err := qr.Encode(text, qr.L, qr.Auto)
		if err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		for y := range code.Bounds().Dy() {
			if y > 0 {
				want.WriteByte('\n')
			}
			for x := range code.Bounds().Dx() {
				if red, _, _, _ := code.At(x, y).RGBA(); red == 0 {
					want.WriteByte('#')
				} else {
					want.WriteByte('.')
				}
			}
		}
		if !slices.Contains(got[i][1:], want.String()) {
			t.Errorf("%.50s: no mask gives what the server draws:\n%s\n\n%s", text, got[i][0], want.String())
		}
		if !slices.Contains(got[i][1:], got[i][0]) {
			t.Errorf("%.50s: it is drawn with a mask that there is not", text)
		}
	}
}
