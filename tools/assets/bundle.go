package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// bundled follows the imports of one entry and returns one minified file. Fonts stay references:
// the server knows their addresses (their fingerprint is in them), a bundle does not.
func bundled(entry string) (bundle, error) {
	out := output(entry)
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{entry},
		Bundle:            true,
		Outfile:           out,
		MinifyWhitespace:  true,
		MinifySyntax:      true,
		MinifyIdentifiers: strings.HasSuffix(entry, ".ts"),
		Target:            api.ES2022,
		Format:            api.FormatIIFE,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsInline,
		External:          []string{"*.woff2"},
		LogLevel:          api.LogLevelSilent,
	})
	if err := failure(entry, append(result.Errors, result.Warnings...)); err != nil {
		return bundle{}, err
	}
	return bundle{path: out, text: result.OutputFiles[0].Contents}, nil
}

// output is where the bundle of an entry goes: css/look.entry.css gives css/dist/look.css.
func output(entry string) string {
	name := filepath.Base(entry)
	name = strings.Replace(name, ".entry", "", 1)
	name = strings.TrimSuffix(name, ".ts") + map[bool]string{true: ".js"}[strings.HasSuffix(name, ".ts")]
	return filepath.Join(filepath.Dir(entry), "dist", name)
}

// failure turns what esbuild has to say into one error with file, line and column; a warning counts.
func failure(entry string, messages []api.Message) error {
	var all []error
	for _, m := range messages {
		at := entry
		if m.Location != nil {
			at = fmt.Sprintf("%s:%d:%d", m.Location.File, m.Location.Line, m.Location.Column)
		}
		all = append(all, fmt.Errorf("%s: %s", at, m.Text))
	}
	return errors.Join(all...)
}
