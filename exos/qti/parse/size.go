package parse

import (
	"bytes"
	"encoding/xml"
	"image"
	_ "image/gif" // what a picture's first bytes say of its size
	_ "image/jpeg"
	_ "image/png"
	"strings"

	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
)

// sized completes the size of a picture on which places are counted: what its author left out is as in the file, in proportion to
// what was said (QTI 3.0.1, coords: in the picture's pixels).
func (b *builder) sized(a *render.Asset) *render.Asset {
	if a == nil || a.Width > 0 && a.Height > 0 {
		return a
	}
	for _, file := range b.ex.Assets {
		if file.SHA256 != a.SHA256 {
			continue
		}
		w, h := natural(file.Media, file.Data)
		switch {
		case w <= 0 || h <= 0:
		case a.Width > 0:
			a.Height = max(1, a.Width*h/w)
		case a.Height > 0:
			a.Width = max(1, a.Height*w/h)
		default:
			a.Width, a.Height = w, h
		}
	}
	return a
}

// natural is a picture's own size in pixels, 0 where it does not say.
func natural(media string, data []byte) (width, height int) {
	if media != "image/svg+xml" {
		c, _, err := image.DecodeConfig(bytes.NewReader(data))
		if err != nil {
			return 0, 0
		}
		return c.Width, c.Height
	}
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := d.RawToken()
		if err != nil {
			return 0, 0
		}
		root, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		var box []string
		for _, a := range root.Attr {
			switch a.Name.Local {
			case "width":
				width = pixels(a.Value)
			case "height":
				height = pixels(a.Value)
			case "viewBox":
				box = strings.FieldsFunc(a.Value, func(r rune) bool { return r == ' ' || r == ',' })
			}
		}
		if (width == 0 || height == 0) && len(box) == 4 {
			w, okW := program.ParseNumber(box[2])
			h, okH := program.ParseNumber(box[3])
			if okW && okH && w > 0 && h > 0 && w <= 100_000 && h <= 100_000 {
				return int(w), int(h)
			}
		}
		return width, height
	}
}
