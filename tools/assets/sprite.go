package main

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// sprite gathers the drawings of a folder into one file of symbols, so that a page says <use href="…icons.svg#check">.
// The strokes' colour and width are the style sheet's, not the drawings'.
func sprite(dir string) (bundle, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.svg"))
	if err != nil {
		return bundle{}, err
	}
	var out strings.Builder
	out.WriteString(`<svg xmlns="http://www.w3.org/2000/svg"><!-- Lucide, ISC licence: see lucide-LICENSE.txt -->` + "\n")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return bundle{}, err
		}
		var drawing struct {
			ViewBox string `xml:"viewBox,attr"`
			Inner   string `xml:",innerxml"`
		}
		if err := xml.Unmarshal(text, &drawing); err != nil {
			return bundle{}, fmt.Errorf("%s: %w", file, err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".svg")
		inner := strings.Join(strings.Fields(drawing.Inner), " ")
		inner = strings.NewReplacer("> <", "><", " />", "/>").Replace(inner)
		fmt.Fprintf(&out, `<symbol id="%s" viewBox="%s">%s</symbol>`+"\n", name, drawing.ViewBox, inner)
	}
	out.WriteString("</svg>\n")
	return bundle{path: filepath.Join(filepath.Dir(dir), "dist", "icons.svg"), text: []byte(out.String())}, nil
}
