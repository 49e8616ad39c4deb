package workbook_test

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	blockInteractions  = []string{"qti-choice-interaction", "qti-order-interaction"}
	inlineInteractions = []string{"qti-inline-choice-interaction", "qti-text-entry-interaction"}
	interactions       = slices.Concat(blockInteractions, inlineInteractions)
	choices            = []string{"qti-simple-choice", "qti-inline-choice"}
)

func TestEachTypeIsPractisedFiveTimes(t *testing.T) {
	t.Parallel()
	exercises := map[string]int{}
	several, general := 0, 0
	for _, item := range items(t) {
		found := item.all(interactions...)
		for _, name := range interactions {
			if len(item.all(name)) > 0 {
				exercises[name]++
			}
		}
		if item.first("qti-choice-interaction").attrs["max-choices"] == "0" {
			exercises["multiple choice"]++
		}
		if len(found) >= 3 && len(found) <= 6 {
			several++
		}
		if item.first("qti-response-processing").attrs["template"] == "" {
			general++
		}
	}
	for _, name := range interactions {
		if exercises[name] < 5 {
			t.Errorf("%d exercises of %s, want 5 or more", exercises[name], name)
		}
	}
	if exercises["multiple choice"] == 0 || exercises["multiple choice"] == exercises["qti-choice-interaction"] {
		t.Error("single and multiple choice must both be practised")
	}
	if several < 8 {
		t.Errorf("%d exercises with three to six answers, want 8 or more", several)
	}
	if general < 8 || general == 24 {
		t.Errorf("%d exercises with rules of their own, want 8 or more, and some templates", general)
	}
}

func TestEveryInteractionSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for path, item := range items(t) {
		for _, n := range item.all(blockInteractions...) {
			if n.first("qti-prompt").words() == "" {
				t.Errorf("%s: %s without a prompt", path, n.name)
			}
		}
		inline := item.all(inlineInteractions...)
		labels := attributes(inline, "aria-label")
		for i, label := range labels {
			if label == "" || slices.Contains(labels[:i], label) {
				t.Errorf("%s: gap %s has no name of its own", path, inline[i].attrs["response-identifier"])
			}
		}
		if first := item.first("qti-item-body").first("p"); len(inline) > 0 && first.attrs["class"] != "consigne" {
			t.Errorf("%s: an exercise with gaps begins with its instruction", path)
		}
	}
}

func TestEveryKeyIsAmongTheChoices(t *testing.T) {
	t.Parallel()
	for path, item := range items(t) {
		declared := map[string]*node{}
		for _, response := range item.all("qti-response-declaration") {
			declared[response.attrs["identifier"]] = response
		}
		played := item.all(interactions...)
		if len(played) != len(declared) {
			t.Errorf("%s: %d interactions for %d responses", path, len(played), len(declared))
		}
		for _, n := range played {
			id := n.attrs["response-identifier"]
			response := declared[id]
			if response == nil {
				t.Errorf("%s: %s is not declared", path, id)
				continue
			}
			checkKey(t, path+" "+id, n, response)
		}
	}
}

func checkKey(t *testing.T, where string, n, response *node) {
	t.Helper()
	key := response.first("qti-correct-response").values()
	mapped := attributes(response.all("qti-map-entry"), "map-key")
	offered := attributes(n.all(choices...), "identifier")
	if n.name == "qti-text-entry-interaction" {
		offered = mapped
	}
	if len(key) == 0 {
		t.Errorf("%s: no key", where)
	}
	for _, value := range slices.Concat(key, mapped) {
		if !slices.Contains(offered, value) {
			t.Errorf("%s: %q is not one of %q", where, value, offered)
		}
	}
	if len(slices.Compact(slices.Sorted(slices.Values(offered)))) != len(offered) {
		t.Errorf("%s: a choice twice in %q", where, offered)
	}
	if n.name == "qti-order-interaction" {
		if len(key) != len(offered) {
			t.Errorf("%s: the key orders %d of %d", where, len(key), len(offered))
		}
		if slices.Equal(key, offered) {
			t.Errorf("%s: the choices are written in the order of the key", where)
		}
	}
	if response.attrs["cardinality"] == "single" && len(key) != 1 {
		t.Errorf("%s: %d keys for one answer", where, len(key))
	}
}

// The maximum declared is what the key earns, where a mapping or a point per gap says it.
func TestMaximumIsWhatTheKeyEarns(t *testing.T) {
	t.Parallel()
	for path, item := range items(t) {
		var score, maximum float64
		for _, outcome := range item.all("qti-outcome-declaration") {
			switch outcome.attrs["identifier"] {
			case "SCORE":
				score = number(t, path, outcome.attrs["normal-maximum"])
			case "MAXSCORE":
				maximum = number(t, path, outcome.values()[0])
			}
		}
		if score <= 0 || score != maximum {
			t.Errorf("%s: SCORE goes to %g, MAXSCORE is %g", path, score, maximum)
		}
		responses := item.all("qti-response-declaration")
		earned, mapped := 0.0, 0
		for _, response := range responses {
			if worth, ok := keyWorth(t, path, response); ok {
				earned, mapped = earned+worth, mapped+1
			}
		}
		if mapped == len(responses) && math.Abs(earned-maximum) > 1e-9 {
			t.Errorf("%s: the key earns %g of %g", path, earned, maximum)
		}
		if len(responses) > 1 && float64(len(responses)) != maximum {
			t.Errorf("%s: %d gaps, but a maximum of %g", path, len(responses), maximum)
		}
	}
}

