// Package notices holds the demonstration's metadata files: the resources (ressources) of seven fictional publishers, and one mother
// of family. They are files like any publisher's, and come in by the catalogue's own door; only the addresses that
// resources open at are filled in, since the demonstration's ports are known when it starts.
//
// The works of the Éditions du Préau are read in Biblio Exos; the others open at the demonstration publisher.
package notices

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"text/template"
)

//go:embed *.xml
var files embed.FS

// Bases are the addresses that the resources open under, without a slash at the end.
type Bases struct {
	Exos      string // http://exos.localhost:8080
	Publisher string // http://editeur.localhost:8080
}

// File is one notice.
type File struct {
	Name string
	Body []byte
}

// Files returns the notices, by name, with their addresses filled in.
func Files(at Bases) ([]File, error) {
	names, err := fs.Glob(files, "*.xml")
	if err != nil {
		return nil, err
	}
	var out []File
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			return nil, err
		}
		t, err := template.New(name).Option("missingkey=error").Parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("notice %s: %w", name, err)
		}
		var body bytes.Buffer
		if err := t.Execute(&body, at); err != nil {
			return nil, fmt.Errorf("notice %s: %w", name, err)
		}
		out = append(out, File{name, body.Bytes()})
	}
	return out, nil
}
