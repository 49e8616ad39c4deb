package numeric_test

import (
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"pupitre/exos/qti/chance"
	"pupitre/exos/qti/numeric"
)

// The standard library is within a few ulps of the truth (acos near 1 and powers: more);
// ours must stay as close to it.
func TestAgreesWithTheStandardLibraryToAFewUlps(t *testing.T) {
	t.Parallel()
	draw := chance.New(7, "numeric")
	between := func(lo, hi float64) float64 { return lo + draw.Unit()*(hi-lo) }
	cases := []struct {
		name      string
		ours, std func(float64) float64
		lo, hi    float64
	}{
		{"exp", numeric.Exp, math.Exp, -700, 700},
		{"exp near 0", numeric.Exp, math.Exp, -1, 1},
		{"ln", numeric.Log, math.Log, 1e-9, 1e9},
		{"ln near 1", numeric.Log, math.Log, 0.5, 2},
		{"log", numeric.Log10, math.Log10, 1e-9, 1e9},
		{"sin", numeric.Sin, math.Sin, -100, 100},
		{"cos", numeric.Cos, math.Cos, -100, 100},
		{"tan", numeric.Tan, math.Tan, -100, 100},
		{"atan", numeric.Atan, math.Atan, -50, 50},
		{"asin", numeric.Asin, math.Asin, -1, 1},
		{"acos", numeric.Acos, math.Acos, -1, 0.5},
		{"sinh", numeric.Sinh, math.Sinh, -20, 20},
		{"cosh", numeric.Cosh, math.Cosh, -20, 20},
		{"tanh", numeric.Tanh, math.Tanh, -5, 5},
	}
	for _, c := range cases {
		for range 2000 {
			x := between(c.lo, c.hi)
			got, want := c.ours(x), c.std(x)
			if !near(got, want, 3) {
				t.Errorf("%s(%v) = %v, want about %v", c.name, x, got, want)
				break
			}
		}
	}
}

func TestPowers(t *testing.T) {
	t.Parallel()
	draw := chance.New(8, "pow")
	for range 3000 {
		x, y := draw.Unit()*50, draw.Unit()*40-20
		if got, want := numeric.Pow(x, y), math.Pow(x, y); !near(got, want, 16) {
			t.Fatalf("%v^%v = %v, want about %v", x, y, got, want)
		}
	}
	inf, nan := math.Inf(1), math.NaN()
	special := []float64{0, math.Copysign(0, -1), 1, -1, 2, -2, 0.5, 3, -3, 1e300, -1e300, 1e-300, inf, -inf, nan, 64, 65, -65, 1023}
	for _, x := range special {
		for _, y := range special {
			got, want := numeric.Pow(x, y), math.Pow(x, y)
			if !near(got, want, 3) || math.Signbit(got) != math.Signbit(want) && want == want {
				t.Errorf("%v^%v = %v, want %v", x, y, got, want)
			}
		}
	}
}

func TestRoundValuesAreExact(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name      string
		got, want float64
	}{
		{"2^10", numeric.Pow(2, 10), 1024},
		{"10^22", numeric.Pow(10, 22), 1e22},
		{"10^-3", numeric.Pow(10, -3), 1e-3},
		{"9^0.5", numeric.Pow(9, 0.5), 3},
		{"27^(1/3)", numeric.Pow(27, 1.0/3), 3},
		{"log 1000", numeric.Log10(1000), 3},
		{"log 0.001", numeric.Log10(0.001), -3},
		{"e^0", numeric.Exp(0), 1},
		{"e^1", numeric.Exp(1), math.E},
		{"ln 1", numeric.Log(1), 0},
		{"cos 0", numeric.Cos(0), 1},
		{"sin π/2", numeric.Sin(math.Pi / 2), 1},
		{"atan 1", numeric.Atan(1), math.Pi / 4},
		{"acos -1", numeric.Acos(-1), math.Pi},
		{"atan2(1,-1)", numeric.Atan2(1, -1), 3 * math.Pi / 4},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}

func TestAtan2AgreesOnSpecialValues(t *testing.T) {
	t.Parallel()
	inf := math.Inf(1)
	values := []float64{0, math.Copysign(0, -1), 1, -1, 3.5, -0.25, inf, -inf}
	for _, y := range values {
		for _, x := range values {
			got, want := numeric.Atan2(y, x), math.Atan2(y, x)
			if !near(got, want, 2) || math.Signbit(got) != math.Signbit(want) {
				t.Errorf("atan2(%v, %v) = %v, want %v", y, x, got, want)
			}
		}
	}
}

func near(a, b float64, ulps int64) bool {
	switch {
	case a != a || b != b:
		return a != a && b != b
	case a == b:
		return true
	case math.IsInf(a, 0) || math.IsInf(b, 0):
		return false
	}
	if math.Abs(a-b) < 1e-15*1e-290 {
		return true
	}
	d := int64(math.Float64bits(a)) - int64(math.Float64bits(b))
	return d <= ulps && d >= -ulps
}

// TestCorrectlyRounded compares with values computed in decimal to 60 digits.
func TestCorrectlyRounded(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/exact.txt")
	if err != nil {
		t.Fatal(err)
	}
	one := map[string]func(float64) float64{
		"exp": numeric.Exp, "ln": numeric.Log, "log": numeric.Log10, "sin": numeric.Sin, "cos": numeric.Cos, "tan": numeric.Tan,
	}
	for line := range strings.Lines(string(data)) {
		words := strings.Fields(line)
		if words[0] == "#" {
			continue
		}
		first, second, two := strings.Cut(words[1], ",")
		want := float(t, words[2])
		got := 0.0
		if two {
			got = numeric.Pow(float(t, first), float(t, second))
		} else {
			got = one[words[0]](float(t, first))
		}
		if got != want {
			t.Errorf("%s(%s) = %v, want %v", words[0], words[1], got, want)
		}
	}
}

func float(t *testing.T, text string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}
