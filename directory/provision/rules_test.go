package provision_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/internal/lang"
)

const (
	ines = "<men:GARPersonIdentifiant>tilleuls-c-0006</men:GARPersonIdentifiant>"
)

// record cuts the first record of an element out of a file's text.
func record(text, element string) string {
	return regexp.MustCompile(`(?s)  <men:` + element + `>.*?</men:` + element + ">\n").FindString(text)
}

// A museum of what portals get wrong. Each case changes a good set, and must be met by one finding of the right rule, effect
// and file, with a line.
func TestWhatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil  func(d delivery)
		rule   string
		effect provision.Effect
		root   string
		record string // part of
	}{
		"an element missing": {func(d delivery) {
			d.replace("Eleve", "    <men:GARPersonPrenom>", "    <!-- ")
			d.replace("Eleve", "</men:GARPersonPrenom>", " -->")
		}, "provision.schema.missing", provision.Refused, "Eleve", "GAREleve tilleuls-"},
		"elements out of order": {func(d delivery) {
			re := regexp.MustCompile(`( *<men:GARPersonNom>.*\n)( *<men:GARPersonPrenom>.*\n)`)
			s := d.read("Eleve")
			m := re.FindString(s)
			d.write("Eleve", strings.Replace(s, m, re.ReplaceAllString(m, "$2$1"), 1))
		}, "provision.schema.element", provision.Refused, "Eleve", "GAREleve tilleuls-"},
		"an unknown element": {func(d delivery) {
			d.replace("Etab", "<men:GARStructureContrat>PU</men:GARStructureContrat>", "<men:Autre/>")
		}, "provision.schema.element", provision.Refused, "Etab", "GAREtab 0991234D"},
		"too long": {func(d delivery) {
			d.replace("Eleve", ines, strings.Replace(ines, "tilleuls", strings.Repeat("x", 65), 1))
		}, "provision.schema.length", provision.Refused, "Eleve", "GAREleve"},
		"no such day": {func(d delivery) {
			d.replace("Eleve", "Naissance>2014-", "Naissance>2014-02-30</men:GARPersonDateNaissance><!--")
			d.replace("Eleve", "<!--", "<!--")
			closeComment(d)
		}, "provision.schema.date", provision.Refused, "Eleve", "GAREleve"},
		"no version":        {func(d delivery) { d.replace("Groupe", ` Version="1.0"`, "") }, "provision.schema.version", provision.Refused, "Groupe", ""},
		"an attribute":      {func(d delivery) { d.replace("Groupe", "<men:GARGroupeCode>", `<men:GARGroupeCode id="1">`) }, "provision.schema.attribute", provision.Refused, "Groupe", "GARGroupe"},
		"text between":      {func(d delivery) { d.replace("Groupe", "<men:GARGroupe>", "<men:GARGroupe>5e") }, "provision.schema.text", provision.Refused, "Groupe", "GARGroupe"},
		"a wrong namespace": {func(d delivery) { d.replace("RespAff", "/ns/gar\"", "/ns/gare\"") }, "provision.schema.namespace", provision.Refused, "RespAff", ""},
		"another root": {func(d delivery) {
			d.write("RespAff", strings.ReplaceAll(d.read("RespAff"), "GAR-ENT-RespAff", "GAR-ENT-Eleve"))
		}, "provision.file.root", provision.Refused, "RespAff", ""},
		"the other degree": {func(d delivery) { d.replace("RespAff", "/ns/gar\"", "/ns/gar/1d\"") }, "provision.file.degree", provision.Refused, "RespAff", ""},
		"a DOCTYPE": {func(d delivery) {
			d.replace("Eleve", "<men:GAR-ENT-Eleve ", "<!DOCTYPE x [<!ENTITY e \"x\">]>\n<men:GAR-ENT-Eleve ")
		}, "xmlgate.doctype.refused", provision.Refused, "Eleve", ""},
		"an entity":       {func(d delivery) { d.replace("Eleve", ">Marchal<", ">&eacute;<") }, "xmlgate.entity.refused", provision.Refused, "Eleve", "GAREleve tilleuls-c-0006"},
		"half a document": {func(d delivery) { s := d.read("Eleve"); d.write("Eleve", s[:len(s)/2]) }, "xmlgate.document.truncated", provision.Refused, "Eleve", ""},
		"the same key twice": {func(d delivery) {
			s := d.read("Groupe")
			r := record(s, "GARGroupe")
			d.write("Groupe", strings.Replace(s, r, r+r, 1))
		}, "provision.schema.key", provision.Refused, "Groupe", "GARGroupe 0991234D"},
		"two persons, one id":               {func(d delivery) { d.replace("Eleve", ">tilleuls-e-00002<", ">tilleuls-e-00003<") }, "provision.schema.key", provision.Refused, "Eleve", "GAREleve tilleuls-e-00003"},
		"two persons, one id, two files":    {func(d delivery) { s := d.read("Eleve"); d.beside("Eleve", only(s, record(s, "GAREleve"))) }, "provision.person.twice", provision.Refused, "Eleve", "GAREleve tilleuls-"},
		"a pupil and a teacher with one id": {func(d delivery) { d.replace("Enseignant", ">tilleuls-p-0006<", ">tilleuls-c-0006<") }, "provision.person.twice", provision.Refused, "Enseignant", "GAREnseignant tilleuls-c-0006"},
		"a school twice": {func(d delivery) {
			s := d.read("Etab")
			d.beside("Etab", only(s, strings.Replace(record(s, "GAREtab"), "Tilleuls", "Érables", 1)))
		}, "provision.record.twice", provision.Refused, "Etab", "GAREtab 0991234D"},
		"a bad letter":   {func(d delivery) { d.write("Etab", strings.ReplaceAll(d.read("Etab"), "0991234D", "0991234E")) }, "directory.uai.letter", provision.Refused, "Etab", "GAREtab 0991234E"},
		"no code at all": {func(d delivery) { d.write("Etab", strings.ReplaceAll(d.read("Etab"), "0991234D", "TILLEULS")) }, "directory.uai.form", provision.Refused, "Etab", "GAREtab TILLEULS"},

		"a record of nobody": {func(d delivery) {
			d.replace("Groupe", "<men:GARPersonIdentifiant>tilleuls-", "<men:GARPersonIdentifiant>ghost-")
		}, "provision.person.unknown", provision.Aside, "Groupe", "GARPersonGroupe 0991234D ghost-"},
		"a record of another school": {func(d delivery) {
			s := d.read("Eleve")
			r := record(s, "GARPersonMEF")
			d.write("Eleve", strings.Replace(s, r, strings.Replace(r, "0991234D", "0992001M", 1), 1))
		}, "provision.school.unknown", provision.Aside, "Eleve", "GARPersonMEF 0992001M"},
		"a class that is not": {func(d delivery) {
			s := d.read("Groupe")
			r := record(s, "GARPersonGroupe")
			d.write("Groupe", strings.Replace(s, r, regexp.MustCompile(`<men:GARGroupeCode>[^<]*<`).ReplaceAllString(r, "<men:GARGroupeCode>9Z<"), 1))
		}, "provision.cohort.unknown", provision.Aside, "Groupe", "GARPersonGroupe 0991234D"},
		"a status that is not":  {func(d delivery) { d.replace("Groupe", ">GROUPE<", ">EQUIPE<") }, "provision.cohort.status", provision.Aside, "Groupe", "GARGroupe 0991234D"},
		"a parent":              {func(d delivery) { d.replace("Eleve", "National_elv", "National_tut") }, "provision.profile.unknown", provision.Aside, "Eleve", "GAREleve tilleuls-"},
		"nobody's identifier":   {func(d delivery) { d.replace("Eleve", ines, "<men:GARPersonIdentifiant/>") }, "provision.person.blank", provision.Aside, "Eleve", "GAREleve"},
		"a relation said twice": {func(d delivery) { s := d.read("Eleve"); d.beside("Eleve", only(s, record(s, "GARPersonMEF"))) }, "provision.record.repeated", provision.Aside, "Eleve", "GARPersonMEF 0991234D"},

		"a course that is not": {func(d delivery) {
			s := d.read("Eleve")
			r := record(s, "GARPersonMEF")
			d.write("Eleve", strings.Replace(s, r, regexp.MustCompile(`<men:GARMEFCode>[^<]*<`).ReplaceAllString(r, "<men:GARMEFCode>99999999999<"), 1))
		}, "provision.course.unknown", provision.Noted, "Eleve", "GARPersonMEF 0991234D"},
		"a subject that is not": {func(d delivery) { d.replace("Groupe", ">020700<", ">999999<") }, "provision.subject.unknown", provision.Noted, "Groupe", "GAREnsClasseMatiere 0991234D"},
		"a group of no class":   {func(d delivery) { d.replace("Groupe", "Appartenance>5A<", "Appartenance>5Z<") }, "provision.class.unknown", provision.Noted, "Groupe", "GARGroupe 0991234D"},
		"a profile elsewhere": {func(d delivery) {
			d.replace("Eleve", "<men:GARStructureUAI>0991234D</men:GARStructureUAI>\n      <men:GARPersonProfil>", "<men:GARStructureUAI>0992001M</men:GARStructureUAI>\n      <men:GARPersonProfil>")
		}, "provision.profile.missing", provision.Noted, "Eleve", "GAREleve tilleuls-"},
		"a manager's other name": {func(d delivery) { d.replace("RespAff", ">Vasseur<", ">Vasseur-Roy<") }, "provision.person.named", provision.Noted, "RespAff", "GARRespAff tilleuls-c-0001"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := deliver(t)
			c.spoil(d)
			report := d.check()
			f, ok := rule(report, c.rule)
			if !ok {
				t.Fatalf("got %+v", report.Findings)
			}
			if f.Effect != c.effect || report.Refused != (c.effect == provision.Refused) {
				t.Errorf("effect %s, refused %v", f.Effect, report.Refused)
			}
			if !strings.Contains(f.File, "_"+c.root+"_") || f.Line == 0 || !strings.HasPrefix(f.Record, c.record) {
				t.Errorf("at %s:%d %q", f.File, f.Line, f.Record)
			}
			inWords(t, report)
		})
	}
}

