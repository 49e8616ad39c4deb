package provision_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
)

// schemas is where the two XSDs are, beside the repository.
const schemas = "../../../shared/corpora/gar/xsd"

// TestTheSchemaIsReadAsXmllintReadsIt mutates small documents of every root and both degrees, and holds our verdict to that of
// xmllint --schema. 1,000 mutations; 10,000 where PUPITRE_SOAK is set.
func TestTheSchemaIsReadAsXmllintReadsIt(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed: the schema's reading was compared with nobody's")
	}
	if _, err := os.Stat(schemas); err != nil {
		t.Skip("the schemas are not beside the repository: the schema's reading was compared with nobody's")
	}
	n := 1_000
	if os.Getenv("PUPITRE_SOAK") != "" {
		n = 10_000
	}
	bases := baseDocuments(t)
	verdicts := map[bool]int{}
	const batch = 200
	for from := 0; from < n; from += batch {
		cases := make([]mutant, 0, batch)
		for i := from; i < min(from+batch, n); i++ {
			cases = append(cases, mutate(bases[i%len(bases)], uint64(i)))
		}
		theirs := xmllint(t, tool, cases)
		for i, m := range cases {
			rules, err := provision.Verdict(m.name, m.text)
			if err != nil {
				t.Fatal(err)
			}
			valid := len(rules) == 0
			verdicts[valid]++
			if valid != theirs[i] && !explained(m, rules) {
				t.Errorf("mutation %d of %s (%s): we say valid %v %v, xmllint says %v\n%.3000s", from+i, m.name, m.what, valid, rules, theirs[i], m.text)
			}
		}
	}
	if verdicts[true] < n/20 || verdicts[false] < n/2 {
		t.Errorf("the mutations are too kind or too cruel: %v", verdicts)
	}
	t.Logf("%d mutations: %d valid, %d not", n, verdicts[true], verdicts[false])
}

// explained are the differences that are known. The gate refuses DOCTYPE and processing instructions, which are well-formed XML.
// libxml2 refuses a CDATA section of blanks between elements, where XML Schema (part 1, §3.4.4) looks at characters and not at
// how they are written; and blanks around a date, which xs:date collapses (part 2, §3.2.9 and §4.3.6).
func explained(m mutant, rules []string) bool {
	return slices.Contains(rules, "xmlgate.doctype.refused") || slices.Contains(rules, "xmlgate.instruction.refused") ||
		len(rules) == 0 && (blankCDATA.Match(m.text) || blankDate.Match(m.text))
}

var blankDate = regexp.MustCompile(`DateNaissance>(\s[^<]*|[^<]*\s)<`)

var blankCDATA = regexp.MustCompile(`>\s*<!\[CDATA\[\s*\]\]>\s*<`)

// mutant is a document and what was done to it.
type mutant struct {
	name string
	text []byte
	what string
}

// baseDocuments are small valid documents: the first records of each kind of an invented academy.
func baseDocuments(t *testing.T) []mutant {
	t.Helper()
	var out []mutant
	for _, degree := range []directory.Degree{directory.FirstDegree, directory.SecondDegree} {
		dir := t.TempDir()
		if err := academy.WriteFolder(dir, academy.Options{Schools: 2, Pupils: 12, Degree: degree, PerFile: 1_000_000}); err != nil {
			t.Fatal(err)
		}
		names, _ := filepath.Glob(filepath.Join(dir, "*.xml"))
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, mutant{filepath.Base(name), abridged(b), ""})
		}
	}
	if len(out) != 10 {
		t.Fatalf("%d documents", len(out))
	}
	return out
}

var recordPattern = regexp.MustCompile(`(?s)  <men:(\w+)>\n.*?\n  </men:(\w+)>\n`)

// abridged keeps three records of each kind.
func abridged(b []byte) []byte {
	seen := map[string]int{}
	return recordPattern.ReplaceAllFunc(b, func(r []byte) []byte {
		name := string(recordPattern.FindSubmatch(r)[1])
		if seen[name]++; seen[name] > 3 {
			return nil
		}
		return r
	})
}

