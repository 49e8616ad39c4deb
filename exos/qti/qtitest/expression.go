package qtitest

import (
	"fmt"
	"math"
	"strings"
)

// n, f, s, id write literals shortly.
func n(i int) string {
	return fmt.Sprintf(`<qti-base-value base-type="integer">%d</qti-base-value>`, i)
}
func f(x string) string        { return `<qti-base-value base-type="float">` + x + `</qti-base-value>` }
func str(x string) string      { return `<qti-base-value base-type="string">` + x + `</qti-base-value>` }
func id(x string) string       { return `<qti-base-value base-type="identifier">` + x + `</qti-base-value>` }
func yes() string              { return `<qti-base-value base-type="boolean">true</qti-base-value>` }
func no() string               { return `<qti-base-value base-type="boolean">false</qti-base-value>` }
func point(x string) string    { return `<qti-base-value base-type="point">` + x + `</qti-base-value>` }
func null() string             { return `<qti-null/>` }
func variable(x string) string { return `<qti-variable identifier="` + x + `"/>` }

// op writes an operator: its name with attributes, then operands.
func op(name string, args ...string) string {
	word, _, _ := strings.Cut(name, " ")
	return "<qti-" + name + ">" + strings.Join(args, "") + "</qti-" + word + ">"
}

func multiple(args ...string) string { return op("multiple", args...) }
func ordered(args ...string) string  { return op("ordered", args...) }

// Expression is one expression in QTI 3, with what it gives as JSON.
type Expression struct{ XML, Want string }

