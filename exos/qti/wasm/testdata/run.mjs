// Scores vectors in WebAssembly: node run.mjs wasm_exec.js score.wasm vectors.json
// Prints one line of JSON for each vector.
import { readFileSync } from "node:fs";

const [runtime, program, vectors] = process.argv.slice(2);
(0, eval)(readFileSync(runtime, "utf8"));
const go = new globalThis.Go();
const { instance } = await WebAssembly.instantiate(readFileSync(program), go.importObject);
go.run(instance);

const lines = [];
for (const v of JSON.parse(readFileSync(vectors, "utf8"))) {
	const bytes = Uint8Array.from(Buffer.from(v.program, "base64"));
	const first = pupitreScore.score(bytes, v.seed, null, v.answers, 12);
	// A second submission goes on from the state of the first.
	const second = pupitreScore.score(bytes, v.seed, first.state, v.next, 15);
	lines.push([pupitreScore.begin(bytes, v.seed), first.json, second.json].join("\n"));
}
process.stdout.write(lines.join("\n") + "\n", () => process.exit(0));
