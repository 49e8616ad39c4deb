package federation_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pupitre/directory"
	"pupitre/federation"
)

// known are the attributes that there are: a notice may name others.
var known = slices.DeleteFunc(slices.Clone(everyAttribute), func(a federation.Attribute) bool {
	return slices.Contains([]federation.Attribute{"NIR", "adresse", ""}, a)
})

// carriers says in which attributes a fact may be told. Every fact is drawn with its own mark, so that it is known wherever it turns up.
var carriers = map[string][]federation.Attribute{
	"<uai>": {federation.UAI}, "<nom>": {federation.NOM}, "<prénom>": {federation.PRE}, "<civilité>": {federation.CIV},
	"<adresse>": {federation.PMEL}, "<matière>": {federation.PMAT}, "<classe>": {federation.DIV}, "<code>": {federation.DIV, federation.GRO},
	"<groupe>": {federation.GRO}, "<ark>": {federation.IDC}, "<projet>": nil, "<compte>": nil,
}

// drawFacts draws a person at a place, of whom anything may be missing.
func drawFacts(t *rapid.T) federation.Facts {
	some := func(mark string) string {
		if !rapid.Bool().Draw(t, "has "+mark) {
			return ""
		}
		return mark + rapid.StringN(0, 12, -1).Draw(t, mark)
	}
	f := federation.Facts{
		Project: directory.ProjectID("<projet>" + rapid.String().Draw(t, "project")), Secret: drawSecret(t),
		UAI: directory.UAI(some("<uai>")), Profile: drawProfile(t),
		Name: directory.Name{Family: some("<nom>"), Given: some("<prénom>"), Civility: some("<civilité>")},
		ARK:  some("<ark>"), Sector: federation.Sector("<compte>" + rapid.String().Draw(t, "sector")),
	}
	for range rapid.IntRange(0, 3).Draw(t, "addresses") {
		f.Mails = append(f.Mails, "<adresse>"+rapid.String().Draw(t, "address"))
	}
	for range rapid.IntRange(0, 3).Draw(t, "subjects") {
		f.Subjects = append(f.Subjects, directory.Subject{Code: some("<matière>"), Label: some("<matière>")})
	}
	for range rapid.IntRange(0, 5).Draw(t, "cohorts") {
		c := federation.CohortFact{Kind: directory.Class, Code: some("<code>"), Label: some("<classe>")}
		if rapid.Bool().Draw(t, "is a group") {
			c = federation.CohortFact{Kind: directory.Group, Code: some("<groupe>"), Label: some("<groupe>")}
			for range rapid.IntRange(0, 3).Draw(t, "classes") {
				c.Classes = append(c.Classes, some("<code>"))
			}
		}
		f.Cohorts = append(f.Cohorts, c)
	}
	return f
}

// drawSecret draws a secret as the identity row writes it: HMAC (RFC 2104) takes keys that differ by zero bytes at their end for one.
func drawSecret(t *rapid.T) directory.Secret {
	return directory.Secret(rapid.StringMatching(`[0-9a-f]{64}`).Draw(t, "secret"))
}

func drawProfile(t *rapid.T) directory.Profile {
	return rapid.SampledFrom(append(slices.Clone(directory.Profiles), "stranger")).Draw(t, "profile")
}

// drawNames draws what a notice may declare: of the attributes that there are some, in any order, some twice, and any text besides.
var drawNames = rapid.Custom(func(t *rapid.T) []federation.Attribute {
	names := rapid.Permutation(slices.Concat(everyAttribute, everyAttribute[:3])).Draw(t, "names")
	names = slices.Clone(names[:rapid.IntRange(0, len(names)).Draw(t, "so many")])
	for range rapid.IntRange(0, 2).Draw(t, "more") {
		names = append(names, federation.Attribute(rapid.String().Draw(t, "text")))
	}
	return names
})

func drawPolicy(t *rapid.T) federation.Policy {
	p := federation.Policy{}
	for _, profile := range directory.Profiles {
		p[profile] = drawNames.Draw(t, "allowed to "+string(profile))
	}
	return p
}

