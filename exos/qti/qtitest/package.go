package qtitest

import (
	"archive/zip"
	"bytes"
	"testing"
)

// Package is a package of that name, of a test with the given inside and one exercise for each of the identifiers: a choice of A, which is right and worth
// a point, and B.
func Package(t testing.TB, name, inside string, items ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(path, text string) {
		w, err := z.Create(path)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	resources := `<resource identifier="T" type="imsqti_test_xmlv3p0" href="test.xml"><file href="test.xml"/></resource>`
	for _, id := range items {
		resources += `<resource identifier="` + id + `" type="imsqti_item_xmlv3p0" href="` + id + `.xml"><file href="` + id + `.xml"/></resource>`
		put(id+".xml", `<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="`+id+`" title="Exercice `+id+`" xml:lang="fr" adaptive="false" time-dependent="false">
			<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"><qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>
			<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"><qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>
			<qti-item-body><qti-choice-interaction response-identifier="RESPONSE" max-choices="1"><qti-prompt>Quelle réponse est juste ?</qti-prompt><qti-simple-choice identifier="A">la première</qti-simple-choice><qti-simple-choice identifier="B">la seconde</qti-simple-choice></qti-choice-interaction></qti-item-body>
			<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/></qti-assessment-item>`)
	}
	put("test.xml", `<qti-assessment-test xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="TEST" title="Le test">`+inside+`</qti-assessment-test>`)
	put("imsmanifest.xml", `<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="`+name+`"><metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata><organizations/><resources>`+resources+`</resources></manifest>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
