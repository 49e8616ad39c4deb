package licensing_test

import (
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

func number(n licensing.Count) *licensing.Count { return &n }

// good is a subscription that breaks no rule.
func good() licensing.Subscription {
	return licensing.Subscription{
		ID: "6f2c1a9e-0001", Distributor: "123456789_0000000000000000", ARK: "ark:/99999/preau.cahier", Title: "Le cahier", Comment: "rentrée",
		Starts: clock.Date{Year: 2026, Month: time.September, Day: 1}, Ends: clock.Date{Year: 2027, Month: time.August, Day: 31},
		Schools: []directory.UAI{"0991234D"}, Kind: licensing.Individual, Transferable: true,
		Publics: []directory.Profile{directory.Pupil, directory.Teacher}, Global: number(150),
	}
}

func TestEachRuleOfTheServiceNamesItsElement(t *testing.T) {
	t.Parallel()
	strict := licensing.Rules{TransferableOnly: true}
	for _, c := range []struct {
		name, code, field string
		rules             licensing.Rules
		spoil             func(*licensing.Subscription)
	}{
		{"nothing", "", "", strict, func(*licensing.Subscription) {}},
		{"RG1 no number", "licensing.count.choice", "nbLicenceGlobale", strict, func(s *licensing.Subscription) { s.Global = nil }},
		{"RG1 both numbers", "licensing.count.choice", "nbLicenceGlobale", strict, func(s *licensing.Subscription) { s.Per = map[directory.Profile]licensing.Count{directory.Pupil: 1} }},
		{"RG2 neither school nor nature", "licensing.schools.choice", "uaiEtab", strict, func(s *licensing.Subscription) { s.Schools = nil }},
		{"RG2 both", "licensing.schools.choice", "uaiEtab", strict, func(s *licensing.Subscription) { s.Natures = []string{"340"} }},
		{"RG3", "licensing.distributor.form", "idDistributeurCom", strict, func(s *licensing.Subscription) { s.Distributor = "123456789-0000000000000000" }},
		{"RG3 missing", "licensing.field.missing", "idDistributeurCom", strict, func(s *licensing.Subscription) { s.Distributor = "" }},
		{"RG4 kind", "licensing.kind.unknown", "typeAffectation", strict, func(s *licensing.Subscription) { s.Kind = "INDIVIDUEL" }},
		{"RG4 strict", "licensing.transferable.only", "categorieAffectation", strict, func(s *licensing.Subscription) { s.Transferable = false }},
		{"RG4 relaxed", "", "", licensing.Rules{}, func(s *licensing.Subscription) { s.Transferable = false }},
		{"RG5", "licensing.count.public", "nbLicenceProfDoc", strict, func(s *licensing.Subscription) {
			s.Global, s.Per = nil, map[directory.Profile]licensing.Count{directory.Librarian: 1}
		}},
		{"RG6", "licensing.count.global", "nbLicenceGlobale", strict, func(s *licensing.Subscription) {
			s.Kind, s.Global, s.Per = licensing.Establishment, nil, map[directory.Profile]licensing.Count{directory.Pupil: 1}
		}},
		{"RG7 RG10 form", "clock.schoolyear.invalid", "anneeFinValidite", strict, func(s *licensing.Subscription) { s.Ends, s.SchoolYear = clock.Date{}, "2026" }},
		{"RG7 order", "clock.schoolyear.invalid", "anneeFinValidite", strict, func(s *licensing.Subscription) { s.Ends, s.SchoolYear = clock.Date{}, "2027-2026" }},
		{"RG7 eleven years", "clock.schoolyear.invalid", "anneeFinValidite", strict, func(s *licensing.Subscription) { s.Ends, s.SchoolYear = clock.Date{}, "2026-2037" }},
		{"RG8 ten years", "licensing.end.far", "finValidite", strict, func(s *licensing.Subscription) { s.Ends = clock.Date{Year: 2036, Month: time.September, Day: 1} }},
		{"RG8 a day less", "", "", strict, func(s *licensing.Subscription) { s.Ends = clock.Date{Year: 2036, Month: time.August, Day: 31} }},
		{"RG9 no end", "licensing.end.choice", "finValidite", strict, func(s *licensing.Subscription) { s.Ends = clock.Date{} }},
		{"RG9 ends that differ", "licensing.end.choice", "finValidite", strict, func(s *licensing.Subscription) { s.SchoolYear = "2026-2027" }},
		{"RG9 as it was read back", "", "", strict, func(s *licensing.Subscription) { s.SchoolYear, s.Ends.Day = "2026-2027", 15 }},
		{"end before start", "licensing.end.before", "finValidite", strict, func(s *licensing.Subscription) { s.Ends = s.Starts.AddDays(-1) }},
		{"one day", "", "", strict, func(s *licensing.Subscription) { s.Ends = s.Starts }},
		{"no start", "licensing.field.missing", "debutValidite", strict, func(s *licensing.Subscription) { s.Starts = clock.Date{} }},
		{"RG12", "licensing.id.reserved", "idAbonnement", strict, func(s *licensing.Subscription) { s.ID = "categorie" }},
		{"RG13", "licensing.id.form", "idAbonnement", strict, func(s *licensing.Subscription) { s.ID = "_x" }},
		{"id with a blank", "licensing.id.form", "idAbonnement", strict, func(s *licensing.Subscription) { s.ID = "a b" }},
		{"id too long", "licensing.id.form", "idAbonnement", strict, func(s *licensing.Subscription) { s.ID = licensing.SubscriptionID(strings.Repeat("a", 46)) }},
		{"no id", "licensing.field.missing", "idAbonnement", strict, func(s *licensing.Subscription) { s.ID = "" }},
		{"no resource", "licensing.field.missing", "idRessource", strict, func(s *licensing.Subscription) { s.ARK = "" }},
		{"no title", "licensing.field.missing", "libelleRessource", strict, func(s *licensing.Subscription) { s.Title = " " }},
		{"a long comment", "licensing.text.long", "commentaireAbonnement", strict, func(s *licensing.Subscription) { s.Comment = strings.Repeat("é", 256) }},
		{"a comment as long as may be", "", "", strict, func(s *licensing.Subscription) { s.Comment = strings.Repeat("é", 255) }},
		{"no public", "licensing.field.missing", "publicCible", strict, func(s *licensing.Subscription) { s.Publics = nil }},
		{"an unknown public", "licensing.public.unknown", "publicCible", strict, func(s *licensing.Subscription) { s.Publics = []directory.Profile{"parent"} }},
		{"a negative number", "licensing.count.form", "nbLicenceGlobale", strict, func(s *licensing.Subscription) { s.Global = number(-7) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := good()
			c.spoil(&s)
			err := s.Validate(c.rules)
			if c.code == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				return
			}
			if !fault.Is(err, fault.Invalid) || fault.CodeOf(err) != c.code {
				t.Fatalf("got %v, want %s", err, c.code)
			}
			if params := fault.ParamsOf(err); params[0] != "field" || params[1] != c.field {
				t.Errorf("got %v, want field %s", params, c.field)
			}
		})
	}
}

func TestSharesArePoolsPerPublicOrOne(t *testing.T) {
	t.Parallel()
	s := good()
	if got := s.Shares(); len(got) != 1 || got[0].Total != 150 || licensing.JoinProfiles(got[0].Publics) != "eleve,enseignant" {
		t.Errorf("a global count: got %+v", got)
	}
	s.Global, s.Per = nil, map[directory.Profile]licensing.Count{directory.Teacher: licensing.Unlimited, directory.Pupil: 30}
	if got := s.Shares(); len(got) != 2 || got[0].Publics[0] != directory.Pupil || got[0].Total != 30 || !got[1].Total.IsUnlimited() {
		t.Errorf("counts by profile: got %+v", got)
	}
}
