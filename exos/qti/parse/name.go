package parse

import (
	"strings"
	"unicode"
)

// kebab turns QTI 2's camelCase into QTI 3's spelling: responseIf, durationGTE, anyN become
// response-if, duration-gte, any-n.
func kebab(name string) string {
	if strings.IndexFunc(name, unicode.IsUpper) < 0 {
		return name
	}
	runes := []rune(name)
	var b strings.Builder
	for i, r := range runes {
		if unicode.IsUpper(r) {
			afterLower := i > 0 && !unicode.IsUpper(runes[i-1]) && runes[i-1] != '-'
			beforeLower := i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1]) && runes[i-1] != '-'
			if afterLower || beforeLower {
				b.WriteByte('-')
			}
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// canonical is the name of an element and whether it belongs to QTI. QTI 3 says so by its
// prefix; QTI 2 has to be told from HTML by a list.
func canonical(space, local string) (name string, qti bool) {
	if rest, ok := strings.CutPrefix(local, "qti-"); ok {
		return rest, true
	}
	if isMathML(space) || strings.HasSuffix(space, "/XInclude") || space == "xi" {
		return local, false
	}
	name = kebab(local)
	if _, ok := qtiNames[name]; ok {
		return name, true
	}
	if name != local && strings.HasSuffix(name, "-interaction") {
		return name, true
	}
	return strings.ToLower(local), false
}

func isMathML(space string) bool {
	return strings.Contains(space, "MathML") || space == "m" || space == "mml"
}

// qtiNames are all elements of QTI 2 and 3 by canonical name, so that QTI 2 documents can be
// told from the HTML in them.
var qtiNames = func() map[string]struct{} {
	names := map[string]struct{}{}
	for _, n := range strings.Fields(qtiNameList) {
		names[n] = struct{}{}
	}
	return names
}()

const qtiNameList = `
assessment-item assessment-test assessment-section assessment-item-ref assessment-section-ref assessment-stimulus
assessment-stimulus-ref test-part item-body item-session-control time-limits pre-condition branch-rule selection ordering
weight variable-mapping template-default test-feedback rubric-block content-body stimulus-body
response-declaration outcome-declaration template-declaration context-declaration default-value correct-response
correct value mapping map-entry area-mapping area-map-entry match-table match-table-entry interpolation-table
interpolation-table-entry
response-processing response-condition response-if response-else-if response-else response-processing-fragment
outcome-processing outcome-condition outcome-if outcome-else-if outcome-else outcome-processing-fragment
template-processing template-condition template-if template-else-if template-else template-constraint
set-outcome-value set-response-value set-template-value set-correct-response set-default-value lookup-outcome-value
exit-response exit-test exit-template include
and any-n all-n base-value container-size contains custom-operator default delete divide duration-gte duration-lt equal
equal-rounded field-value gcd lcm gt gte index inside integer-divide integer-modulus integer-to-float is-null is-not-null
lt lte map-response map-response-point map-outcome match math-constant math-operator max member min multiple not not-equal
null number-correct number-incorrect number-presented number-responded number-selected or ordered outcome-maximum
outcome-minimum pattern-match power product random random-float random-integer record repeat round round-to stats-operator
string-match substring subtract sum test-variables truncate variable mean sample-variance sample-sd pop-variance pop-sd
associate-interaction choice-interaction custom-interaction drawing-interaction end-attempt-interaction
extended-text-interaction gap-match-interaction graphic-associate-interaction graphic-gap-match-interaction
graphic-order-interaction hotspot-interaction hottext-interaction inline-choice-interaction match-interaction
media-interaction order-interaction portable-custom-interaction position-object-interaction position-object-stage
select-point-interaction slider-interaction text-entry-interaction upload-interaction
prompt simple-choice inline-choice simple-associable-choice simple-match-set gap gap-text gap-img hottext hotspot-choice
associable-hotspot feedback-block feedback-inline modal-feedback template-block template-inline template-block-feedback
printed-variable info-control stylesheet companion-materials-info catalog-info catalog card card-entry html-content
file-href interaction-markup interaction-modules interaction-module template-variable context-variable
stylesheets label`
