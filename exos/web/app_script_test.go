package web_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
	"github.com/google/go-cmp/cmp"
)

// appScript runs what a script says with the app's modules, as they are shipped, on a ground in memory and beside a server that the script
// makes up, and reads what it calls told with. What it sees of the world is script/app/ground.ts and fetch.
func appScript(t *testing.T, script string, told any) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	built := api.Build(api.BuildOptions{Bundle: true, Format: api.FormatIIFE, Write: false, Stdin: &api.StdinOptions{
		ResolveDir: "script/app", Loader: api.LoaderTS, Contents: `
			import * as acts from "./acts"; import * as db from "./db"; import * as ground from "./ground"; import { collected } from "./browser"; import * as drafts from "./drafts"; import * as server from "./server"; import * as store from "../store";
			globalThis.app = { acts, collected, db, drafts, ground, server, store };`,
	}})
	if len(built.Errors) > 0 {
		t.Fatal(built.Errors)
	}
	const memory = `
		Object.defineProperty(globalThis, "navigator", { configurable: true, value: { locks: { request: (_, ...more) => more.at(-1)() } } });
		globalThis.matchMedia = () => ({ matches: true });
		globalThis.screen = { width: 1, height: 1 };
		const { app } = globalThis, kept = new Map();
		const ed = { name: "Ed25519" }, at = (store, key) => store + " " + JSON.stringify(key), base64 = (data) => Buffer.from(data).toString("base64");
		app.ground.standOn({
			get: async (store, key) => kept.get(at(store, key))?.value,
			all: async (store) => [...kept.values()].filter((r) => r.store === store).map((r) => r.value).sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0)),
			async write(_, f) {
				const list = [];
				f(app.collected(list));
				for (const { do: what, store, key, value } of list) what === "delete" ? kept.delete(at(store, key)) : kept.set(at(store, key), { store, value });
			},
			makeKey: () => crypto.subtle.generateKey(ed, false, ["sign", "verify"]),
			publicKey: async ({ publicKey }) => { const { crv, kty, x } = await crypto.subtle.exportKey("jwk", publicKey); return { crv, kty, x }; },
			sign: async ({ privateKey }, purpose, text) => base64(await crypto.subtle.sign(ed, privateKey, new TextEncoder().encode(purpose + text))),
			dropFile: async () => {}, room: async () => ({ used: 0, free: 1e9 }),
		});
		const answered = (body, status = 200) => new Response(JSON.stringify(body), { status });
		const heard = (number, of = [], outcome = "taken") => answered({ number, at: "2026-05-12T16:04:00Z", entitlements: [], statuses: [], verdicts: of.map(({ text }) => ({ id: JSON.parse(text).id, seq: JSON.parse(text).seq, outcome })) });
		const told = (what) => process.stdout.write(JSON.stringify(what), () => process.exit(0)); // the app listens to other windows, and would wait
		const asked = (init) => JSON.parse(JSON.parse(init.body).text);
		const answer = (n) => app.acts.keepDone({ attempt: "a" + n, exercise: "e" + n, version: "v", seed: "1", kind: "answered", payload: {} }, (id) => ({ place: "e" + n, exercise: "e" + n, attempt: "a" + n, tries: 1, over: false, at: "", waiting: id }));
		`
	file := filepath.Join(t.TempDir(), "run.mjs")
	if err := os.WriteFile(file, []byte(string(built.OutputFiles[0].Contents)+memory+script), 0o600); err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), node, file)
	var troubles bytes.Buffer
	run.Stderr = &troubles
	out, err := run.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, troubles.String())
	}
	if err := json.Unmarshal(out, told); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func TestTheAppSaysHowManyAnswersAreLeftOnTheDevice(t *testing.T) {
	t.Parallel()
	var got struct {
		Said []int  // with each word, how many answers are left once it was taken in
		Came string // of sending, where the line is cut after the first word
	}
	appScript(t, `
		const said = [];
		globalThis.fetch = async (path, init) => {
			if (!path.endsWith("/parole")) return answered({ device: "d1", at: "2026-05-12T16:00:00Z", keys: {} });
			if (said.length === 1) throw new TypeError("the line is cut");
			const { acts, stands } = asked(init);
			said.push(stands ? stands.unsent : -1);
			return heard(said.length, acts);
		};
		await app.server.enrol("CODE");
		for (let n = 0; n < 250; n++) await answer(n);
		const came = await app.server.speak();
		told({ said, came });`, &got)
	if diff := cmp.Diff([]int{50}, got.Said); diff != "" || got.Came != "later" {
		t.Errorf("%s; %s", diff, got.Came)
	}
}