// What is told ⊆ what was declared ∩ what the profile's policy allows (DESIGN §5.4), whoever it is, whatever is declared and allowed: as
// attributes, and as facts wherever in a value they might hide.
func TestNothingIsToldThatWasNotDeclaredAndAllowed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		declared, policy, f := drawNames.Draw(t, "declared"), drawPolicy(t), drawFacts(t)
		may := func(a federation.Attribute) bool {
			return slices.Contains(declared, a) && slices.Contains(policy[f.Profile], a)
		}
		seen := map[federation.Attribute]bool{}
		var all []string
		for _, r := range federation.Release(declared, policy, f).Attributes {
			if !may(r.Attribute) || !slices.Contains(known, r.Attribute) {
				t.Fatalf("%q is told; declared %q, allowed %q", r.Attribute, declared, policy[f.Profile])
			}
			if seen[r.Attribute] || len(r.Values) == 0 {
				t.Fatalf("%s is told twice or empty", r.Attribute)
			}
			seen[r.Attribute] = true
			all = append(all, r.Values...)
		}
		told := strings.Join(all, "\n")
		if strings.Contains(told, string(f.Secret)) {
			t.Fatalf("the secret is told: %q", told)
		}
		for mark, in := range carriers {
			if strings.Contains(told, mark) && !slices.ContainsFunc(in, may) {
				t.Fatalf("a fact marked %s is told where none of %v may be: %q", mark, in, told)
			}
		}
		// And the other way: what is declared, allowed and there is not forgotten.
		for a, has := range map[federation.Attribute]bool{
			federation.IDO: true, federation.NOM: f.Name.Family != "", federation.PMEL: len(f.Mails) > 0, federation.UAI: f.UAI != "",
		} {
			if may(a) && has && !seen[a] {
				t.Fatalf("%s is missing", a)
			}
		}
	})
}

func TestNothingButThePseudonymIsToldWhereNothingIsDeclaredOrAllowed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		declared, policy, f := drawNames.Draw(t, "declared"), drawPolicy(t), drawFacts(t)
		want := federation.Disclosure{Pseudonym: federation.PseudonymOf(f.Secret, f.Sector)}
		for name, got := range map[string]federation.Disclosure{
			"nothing declared": federation.Release(nil, policy, f), "nothing allowed": federation.Release(declared, nil, f),
			"nothing allowed to them": federation.Release(declared, federation.Policy{"nobody": declared}, f),
		} {
			if diff := cmp.Diff(want, got, samePseudonym); diff != "" {
				t.Fatalf("%s: %s", name, diff)
			}
		}
	})
}

var samePseudonym = cmp.Comparer(func(a, b federation.Pseudonym) bool { return a == b })

// One person is one name to a publisher, whatever it declares and whatever is known of them, and no other person and no other publisher
// has that name.
func TestThePseudonymDependsOnThePersonAndThePublisherOnly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f, other := drawFacts(t), drawFacts(t)
		of := func(f federation.Facts) federation.Pseudonym {
			return federation.Release(drawNames.Draw(t, "declared"), drawPolicy(t), f).Pseudonym
		}
		name := of(f)
		same := other
		same.Secret, same.Sector = f.Secret, f.Sector
		if of(same) != name {
			t.Fatal("the pseudonym changes with what is declared or known")
		}
		elsewhere, somebody := f, f
		elsewhere.Sector, somebody.Secret = other.Sector, other.Secret
		if (of(elsewhere) == name) != (elsewhere.Sector == f.Sector) {
			t.Fatalf("publishers %q and %q: the pseudonyms compare wrongly", f.Sector, elsewhere.Sector)
		}
		if (of(somebody) == name) != (somebody.Secret == f.Secret) {
			t.Fatal("two persons have one pseudonym, or one has two")
		}
	})
}

// In which order a notice declares, and a policy allows, changes the order of what is told and nothing else; so does telling it again.
func TestTheOrderOfADeclarationChangesNothingThatIsTold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		declared, policy, f := drawNames.Draw(t, "declared"), drawPolicy(t), drawFacts(t)
		otherwise := federation.Policy{}
		for profile, allowed := range policy {
			otherwise[profile] = rapid.Permutation(allowed).Draw(t, "allowed, otherwise")
		}
		first := federation.Release(declared, policy, f)
		again := federation.Release(rapid.Permutation(declared).Draw(t, "declared, otherwise"), otherwise, f)
		if diff := cmp.Diff(first.Attributes.ByName(), again.Attributes.ByName()); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(first, federation.Release(declared, policy, f), samePseudonym); diff != "" {
			t.Fatalf("told twice: %s", diff)
		}
		at := -1
		for _, a := range first.Attributes.Names() {
			if next := slices.Index(declared, a); next > at {
				at = next
			} else {
				t.Fatalf("%v is not in the order of %q", first.Attributes.Names(), declared)
			}
		}
	})
}
