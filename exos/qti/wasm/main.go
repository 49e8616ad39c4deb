//go:build js

package main

import (
	"strconv"
	"syscall/js"

	"pupitre/exos/qti/chance"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/score"
)

func main() {
	object := js.Global().Get("Object").New()
	object.Set("begin", guarded(begin))
	object.Set("score", guarded(mark))
	object.Set("order", guarded(order))
	js.Global().Set("pupitreScore", object)
	select {} // the functions stay callable as long as the page lives
}

// guarded turns a failure into {error: code}: an exception thrown inside Go would end the
// whole program.
func guarded(do func([]js.Value) (any, string)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		value, failure := do(args)
		if failure != "" {
			return map[string]any{"error": failure}
		}
		return value
	})
}

func begin(args []js.Value) (any, string) {
	p, seed, failure := load(args)
	if failure != "" {
		return nil, failure
	}
	return string(score.Begin(p, seed).AppendJSON(nil)), ""
}

func mark(args []js.Value) (any, string) {
	p, seed, failure := load(args)
	if failure != "" || len(args) < 4 {
		return nil, firstOf(failure, "arguments")
	}
	state, err := score.DecodeState(bytesOf(args[2]))
	if err != nil {
		return nil, "state"
	}
	r := score.Score(p, seed, state, submission(args[3:]))
	encoded := r.State.Encode()
	out := js.Global().Get("Uint8Array").New(len(encoded))
	js.CopyBytesToJS(out, encoded)
	return map[string]any{"json": string(r.AppendJSON(nil, p)), "state": out}, ""
}

// submission reads [[identifier, [value, …], [[field, value], …]], …], the fields of records
// being optional, and, after it, the seconds spent.
func submission(args []js.Value) score.Submission {
	var sub score.Submission
	for i := range args[0].Length() {
		pair := args[0].Index(i)
		r := score.Response{Identifier: pair.Index(0).String()}
		for j := range pair.Index(1).Length() {
			r.Values = append(r.Values, pair.Index(1).Index(j).String())
		}
		if pair.Length() > 2 {
			for j := range pair.Index(2).Length() {
				field := pair.Index(2).Index(j)
				r.Fields = append(r.Fields, score.NamedText{Name: field.Index(0).String(), Value: field.Index(1).String()})
			}
		}
		sub.Responses = append(sub.Responses, r)
	}
	if len(args) > 1 && args[1].Type() == js.TypeNumber {
		sub.Seconds = args[1].Float()
	}
	return sub
}

func order(args []js.Value) (any, string) {
	if len(args) < 3 {
		return nil, "arguments"
	}
	seed, err := strconv.ParseUint(args[0].String(), 10, 64)
	if err != nil {
		return nil, "seed"
	}
	fixed := args[2]
	places := chance.New(seed, "order/"+args[1].String()).Shuffle(fixed.Length(), func(i int) bool { return fixed.Index(i).Truthy() })
	out := make([]any, len(places))
	for i, p := range places {
		out[i] = p
	}
	return out, ""
}

func load(args []js.Value) (*program.Program, uint64, string) {
	if len(args) < 2 {
		return nil, 0, "arguments"
	}
	p, err := program.Decode(bytesOf(args[0]))
	if err != nil {
		return nil, 0, "program"
	}
	seed, err := strconv.ParseUint(args[1].String(), 10, 64)
	if err != nil {
		return nil, 0, "seed"
	}
	return p, seed, ""
}

func bytesOf(v js.Value) []byte {
	if v.IsNull() || v.IsUndefined() {
		return nil
	}
	b := make([]byte, v.Length())
	js.CopyBytesToGo(b, v)
	return b
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
