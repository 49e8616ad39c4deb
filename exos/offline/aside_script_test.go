package offline_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/evanw/esbuild/pkg/api"

	"pupitre/exos/offline"
)

// What the app writes, as it is shipped, is read here: receipts in both forms, and a sealed file.
func TestWhatTheAppWritesIsRead(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	built := api.Build(api.BuildOptions{Bundle: true, Format: api.FormatESModule, Write: false, Stdin: &api.StdinOptions{
		ResolveDir: "../web/script/app", Loader: api.LoaderTS, Contents: `
			import { signedReceipt, typedReceipt } from "./receipt"; import { seal } from "./handover"; import { sign, publicKey } from "./key";
			globalThis.app = { signedReceipt, typedReceipt, seal, sign, publicKey };`,
	}})
	if len(built.Errors) > 0 {
		t.Fatal(built.Errors)
	}
	o, key := opener(t, "k1")
	sealing, err := json.Marshal(key)
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(t.TempDir(), "run.mjs")
	const run = `
		const { app } = globalThis, out = [];
		for (const algorithm of [{ name: "Ed25519" }, { name: "ECDSA", namedCurve: "P-256" }]) {
			const key = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
			const done = { work: "00000000000000000002", count: 31, at: "2026-05-12T16:04:59.999Z" };
			const me = { device: "00000000000000000001", key, seq: 1_048_575, prev: "_v8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", receipts: SECRET };
			const said = await app.sign(key, "handover", { device: me.device, at: "2026-05-12T16:05:00Z", acts: [{ text: "L’œuf", signature: "AAAA" }] });
			out.push({ key: await app.publicKey(key), signed: await app.signedReceipt(me, done), typed: await app.typedReceipt(me, done), file: await app.seal(SEAL, said),
				none: [await app.typedReceipt({ ...me, seq: 1_048_576 }, done), await app.typedReceipt({ ...me, receipts: undefined }, done), await app.typedReceipt(me, { ...done, count: 1024 })] });
		}
		process.stdout.write(JSON.stringify(out), () => process.exit(0)); // db listens to other windows, and would wait`
	text := string(built.OutputFiles[0].Contents) + "\nconst SEAL = " + string(sealing) + ", SECRET = \"" + base64.StdEncoding.EncodeToString(secret) + "\";" + run
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(node, script).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var got []struct {
		Key           json.RawMessage
		Signed, Typed string
		File          string
		None          [3]string
	}
	if err := json.Unmarshal(out, &got); err != nil || len(got) != 2 {
		t.Fatalf("%s: %v", out, err)
	}
	const device, work = "00000000000000000001", "00000000000000000002"
	want := offline.Receipt{
		Device: device, Work: work, Seq: 1_048_575, Count: 31, At: time.Date(2026, 5, 12, 16, 4, 0, 0, time.UTC), Head: "_v8AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	}
	for _, app := range got {
		key, err := offline.ParseKey(app.Key)
		if err != nil {
			t.Fatal(err)
		}
		r, signed, err := offline.SignedReceipt(app.Signed)
		if want.Tag = r.Tag; err != nil || r != want || !key.Verify(signed, offline.ForReceipt) {
			t.Errorf("%s is read as %+v, %v", app.Signed, r, err)
		}
		if typed := want.Typed(secret); app.Typed != typed || app.None != [3]string{} {
			t.Errorf("typed %q, want %q; %q", app.Typed, typed, app.None)
		}
		said, err := o.Open([]byte(app.File))
		if err != nil || !key.Verify(said, offline.ForHandover) {
			t.Errorf("the app’s file: %v", err)
		}
		if h, err := offline.ReadHandover(said); err != nil || h.Device != device || len(h.Acts) != 1 || h.Acts[0].Text != "L’œuf" {
			t.Errorf("%+v, %v", h, err)
		}
	}
}
