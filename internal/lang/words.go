package lang

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// Locale is a language of the pages.
type Locale string

// The languages. The zero Locale reads as French.
const (
	French  Locale = "fr"
	English Locale = "en"
)

// Locales lists the languages in the order in which the switch shows them.
var Locales = []Locale{French, English}

// ParseLocale returns the locale written s, and whether there is one.
func ParseLocale(s string) (Locale, bool) {
	for _, l := range Locales {
		if string(l) == s {
			return l, true
		}
	}
	return French, false
}

func (l Locale) tag() language.Tag {
	if l == English {
		return language.English
	}
	return language.French
}

// message is one entry of a catalogue, cut at its placeholders: text, name, text, name, … text.
type message struct{ one, other []string }

// Words is a loaded catalogue, safe for concurrent use.
type Words struct{ messages map[Locale]map[string]message }

//go:embed words/*.json
var files embed.FS

// Load reads the messages embedded in the program. It fails only on a broken file, which a test finds first.
func Load() (*Words, error) { return LoadFS(files) }

// MustLoad is Load for program start.
func MustLoad() *Words {
	w, err := Load()
	if err != nil {
		panic(err)
	}
	return w
}

// LoadFS reads every words/<area>.<locale>.json of fsys.
func LoadFS(fsys fs.FS) (*Words, error) {
	w := &Words{messages: map[Locale]map[string]message{French: {}, English: {}}}
	names, err := fs.Glob(fsys, "words/*.json")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		area, loc, ok := strings.Cut(strings.TrimSuffix(path.Base(name), ".json"), ".")
		locale, known := ParseLocale(loc)
		if !ok || !known {
			return nil, fmt.Errorf("%s: want <area>.<locale>.json", name)
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(data, &raw); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for key, value := range raw {
			if !strings.HasPrefix(key, area+".") {
				return nil, fmt.Errorf("%s: key %q must begin with %q", name, key, area+".")
			}
			m, err := parseMessage(value)
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", name, key, err)
			}
			w.messages[locale][key] = m
		}
	}
	return w, nil
}

func parseMessage(raw json.RawMessage) (message, error) {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		parts := cut(text)
		return message{one: parts, other: parts}, nil
	}
	var forms struct{ One, Other string }
	if err := json.Unmarshal(raw, &forms); err != nil {
		return message{}, fmt.Errorf("want a text or {one, other}: %w", err)
	}
	if forms.One == "" || forms.Other == "" {
		return message{}, fmt.Errorf("both one and other are needed")
	}
	return message{one: cut(forms.One), other: cut(forms.Other)}, nil
}

// cut splits a text at its {placeholders}: even parts are text, odd parts are names.
func cut(text string) []string {
	var parts []string
	for {
		before, rest, ok := strings.Cut(text, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			return append(parts, text)
		}
		parts = append(parts, before, name)
		text = after
	}
}

// T returns the message in the given language, its placeholders filled from args (name, value, name, value…).
// A key that has no words comes back between ⟦ ⟧: tests look for that sign on every page.
func (w *Words) T(locale Locale, key string, args ...any) string {
	m, ok := w.messages[locale][key]
	if !ok {
		if m, ok = w.messages[French][key]; !ok {
			return "⟦" + key + "⟧"
		}
	}
	parts := m.other
	if n, ok := arg(args, "n"); ok && isOne(locale, n) {
		parts = m.one
	}
	if len(parts) == 1 {
		return parts[0]
	}
	var b strings.Builder
	for i, part := range parts {
		if i%2 == 0 {
			b.WriteString(part)
		} else if v, ok := arg(args, part); ok {
			b.WriteString(Format(locale, v))
		} else {
			b.WriteString("⟦" + part + "⟧")
		}
	}
	return b.String()
}

// Has reports whether key has words.
func (w *Words) Has(key string) bool { _, ok := w.messages[French][key]; return ok }

// Error returns the sentence that a user reads for err: the words of its code, or, where it has none, of its kind.
// Nothing of the operator's chain comes through.
func (w *Words) Error(locale Locale, err error) string {
	if code := fault.CodeOf(err); w.Has(code) {
		return w.T(locale, code, fault.ParamsOf(err)...)
	}
	return w.T(locale, "fault."+strings.ReplaceAll(fault.KindOf(err).String(), " ", ""))
}

func arg(args []any, name string) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if s, ok := args[i].(string); ok && s == name {
			return args[i+1], true
		}
	}
	return nil, false
}

func isOne(locale Locale, n any) bool {
	var v int
	switch n := n.(type) {
	case int:
		v = n
	case int64:
		v = int(n)
	default:
		return false
	}
	if v < 0 {
		v = -v
	}
	return plural.Cardinal.MatchPlural(locale.tag(), v, 0, 0, 0, 0) == plural.One
}

// Format writes one value as the language does: whole numbers grouped, dates in words, everything else as it prints.
func Format(locale Locale, v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int:
		return Number(locale, int64(v))
	case int64:
		return Number(locale, v)
	case clock.Date:
		return Date(locale, v)
	case time.Time:
		return v.Format(time.RFC3339)
	default:
		return fmt.Sprint(v)
	}
}
