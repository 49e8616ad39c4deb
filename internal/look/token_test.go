package look_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// theme is the colours of one block of tokens.css, by name.
type theme map[string]string

// themes reads the light block and the two dark ones, in the order of the file.
func themes(t *testing.T) (light, systemDark, chosenDark theme) {
	t.Helper()
	sheet, err := os.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(sheet), "")
	var found []theme
	for _, m := range regexp.MustCompile(`(?s)\{\s*color-scheme:[^}]*\}`).FindAllString(text, -1) {
		block := theme{}
		for _, d := range regexp.MustCompile(`(--[a-z0-9-]+|color-scheme):\s*([^;]+);`).FindAllStringSubmatch(m, -1) {
			block[d[1]] = d[2]
		}
		found = append(found, block)
	}
	if len(found) != 3 {
		t.Fatalf("%d blocks of colours in tokens.css, want 3: light, dark by the system, dark by choice", len(found))
	}
	return found[0], found[1], found[2]
}

func TestBothDarkThemesAreOne(t *testing.T) {
	t.Parallel()
	light, system, chosen := themes(t)
	if diff := cmp.Diff(system, chosen); diff != "" {
		t.Errorf("the dark theme of the system and the one chosen differ:\n%s", diff)
	}
	for name := range light {
		if _, ok := chosen[name]; !ok {
			t.Errorf("the dark theme leaves %s light", name)
		}
	}
}

func TestWordsStandOutOnEveryGround(t *testing.T) {
	t.Parallel()
	light, _, dark := themes(t)
	grounds := []string{"--page", "--surface", "--sunken", "--raised", "--ink-wash"}
	for name, colours := range map[string]theme{"light": light, "dark": dark} {
		check := func(ink, ground string, least float64) {
			t.Helper()
			if got := contrast(t, colours.colour(ink), colours.colour(ground)); got < least {
				t.Errorf("%s: %s on %s is %.2f:1, want %.1f:1", name, ink, ground, got, least)
			}
		}
		for _, ground := range grounds {
			for _, ink := range []string{"--text", "--text-2", "--text-3", "--ink", "--ink-hover", "--red", "--amber", "--green"} {
				check(ink, ground, 4.5)
			}
			check("--focus", ground, 3)
		}
		for _, ground := range []string{"--page", "--surface", "--sunken", "--raised"} {
			check("--control", ground, 3)
		}
		for _, tone := range []string{"red", "amber", "green"} { // messages and tags: body text, links and the tone itself
			for _, ink := range []string{"--" + tone, "--text", "--text-2", "--ink"} {
				check(ink, "--"+tone+"-wash", 4.5)
			}
		}
		for _, pair := range [][2]string{{"--on-ink", "--ink"}, {"--on-ink", "--ink-hover"}, {"--text", "--marker"}, {"--ink-hover", "--ink-wash-2"}, {"--page", "--text"}} {
			check(pair[0], pair[1], 4.5)
		}
	}
}

// colour follows var(--other).
func (c theme) colour(name string) string {
	value := c[name]
	if other, ok := strings.CutPrefix(value, "var("); ok {
		return c.colour(strings.TrimSuffix(other, ")"))
	}
	return value
}

// contrast is WCAG 2.2's ratio of two colours written #rrggbb.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	if len(colour) != 7 || colour[0] != '#' {
		t.Fatalf("%q is not #rrggbb", colour)
	}
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
