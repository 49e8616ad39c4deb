package licensing_test

import (
	"strings"
	"testing"

	"pupitre/internal/fault"
	"pupitre/licensing"
)

func TestAWordNeverReachesALog(t *testing.T) {
	t.Parallel()
	if got := licensing.Word("Pour Inès").LogValue().String(); strings.Contains(got, "Inès") {
		t.Errorf("logged: %s", got)
	}
}

// What an acceptance says is looked at before any store is asked.
func TestAnAcceptanceIsHeldToItsForm(t *testing.T) {
	t.Parallel()
	s := &licensing.Service{}
	one := []licensing.Part{{Suggestion: "s"}}
	many := make([]licensing.Part, 201)
	for _, c := range []struct {
		a    licensing.Acceptance
		code string
	}{
		{licensing.Acceptance{School: "x"}, "licensing.suggestion.none"},
		{licensing.Acceptance{Parts: one}, "licensing.suggestion.none"},
		{licensing.Acceptance{School: "x", Parts: many}, "licensing.suggestion.many"},
		{licensing.Acceptance{School: "x", Parts: one, Rank: "money"}, "licensing.order.choice"},
		{licensing.Acceptance{School: "x", Parts: one, Short: "all"}, "licensing.order.choice"},
		{licensing.Acceptance{School: "x", Parts: append(one, one...)}, "licensing.order.choice"},
		{licensing.Acceptance{School: "x", Parts: one, Reason: licensing.Word(strings.Repeat("a", 501))}, "licensing.word.long"},
	} {
		if _, err := s.PlanSuggestions(t.Context(), c.a); fault.CodeOf(err) != c.code || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%+v: %v, want %s", c.a, err, c.code)
		}
	}
}
