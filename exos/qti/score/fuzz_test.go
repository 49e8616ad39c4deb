package score_test

import (
	"bytes"
	"testing"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/score"
)

// FuzzState: bytes that Encode did not write are refused, or are an encoding of what they say.
func FuzzState(f *testing.F) {
	f.Add(score.State{}.Encode())
	f.Add(score.State{Attempts: 3, Status: score.Incomplete, Seconds: 1.5, Outcomes: []score.Binding{
		{Identifier: "SCORE", Value: program.Real(2)}, {Identifier: "L", Value: program.Container(program.Ordered, []program.Scalar{{Type: program.String, Text: "é"}})},
	}}.Encode())
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := score.DecodeState(data)
		if err != nil {
			return
		}
		again, err := score.DecodeState(s.Encode())
		if err != nil || !bytes.Equal(again.Encode(), s.Encode()) {
			t.Fatalf("%v: %+v is not what it was: %+v", err, again, s)
		}
	})
}

// FuzzScalar: what is read of a text reads back from its own lexical form as the same.
func FuzzScalar(f *testing.F) {
	for _, text := range []string{"3,5", "12\u202f000", "−7", "PT1H2.5S", "12 40", "A B", "true", "1e3", "INF", "l’œuf"} {
		for t := program.Boolean; t <= program.File; t++ {
			f.Add(uint8(t), text)
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, text string) {
		s, ok := program.ParseScalar(program.BaseType(kind), text)
		if !ok {
			return
		}
		again, ok := program.ParseScalar(s.Type, s.Lexical())
		if !ok || again.Lexical() != s.Lexical() {
			t.Fatalf("%q as %v is %q, and that is %+v", text, s.Type, s.Lexical(), again)
		}
	})
}

// FuzzTyped: whether a typed answer is the key does not hang on which of the two is which, and
// a text is always itself.
func FuzzTyped(f *testing.F) {
	for _, tolerance := range []program.Tolerance{0, program.Typography, program.French, program.French | program.Case, 1<<10 - 1} {
		f.Add(uint16(tolerance), "l’État", "L'ETAT")
		f.Add(uint16(tolerance), "12 000,5", "12000.5")
	}
	f.Fuzz(func(t *testing.T, tolerance uint16, a, b string) {
		if !score.SameText(a, a, program.Tolerance(tolerance)) {
			t.Fatalf("%q is not itself", a)
		}
		if score.SameText(a, b, program.Tolerance(tolerance)) != score.SameText(b, a, program.Tolerance(tolerance)) {
			t.Fatalf("%q and %q: the order decides", a, b)
		}
	})
}