// keyWorth is the sum of the mapped values of the key; false without a mapping.
func keyWorth(t *testing.T, path string, response *node) (float64, bool) {
	t.Helper()
	entries := response.all("qti-map-entry")
	if len(entries) == 0 {
		return 0, false
	}
	key, worth := response.first("qti-correct-response").values(), 0.0
	for _, entry := range entries {
		if slices.Contains(key, entry.attrs["map-key"]) {
			worth += number(t, path, entry.attrs["mapped-value"])
		}
	}
	if upper, bounded := response.first("qti-mapping").attrs["upper-bound"]; bounded && number(t, path, upper) != worth {
		t.Errorf("%s: the mapping stops at %s, the key is worth %g", path, upper, worth)
	}
	return worth, true
}

func number(t *testing.T, path, text string) float64 {
	t.Helper()
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return value
}

func TestTypedAnswersForgiveTheKeyboard(t *testing.T) {
	t.Parallel()
	for path, item := range items(t) {
		for _, response := range item.all("qti-response-declaration") {
			if response.attrs["base-type"] != "string" {
				continue
			}
			keys := attributes(response.all("qti-map-entry"), "map-key")
			for _, entry := range response.all("qti-map-entry") {
				if entry.attrs["case-sensitive"] != "false" {
					t.Errorf("%s: %q would refuse a capital", path, entry.attrs["map-key"])
				}
			}
			for _, key := range keys {
				if typed := strings.ReplaceAll(key, "’", "'"); !slices.Contains(keys, typed) {
					t.Errorf("%s: %q is accepted, %q is not", path, key, typed)
				}
			}
		}
	}
}

func TestEveryExerciseExplainsItself(t *testing.T) {
	t.Parallel()
	for path, item := range items(t) {
		texts := item.all("qti-modal-feedback")
		known := attributes(texts, "identifier")
		if !slices.Contains(known, "SOLUTION") || len(known) < 2 {
			t.Errorf("%s: a corrigé and a feedback are wanted, got %q", path, known)
		}
		for _, text := range texts {
			if len(text.words()) < 20 {
				t.Errorf("%s: feedback %s explains nothing", path, text.attrs["identifier"])
			}
		}
		hint := item.first("qti-rubric-block")
		if hint.attrs["class"] != "indice" || hint.attrs["view"] != "candidate" || hint.words() == "" {
			t.Errorf("%s: no hint", path)
		}
		if item.first("qti-response-processing").attrs["template"] != "" {
			continue // the default of FEEDBACK, or the template, chooses the text
		}
		checkFeedbackIsReached(t, path, item, known)
	}
}

// checkFeedbackIsReached: each text has a rule that shows it, and each rule a text.
func checkFeedbackIsReached(t *testing.T, path string, item *node, known []string) {
	t.Helper()
	var said []string
	for _, set := range item.all("qti-set-outcome-value") {
		if set.attrs["identifier"] != "FEEDBACK" {
			continue
		}
		for _, value := range set.all("qti-base-value") {
			said = append(said, value.words())
		}
		for _, variable := range attributes(set.all("qti-variable"), "identifier") {
			if variable == "RESPONSE" { // one text for each choice
				said = append(said, attributes(item.all(choices...), "identifier")...)
			}
		}
	}
	for _, identifier := range known {
		// When the corrigé may be seen is for the player and the teacher to say, not for a rule.
		if slices.Contains(said, identifier) == (identifier == "SOLUTION") {
			t.Errorf("%s: feedback %s is shown by a rule: %v", path, identifier, identifier != "SOLUTION")
		}
	}
	for _, identifier := range said {
		if !slices.Contains(known, identifier) {
			t.Errorf("%s: a rule shows %s, which has no text", path, identifier)
		}
	}
}

// misprint finds what French typography refuses in running text: a straight apostrophe, an
// ordinary space or none where a no-break one is due, three dots for an ellipsis.
var misprint = regexp.MustCompile(`'| [:;?!»]|« |[\p{L}»)][?!;]|\.\.\.|[\p{L}»]:`)

func TestTypographyIsFrench(t *testing.T) {
	t.Parallel()
	pages := items(t)
	pages["test.xml"] = parse(t, "test.xml", open(t)["test.xml"])
	for path, page := range pages {
		texts := attributes(page.all("qti-assessment-section"), "title")
		texts = append(texts, page.attrs["title"])
		for _, n := range page.all("qti-item-body", "qti-modal-feedback", "qti-rubric-block") {
			texts = append(texts, n.words())
		}
		texts = append(texts, attributes(page.all(inlineInteractions...), "aria-label")...)
		for _, text := range texts {
			if found := misprint.FindString(text); found != "" {
				t.Errorf("%s: %q in %q", path, found, text)
			}
		}
	}
}
