package qti_test

import (
	"strconv"
	"testing"

	"pupitre/exos/qti"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/score"
)

// typical is what most exercises are: two gaps, a mapping, partial credit, feedback.
const typical = `<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="t" title="t" adaptive="false" time-dependent="false" xml:lang="fr">
<qti-response-declaration identifier="R1" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>B</qti-value></qti-correct-response></qti-response-declaration>
<qti-response-declaration identifier="R2" cardinality="single" base-type="string"><qti-correct-response><qti-value>l’élève</qti-value></qti-correct-response>
<qti-mapping default-value="0"><qti-map-entry map-key="l’élève" mapped-value="1"/><qti-map-entry map-key="l’écolier" mapped-value="0.5"/></qti-mapping></qti-response-declaration>
<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"><qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>
<qti-outcome-declaration identifier="FEEDBACK" cardinality="single" base-type="identifier"/>
<qti-item-body><p>Qui ? <qti-inline-choice-interaction response-identifier="R1"><qti-inline-choice identifier="A">A</qti-inline-choice><qti-inline-choice identifier="B">B</qti-inline-choice></qti-inline-choice-interaction>
<qti-text-entry-interaction response-identifier="R2"/></p></qti-item-body>
<qti-response-processing>
<qti-response-condition><qti-response-if><qti-match><qti-variable identifier="R1"/><qti-correct identifier="R1"/></qti-match>
<qti-set-outcome-value identifier="SCORE"><qti-sum><qti-variable identifier="SCORE"/><qti-base-value base-type="float">1</qti-base-value></qti-sum></qti-set-outcome-value></qti-response-if></qti-response-condition>
<qti-set-outcome-value identifier="SCORE"><qti-sum><qti-variable identifier="SCORE"/><qti-map-response identifier="R2"/></qti-sum></qti-set-outcome-value>
<qti-response-condition><qti-response-if><qti-gte><qti-variable identifier="SCORE"/><qti-base-value base-type="float">2</qti-base-value></qti-gte>
<qti-set-outcome-value identifier="FEEDBACK"><qti-base-value base-type="identifier">all</qti-base-value></qti-set-outcome-value></qti-response-if>
<qti-response-else><qti-set-outcome-value identifier="FEEDBACK"><qti-base-value base-type="identifier">some</qti-base-value></qti-set-outcome-value></qti-response-else></qti-response-condition>
</qti-response-processing>
<qti-modal-feedback outcome-identifier="FEEDBACK" identifier="all" show-hide="show">Bravo !</qti-modal-feedback>
</qti-assessment-item>`

// BenchmarkScore marks typical exercises (goal: 50,000 a second on one core).
func BenchmarkScore(b *testing.B) {
	ex, _ := parse.Item([]byte(typical), parse.Source{Path: "t.xml"})
	sub := score.Submission{Responses: []score.Response{
		{Identifier: "R1", Values: []string{"B"}}, {Identifier: "R2", Values: []string{"l'élève "}},
	}}
	if got := score.Score(ex.Program, 1, score.State{}, sub); got.Score != 2 {
		b.Fatalf("score = %v", got.Score)
	}
	for b.Loop() {
		score.Score(ex.Program, 1, score.State{}, sub)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
}

// BenchmarkScoreStored adds what a server does with a stored program: decode it first.
func BenchmarkScoreStored(b *testing.B) {
	ex, _ := parse.Item([]byte(typical), parse.Source{Path: "t.xml"})
	encoded := ex.Program.Encode()
	sub := score.Submission{Responses: []score.Response{{Identifier: "R1", Values: []string{"B"}}}}
	for b.Loop() {
		p, err := qti.Decode(encoded)
		if err != nil {
			b.Fatal(err)
		}
		score.Score(p, 1, score.State{}, sub)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
}

// BenchmarkImport reads a package of 1,000 exercises (goal: 10 s).
func BenchmarkImport(b *testing.B) {
	files := []string{}
	for i := range 1000 {
		files = append(files, "items/"+strconv.Itoa(i)+".xml", typical)
	}
	data := parcel(b, files...)
	for b.Loop() {
		if m, _, err := qti.Import(data, qti.Limits{}); err != nil || len(m.Items()) != 1000 {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/package")
}

// BenchmarkParse is the greater part of an import.
func BenchmarkParse(b *testing.B) {
	for b.Loop() {
		parse.Item([]byte(typical), parse.Source{Path: "t.xml"})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
}
