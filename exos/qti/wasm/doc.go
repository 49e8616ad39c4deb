// Command wasm is the scorer on the device (« correcteur embarqué »): package score behind
// one JavaScript object, built with GOOS=js GOARCH=wasm. It gives provisional marks in
// training; the server's mark is the only one that counts.
//
//	pupitreScore.begin(program, seed)                  → JSON, see score.Opening.AppendJSON
//	pupitreScore.score(program, seed, state, answers)  → {json, state}, see score.Result.AppendJSON
//	pupitreScore.order(seed, response, fixed)          → the order of choices, as render.Arrange draws it
//
// program and state are Uint8Array, seed is a decimal string (64 bits do not fit a number),
// answers is [[identifier, [value, …]], …], with [[field, value], …] as a third part
// where a publisher's interaction gives a record. An error comes back as {error: code}.
package main
