package look

import (
	"fmt"
	"math"
	"strings"
)

// A motif draws the lower part of a cover. Each throws its dice in a fixed order: to change that order is to change every cover.
type motif func(s *strings.Builder, d *dice, p paper)

var motifs = [...]motif{waves, squares, quarters, hills, dots, leaves, rays, orbits}

func waves(s *strings.Builder, d *dice, p paper) {
	step, swell, from := 14+d.roll(8), 5+d.roll(7), 62+d.roll(10)
	for y, k := from, 0; y < 190; y, k = y+step, k+1 {
		fmt.Fprintf(s, `<path d="M-10 %dq15 -%d 30 0t30 0 30 0 30 0 30 0V200H-10Z" fill="%s" opacity="%s"/>`,
			y, swell, pick(k%2 == 1, p.light, p.deep), pick(k%2 == 1, ".28", ".34"))
	}
}

func squares(s *strings.Builder, d *dice, p paper) {
	for y := 64; y < 160; y += 16 {
		for x := 16; x < 120; x += 16 {
			if k := d.roll(6); k < 3 {
				fmt.Fprintf(s, `<path d="M%d %dh15v15h-15z" fill="%s" opacity="%s"/>`, x, y, pick(k > 0, p.light, p.deep), pick(k == 1, ".55", ".3"))
			}
		}
	}
}

func quarters(s *strings.Builder, d *dice, p paper) {
	turned := [...]string{"M0 0h26a26 26 0 0 1-26 26z", "M26 0v26a26 26 0 0 1-26-26z", "M26 26h-26a26 26 0 0 1 26-26z", "M0 26v-26a26 26 0 0 1 26 26z"}
	for y := 64; y < 160; y += 26 {
		for x := 14; x < 120; x += 26 {
			k, bright := d.roll(4), d.roll(2) == 1
			fmt.Fprintf(s, `<path transform="translate(%d %d)" d="%s" fill="%s" opacity=".42"/>`, x, y, turned[k], pick(bright, p.light, p.deep))
		}
	}
}

func hills(s *strings.Builder, d *dice, p paper) {
	sun, r := 34+d.roll(60), 9+d.roll(8)
	fmt.Fprintf(s, `<circle cx="%d" cy="%d" r="%d" fill="%s" opacity=".8"/>`, sun, 74+d.roll(10), r, p.light)
	for k, opacity := range [...]string{".35", ".32", ".6"} {
		y, a, b, c := 96+k*20, d.roll(18), d.roll(18), d.roll(18)
		fmt.Fprintf(s, `<path d="M0 %dL34 %dL66 %dL98 %dL130 %dV170H0Z" fill="%s" opacity="%s"/>`,
			y+a, y-b, y+c-6, y-a, y+b, pick(k == 1, p.light, p.deep), opacity)
	}
}

func dots(s *strings.Builder, d *dice, p paper) {
	cx, cy := d.roll(120), 70+d.roll(90)
	s.WriteString(`<g fill="` + p.light + `" opacity=".62">`)
	for y := 68; y < 160; y += 11 {
		for x := 20; x < 120; x += 11 {
			r := max(1.1, 5-math.Hypot(float64(x-cx), float64(y-cy))/19)
			fmt.Fprintf(s, `<circle cx="%d" cy="%d" r="%s"/>`, x, y, tenth(r))
		}
	}
	s.WriteString(`</g>`)
}

func leaves(s *strings.Builder, d *dice, p paper) {
	turn := d.roll(60)
	for k := range 9 {
		angle, length := turn+k*40, 34+d.roll(22)
		left, right := 9+d.roll(4), 9+d.roll(4)
		half := strings.TrimSuffix(tenth(float64(length)/2), ".0")
		fmt.Fprintf(s, `<path transform="rotate(%d 68 112)" d="M68 112q-%d -%s 0 -%dq%d %s 0 %dZ" fill="%s" opacity="%s"/>`,
			angle, left, half, length, right, half, length, pick(k%2 == 1, p.light, p.deep), pick(k%2 == 1, ".62", ".5"))
	}
	fmt.Fprintf(s, `<circle cx="68" cy="112" r="5" fill="%s"/>`, p.light)
}

func rays(s *strings.Builder, d *dice, p paper) {
	cx, n := 12+d.roll(2)*108, 9+d.roll(5)
	at := func(k int) string {
		angle := math.Pi * (1 + float64(k)/float64(n))
		return tenth(float64(cx)+220*math.Cos(angle)) + " " + tenth(160+220*math.Sin(angle))
	}
	for k := 0; k < n; k += 2 {
		fmt.Fprintf(s, `<path d="M%d 160L%sL%sZ" fill="%s" opacity="%s"/>`, cx, at(k), at(k+1), pick(k%4 != 0, p.deep, p.light), pick(k%4 != 0, ".42", ".3"))
	}
}

func orbits(s *strings.Builder, d *dice, p paper) {
	cx, cy := 40+d.roll(50), 100+d.roll(30)
	for k := 1; k < 7; k++ {
		angle, r := float64(d.roll(360))*math.Pi/180, float64(k*13)
		fmt.Fprintf(s, `<circle cx="%d" cy="%d" r="%d" fill="none" stroke="%s" stroke-width="1.3" opacity=".55"/>`, cx, cy, k*13, p.light)
		fmt.Fprintf(s, `<circle cx="%s" cy="%s" r="%d" fill="%s"/>`,
			tenth(float64(cx)+r*math.Cos(angle)), tenth(float64(cy)+r*math.Sin(angle)), 2+d.roll(3), p.light)
	}
	fmt.Fprintf(s, `<circle cx="%d" cy="%d" r="6" fill="%s"/>`, cx, cy, p.deep)
}

// pick is the choice that a drawing makes at every stroke.
func pick(yes bool, then, otherwise string) string {
	if yes {
		return then
	}
	return otherwise
}
