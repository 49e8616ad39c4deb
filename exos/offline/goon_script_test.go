package offline_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"pupitre/exos/offline"
)

// server answers the app as Biblio Exos does, of acts alone.
func server(t *testing.T, k *keeper, key *offline.Key) *httptest.Server {
	number := 0
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var said offline.Signed
		var in struct{ Acts []offline.Signed }
		if json.NewDecoder(r.Body).Decode(&said) != nil || !key.Verify(said, offline.ForRequest) || json.Unmarshal([]byte(said.Text), &in) != nil {
			http.Error(w, "{}", http.StatusBadRequest)
			return
		}
		now := noon.Add(day)
		verdicts, err := offline.Take(r.Context(), k, "00000000000000000001", *key, in.Acts, now)
		if err != nil {
			t.Error(err)
		}
		place, err := offline.GoesOn(r.Context(), k)
		if err != nil {
			t.Error(err)
		}
		number++
		k.answered = append(k.answered, now)
		if number > 100 {
			t.Error("the app speaks without end")
			http.Error(w, "{}", http.StatusInternalServerError)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"number": number, "at": now, "verdicts": verdicts, "place": place})
	}))
	t.Cleanup(s.Close)
	return s
}

// runApp runs a script with the app's modules, as they are shipped, on a ground in memory, beside a server that takes acts in. It returns
// what the script told, and what came of the acts.
func runApp(t *testing.T, script string) (told map[string]any, k *keeper) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	built := api.Build(api.BuildOptions{Bundle: true, Format: api.FormatIIFE, Write: false, Stdin: &api.StdinOptions{
		ResolveDir: "../web/script/app", Loader: api.LoaderTS, Contents: `
			import * as acts from "./acts"; import * as db from "./db"; import * as ground from "./ground"; import { collected } from "./browser"; import * as server from "./server"; import { publicKey } from "./key";
			globalThis.app = { acts, db, ground, collected, server, publicKey };`,
	}})
	if len(built.Errors) > 0 {
		t.Fatal(built.Errors)
	}
	k = newClass().enrol("00000000000000000001", noon)
	var key offline.Key
	s := server(t, k, &key)
	keys := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var text json.RawMessage
		if err := json.NewDecoder(r.Body).Decode(&text); err != nil {
			t.Error(err)
		}
		if key, err = offline.ParseKey(text); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(keys.Close)
	const memory = `
		Object.defineProperty(globalThis, "navigator", { configurable: true, value: { locks: { request: (_, ...more) => more.at(-1)() } } });
		globalThis.document = { querySelector: () => null };
		const { app } = globalThis, ed = { name: "Ed25519" }, base64 = (data) => Buffer.from(data).toString("base64");
		let kept = new Map();
		const at = (store, key) => store + " " + JSON.stringify(key);
		app.ground.standOn({
			get: async (store, key) => kept.get(at(store, key))?.value,
			all: async (store) => [...kept.values()].filter((r) => r.store === store).map((r) => r.value).sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0)),
			async write(_, f) {
				const list = [];
				f(app.collected(list));
				for (const { do: what, store, key, value } of list) {
					if (what === "add" && kept.has(at(store, key))) throw new Error("there is one already");
					what === "delete" ? kept.delete(at(store, key)) : kept.set(at(store, key), { store, value });
				}
			},
			publicKey: async ({ publicKey }) => { const { crv, kty, x } = await crypto.subtle.exportKey("jwk", publicKey); return { crv, kty, x }; },
			sign: async ({ privateKey }, purpose, text) => base64(await crypto.subtle.sign(ed, privateKey, new TextEncoder().encode(purpose + text))),
			room: async () => ({ used: 0, free: 1e9 }),
		});
		const over = globalThis.fetch;
		globalThis.fetch = (path, init) => path.startsWith("http") ? over(path, init) : over(SERVER, init);
		const key = await crypto.subtle.generateKey(ed, false, ["sign", "verify"]);
		await fetch(KEYS, { method: "POST", body: JSON.stringify(await app.publicKey(key)) });
		await app.acts.become({ device: "00000000000000000001", key, thumbprint: "", server: {}, seq: 0, prev: "", answer: app.acts.anchored(0, "2026-11-23T12:00:00Z") });
		let done = 0;
		const answer = async (n = 1) => { for (; n > 0; n--) { const i = ++done; await app.acts.keepDone({ Attempt: "a" + i, Exercise: "e" + i, Score: 1, kind: "answered" }, (id) => ({ place: "e" + i, exercise: "e" + i, attempt: "a" + i, tries: 1, over: false, at: "", waiting: id })); } };
		const copy = () => new Map(kept), putBack = (from) => { kept = new Map(from); };
		const damage = async (seq, how) => { const one = await app.db.get("waiting", seq); await app.db.put("waiting", { ...one, ...how(one) }); };
		
		const finish = async () => {
			const spoke = await app.server.speak();
			const waiting = await app.db.all("waiting"), works = await app.db.all("works");
			process.stdout.write(JSON.stringify({ spoke, unsent: await app.acts.unsent(), live: waiting.filter((w) => !w.aside).length, aside: await app.acts.setAside(), open: works.filter((w) => w.waiting).length }), () => process.exit(0));
		};
		`
	file := filepath.Join(t.TempDir(), "run.mjs")
	text := string(built.OutputFiles[0].Contents) + fmt.Sprintf("const SERVER = %q, KEYS = %q;", s.URL, keys.URL) + memory + script
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), node, file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := json.Unmarshal(out, &told); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	return told, k
}