// xmllint validates documents in one run and returns its verdicts.
func xmllint(t *testing.T, tool string, cases []mutant) []bool {
	t.Helper()
	dir := t.TempDir()
	valid := map[string]bool{}
	for schema, space := range map[string]string{"GAR-ENT.xsd": "_2D_", "GAR-ENT-1D.xsd": "_1D_"} {
		args := []string{"--noout", "--nonet", "--schema", filepath.Join(schemas, schema)}
		for i, m := range cases {
			if strings.Contains(m.name, space) {
				path := filepath.Join(dir, fmt.Sprintf("%d.xml", i))
				if err := os.WriteFile(path, m.text, 0o644); err != nil {
					t.Fatal(err)
				}
				args = append(args, path)
			}
		}
		out, _ := exec.CommandContext(t.Context(), tool, args...).CombinedOutput() // it exits with an error where one is invalid
		for line := range bytes.Lines(out) {
			if path, ok := strings.CutSuffix(strings.TrimSpace(string(line)), " validates"); ok {
				valid[path] = true
			}
		}
	}
	verdicts := make([]bool, len(cases))
	for i := range cases {
		verdicts[i] = valid[filepath.Join(dir, fmt.Sprintf("%d.xml", i))]
	}
	return verdicts
}

// mutate does one to three things to a document, by a seed.
func mutate(base mutant, seed uint64) mutant {
	r := rand.New(rand.NewPCG(seed, 20260901))
	m := mutant{base.name, base.text, ""}
	for range 1 + r.IntN(3) {
		change := changes[r.IntN(len(changes))]
		if after := change.do(r, string(m.text)); after != "" {
			m.text, m.what = []byte(after), m.what+change.what+"; "
		}
	}
	return m
}

// change is one kind of mutation; "" means that it found nothing to change.
type change struct {
	what string
	do   func(r *rand.Rand, s string) string
}

var leaf = regexp.MustCompile(`<men:(\w+)>([^<]*)</men:\w+>`)

// atLeaf rewrites one simple element.
func atLeaf(f func(r *rand.Rand, name, text string) string) func(r *rand.Rand, s string) string {
	return func(r *rand.Rand, s string) string {
		all := leaf.FindAllStringSubmatchIndex(s, -1)
		if len(all) == 0 {
			return ""
		}
		at := all[r.IntN(len(all))]
		return s[:at[0]] + f(r, s[at[2]:at[3]], s[at[4]:at[5]]) + s[at[1]:]
	}
}

// atLine rewrites one line of the body.
func atLine(f func(r *rand.Rand, lines []string, i int) []string) func(r *rand.Rand, s string) string {
	return func(r *rand.Rand, s string) string {
		lines := strings.SplitAfter(s, "\n")
		if len(lines) < 6 {
			return ""
		}
		return strings.Join(f(r, lines, 2+r.IntN(len(lines)-4)), "")
	}
}

func element(name, text string) string { return "<men:" + name + ">" + text + "</men:" + name + ">" }

// atRecord rewrites one record.
func atRecord(f func(r *rand.Rand, record string, all []string) string) func(r *rand.Rand, s string) string {
	return func(r *rand.Rand, s string) string {
		all := recordPattern.FindAllString(s, -1)
		if len(all) == 0 {
			return ""
		}
		chosen := all[r.IntN(len(all))]
		return strings.Replace(s, chosen, f(r, chosen, all), 1)
	}
}