// Expressions go through the whole expression language (QTI 3.0.1 §3.5), NULL included.
var Expressions = []Expression{
	// constants, variables
	{n(3), "3"}, {f("2.5"), "2.5"}, {str("é"), `"é"`}, {null(), "null"}, {op("base-value base-type=\"string\""), "null"},
	{variable("FIVE"), "5"}, {variable("NONE"), "null"}, {`<qti-correct identifier="R"/>`, `["A","B"]`}, {`<qti-default identifier="FIVE"/>`, "5"},
	{`<qti-math-constant name="pi"/>`, "3.141592653589793"}, {`<qti-math-constant name="e"/>`, "2.718281828459045"},
	// containers
	{multiple(n(1), n(2)), "[1,2]"}, {multiple(n(1), null(), n(2)), "[1,2]"}, {multiple(null()), "null"}, {multiple(n(1), f("2.5")), "[1,2.5]"},
	{ordered(multiple(n(1), n(2)), n(3)), "[1,2,3]"}, {multiple(n(1), str("x")), "null"}, {multiple(id("A"), str("b")), `["A","b"]`},
	{op("container-size", multiple(n(1), n(1))), "2"}, {op("container-size", null()), "0"},
	{op("is-null", null()), "true"}, {op("is-null", n(0)), "false"},
	{op(`index n="2"`, ordered(id("A"), id("B"))), `"B"`}, {op(`index n="3"`, ordered(id("A"))), "null"}, {op(`index n="0"`, ordered(id("A"))), "null"},
	{op(`index n="FIVE"`, ordered(n(1), n(2), n(3), n(4), n(55))), "55"},
	{op("member", id("A"), multiple(id("B"), id("A"))), "true"}, {op("member", id("C"), multiple(id("B"))), "false"}, {op("member", null(), multiple(id("B"))), "null"},
	{op("delete", n(10), multiple(n(10), n(20), n(10))), "[20]"}, {op("delete", n(10), multiple(n(10))), "null"},
	{op("contains", multiple(n(1), n(2), n(2)), multiple(n(2), n(2))), "true"}, {op("contains", multiple(n(1), n(2)), multiple(n(2), n(2))), "false"},
	{op("contains", ordered(n(1), n(2), n(3)), ordered(n(2), n(3))), "true"}, {op("contains", ordered(n(1), n(2), n(3)), ordered(n(1), n(3))), "false"},
	{op(`repeat number-repeats="2"`, n(1), n(2)), "[1,2,1,2]"}, {op(`repeat number-repeats="0"`, n(1)), "null"},
	// logic, in three values
	{op("and", yes(), yes()), "true"}, {op("and", yes(), null()), "null"}, {op("and", no(), null()), "false"},
	{op("or", no(), null()), "null"}, {op("or", yes(), null()), "true"}, {op("or", no(), no()), "false"},
	{op("not", yes()), "false"}, {op("not", null()), "null"},
	{op(`any-n min="1" max="2"`, yes(), yes(), no()), "true"}, {op(`any-n min="1" max="1"`, yes(), yes()), "false"},
	{op(`any-n min="1" max="2"`, null(), no()), "null"}, {op(`any-n min="2" max="3"`, no(), null()), "false"}, {op(`any-n min="1" max="2"`, yes(), null()), "true"},
	// comparison
	{op("match", n(1), f("1.0")), "true"}, {op("match", null(), n(1)), "null"}, {op("match", multiple(n(1), n(2)), multiple(n(2), n(1))), "true"},
	{op("match", ordered(n(1), n(2)), ordered(n(2), n(1))), "false"}, {op("match", multiple(n(1), n(1), n(2)), multiple(n(1), n(2), n(2))), "false"},
	{op(`string-match case-sensitive="false"`, str("ÉTÉ"), str("été")), "true"}, {op(`string-match case-sensitive="true"`, str("Été"), str("été")), "false"},
	{op(`string-match case-sensitive="true" substring="true"`, str("grammaire"), str("gram")), "true"},
	{op(`substring case-sensitive="true"`, str("gram"), str("grammaire")), "true"}, {op(`substring case-sensitive="false"`, str("GRAM"), str("grammaire")), "true"},
	{op(`pattern-match pattern="[a-z]{3}\d?"`, str("abc1")), "true"}, {op(`pattern-match pattern="[a-z]{3}"`, str("abcd")), "false"},
	{op(`pattern-match pattern="(?=x)"`, str("x")), "null"},
	{op(`equal tolerance-mode="exact"`, f("3.10"), f("3.1")), "true"},
	{op(`equal tolerance-mode="absolute" tolerance="0.1 0.2"`, f("3"), f("3.2")), "true"}, {op(`equal tolerance-mode="absolute" tolerance="0.1 0.2"`, f("3"), f("2.85")), "false"},
	{op(`equal tolerance-mode="absolute" tolerance="1" include-lower-bound="false"`, f("3"), f("2")), "false"},
	{op(`equal tolerance-mode="relative" tolerance="10"`, f("100"), f("109.9")), "true"}, {op(`equal tolerance-mode="relative" tolerance="10"`, f("-100"), f("-95")), "true"},
	{op(`equal tolerance-mode="relative" tolerance="FIVE"`, f("100"), f("106")), "false"},
	{op(`equal-rounded rounding-mode="significantFigures" figures="3"`, f("3.175"), f("3.183")), "true"},
	{op(`equal-rounded rounding-mode="significantFigures" figures="3"`, f("3.175"), f("3.1749")), "false"},
	{op(`equal-rounded rounding-mode="decimalPlaces" figures="1"`, f("1.24"), f("1.2")), "true"},
	{op("lt", n(1), f("1.5")), "true"}, {op("gt", n(1), n(1)), "false"}, {op("lte", n(1), n(1)), "true"}, {op("gte", n(0), n(1)), "false"}, {op("lt", n(1), null()), "null"},
	{op(`inside shape="rect" coords="0,0,10,10"`, point("10 10")), "true"}, {op(`inside shape="rect" coords="0,0,10,10"`, point("11 10")), "false"},
	{op(`inside shape="circle" coords="5,5,2"`, multiple(point("9 9"), point("6 6"))), "true"}, {op(`inside shape="ellipse" coords="0,0,10,5"`, point("8 4")), "false"},
	{op(`inside shape="poly" coords="0,0,10,0,0,10"`, point("3 3")), "true"}, {op(`inside shape="poly" coords="0,0,10,0,0,10"`, point("6 6")), "false"},
	{op(`inside shape="poly" coords="0,0,10,0,0,10"`, point("5 5")), "true"}, {op(`inside shape="default" coords=""`, point("500 5")), "true"},
	// numbers
	{op("sum", n(1), n(2), multiple(n(3), n(4))), "10"}, {op("sum", n(1), f("0.5")), "1.5"}, {op("sum", n(1), null()), "null"}, {op("sum", n(1), str("x")), "null"},
	{op("product", n(3), n(4)), "12"}, {op("product", f("1.5"), n(2)), "3"}, {op("subtract", n(5), n(7)), "-2"},
	{op("divide", n(1), n(4)), "0.25"}, {op("divide", n(1), n(0)), "null"}, {op("power", n(2), n(10)), "1024"}, {op("power", n(2), n(-1)), "0.5"}, {op("power", n(-8), f("0.3")), "null"},
	{op("integer-divide", n(7), n(2)), "3"}, {op("integer-divide", n(-7), n(2)), "-4"}, {op("integer-divide", n(7), n(0)), "null"},
	{op("integer-modulus", n(7), n(3)), "1"}, {op("integer-modulus", n(-7), n(3)), "2"}, {op("truncate", f("-6.9")), "-6"}, {op("truncate", f("6.9")), "6"},
	{op("round", f("6.5")), "7"}, {op("round", f("-6.5")), "-6"}, {op("round", f("6.49")), "6"}, {op("round", f("0.49999999999999994")), "0"}, {op("integer-to-float", n(3)), "3"},
	{op(`round-to rounding-mode="significantFigures" figures="3"`, f("1239451")), "1240000"}, {op(`round-to rounding-mode="decimalPlaces" figures="2"`, f("2.675")), "2.68"},
	{op(`round-to rounding-mode="decimalPlaces" figures="0"`, f("-2.5")), "-2"}, {op(`round-to rounding-mode="decimalPlaces" figures="3"`, f("0.0004")), "0"},
	{op(`round-to rounding-mode="decimalPlaces" figures="1"`, f("9.96")), "10"}, {op(`round-to rounding-mode="significantFigures" figures="0"`, f("9.96")), "null"},
	{op(`round-to rounding-mode="significantFigures" figures="2"`, f("0.001237")), "0.0012"}, {op(`round-to rounding-mode="decimalPlaces" figures="0"`, f("0.5")), "1"},
	{op("gcd", n(12), n(18), n(27)), "3"}, {op("gcd", n(0), n(0)), "0"}, {op("gcd", n(0), n(5)), "5"}, {op("lcm", n(4), n(6)), "12"}, {op("lcm", n(4), n(0)), "0"}, {op("gcd", f("1.5")), "null"},
	{op("max", n(1), f("2.5"), n(2)), "2.5"}, {op("max", n(1), n(2)), "2"}, {op("min", multiple(n(4), n(3))), "3"}, {op("max", n(1), null()), "null"}, {op("max", n(1), str("a")), "null"},
	{op(`math-operator name="sin"`, f("0")), "0"}, {op(`math-operator name="atan2"`, n(1), n(1)), fmt.Sprint(math.Pi / 4)}, {op(`math-operator name="log"`, n(100)), "2"}, {op(`math-operator name="ln"`, n(-1)), "null"},
	{op(`math-operator name="abs"`, n(-3)), "3"}, {op(`math-operator name="floor"`, f("-1.5")), "-2"}, {op(`math-operator name="ceil"`, f("1.2")), "2"}, {op(`math-operator name="signum"`, f("-0.5")), "-1"},
	{op(`math-operator name="toDegrees"`, f("3.141592653589793")), "180"}, {op(`math-operator name="exp"`, n(0)), "1"}, {op(`math-operator name="csc"`, n(0)), "null"}, {op(`math-operator name="asec"`, n(1)), "0"},
	{op(`math-operator name="sec"`, n(0)), "1"}, {op(`math-operator name="acot"`, n(1)), fmt.Sprint(math.Pi / 4)}, {op(`math-operator name="nonsense"`, n(1)), "null"},
	{op(`stats-operator name="mean"`, multiple(n(1), n(2))), "1.5"}, {op(`stats-operator name="popVariance"`, multiple(n(1), n(3))), "1"}, {op(`stats-operator name="popSD"`, multiple(n(1), n(3))), "1"},
	{op(`stats-operator name="sampleVariance"`, multiple(n(1), n(3))), "2"}, {op(`stats-operator name="sampleSD"`, multiple(n(1))), "null"},
	{op(`duration-lt`, `<qti-base-value base-type="duration">PT30S</qti-base-value>`, `<qti-base-value base-type="duration">PT1M</qti-base-value>`), "true"},
	{op(`duration-gte`, variable("duration"), `<qti-base-value base-type="duration">PT12S</qti-base-value>`), "true"},
	// custom operators that are known
	{op(`custom-operator class="a:Trim"`, str("x")), `"x"`}, {op(`custom-operator class="b.ToAscii"`, str("Œuf d’été")), `"OEuf d'ete"`},
	{op(`custom-operator class="ParseCommaDecimal"`, str("1.234,5")), "1234.5"}, {op(`custom-operator class="ParseCommaDecimal"`, str("deux")), "null"},
	{op(`custom-operator class="q.Explode" delimiter="-"`, str("a-b-c")), `["a","b","c"]`}, {op(`custom-operator class="q.Implode" delimiter="+"`, ordered(str("a"), str("b"))), `"a+b"`},
	{op(`custom-operator class="qti.customOperators.text.StringToNumber"`, str("1,250.5")), "1250.5"}, {op(`custom-operator class="qti.customOperators.CsvToMultiple"`, str("a, b")), `["a","b"]`},
	{op("contains", op(`custom-operator class="qti.customOperators.CsvToMultiple"`, str("1 2,3 4")), multiple(point("3 4"))), "true"},
	{op("index n=\"2\"", op(`custom-operator class="qti.customOperators.CsvToOrdered"`, str("a,b"))), `"b"`},
	{op("divide", op(`custom-operator class="qti.customOperators.math.fraction.Numerator"`, str("3/4")), op(`custom-operator class="qti.customOperators.math.fraction.Denominator"`, str("3/4"))), "0.75"},
	{op(`custom-operator class="x.Denominator"`, str("5")), "1"}, {op(`custom-operator class="x.Numerator"`, str("x/2")), "null"},
	{op(`custom-operator class="Trim"`, null()), "null"}, {op(`custom-operator class="Trim"`, multiple(str("a"))), "null"},
	// records
	{op(`field-value field-identifier="b"`, `<qti-record><qti-field-value field-identifier="a">`+n(1)+`</qti-field-value><qti-field-value field-identifier="b">`+n(2)+`</qti-field-value></qti-record>`), "2"},
	{op(`field-value field-identifier="z"`, `<qti-record><qti-field-value field-identifier="a">`+n(1)+`</qti-field-value></qti-record>`), "null"},
	// beyond the standard
	{op("is-not-null", n(1)), "true"}, {op("not-equal", n(1), n(2)), "true"}, {op(`all-n max="1"`, yes(), yes()), "false"}, {op("index", ordered(n(7), n(8)), n(2)), "8"},
	{op(`pattern-match pattern="(?i)abc"`, str("ABC")), "true"}, {op(`pattern-match pattern="abc" case-sensitive="false"`, str("ABC")), "true"},
	// edges
	{op("sum", n(9007199254740992), n(1)), "9007199254740992"}, {op("divide", n(0), n(5)), "0"}, {op("power", n(0), n(0)), "1"}, {op("power", n(10), n(400)), "null"},
	{op("integer-divide", n(7), n(-2)), "-4"}, {op("integer-modulus", n(7), n(-3)), "-2"}, {op("truncate", f("-0.5")), "0"}, {op("round", f("-0.5")), "0"},
	{op("min", n(3), f("2.5")), "2.5"}, {op("gt", str("2"), n(1)), "null"}, {op("match", str("3"), n(3)), "true"}, {op("match", id("A"), str("A")), "true"},
	{op(`random`, multiple(n(4))), "4"}, {op("container-size", ordered(n(1), n(2), n(3))), "3"}, {op("delete", id("A"), ordered(id("A"), id("B"))), `["B"]`},
	// what is set aside counts as NULL
	{op(`custom-operator class="x"`, n(1)), "null"}, {`<qti-number-correct/>`, "null"}, {op("nonsense", n(1)), "null"},
}

