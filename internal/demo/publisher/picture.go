package publisher

import (
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"net/http"
	"path"

	"pupitre/internal/fault"
)

// picture draws a book's picture by its name, as large as publishers have them: PNG or JPEG. A name that ends in .svg is a drawing that may
// carry a program, which the catalogue does not take.
func picture(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	sum := fnv.New32a()
	sum.Write([]byte(name))
	seed := sum.Sum32()
	switch path.Ext(name) {
	case ".png":
		w.Header().Set("Content-Type", "image/png")
		return png.Encode(w, book(seed))
	case ".jpg":
		w.Header().Set("Content-Type", "image/jpeg")
		return jpeg.Encode(w, book(seed), nil)
	case ".svg":
		w.Header().Set("Content-Type", "image/svg+xml")
		_, err := w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3 4"><path d="M0 0h3v4H0z" fill="#2f5d4a"/></svg>`))
		return err
	}
	return fault.New(fault.NotFound, "httpx.route.unknown")
}

// book is a cover of two colours, a band for the title and a landscape of waves.
func book(seed uint32) image.Image {
	const w, h = 450, 600
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	hue := float64(seed%360) / 60
	for y := range h {
		for x := range w {
			wave := float64(h)*0.62 + 40*math.Sin(float64(x)/70+hue) + 18*math.Sin(float64(x)/23)
			light := 0.92
			switch {
			case y > 90 && y < 190 && x > 50 && x < w-50:
				light = 0.98
			case float64(y) > wave+90:
				light = 0.30
			case float64(y) > wave:
				light = 0.48
			case math.Hypot(float64(x)-310, float64(y)-290) < 52:
				light = 0.75
			}
			m.Set(x, y, shade(hue, light))
		}
	}
	return m
}

// shade is a colour by its hue, 0 to 6 round the circle, and its lightness.
func shade(hue, light float64) color.RGBA {
	c := (1 - math.Abs(2*light-1)) * 0.55
	part := func(shift float64) uint8 {
		at := math.Mod(hue+shift, 6)
		up := math.Max(0, math.Min(1, math.Min(math.Abs(at-3)-1, 1)))
		return uint8(255 * math.Min(1, light-c/2+c*up))
	}
	return color.RGBA{part(0), part(4), part(2), 255}
}