var changes = []change{
	{"drop a line", atLine(func(_ *rand.Rand, l []string, i int) []string { return slices.Delete(l, i, i+1) })},
	{"double a line", atLine(func(_ *rand.Rand, l []string, i int) []string { return slices.Insert(l, i, l[i]) })},
	{"swap two lines", atLine(func(_ *rand.Rand, l []string, i int) []string { l[i], l[i+1] = l[i+1], l[i]; return l })},
	{"move a line", atLine(func(r *rand.Rand, l []string, i int) []string {
		line := l[i]
		l = slices.Delete(l, i, i+1)
		return slices.Insert(l, 2+r.IntN(len(l)-3), line)
	})},
	{"text between elements", atLine(func(r *rand.Rand, l []string, i int) []string {
		return slices.Insert(l, i, []string{"x", " \t\n", "&#32;", "<![CDATA[ ]]>", "&#160;"}[r.IntN(5)])
	})},
	{"a comment", atLine(func(_ *rand.Rand, l []string, i int) []string { return slices.Insert(l, i, "<!-- note -->") })},
	{"a wrong comment", atLine(func(_ *rand.Rand, l []string, i int) []string { return slices.Insert(l, i, "<!-- no -- te -->") })},
	{"an instruction", atLine(func(_ *rand.Rand, l []string, i int) []string { return slices.Insert(l, i, "<?note x?>") })},
	{"drop a record", atRecord(func(*rand.Rand, string, []string) string { return "" })},
	{"double a record", atRecord(func(_ *rand.Rand, x string, _ []string) string { return x + x })},
	{"move a record", atRecord(func(r *rand.Rand, x string, all []string) string { return all[r.IntN(len(all))] + x })},
	{"an empty record", atRecord(func(_ *rand.Rand, x string, _ []string) string {
		name := recordPattern.FindStringSubmatch(x)[1]
		return "<men:" + name + "/>\n"
	})},
	{"empty an element", atLeaf(func(_ *rand.Rand, name, _ string) string { return "<men:" + name + "/>" })},
	{"a length", atLeaf(func(r *rand.Rand, name, _ string) string {
		longest := []int{4, 5, 20, 21, 30, 31, 32, 45, 46, 64, 65, 255, 256, 500, 501}
		return element(name, strings.Repeat([]string{"x", "é", "&amp;", "𝒳", "&#233;"}[r.IntN(5)], longest[r.IntN(len(longest))]))
	})},
	{"a text", atLeaf(func(r *rand.Rand, name, text string) string {
		return element(name, []string{" " + text + " ", text + "<!-- c -->" + text, "<![CDATA[" + text + "]]>", "&lt;" + text, "&eacute;", "<b>" + text + "</b>", text + "\r\n", "]]>", "&#0;", "&#x1F600;", "\x01", "\xff", "a & b"}[r.IntN(13)])
	})},
	{"a date", func(r *rand.Rand, s string) string {
		dates := []string{"2014-02-29", "2016-02-29", "2014-2-9", "14-02-09", "2014-02-09Z", "2014-02-09+14:00", "2014-02-09+14:01", "2014-02-09-13:59", " 2014-02-09 ", "", "0000-01-01", "-0044-03-15", "12014-01-01",
			"02014-01-01", "2014-13-01", "2014-00-10", "2014-04-31", "2014-04-00", "2014-04-30T00:00:00", "2014-04-30+1:00", "2014/04/30", "+2014-04-30", "2014-04-30z"}
		d := regexp.MustCompile(`DateNaissance>[^<]*<`)
		if !d.MatchString(s) {
			return ""
		}
		return strings.Replace(s, d.FindString(s), "DateNaissance>"+dates[r.IntN(len(dates))]+"<", 1)
	}},
	{"an attribute", atLeaf(func(r *rand.Rand, name, text string) string {
		attributes := []string{`a="1"`, `xml:lang="fr"`, `xsi:nil="true"`, `xsi:nil="false"`, `xmlns:z="urn:z" z:a="1"`, `xsi:schemaLocation="urn:a b"`, `xmlns:z="urn:z"`, `a="1" a="2"`, `a=1`, `xsi:noNamespaceSchemaLocation="x.xsd"`, `Version="1"`}
		return "<men:" + name + " " + attributes[r.IntN(len(attributes))] + ">" + text + "</men:" + name + ">"
	})},
	{"rename an element", atLeaf(func(r *rand.Rand, name, text string) string {
		others := []string{"GARPersonNom", "GARStructureUAI", "Autre", "GARPersonMail", "GARMEFCode", strings.ToLower(name), "GARPersonEtab"}
		return element(others[r.IntN(len(others))], text)
	})},
	{"no namespace", atLeaf(func(_ *rand.Rand, name, text string) string { return "<" + name + ">" + text + "</" + name + ">" })},
	{"another prefix", atLeaf(func(r *rand.Rand, name, text string) string {
		space := []string{"http://data.education.fr/ns/gar", "http://data.education.fr/ns/gar/1d", "urn:z"}[r.IntN(3)]
		return `<z:` + name + ` xmlns:z="` + space + `">` + text + `</z:` + name + `>`
	})},
	{"an undeclared prefix", atLeaf(func(_ *rand.Rand, name, text string) string { return "<u:" + name + ">" + text + "</u:" + name + ">" })},
	{"a default namespace", func(_ *rand.Rand, s string) string {
		return strings.ReplaceAll(strings.ReplaceAll(s, "men:", ""), "xmlns:men=", "xmlns=")
	}},
	{"the same value", atLeaf(func(_ *rand.Rand, name, _ string) string { return element(name, "same") })},
	{"the version", func(r *rand.Rand, s string) string {
		return strings.Replace(s, ` Version="1.0"`, []string{"", ` Version=""`, ` version="1.0"`, ` Version="1.0" Version="1.0"`, ` Version="é"`}[r.IntN(5)], 1)
	}},
	{"the root", func(r *rand.Rand, s string) string {
		return strings.ReplaceAll(s, "GAR-ENT-", []string{"GAR-ENT", "GAR-ENT-X", "gar-ent-"}[r.IntN(3)])
	}},
	{"the declaration", func(r *rand.Rand, s string) string {
		return strings.Replace(s, `<?xml version="1.0" encoding="UTF-8"?>`, []string{"", " <?xml version=\"1.0\"?>", `<?xml version="1.0"?>`, `<?xml encoding="UTF-8"?>`, "\xEF\xBB\xBF" + `<?xml version="1.0" encoding="UTF-8"?>`,
			`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`, `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE x>`, `<?xml version='1.0' encoding='utf-8'?>`}[r.IntN(8)], 1)
	}},
	{"cut short", func(r *rand.Rand, s string) string { return s[:1+r.IntN(len(s)-1)] }},
	{"more after the end", func(r *rand.Rand, s string) string {
		return s + []string{"\n\n", "<x/>", "x", "<!-- end -->", "&#32;"}[r.IntN(5)]
	}},
	{"one byte", func(r *rand.Rand, s string) string {
		b := []byte(s)
		b[r.IntN(len(b))] = byte(r.IntN(256))
		return string(b)
	}},
}

func FuzzDocument(f *testing.F) {
	for _, root := range []string{"Etab", "Eleve", "Enseignant", "Groupe", "RespAff"} {
		for degree, space := range map[string]string{"1D": "http://data.education.fr/ns/gar/1d", "2D": "http://data.education.fr/ns/gar"} {
			f.Add("A70_GAR-ENT_Complet_20260901_210000_"+degree+"_"+root+"_0000.xml",
				[]byte(`<men:GAR-ENT-`+root+` xmlns:men="`+space+`" Version="1.0"><men:GAREtab><men:GARStructureUAI>0991234D</men:GARStructureUAI><men:GARStructureNomCourant>Les Tilleuls</men:GARStructureNomCourant></men:GAREtab>`+
					`<men:GARGroupe><men:GARGroupeCode>5B</men:GARGroupeCode><men:GARStructureUAI>0991234D</men:GARStructureUAI></men:GARGroupe></men:GAR-ENT-`+root+`>`))
		}
	}
	f.Fuzz(func(t *testing.T, name string, doc []byte) {
		if _, err := provision.Verdict(name, doc); err != nil {
			t.Fatalf("a document's fault was taken for the machine's: %v", err)
		}
	})
}
