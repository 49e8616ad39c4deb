package parse

import (
	"slices"

	"pupitre/exos/qti/report"
)

// unfollowed are the attributes of interactions and of their choices (QTI 3.0.1 §3.2) that are read and that the pupil's page does not
// follow, with the values that ask for nothing else than what it does. All others are followed, or shown to nobody (label, id): a test of
// exos/web/player goes through all of them.
var unfollowed = map[string]map[string][]string{
	"associate-interaction":         {"min-associations": zero},
	"choice-interaction":            {"data-max-selections-message": nil, "data-min-selections-message": nil},
	"extended-text-interaction":     {"base": ten, "string-identifier": nil, "pattern-mask": nil, "data-patternmask-message": nil, "format": plainText},
	"gap-match-interaction":         {"min-associations": zero, "max-associations": zero},
	"graphic-associate-interaction": {"min-associations": zero},
	"graphic-gap-match-interaction": {"min-associations": zero, "max-associations": zero},
	"graphic-order-interaction":     {"min-choices": zero},
	"hottext-interaction":           {"min-choices": zero},
	"inline-choice-interaction":     {"required": no, "data-prompt": nil},
	"match-interaction":             {"min-associations": zero},
	"media-interaction":             {"autostart": no, "min-plays": zero, "max-plays": zero},
	"order-interaction":             {"orientation": {"vertical"}, "min-choices": zero},
	"position-object-interaction":   {"center-point": yesOnly},
	"slider-interaction":            {"orientation": {"horizontal"}},
	"text-entry-interaction":        {"base": ten, "string-identifier": nil, "format": plainText},

	"simple-associable-choice": {"match-min": zero},
	"gap-text":                 {"match-min": zero},
	"gap-img":                  {"match-min": zero, "top": nil, "left": nil},
	"associable-hotspot":       {"match-min": zero},
	"gap":                      {"required": no},
	"hottext":                  {"template-identifier": nil},
}

// Values that ask for nothing.
var (
	zero      = []string{"0"}
	no        = []string{"false"}
	yesOnly   = []string{"true"}
	ten       = []string{"10"}
	plainText = []string{"plain"}
)

// unfollowed says which attributes of an interaction, or of a choice, the pupil's page does not follow.
func (b *builder) unfollowed(e *element) {
	for _, a := range e.attrs {
		if fine, ok := unfollowed[e.name][a.name]; ok && !slices.Contains(fine, a.value) {
			b.note(report.AttributeUnfollowed, e, "attribute", a.name, "value", clip(a.value))
		}
	}
}