// inWords holds every finding to having a sentence in both languages.
func inWords(t *testing.T, report provision.Report) {
	t.Helper()
	words := lang.MustLoad()
	for _, locale := range lang.Locales {
		for _, line := range report.Lines(words, locale) {
			if strings.Contains(line, "⟦") {
				t.Errorf("%s: %s", locale, line)
			}
		}
	}
}

func closeComment(d delivery) {
	s := d.read("Eleve")
	i := strings.Index(s, "<!--")
	end := strings.Index(s[i:], "</men:GARPersonDateNaissance>") + i
	d.write("Eleve", s[:end]+" -->"+s[end+len("</men:GARPersonDateNaissance>"):])
}

// only is a document with one record.
func only(text, record string) string {
	open := text[:strings.Index(text, "Version=\"1.0\">\n")+len("Version=\"1.0\">\n")]
	return open + record + text[strings.LastIndex(text, "</men:GAR-ENT-"):]
}

func TestFindingsHaveTheirLine(t *testing.T) {
	t.Parallel()
	d := deliver(t)
	s := d.read("Eleve")
	i := strings.Index(s, ">Marchal<")
	want := strings.Count(s[:i], "\n") + 2 // the second of the two, GARPersonNom
	d.replace("Eleve", "<men:GARPersonNom>Marchal</men:GARPersonNom>", "<men:GARPersonNom>"+strings.Repeat("é", 501)+"</men:GARPersonNom>")
	f, ok := rule(d.check(), "provision.schema.length")
	if !ok || f.Line != want || f.Record != "GAREleve tilleuls-c-0006" || f.Params["length"] != 501 || f.Params["limit"] != 500 {
		t.Errorf("got %+v, want line %d", f, want)
	}
	d.replace("Eleve", strings.Repeat("é", 501), strings.Repeat("é", 500))
	if report := d.check(); report.Refused {
		t.Errorf("500 characters of two bytes are refused: %+v", report.Findings)
	}
}

