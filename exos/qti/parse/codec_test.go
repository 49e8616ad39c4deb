package parse_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/score"
)

// reread encodes and decodes a program, which must change nothing.
func reread(t testing.TB, p *program.Program) *program.Program {
	t.Helper()
	encoded := p.Encode()
	again, err := program.Decode(encoded)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Encode(), encoded) {
		t.Fatal("encoding, decoding and encoding again gives other bytes")
	}
	return again
}

func TestProgramsSurviveTheirEncoding(t *testing.T) {
	t.Parallel()
	for _, file := range corpus(t) {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		ex, _ := parse.Item(data, parse.Source{Path: "item.xml"})
		if ex == nil {
			continue
		}
		if diff := cmp.Diff(ex.Program, reread(t, ex.Program)); diff != "" {
			t.Errorf("%s: %s", file, diff)
		}
	}
}

func corpus(t testing.TB) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"set-a/*/item.xml", "set-b/*.xml"} {
		found, err := filepath.Glob(filepath.Join(corpora, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	own, err := filepath.Glob("testdata/item/*.xml")
	if err != nil {
		t.Fatal(err)
	}
	return append(files, own...)
}

// FuzzItem: no XML makes the reader panic, and what it makes of it can be stored.
func FuzzItem(f *testing.F) {
	for _, file := range corpus(f) {
		if data, err := os.ReadFile(file); err == nil {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ex, findings := parse.Item(data, parse.Source{Path: "f.xml"})
		if ex == nil {
			if len(findings) == 0 {
				t.Fatal("refused without a word")
			}
			return
		}
		tryOut(reread(t, ex.Program))
	})
}

// tryOut scores a program with odd answers: any program must come through.
func tryOut(p *program.Program) {
	var sub score.Submission
	for _, v := range p.Vars {
		sub.Responses = append(sub.Responses, score.Response{Identifier: v.Identifier, Values: []string{"A", "A B", "3,5", "10 10", "", "é"}})
	}
	r := score.Score(p, 7, score.State{}, sub)
	score.Score(p, 7, r.State, sub)
}

// FuzzDecode: bytes that Encode did not write are refused, or are the one encoding of
// what they decode to.
func FuzzDecode(f *testing.F) {
	for _, file := range corpus(f) {
		if data, err := os.ReadFile(file); err == nil {
			if ex, _ := parse.Item(data, parse.Source{Path: "f.xml"}); ex != nil {
				f.Add(ex.Program.Encode())
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := program.Decode(data)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Encode(), data) {
			t.Fatal("two encodings of one program")
		}
		tryOut(p)
	})
}
