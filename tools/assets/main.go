// Command assets bundles the style sheets, scripts and icons of the pages, with esbuild as a Go library: no Node, neither to build nor to run.
//
//	go run ./tools/assets           writes every bundle
//	go run ./tools/assets -check    fails, naming the file, where a written bundle is not what its sources give
//
// A source named NAME.entry.css or NAME.entry.ts, anywhere in the tree, becomes dist/NAME.css or dist/NAME.js in the folder beside it.
// A file named NAME.entry.wasm names a Go command of this module: it becomes dist/NAME.wasm, with NAME.go.js, by which a page starts it.
// A folder named icons, beside such an entry, becomes dist/icons.svg: one sprite, one symbol for each file, named as the file.
// What is written is committed, so that building the program needs Go alone.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	check := flag.Bool("check", false, "compare the written bundles with their sources, and write nothing")
	root := flag.String("root", ".", "the folder to search for entries")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

// run builds every bundle under root, then writes them or, if check, compares them with what is there.
func run(root string, check bool) error {
	bundles, err := build(root)
	if err != nil {
		return err
	}
	var stale []error
	for _, b := range bundles {
		if !check {
			if err := b.write(); err != nil {
				return err
			}
			continue
		}
		if have, err := os.ReadFile(b.path); err != nil || !bytes.Equal(have, b.text) {
			stale = append(stale, fmt.Errorf("%s is not what its sources give: run go run ./tools/assets", b.path))
		}
	}
	return errors.Join(stale...)
}

// A bundle is one file of a dist folder, with the text it should have.
type bundle struct {
	path string
	text []byte
}

func (b bundle) write() error {
	if err := os.MkdirAll(filepath.Dir(b.path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(b.path, b.text, 0o644)
}

// build finds the entries under root and returns their bundles, in the order of their paths.
func build(root string) ([]bundle, error) {
	var all []bundle
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && skipped(d.Name()) && path != root:
			return filepath.SkipDir
		case d.IsDir() && d.Name() == "icons" && besideEntry(path):
			b, err := sprite(path)
			all = append(all, b)
			return err
		case strings.HasSuffix(path, ".entry.css"), strings.HasSuffix(path, ".entry.ts"):
			b, err := bundled(path)
			all = append(all, b)
			return err
		case strings.HasSuffix(path, ".entry.wasm"):
			made, err := compiled(root, path)
			all = append(all, made...)
			return err
		}
		return nil
	})
	return all, err
}

// besideEntry reports whether a folder stands next to an entry: only then are its drawings a sprite.
func besideEntry(path string) bool {
	entries, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*.entry.*"))
	return len(entries) > 0
}

// skipped tells the folders that hold no source of ours.
func skipped(name string) bool {
	return name == "dist" || name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".")
}