func TestOneSlipDoesNotHideTheNext(t *testing.T) {
	t.Parallel()
	d := deliver(t)
	d.replace("Eleve", "<men:GARPersonNom>", "<men:Nom/><men:GARPersonNom>")
	d.replace("Groupe", "<men:GARGroupeCode>", `<men:GARGroupeCode id="1">`)
	d.replace("RespAff", "<men:GARPersonMail>", "<!--")
	d.replace("RespAff", "</men:GARPersonMail>", "-->")
	rules := map[string]bool{}
	for _, f := range d.check().Findings {
		rules[f.Rule] = true
	}
	for _, want := range []string{"provision.schema.element", "provision.schema.attribute", "provision.schema.missing"} {
		if !rules[want] {
			t.Errorf("%s is not among %v", want, rules)
		}
	}
}

func TestTheRestOfASetWithDanglingRecordsIsTaken(t *testing.T) {
	t.Parallel()
	d := deliver(t)
	whole := d.check().Schools[0].Persons
	d.replace("Eleve", "National_elv", "National_tut")
	report := d.check()
	if report.Refused || report.Schools[0].Persons != whole-1 {
		t.Errorf("%d persons of %d", report.Schools[0].Persons, whole)
	}
	if n := len(report.Findings); n != 1 {
		t.Errorf("what belongs to someone set aside goes without a word: %d findings", n)
	}
}

