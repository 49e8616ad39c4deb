package partners

import (
	"bufio"
	"context"
	"encoding/base64"

	"pupitre/directory"
)

const schoolSpace = "http://www.atosworldline.com/listEtablissement/v1.0/"

// schools is GET /etablissements/etablissements.xml: every school that Pupitre knows. What the portals do not send us (académie,
// patronyme, postcode) is written empty rather than left out, since readers walk the elements by name.
func (d *Door) schools(c *call) error {
	var all []directory.School
	err := d.Schools.Read(c.r.Context(), func(ctx context.Context, r directory.Reader) error {
		all = nil
		for page := (directory.Page{Limit: 1000}); ; {
			some, err := r.Schools(ctx, directory.SchoolFilter{}, page)
			if all = append(all, some...); err != nil || len(some) < page.Limit {
				return err
			}
			page.After = string(some[len(some)-1].UAI)
		}
	})
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", xmlType)
	out := bufio.NewWriterSize(c.w, 32<<10)
	out.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<listEtablissement xmlns="` + schoolSpace + `">`)
	for _, s := range all {
		writeSchool(out, s)
	}
	out.WriteString("</listEtablissement>\n")
	return out.Flush()
}

func writeSchool(w *bufio.Writer, s directory.School) {
	w.WriteString("<etablissement>")
	for _, e := range [][2]string{
		{"uai", string(s.UAI)}, {"nature_uai", s.Nature}, {"nature_uai_libe", natures[s.Nature]}, {"type_uai", ""}, {"type_uai_libe", ""},
		{"commune", ""}, {"commune_libe", s.Town}, {"academie", ""}, {"academie_libe", ""},
		{"departement_insee_3", string(s.UAI[:3])}, {"departement_insee_3_libe", ""}, {"appellation_officielle", s.Name}, {"patronyme_uai", ""},
		{"code_postal_uai", ""}, {"localite_acheminement_uai", s.Town}, {"idENT", base64.StdEncoding.EncodeToString([]byte(s.Project))},
	} {
		writeElement(w, e[0], e[1])
	}
	w.WriteString("</etablissement>")
}

// natures are labels of N_NATURE_UAI for the schools that we meet.
var natures = map[string]string{
	"101": "ECOLE MATERNELLE", "151": "ECOLE DE NIVEAU ELEMENTAIRE", "300": "LYCEE ENSEIGNT GENERAL ET TECHNOLOGIQUE",
	"302": "LYCEE D ENSEIGNEMENT GENERAL", "306": "LYCEE POLYVALENT", "320": "LYCEE PROFESSIONNEL", "340": "COLLEGE",
}
