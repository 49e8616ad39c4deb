package pattern_test

import (
	"strings"
	"testing"

	"pupitre/exos/qti/pattern"
)

func TestPatterns(t *testing.T) {
	t.Parallel()
	cases := []struct {
		pattern  string
		yes, not []string
	}{
		{"ab", []string{"ab"}, []string{"", "a", "abc", "xab", "AB"}},
		{"", []string{""}, []string{"a"}},
		{"a|b|", []string{"a", "b", ""}, []string{"ab"}},
		{"(ab)*c?", []string{"", "abab", "ababc", "c"}, []string{"aba", "cc"}},
		{"a{2}", []string{"aa"}, []string{"a", "aaa"}},
		{"a{2,}", []string{"aa", "aaaaa"}, []string{"a"}},
		{"a{1,3}b", []string{"ab", "aaab"}, []string{"b", "aaaab"}},
		{"a{0}b", []string{"b"}, []string{"ab"}},
		{`\d+([,.]\d+)?`, []string{"3", "3,5", "12.25"}, []string{",5", "3,", "a"}},
		{`[a-z-[aeiou]]+`, []string{"bcd"}, []string{"bad", ""}},
		{`[^0-9]`, []string{"a", "é"}, []string{"5", "ab"}},
		{`[\-+]?\d`, []string{"-1", "+1", "1"}, []string{"*1"}},
		{`[+-]?\d`, []string{"-1", "+1"}, []string{"x1"}},
		{`\p{Lu}\p{Ll}*`, []string{"Été", "A"}, []string{"été", "AB"}},
		{`\P{L}`, []string{"1"}, []string{"a"}},
		{`\i\c*`, []string{"_a-1", "x"}, []string{"1x"}},
		{`\w+`, []string{"été1"}, []string{"a b", "a."}},
		{`.*`, []string{"", "x y"}, []string{"a\nb"}},
		{`^ab$`, []string{"ab"}, []string{"^ab$"}},
		{`(^a$|^b$)`, []string{"a", "b"}, []string{"ab"}},
		{`(?:ab)+`, []string{"abab"}, []string{"aba"}},
		{`a+?b`, []string{"aab"}, []string{"b"}},
		{`\$5`, []string{"$5"}, []string{"5"}},
		{`a$b`, []string{"a$b"}, []string{"ab"}},
		{`((a*)*)*`, []string{"", "aaa"}, []string{"b"}},
		{`(a|b){2}`, []string{"ab", "ba"}, []string{"a", "abc"}},
		{`caf\u00e9`, []string{"café"}, nil},
		{`[]]`, []string{"]"}, nil},
	}
	for _, c := range cases {
		p, err := pattern.Compile(c.pattern, false)
		if err != nil {
			t.Errorf("Compile(%q): %v", c.pattern, err)
			continue
		}
		for _, text := range c.yes {
			if !p.Match(text) {
				t.Errorf("%q does not match %q", c.pattern, text)
			}
		}
		for _, text := range c.not {
			if p.Match(text) {
				t.Errorf("%q matches %q", c.pattern, text)
			}
		}
	}
}

func TestFoldedPatternIgnoresCapitals(t *testing.T) {
	t.Parallel()
	p, err := pattern.Compile("é[a-c]x", true)
	if err != nil {
		t.Fatal(err)
	}
	if !p.Match("ÉBX") || p.Match("edx") {
		t.Error("folding is wrong")
	}
}

func TestUnreadablePatternsSayWhy(t *testing.T) {
	t.Parallel()
	cases := []struct {
		pattern string
		want    error
	}{
		{"a(?=b)", pattern.ErrLookAround}, {`(a)\1`, pattern.ErrReference}, {`\bx`, pattern.ErrUnsupported},
		{"(a", pattern.ErrSyntax}, {"a)", pattern.ErrSyntax}, {"[a", pattern.ErrSyntax}, {"*a", pattern.ErrSyntax},
		{"a{3,2}", pattern.ErrSyntax}, {"[z-a]", pattern.ErrSyntax}, {`\p{Klingon}`, pattern.ErrUnsupported},
		{"((a{100}){100}){100}", pattern.ErrTooBig}, {"(((){9999}){9999}){9999}", pattern.ErrTooBig}, {strings.Repeat("(", 200), pattern.ErrTooBig},
	}
	for _, c := range cases {
		if _, err := pattern.Compile(c.pattern, false); err != c.want {
			t.Errorf("Compile(%q) = %v, want %v", c.pattern, err, c.want)
		}
	}
}

// The classic catastrophe of backtracking matchers.
func TestNoPatternHangs(t *testing.T) {
	t.Parallel()
	p, err := pattern.Compile("(a|aa)+|(a*)*b", false)
	if err != nil {
		t.Fatal(err)
	}
	if p.Match(strings.Repeat("a", 5000) + "!") {
		t.Error("matched")
	}
}

func FuzzCompile(f *testing.F) {
	f.Add(`[a-z-[aeiou]]+\d{2,3}`, "bcd12")
	f.Add(`^(a|b)*$`, "ab")
	f.Fuzz(func(t *testing.T, source, text string) {
		if p, err := pattern.Compile(source, true); err == nil && len(text) < 1000 {
			p.Match(text)
		}
	})
}
