package offline_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/google/go-cmp/cmp"
)

// The devices' own copy of the table (exos/web/script/app/access.ts) says the same of every case.
func TestTheDevicesCopyOfTheTableAgrees(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	built := api.Build(api.BuildOptions{EntryPoints: []string{"../web/script/app/access.ts"}, Bundle: true, Format: api.FormatESModule, Write: false})
	if len(built.Errors) > 0 {
		t.Fatal(built.Errors)
	}
	type held struct {
		Entitlement any    `json:"entitlement,omitempty"`
		Device      string `json:"device"`
		Status      any    `json:"status,omitempty"`
		Clock       int64  `json:"clock"`
		Anchor      int64  `json:"anchor"`
	}
	var all []held
	var want [][2]string
	for _, c := range accessCases {
		at := c.at()
		one := held{Device: at.Device, Clock: at.Clock.Unix(), Anchor: at.Anchor.Unix()}
		if at.Entitlement != nil {
			one.Entitlement = at.Entitlement
		}
		if at.Status != nil {
			one.Status = at.Status
		}
		all, want = append(all, one), append(want, [2]string{string(c.want), c.rule})
	}
	cases, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), "run.mjs")
	text := string(built.OutputFiles[0].Contents) + "\nconsole.log(JSON.stringify(" + string(cases) + ".map(may)));\n"
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(node, script).Output()
	if err != nil {
		t.Fatal(err)
	}
	var got [][2]string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if diff := cmp.Diff(want[i], got[i]); diff != "" {
			t.Errorf("%s: %s", accessCases[i].name, diff)
		}
	}
}