func TestManyFindingsAreCounted(t *testing.T) {
	t.Parallel()
	d := deliver(t)
	d.write("Eleve", strings.ReplaceAll(d.read("Eleve"), "National_elv", "National_tut"))
	report := checkWithin(t, d.dir, provision.Limits{Findings: 7})
	if len(report.Findings) != 7 || report.Omitted["provision.profile.unknown"] != 425 {
		t.Errorf("%d listed, %v omitted", len(report.Findings), report.Omitted)
	}
	inWords(t, report)
}

func TestFilesInOldEncodingsAreRead(t *testing.T) {
	t.Parallel()
	d := deliver(t)
	utf8 := d.read("Eleve")
	latin := make([]byte, 0, len(utf8))
	for _, r := range strings.Replace(utf8, `encoding="UTF-8"`, `encoding="windows-1252"`, 1) {
		switch {
		case r < 0x100:
			latin = append(latin, byte(r))
		case r == 'œ':
			latin = append(latin, 0x9C)
		case r == '’':
			latin = append(latin, 0x92)
		default:
			t.Fatalf("%q has no place in Windows-1252", r)
		}
	}
	src, err := provision.Open(d.dir)
	if err != nil {
		t.Fatal(err)
	}
	want, err := provision.Digests(src, provision.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	d.write("Eleve", string(latin))
	got, err := provision.Digests(src, provision.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got["0991234D"] == "" || got["0991234D"] != want["0991234D"] {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestSmallBuffersStageTheSame(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := academy.WriteFolder(dir, academy.Options{Schools: 6, Pupils: 120, PerFile: 777}); err != nil {
		t.Fatal(err)
	}
	src, err := provision.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	want, err := provision.Digests(src, provision.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := provision.Digests(src, provision.Limits{SortBuffer: 64 << 10, Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if len(want) != 6 {
		t.Errorf("%d schools", len(want))
	}
	for uai, digest := range want {
		if got[uai] != digest {
			t.Errorf("%s: %s, then %s", uai, digest, got[uai])
		}
	}
}

func TestPortalsNumberFromZeroOrOne(t *testing.T) {
	t.Parallel()
	d := deliver(t)
	rename := func(from, to string) {
		for _, root := range []string{"Etab", "Eleve", "Enseignant", "Groupe", "RespAff"} {
			names, _ := filepath.Glob(filepath.Join(d.dir, "*_"+root+"_"+from+".xml"))
			for _, name := range names {
				if err := os.Rename(name, strings.Replace(name, "_"+from+".xml", "_"+to+".xml", 1)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	rename("0000", "0001")
	if report := d.check(); report.Refused {
		t.Errorf("from 1: %+v", report.Findings)
	}
	rename("0001", "0002")
	if f, ok := rule(d.check(), "provision.set.missing"); !ok || !strings.HasSuffix(f.File, "_0000.xml") {
		t.Errorf("from 2: %+v", f)
	}
}
