package academy_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
)

func check(t *testing.T, o academy.Options) provision.Report {
	t.Helper()
	path, err := academy.WriteArchive(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	src, err := provision.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	report, err := provision.Check(t.Context(), src, provision.Limits{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestWhatIsInventedIsValid(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]academy.Options{
		"the demonstration": {},
		"first degree":      {Degree: directory.FirstDegree, Schools: 5, Seed: 4},
		"small files":       {Schools: 3, Seed: 9, PerFile: 500},
		"ten nights later":  {Schools: 3, Day: 10, Turnover: 0.1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := check(t, o)
			for _, f := range report.Findings {
				t.Errorf("%+v", f)
			}
			want := o.Schools
			if want == 0 {
				want = 2
			}
			if report.Refused || len(report.Schools) != want {
				t.Errorf("refused %v, %d schools, want %d", report.Refused, len(report.Schools), want)
			}
		})
	}
}

func TestTheDemonstrationIsTwoSchoolsOfAboutNineHundred(t *testing.T) {
	t.Parallel()
	report := check(t, academy.Options{})
	persons := 0
	for _, s := range report.Schools {
		persons += s.Persons
	}
	if persons < 850 || persons > 950 {
		t.Errorf("got %d persons", persons)
	}
	if s := report.Schools[0]; s.UAI != academy.Tilleuls || s.Name != academy.TilleulsName {
		t.Errorf("the first school is %s %s", s.UAI, s.Name)
	}
	if _, err := directory.ParseUAI(string(academy.Tilleuls)); err != nil {
		t.Error(err)
	}
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	archive := func(o academy.Options) []byte {
		var b bytes.Buffer
		if err := academy.Generate(&b, o); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	o := academy.Options{Seed: 7, Date: time.Date(2026, 11, 23, 21, 0, 0, 0, time.UTC)}
	if !bytes.Equal(archive(o), archive(o)) {
		t.Error("two runs differ")
	}
	other := o
	other.Seed = 8
	if bytes.Equal(archive(o), archive(other)) {
		t.Error("two seeds agree")
	}
}

func TestTheCastIsThereAndStays(t *testing.T) {
	t.Parallel()
	for _, o := range []academy.Options{{}, {Day: 30, Turnover: 0.5}} {
		dir := t.TempDir()
		if err := academy.WriteFolder(dir, o); err != nil {
			t.Fatal(err)
		}
		var all []byte
		names, _ := filepath.Glob(filepath.Join(dir, "*.xml"))
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, b...)
		}
		for _, c := range academy.Cast {
			if !bytes.Contains(all, []byte("<men:GARPersonIdentifiant>"+c.External+"</men:GARPersonIdentifiant>")) {
				t.Errorf("day %d: %s is missing", o.Day, c.Login)
			}
		}
	}
}
