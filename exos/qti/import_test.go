package qti_test

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pupitre/exos/qti"
	"pupitre/exos/qti/score"
)

const workbook = "../../internal/demo/workbook/labo-grammaire-5e"

// zipDir packs a folder as a publisher would.
func zipDir(t testing.TB, dir string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f, err := w.Create(filepath.ToSlash(name))
		if err != nil {
			return err
		}
		_, err = f.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestDemonstrationWorkbook: every exercise that the demonstration publisher ships is read
// without remark above a note, and its declared answer earns the maximum.
func TestDemonstrationWorkbook(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(workbook); err != nil {
		t.Skip("the workbook is not written yet")
	}
	module, report, err := qti.Import(zipDir(t, workbook), qti.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Log(f)
	}
	if got := len(module.Sections); got != 4 {
		t.Errorf("%d sections, want 4", got)
	}
	items := module.Items()
	if len(items) != 24 {
		t.Errorf("%d exercises, want 24", len(items))
	}
	for _, it := range items {
		answered := score.Submission{}
		for _, a := range it.Key(1) {
			answered.Responses = append(answered.Responses, score.Response{Identifier: a.Response, Values: a.Values})
		}
		if got := it.Score(1, score.State{}, answered); !it.Scoreable || got.Score != it.MaxScore || it.MaxScore <= 0 {
			t.Errorf("%s: the declared answer earns %v of %v", it.Identifier, got.Score, it.MaxScore)
		}
		if got := it.Score(1, score.State{}, score.Submission{}); got.Score >= it.MaxScore {
			t.Errorf("%s: no answer earns %v of %v", it.Identifier, got.Score, it.MaxScore)
		}
	}
}

// A report says, of each typed answer, which ways of writing it count the same.
func TestTheReportSaysWhatIsAccepted(t *testing.T) {
	t.Parallel()
	item := strings.Replace(typical, `<qti-value>l’élève</qti-value>`, `<qti-value>3,5</qti-value>`, 1)
	item = strings.NewReplacer(`identifier="R2" cardinality="single" base-type="string"`, `identifier="R2" cardinality="single" base-type="float"`,
		`map-key="l’élève"`, `map-key="3,5"`, `map-key="l’écolier"`, `map-key="3"`).Replace(item)
	_, found, err := qti.Import(parcel(t, "items/a.xml", item), qti.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	got := found.Items[0].Accepted
	if len(got) != 1 || got[0].Response != "R2" || !slices.Contains(got[0].Forms, "3,5") || !slices.Contains(got[0].Forms, "3.5") {
		t.Errorf("accepted: %+v", got)
	}
}
