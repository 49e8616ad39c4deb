package thumbnail

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"pupitre/internal/fault"
)

// Limits of what is decoded, looked at before anything is: a picture takes up to 12 bytes a pixel while it is.
const (
	mostPixels = 12_000_000 // a page scanned at 300 dpi has 9 million
	mostEdge   = 10_000
)

// The boxes that pictures are made to fit, in pixels: covers are 3 to 4, 112 wide at most on a page.
var (
	small = image.Pt(120, 160)
	large = image.Pt(240, 320)
)

// quality of JPEG: a cover of 240 by 320 takes some 15 kB.
const quality = 82

// kind is a format that is read.
type kind struct {
	name   string
	begins string
	config func(r io.Reader) (image.Config, error)
	decode func(r io.Reader) (image.Image, error)
}

var kinds = []kind{
	{"PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode},
	{"JPEG", "\xff\xd8\xff", jpegConfig, jpeg.Decode},
	{"GIF", "GIF8", gif.DecodeConfig, gif.Decode},
	{"WebP", "RIFF", webpConfig, webp.Decode},
}

func jpegConfig(r io.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) }

// kindOf knows a picture by how it begins; what its server calls it is no matter.
func kindOf(body []byte) (kind, bool) {
	for _, k := range kinds {
		if bytes.HasPrefix(body, []byte(k.begins)) {
			return k, true
		}
	}
	return kind{}, false
}

var errDamaged = fault.New(fault.Invalid, "thumbnail.damaged")

// Draw draws a stranger's picture again, in two sizes. It is a fault where it is none, or too large.
func Draw(body []byte) (smaller, larger []byte, err error) {
	k, ok := kindOf(body)
	if !ok {
		return nil, nil, fault.New(fault.Invalid, "thumbnail.kind")
	}
	defer func() {
		if recover() != nil { // a decoder that stumbles over a stranger's bytes says no more than that they are broken
			smaller, larger, err = nil, nil, errDamaged
		}
	}()
	size, err := k.config(bytes.NewReader(body))
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Invalid, "thumbnail.damaged")
	}
	if size.Width < 1 || size.Height < 1 || size.Width > mostEdge || size.Height > mostEdge || size.Width*size.Height > mostPixels {
		return nil, nil, fault.New(fault.Invalid, "thumbnail.pixels", "width", size.Width, "height", size.Height, "most", mostPixels/1_000_000)
	}
	picture, err := k.decode(bytes.NewReader(body))
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Invalid, "thumbnail.damaged")
	}
	if smaller, err = fitted(picture, small); err != nil {
		return nil, nil, err
	}
	larger, err = fitted(picture, large)
	return smaller, larger, err
}

// fitted draws a picture on white, as large as the box allows and never larger than it is.
func fitted(picture image.Image, box image.Point) ([]byte, error) {
	from := picture.Bounds()
	if from.Empty() {
		return nil, errDamaged
	}
	w, h := from.Dx(), from.Dy()
	if w > box.X {
		w, h = box.X, h*box.X/w
	}
	if h > box.Y {
		w, h = w*box.Y/h, box.Y
	}
	to := image.NewRGBA(image.Rect(0, 0, max(w, 1), max(h, 1)))
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src)
	draw.CatmullRom.Scale(to, to.Bounds(), picture, from, draw.Over, nil)
	var out bytes.Buffer
	err := jpeg.Encode(&out, to, &jpeg.Options{Quality: quality})
	return out.Bytes(), err
}

// webpConfig returns the largest size that a file speaks of: a WebP says it twice, for its canvas and for the picture in it, and the decoder
// believes the second (RFC 9649 §2.5 to §2.7).
func webpConfig(r io.Reader) (image.Config, error) {
	body, err := io.ReadAll(r)
	if err != nil {
		return image.Config{}, err
	}
	config, err := webp.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return config, err
	}
	for at := 12; at+8 <= len(body); {
		name, length := string(body[at:at+4]), int(binary.LittleEndian.Uint32(body[at+4:]))
		if length > len(body)-at-8 {
			break // the decoder says what is wrong
		}
		w, h := sizeOf(name, body[at+8:at+8+length])
		config.Width, config.Height = max(config.Width, w), max(config.Height, h)
		at += 8 + length + length&1
	}
	return config, nil
}

// sizeOf reads the size of the picture in a chunk, 0 where there is none.
func sizeOf(name string, data []byte) (w, h int) {
	switch {
	case name == "VP8 " && len(data) >= 10: // RFC 6386 §9.1
		return int(binary.LittleEndian.Uint16(data[6:]) & 0x3fff), int(binary.LittleEndian.Uint16(data[8:]) & 0x3fff)
	case name == "VP8L" && len(data) >= 5: // RFC 9649 §3.4
		bits := binary.LittleEndian.Uint32(data[1:])
		return int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1
	}
	return 0, 0
}