// Whatever became of what a device kept, it goes on: what it signed is taken, what is damaged is set aside, and nothing waits any more.
func TestADeviceGoesOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, script  string
		taken, aside  int
		reported      bool
		stillOfClosed int // answers that were sent, of which the restored device does not know what was said
	}{
		{"nothing is wrong", `await answer(300);`, 300, 0, false, 0},
		{"a text is damaged among three hundred", `await answer(300); await damage(57, ({ text }) => ({ text: text.replace('"Score":1', '"Score":9') }));`, 299, 1, true, 0},
		{"a text is no JSON any more", `await answer(300); await damage(57, () => ({ text: "{" }));`, 299, 1, true, 0},
		{"a record has no text", `await answer(300); await damage(57, () => ({ text: null, signature: 7 }));`, 299, 1, true, 0},
		{"the first and the last are damaged", `await answer(300); for (const n of [1, 300]) await damage(n, () => ({ text: "{" }));`, 298, 2, true, 0},
		{"two in a row are damaged, and one apart", `await answer(300); for (const n of [57, 58, 199]) await damage(n, () => ({ text: "{" }));`, 297, 3, true, 0},
		{"a signature is damaged: the next act vouches for the text", `await answer(300); await damage(57, () => ({ signature: "AAAA" }));`, 300, 0, true, 0},
		{"a record is gone", `await answer(300); await app.db.drop("waiting", 57);`, 299, 0, false, 1},
		{"a backup was put back", `await answer(10); const then = copy(); await answer(30); await app.server.speak(); putBack(then); await answer(300 - 40);`, 300, 0, true, 0},
		{"a backup was put back, and one is damaged", `await answer(10); const then = copy(); await answer(30); await app.server.speak(); putBack(then); await answer(300 - 40); await damage(57, () => ({ text: "{" }));`, 299, 1, true, 0},
		{"two hundred numbers are used up, and more is behind", `const then = copy(); await answer(250); await app.server.speak(); putBack(then); await answer(300);`, 550, 0, true, 0},
		{"numbers are used up, and others wait for one that is missing", `const then = copy(); await answer(260); const last = await app.db.get("waiting", 255); await app.db.drop("waiting", 255);
			const { fetch: real } = globalThis; let n = 0; globalThis.fetch = async (...asked) => ++n === 3 ? Promise.reject(new Error("cut off")) : real(...asked); await app.server.speak(); globalThis.fetch = real;
			putBack(then); await answer(300);`, 558, 0, true, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			told, k := runApp(t, c.script+"\nawait finish();")
			if told["spoke"] != "done" || told["unsent"] != 0.0 || told["live"] != 0.0 || told["aside"] != float64(c.aside) || told["open"] != float64(c.stillOfClosed) {
				t.Errorf("on the device: %v, want %d set aside", told, c.aside)
			}
			taken := map[string]bool{}
			for _, a := range k.acts {
				if strings.Contains(string(a.Act.What), `"lost"`) {
					continue // it stands for one that is damaged
				}
				if a.Word.Outcome == offline.Taken {
					taken[a.Act.ID] = true // the same act, signed again, counts once, by its id
				} else if a.Word.Outcome == offline.Waiting {
					t.Errorf("act %d waits for ever", a.Act.Seq)
				}
			}
			if len(taken) != c.taken {
				t.Errorf("%d acts are taken, want %d", len(taken), c.taken)
			}
			if reported := len(k.reports) > 0; reported != c.reported {
				t.Errorf("reports: %v", slices.Compact(slices.Sorted(slices.Values(k.reports))))
			}
		})
	}
}
