package lang_test

import (
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
)

func words(t *testing.T, fr, en string) *lang.Words {
	t.Helper()
	w, err := lang.LoadFS(fstest.MapFS{
		"words/a.fr.json": {Data: []byte(fr)}, "words/a.en.json": {Data: []byte(en)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestCountsFollowEachLanguage(t *testing.T) {
	t.Parallel()
	w := words(t, `{"a.left":{"one":"Il reste {n} exemplaire","other":"Il reste {n} exemplaires"}}`,
		`{"a.left":{"one":"{n} copy left","other":"{n} copies left"}}`)
	for _, c := range []struct {
		locale lang.Locale
		n      int
		want   string
	}{
		{lang.French, 0, "Il reste 0 exemplaire"}, {lang.French, 1, "Il reste 1 exemplaire"}, {lang.French, 1234, "Il reste 1\u202f234 exemplaires"},
		{lang.English, 0, "0 copies left"}, {lang.English, 1, "1 copy left"}, {lang.English, 1234, "1,234 copies left"},
	} {
		if got := w.T(c.locale, "a.left", "n", c.n); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestMissingWordsAreSeen(t *testing.T) {
	t.Parallel()
	w := words(t, `{"a.hello":"Bonjour {name}"}`, `{}`)
	if got := w.T(lang.English, "a.hello", "name", "Inès"); got != "Bonjour Inès" {
		t.Errorf("English falls back to French: got %q", got)
	}
	if got := w.T(lang.French, "a.none"); got != "⟦a.none⟧" {
		t.Errorf("got %q", got)
	}
	if got := w.T(lang.French, "a.hello"); got != "Bonjour ⟦name⟧" {
		t.Errorf("got %q", got)
	}
}

func TestAnErrorWithoutWordsSpeaksForItsKind(t *testing.T) {
	t.Parallel()
	w := lang.MustLoad()
	secret := fault.Wrap(fault.New(fault.Internal, "x"), fault.Denied, "no.such.words", "who", "p1")
	if got, want := w.Error(lang.French, secret), w.T(lang.French, "fault.denied"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDatesAndHours(t *testing.T) {
	t.Parallel()
	d := clock.Date{Year: 2026, Month: time.September, Day: 1}
	if got := lang.Date(lang.French, d); got != "1er\u00a0septembre\u00a02026" {
		t.Errorf("got %q", got)
	}
	at := time.Date(2026, 9, 1, 15, 5, 0, 0, time.UTC)
	if got := lang.Clock(lang.French, at, clock.ZoneOfUAI("0991234D")); got != "17\u00a0h\u00a005" {
		t.Errorf("got %q", got)
	}
	if got := lang.Percent(lang.French, 0.999); got != "99\u00a0%" {
		t.Errorf("almost all is not all: got %q", got)
	}
}

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	t.Parallel()
	for key, forms := range lang.Placeholders(t) {
		if !slices.Equal(forms[0], forms[1]) {
			t.Errorf("%s: French has %v, English has %v", key, forms[0], forms[1])
		}
	}
}
