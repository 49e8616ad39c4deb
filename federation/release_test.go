package federation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/federation"
)

var everyAttribute = []federation.Attribute{federation.IDO, federation.IDC, federation.IDEN, federation.UAI, federation.PRO, federation.CIV,
	federation.NOM, federation.PRE, federation.DIV, federation.GRO, federation.PMEL, federation.PMAT, "NIR", "adresse", ""}

func teacher() federation.Facts {
	return federation.Facts{
		Project: "A70", Secret: "s", UAI: "0991234D", Profile: directory.Teacher,
		Name: directory.Name{Family: "Renard", Given: "Claire", Civility: "Mme"}, Mails: []string{"c.renard@tilleuls.example"},
		Subjects: []directory.Subject{{Code: "020700", Label: "FRANCAIS"}},
		Cohorts: []federation.CohortFact{
			{Kind: directory.Class, Code: "5B", Label: "5e B"},
			{Kind: directory.Group, Code: "LAT", Label: "Latin##5e", Classes: []string{"5B", "5C"}},
		},
		ARK: "ark:/99999/preau.grammaire", Sector: "publisher-preau",
	}
}

func TestAttributesHaveTheFormOfTheGAR(t *testing.T) {
	t.Parallel()
	ido := federation.PseudonymOf("s", "publisher-preau").IDO()
	want := federation.Attributes{
		{Attribute: federation.IDO, Values: []string{ido}},
		{Attribute: federation.IDC, Values: []string{"ark:/99999/preau.grammaire_" + ido}},
		{Attribute: federation.IDEN, Values: []string{"QTcw"}},
		{Attribute: federation.UAI, Values: []string{"0991234D"}},
		{Attribute: federation.PRO, Values: []string{"National_ens"}},
		{Attribute: federation.CIV, Values: []string{"Mme"}},
		{Attribute: federation.NOM, Values: []string{"Renard"}},
		{Attribute: federation.PRE, Values: []string{"Claire"}},
		{Attribute: federation.DIV, Values: []string{"5B##5e B"}},
		{Attribute: federation.GRO, Values: []string{"LAT##Latin5e##5B", "LAT##Latin5e##5C"}},
		{Attribute: federation.PMEL, Values: []string{"c.renard@tilleuls.example"}},
		{Attribute: federation.PMAT, Values: []string{"020700##FRANCAIS"}},
	}
	got := federation.Release(everyAttribute, federation.DefaultPolicy, teacher()).Attributes
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAPupilsGroupNamesTheirOwnClassOnly(t *testing.T) {
	t.Parallel()
	f := teacher()
	f.Profile = directory.Pupil
	got := federation.Release([]federation.Attribute{federation.GRO, federation.PMEL, federation.CIV}, federation.DefaultPolicy, f).Attributes
	want := federation.Attributes{{Attribute: federation.GRO, Values: []string{"LAT##Latin5e##5B"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
