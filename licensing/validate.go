package licensing

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// Rules are the settings of the partners' interface. The zero value is ours.
type Rules struct {
	// TransferableOnly holds to the GAR's own rule RG4, which refuses « non transferable ». Off by default: we accept it.
	TransferableOnly bool
}

// The names of the elements that carry counts and publics, for refusals that a distributor can find in its own file.
var (
	countFields  = map[directory.Profile]string{directory.Teacher: "nbLicenceEnseignant", directory.Pupil: "nbLicenceEleve", directory.Librarian: "nbLicenceProfDoc", directory.Staff: "nbLicenceAutrePersonnel"}
	publicValues = map[directory.Profile]string{directory.Teacher: "ENSEIGNANT", directory.Pupil: "ELEVE", directory.Librarian: "DOCUMENTALISTE", directory.Staff: "AUTRE PERSONNEL"}
	distributors = regexp.MustCompile(`^[0-9]{9}_[0-9]{16}$`)
)

// IsDistributor reports whether a text is a distributor's number: SIREN_ISNI, 26 characters (rule RG3).
func IsDistributor(number string) bool { return distributors.MatchString(number) }

// CountField is the web service's name of the count of a public; PublicValue its word in « publicCible ».
func CountField(p directory.Profile) string { return countFields[p] }

// PublicValue is the web service's word for a public.
func PublicValue(p directory.Profile) string { return publicValues[p] }

// Validate holds a subscription to the rules of the web service (RG1 to RG13), in the order of its elements. The refusal is
// Invalid and names the element at fault in its parameter field. What only the database knows (school, resource) is Subscribe's.
func (s Subscription) Validate(rules Rules) error {
	for _, rule := range []func() error{s.validID, s.validTexts, s.validDates, s.validSchools, func() error { return s.validKind(rules) }, s.validCounts} {
		if err := rule(); err != nil {
			return err
		}
	}
	return nil
}

func invalid(code, field string, params ...any) error {
	return fault.New(fault.Invalid, code, append([]any{"field", field}, params...)...)
}

// validID is RG12, RG13 and the form of the key.
func (s Subscription) validID() error {
	id := string(s.ID)
	switch {
	case id == "":
		return invalid("licensing.field.missing", "idAbonnement")
	case utf8.RuneCountInString(id) > 45 || strings.ContainsAny(id, " \t\r\n/?#") || strings.HasPrefix(id, "_"):
		return invalid("licensing.id.form", "idAbonnement", "value", id)
	case id == "abonnements" || id == "categorie":
		return invalid("licensing.id.reserved", "idAbonnement", "value", id)
	}
	return nil
}

// validTexts is RG3 and the lengths.
func (s Subscription) validTexts() error {
	switch {
	case s.Distributor == "":
		return invalid("licensing.field.missing", "idDistributeurCom")
	case !IsDistributor(s.Distributor):
		return invalid("licensing.distributor.form", "idDistributeurCom", "value", s.Distributor)
	case s.ARK == "":
		return invalid("licensing.field.missing", "idRessource")
	case strings.TrimSpace(s.Title) == "":
		return invalid("licensing.field.missing", "libelleRessource")
	}
	for _, text := range []struct {
		field, value string
		most         int
	}{{"commentaireAbonnement", s.Comment, 255}, {"libelleRessource", s.Title, 255}, {"codeProjetRessource", s.ProjectCode, 50}} {
		if utf8.RuneCountInString(text.value) > text.most {
			return invalid("licensing.text.long", text.field, "most", text.most)
		}
	}
	return nil
}

// validDates is RG7 to RG10. Both ends together are accepted where they agree: clients re-post what they read, and what they
// read has both.
func (s Subscription) validDates() error {
	if s.Starts.IsZero() {
		return invalid("licensing.field.missing", "debutValidite")
	}
	end := s.Ends
	if s.SchoolYear != "" {
		year, err := clock.SchoolYearEnd(s.SchoolYear)
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "clock.schoolyear.invalid", "field", "anneeFinValidite", "value", s.SchoolYear)
		}
		if !end.IsZero() && end != year {
			return invalid("licensing.end.choice", "finValidite")
		}
		end = year
	}
	switch {
	case end.IsZero():
		return invalid("licensing.end.choice", "finValidite")
	case end.Before(s.Starts):
		return invalid("licensing.end.before", "finValidite", "start", s.Starts, "end", end)
	case s.SchoolYear == "" && !end.Before(clock.Date{Year: s.Starts.Year + 10, Month: s.Starts.Month, Day: s.Starts.Day}):
		return invalid("licensing.end.far", "finValidite", "start", s.Starts, "end", end)
	}
	return nil
}

// validSchools is RG2.
func (s Subscription) validSchools() error {
	if (len(s.Schools) > 0) == (len(s.Natures) > 0) {
		return invalid("licensing.schools.choice", "uaiEtab")
	}
	return nil
}

// validKind is RG4, relaxed unless rules say otherwise: a copy that is not transferable is accepted.
func (s Subscription) validKind(rules Rules) error {
	switch {
	case s.Kind != Individual && s.Kind != Establishment:
		return invalid("licensing.kind.unknown", "typeAffectation", "value", string(s.Kind))
	case rules.TransferableOnly && !s.Transferable:
		return invalid("licensing.transferable.only", "categorieAffectation")
	}
	return nil
}

// validCounts is RG1, RG5 and RG6.
func (s Subscription) validCounts() error {
	if len(s.Publics) == 0 {
		return invalid("licensing.field.missing", "publicCible")
	}
	for _, p := range s.Publics {
		if !slices.Contains(directory.Profiles, p) {
			return invalid("licensing.public.unknown", "publicCible", "value", string(p))
		}
	}
	if (s.Global != nil) == (len(s.Per) > 0) {
		return invalid("licensing.count.choice", "nbLicenceGlobale")
	}
	if s.Kind == Establishment && s.Global == nil {
		return invalid("licensing.count.global", "nbLicenceGlobale")
	}
	if s.Global != nil && !s.Global.valid() {
		return invalid("licensing.count.form", "nbLicenceGlobale", "value", s.Global.String())
	}
	for _, p := range directory.Profiles {
		n, ok := s.Per[p]
		if !ok {
			continue
		}
		if !n.valid() {
			return invalid("licensing.count.form", countFields[p], "value", n.String())
		}
		if !slices.Contains(s.Publics, p) {
			return invalid("licensing.count.public", countFields[p], "public", publicValues[p])
		}
	}
	return nil
}

func (c Count) valid() bool { return c == Unlimited || c >= 0 && c <= maxCount }

// suits is RG11: a first-degree school has no teacher-librarian.
func (s Subscription) suits(school directory.School) error {
	if school.Degree != directory.FirstDegree {
		return nil
	}
	if n, ok := s.Per[directory.Librarian]; ok && n != 0 {
		return invalid("licensing.public.firstdegree", countFields[directory.Librarian], "uai", string(school.UAI))
	}
	if slices.Contains(s.Publics, directory.Librarian) {
		return invalid("licensing.public.firstdegree", "publicCible", "uai", string(school.UAI))
	}
	return nil
}

// settled fills in what follows from the rest: the last day, and lists in their order. Call it on what Validate has passed.
func (s Subscription) settled() Subscription {
	if s.Ends.IsZero() {
		s.Ends, _ = clock.SchoolYearEnd(s.SchoolYear) // Validate has read it
	}
	s.Publics = inOrder(s.Publics)
	s.Schools = distinct(s.Schools)
	s.Natures = distinct(s.Natures)
	return s
}

func distinct[T ~string](list []T) []T {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}
