package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pupitre/exos"
	"pupitre/exos/store/storetest"
	"pupitre/internal/look/looktest"
)

// costly is a homework of two exercises whose keys are both corrected after two pupils had them right: four losses.
func costly(t *testing.T) (*browser, exos.Homework) {
	t.Helper()
	w := newWorld(t)
	prof, n := w.Own("t1", storetest.Keyed("Le verbe", "B"), storetest.Keyed("Encore un verbe", "A"))
	h := w.Give(prof, w.Of(n))
	for _, who := range []exos.Pseudonym{"p1", "p2"} {
		v := w.Visit(w.Arrive(storetest.Claims(who, exos.Pupil), "sid-"+string(who)))
		w.Choose(v, h.ID, 0, "B")
		w.Choose(v, h.ID, 1, "A")
	}
	_, drafts, err := w.Notebook(t.Context(), prof, n.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i := range drafts {
		drafts[i].Form = storetest.Keyed([]string{"Le verbe", "Encore un verbe"}[i], "C")
		if _, err := w.SaveDraft(t.Context(), prof, drafts[i]); err != nil {
			t.Fatal(err)
		}
	}
	w.Republish(prof, n)
	return w.teacher(), h
}

// boxes are the losses of a page, those that are ticked and those that are not.
func boxes(page *sheet) (ticked, clear []string) {
	for _, input := range page.Find("input") {
		if looktest.Attr(input, "name") != "perte" {
			continue
		}
		value := looktest.Attr(input, "value")
		if _, on := attr(input, "checked"); on {
			ticked = append(ticked, value)
		} else {
			clear = append(clear, value)
		}
	}
	return ticked, clear
}

func TestLossesAreAgreedToTogetherOrForOneExerciseAndNothingIsAppliedMeanwhile(t *testing.T) {
	t.Parallel()
	prof, h := costly(t)
	path := at(h) + "/correction"
	page := prof.page(path, http.StatusOK)
	page.says("4 pertes", "Tout accepter", "Tout refuser", "Accepter pour cet exercice", "Refuser pour cet exercice")
	ticked, clear := boxes(page)
	if len(ticked) != 0 || len(clear) != 4 {
		t.Fatalf("at first %d boxes are ticked, %d not", len(ticked), len(clear))
	}
	plan, first := "", ""
	for _, n := range page.Find("input") {
		if looktest.Attr(n, "name") == "plan" {
			plan = looktest.Attr(n, "value")
		}
	}
	for _, n := range page.Find("button") {
		if act, exercise, of := strings.Cut(looktest.Attr(n, "value"), " "); of && act == "rien" && first == "" {
			first = exercise
		}
	}
	press := func(what string, agreed []string) []string {
		t.Helper()
		page := prof.post(path, url.Values{"plan": {plan}, "perte": agreed, "cocher": {what}}, http.StatusOK)
		page.says("Rien n’est appliqué", "4 pertes")
		ticked, _ := boxes(page)
		return ticked
	}
	all := press("tout", nil)
	if len(all) != 4 {
		t.Errorf("« tout accepter » ticks %q", all)
	}
	rest := press("rien "+first, all)
	if len(rest) != 2 || strings.HasSuffix(rest[0], first) || strings.HasSuffix(rest[1], first) {
		t.Errorf("refused for %s: %q stay", first, rest)
	}
	if got := press("tout "+first, rest[:1]); len(got) != 3 || !slices.Contains(got, rest[0]) {
		t.Errorf("agreed to for %s, beside %q: %q", first, rest[:1], got)
	}
	if got := press("rien", all); len(got) != 0 {
		t.Errorf("« tout refuser » leaves %q", got)
	}
	if got := press("ainsi", rest); !slices.Equal(got, rest) {
		t.Errorf("Enter in a box changed others: %q, want %q", got, rest)
	}
	prof.post(path, url.Values{"plan": {plan}, "perte": rest}, http.StatusOK).says("La correction est appliquée.")
	prof.page(path, http.StatusOK).says("2 pertes") // those of the exercise that was refused: there were none meanwhile
}