// Item is an exercise that puts the expression into the outcome X, declared as Want needs it.
func (e Expression) Item() []byte {
	xml, want := e.XML, e.Want
	card, base := "single", "float"
	if strings.HasPrefix(want, "[") {
		card = "multiple"
		if strings.Contains(xml, "qti-repeat") || strings.HasPrefix(xml, "<qti-ordered") {
			card = "ordered"
		}
	}
	switch {
	case strings.Contains(want, `"`):
		base = "string"
	case want == "true" || want == "false":
		base = "boolean"
	}
	return []byte(`<qti-assessment-item identifier="i" xml:lang="fr" title="t">
		<qti-response-declaration identifier="R" cardinality="multiple" base-type="identifier"><qti-correct-response><qti-value>A</qti-value><qti-value>B</qti-value></qti-correct-response></qti-response-declaration>
		<qti-outcome-declaration identifier="X" cardinality="` + card + `" base-type="` + base + `"/>
		<qti-outcome-declaration identifier="FIVE" cardinality="single" base-type="integer"><qti-default-value><qti-value>5</qti-value></qti-default-value></qti-outcome-declaration>
		<qti-outcome-declaration identifier="NONE" cardinality="single" base-type="string"/>
		<qti-response-processing><qti-set-outcome-value identifier="X">` + xml + `</qti-set-outcome-value></qti-response-processing></qti-assessment-item>`)
}