// A request that outlives its page may have 64 KiB (Fetch standard): more than that in one is never sent, however often it is tried.
func TestWhatWaitsIsSentInPiecesThatABrowserSends(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	built := api.Build(api.BuildOptions{Bundle: true, Format: api.FormatIIFE, Write: false, Stdin: &api.StdinOptions{
		ResolveDir: "script", Loader: api.LoaderTS, Contents: `
			const kept = new Map<string, string>();
			const store = { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => { kept.set(k, v); (store as never)[k] = v as never; },
				removeItem: (k: string) => { kept.delete(k); delete (store as never)[k]; } };
			Object.defineProperty(globalThis, "localStorage", { configurable: true, value: store });
			let requests = 0, refused = 0, last = "";
			globalThis.fetch = async (_: unknown, init?: RequestInit) => {
				requests++;
				const text = init!.body as string;
				if (init!.keepalive && new TextEncoder().encode(text).length > 65536) { refused++; throw new TypeError("Failed to fetch"); }
				const { events } = JSON.parse(text) as { events: { id: string }[] };
				last = events.at(-1)!.id;
				return new Response(JSON.stringify({ verdicts: events.map(({ id }) => ({ event: id, status: "accepted" })), sheet: "sheet of " + last }));
			};
			import { flush, newAct, send, waiting } from "./outbox";
			(async () => {
				const of = { attempt: "a", exercise: "e", version: "v", seed: "1", kind: "answered" } as const;
				const real = globalThis.fetch;
				globalThis.fetch = async () => { throw new TypeError("no line"); };
				for (const size of [30_000, 30_000, 63_900, 20, 30_000, 30_000, 20]) await send("me", newAct({ ...of, payload: "é".repeat(size / 2) }), { show: "" });
				const before = waiting("me");
				globalThis.fetch = real;
				const came = await flush("me", { show: "e" });
				const receipt = typeof came === "string" ? undefined : came.receipt;
				process.stdout.write(JSON.stringify({ before: before.length, verdicts: receipt?.verdicts.length ?? 0, sheet: receipt?.sheet === "sheet of " + before.at(-1)!.id, left: waiting("me").length, requests, refused }));
			})();`,
	}})
	if len(built.Errors) > 0 {
		t.Fatal(built.Errors)
	}
	file := filepath.Join(t.TempDir(), "run.mjs")
	if err := os.WriteFile(file, built.OutputFiles[0].Contents, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), node, file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	const want = `{"before":7,"verdicts":7,"sheet":true,"left":0,"requests":5,"refused":0}`
	if string(out) != want {
		t.Errorf("got  %s\nwant %s", out, want)
	}
}

func TestWhatIsWrittenIsFoundAgainByItsExercise(t *testing.T) {
	t.Parallel()
	var got map[string]any
	appScript(t, `
		const { drafts, store, db } = app, places = async () => (await db.all("drafts")).map((d) => d.place).sort(), out = {};
		const writes = async (place, attempt) => {
			drafts.write(place, attempt, undefined);
			for (const text of ["à", "à demi"]) store.keep("exos.draft.me." + attempt, text);
			store.keep("exos.state.me." + attempt + ".R1", "where it was");
			await drafts.writeNothing();
		};
		await writes("e1", "a1");
		store.keep("exos.draft.me.a1", "nobody's any more");
		const draft = await drafts.draftAt("e1");
		drafts.write("e1", draft.attempt, draft);
		out.again = [draft.attempt, store.recall("exos.draft.me.a1", ""), store.keysOf("exos.state.me.a1.").length];
		await writes("e2", "a2"); // another is open when the answer is kept
		drafts.write("e2", "a2", await drafts.draftAt("e2"));
		await drafts.answered("e1", false);
		out.answered = Object.keys((await drafts.draftAt("e1")).kept);
		await drafts.answered("e1", true);
		out.over = await places();
		out.other = store.recall("exos.draft.me.a2", "");
		drafts.write("e2", "a3", await drafts.draftAt("e2")); // the attempt that it was begun in is over
		out.anew = store.recall("exos.draft.me.a2", "");
		await drafts.writeNothing();
		out.dropped = await places();
		for (const place of ["e1", "h1/e1", "h1/e2", "e3"]) await writes(place, "a" + place);
		await db.put("books", { module: "m1", exercises: [{ exercise: "e1" }] });
		await db.put("papers", { homework: "h1", exercises: [{ exercise: "e2" }] });
		await drafts.sweepDrafts();
		out.swept = await places();
		told(out);`, &got)
	want := map[string]any{
		"again": []any{"a1", "à demi", 1.0}, "answered": []any{"exos.state.me.a1.R1"}, "over": []any{"e2"}, "other": "à demi", "anew": "",
		"dropped": []any{}, "swept": []any{"e1", "h1/e2"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
