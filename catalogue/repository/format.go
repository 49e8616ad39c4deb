package repository

import (
	"bytes"
	"slices"

	"pupitre/catalogue"
)

// format is one in which records are given.
type format struct {
	prefix, schema, space string
	notices               bool // it is written of the notice as it came
	write                 func(out *bytes.Buffer, r *Record) error
}

// formats are those of every record (§4.4). LOM's schema is IEEE 1484.12.3's; ScoLOMFR is a profile of it, in the same namespace.
var formats = []format{
	{"oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd", dcSpace, false, writeDublinCore},
	{"lom", lomSchema, lomSpace, true, writeItsNotice},
	{"scolomfr", lomSchema, lomSpace, true, writeItsNotice},
}

const (
	lomSchema = "http://ltsc.ieee.org/xsd/lomv1.0/lom.xsd"
	dcSpace   = "http://www.openarchives.org/OAI/2.0/oai_dc/"
)

func findFormat(prefix string) (format, error) {
	if i := slices.IndexFunc(formats, func(f format) bool { return f.prefix == prefix }); i >= 0 {
		return formats[i], nil
	}
	return format{}, refused(noFormat, "the formats are oai_dc, lom and scolomfr")
}

func writeItsNotice(out *bytes.Buffer, r *Record) error { return writeNotice(out, r.Notice) }

// writeDublinCore writes what of a resource has a place among the fifteen elements (§5.2, ANSI/NISO Z39.85).
func writeDublinCore(out *bytes.Buffer, record *Record) error {
	r := &record.Resource
	out.WriteString(`<oai_dc:dc xmlns:oai_dc="` + dcSpace + `" xmlns:dc="http://purl.org/dc/elements/1.1/" xsi:schemaLocation="` + dcSpace + ` http://www.openarchives.org/OAI/2.0/oai_dc.xsd">`)
	element(out, "dc:title", r.Title)
	for _, t := range slices.Concat(r.Subjects, r.Levels) {
		element(out, "dc:subject", t.Label)
	}
	element(out, "dc:description", r.Description)
	element(out, "dc:publisher", r.Publisher.Name)
	for _, t := range slices.Concat(r.Pedagogical, r.Documents) {
		element(out, "dc:type", t.Label)
	}
	element(out, "dc:identifier", string(r.ARK))
	element(out, "dc:identifier", r.LaunchURL)
	element(out, "dc:relation", string(record.Mother))
	out.WriteString(`</oai_dc:dc>`)
	return nil
}

// setOf is the name of a publisher's set (§2.6): its SIREN_ISNI.
func setOf(p catalogue.Publisher) string { return p.Official }
