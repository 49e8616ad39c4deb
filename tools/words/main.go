// Command words writes the lists of federation/local/guess from the dictionaries of zxcvbn-ts (MIT; the French words from OpenSubtitles
// by way of OPUS, ODC-BY): the folders of its packages language-common and language-fr, unpacked.
//
//	go run ./tools/words COMMON FR
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"pupitre/directory"
)

// list is a file to write, from some dictionaries, the more common words first.
type list struct {
	file string
	from []string
	most int
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "words: want the folders of language-common and language-fr")
		os.Exit(2)
	}
	common, fr := os.Args[1], os.Args[2]
	var all []error
	for _, l := range []list{
		{"passwords", []string{filepath.Join(common, "src", "passwords.json")}, 15_000},
		{"words", []string{filepath.Join(fr, "src", "commonWords.json")}, 12_000},
		{"names", []string{filepath.Join(fr, "src", "firstnames.json"), filepath.Join(fr, "src", "lastnames.json")}, 20_000},
	} {
		all = append(all, l.write())
	}
	if err := errors.Join(all...); err != nil {
		fmt.Fprintln(os.Stderr, "words:", err)
		os.Exit(1)
	}
}

// write folds the words, leaves out what is too short to cost less than its letters, and keeps each once.
func (l list) write() error {
	var out strings.Builder
	seen := map[string]bool{}
	line := 0
	for _, path := range l.from {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var words []string
		if err := json.Unmarshal(data, &words); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, w := range words {
			w = directory.Fold(w)
			if len(w) < 2 || seen[w] || len(seen) == l.most || strings.ContainsFunc(w, unicode.IsSpace) {
				continue
			}
			seen[w] = true
			if line += len(w) + 1; line > 140 {
				out.WriteByte('\n')
				line = len(w)
			} else if len(seen) > 1 {
				out.WriteByte(' ')
			}
			out.WriteString(w)
		}
	}
	return os.WriteFile(filepath.Join("federation", "local", "guess", "lists", l.file+".txt"), []byte(out.String()+"\n"), 0o644)
}
