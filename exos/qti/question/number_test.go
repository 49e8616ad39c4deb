package question_test

import (
	"testing"

	"pgregory.net/rapid"

	"pupitre/exos/qti/question"
)

// The ends of a margin are those of the decimals typed: 0.7 + 0.1 in binary is a little less than 0.8.
func TestMarginsAreDecimal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		value, margin string
		low, high     float64
		ok            bool
	}{
		{"0.7", "0.1", 0.6, 0.8, true}, {"1,1", "0,1", 1, 1.2, true}, {"3", "", 3, 3, true}, {"-2", "-1", -3, -1, true}, {"1e3", "1", 999, 1001, true},
		{"x", "1", 0, 0, false}, {"1", "x", 0, 0, false}, {"1e999999999", "1", 0, 0, false}, {"1e-300", "1", 0, 0, false},
	} {
		got, ok := question.Around(c.value, c.margin)
		if ok != c.ok || ok && (got.Low != c.low || got.High != c.high) {
			t.Errorf("%s ± %s = %v, %v", c.value, c.margin, got, ok)
		}
	}
	if _, ok := question.Between("2", "1"); ok {
		t.Error("from 2 to 1 is a range")
	}
}

// Whatever is typed, centre and margin give the same range back.
func TestARangeIsItsCentreAndMargin(t *testing.T) {
	t.Parallel()
	decimal := rapid.Custom(func(t *rapid.T) string {
		return rapid.StringMatching(`-?[0-9]{1,5}(\.[0-9]{1,3})?`).Draw(t, "number")
	})
	rapid.Check(t, func(t *rapid.T) {
		value, margin := decimal.Draw(t, "value"), decimal.Draw(t, "margin")
		r, ok := question.Around(value, margin)
		if !ok {
			t.Fatalf("%s ± %s is none", value, margin)
		}
		v, _ := question.Around(value, "")
		if r.Centre() != v.Low {
			t.Errorf("%s ± %s has its centre at %v", value, margin, r.Centre())
		}
	})
}

func TestPercentagesAreFractions(t *testing.T) {
	t.Parallel()
	for percent, want := range map[float64]float64{100: 1, 50: 0.5, 33: 1. / 3, 33.3: 1. / 3, 33.33333: 1. / 3, 66.667: 2. / 3, 67: 2. / 3, 16.7: 1. / 6, 14.28571: 1. / 7,
		-33.333: -1. / 3, 12.5: 0.125, 90: 0.9, 30: 0.3, 34: 0.34, 0: 0, -5: -0.05} {
		if got := question.Fraction(percent); got != want {
			t.Errorf("%v %% = %v, want %v", percent, got, want)
		}
	}
	for fraction, want := range map[float64]string{1: "100", 1. / 3: "33.33333", -1. / 6: "-16.66667", 0.125: "12.5", 0.07: "7", 0.35: "35"} {
		if got := question.Percent(fraction); got != want || !question.Sayable(fraction) {
			t.Errorf("%v = %s %%, want %s", fraction, got, want)
		}
	}
	if question.Sayable(0.33) {
		t.Error("33 % is read as a third: 0.33 cannot be said")
	}
}

func TestCategoriesAreReadBack(t *testing.T) {
	t.Parallel()
	part := rapid.StringMatching(`[a-zé]{1,5}(/[a-z]{1,3})?( [a-z]{1,3})?`)
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.SliceOfN(part, 0, 4).Draw(t, "path")
		for _, p := range path {
			if p == "top" {
				return
			}
		}
		got := question.CategoryPath(question.CategoryName(path))
		if question.CategoryName(got) != question.CategoryName(path) {
			t.Errorf("%q became %q", path, got)
		}
	})
}
