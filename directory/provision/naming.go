package provision

import "strings"

// labels are the elements that records come from.
var labels = map[kind]string{
	aSchool: "GAREtab", aCourse: "GARMEF", aSubject: "GARMatiere", aCohort: "GARGroupe", aPupil: "GAREleve", aTeacher: "GAREnseignant",
	aManager: "GARRespAff", aPersonCourse: "GARPersonMEF", aPupilSubject: "GAREleveEnseignement", aMembership: "GARPersonGroupe",
	aGroupTeaching: "GAREnsGroupeMatiere", aClassTeaching: "GAREnsClasseMatiere",
}

// naming writes a record for a reader: its element and its key, « GARPersonGroupe 0991234D E-0042 5B ».
func naming(label string, r *raw) string {
	parts := []string{label}
	for _, f := range keys[r.kind] {
		if v := r.one(f); v != "" {
			parts = append(parts, shorten(v))
		}
	}
	return strings.Join(parts, " ")
}

// keys are the fields of each kind's key, the school first.
var keys = map[kind][]field{
	aSchool: {fUAI}, aCourse: {fUAI, fCourse}, aSubject: {fUAI, fSubject}, aCohort: {fUAI, fCohort}, aPupil: {fPerson}, aTeacher: {fPerson},
	aManager: {fPerson}, aPersonCourse: {fUAI, fPerson, fCourse}, aPupilSubject: {fUAI, fPerson, fSubject}, aMembership: {fUAI, fPerson, fCohort},
	aGroupTeaching: {fUAI, fPerson, fCohort}, aClassTeaching: {fUAI, fPerson, fCohort},
}

// shorten keeps what a stranger wrote from filling a page.
func shorten(s string) string {
	const enough = 64
	r := []rune(s)
	if len(r) > enough {
		return string(r[:enough]) + "…"
	}
	return s
}

// canonical is the form in which schools' codes are compared.
func canonical(uai string) string { return strings.ToUpper(strings.TrimSpace(uai)) }
