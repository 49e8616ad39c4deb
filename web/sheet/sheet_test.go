package sheet_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"pupitre/internal/fault"
	"pupitre/web/sheet"
)

func TestTablesAreReadAsSpreadsheetsSaveThem(t *testing.T) {
	t.Parallel()
	want := []sheet.Row{{Line: 1, Cells: []string{"Nom", "Classe"}}, {Line: 2, Cells: []string{"Cissé, Amadou", "5e B"}}, {Line: 4, Cells: []string{"L’Œuf", "6e A"}}}
	for name, c := range map[string]struct {
		file  string
		latin bool
	}{
		"semicolons":    {"Nom;Classe\nCissé, Amadou;5e B\n;\nL’Œuf;6e A\n", false},
		"commas":        {"Nom,Classe\r\n\"Cissé, Amadou\",5e B\r\n\r\nL’Œuf , 6e A", false},
		"tabs, marked":  {"\ufeffNom\tClasse\nCissé, Amadou\t5e B\n\nL’Œuf\t6e A\n", false},
		"Windows-1252":  {"Nom;Classe\nCiss\xe9, Amadou;5e B\n\nL\x92\x8cuf;6e A\n", true},
		"UTF-16":        {"\xff\xfe" + wide("Nom;Classe\nCissé, Amadou;5e B\n\nL’Œuf;6e A\n"), false},
		"quoted header": {"\"Nom\";\"Classe\"\nCissé, Amadou;5e B\n\n\"L’Œuf\";6e A\n", false},
	} {
		got, err := sheet.Read([]byte(c.file), 10)
		if err != nil || got.Latin != c.latin {
			t.Errorf("%s: Latin %v, %v", name, got.Latin, err)
		}
		if diff := cmp.Diff(want, got.Rows); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func wide(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func TestWhatIsNoTableSaysHowToSaveOne(t *testing.T) {
	t.Parallel()
	for code, file := range map[string]string{
		"sheet.empty": " ;;\n\n", "sheet.workbook": "PK\x03\x04…", "sheet.binary": "a\x00b", "sheet.long": "a\nb\nc\nd\n", "sheet.quote": "a;\"b\nc;d\n",
	} {
		if _, err := sheet.Read([]byte(file), 3); fault.CodeOf(err) != code || fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: got %v, want %s", file, err, code)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"Nom;Classe\na;b\n", "\xff\xfea\x00", "\"", "a,b\tc;d\xe9"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		table, err := sheet.Read(file, 100)
		if err != nil {
			return
		}
		last := 0
		for _, row := range table.Rows {
			if row.Line < last || len(row.Cells) == 0 {
				t.Fatalf("line %d after %d", row.Line, last)
			}
			last = row.Line
			for _, cell := range row.Cells {
				if !utf8.ValidString(cell) || strings.TrimSpace(cell) != cell {
					t.Fatalf("cell %q", cell)
				}
			}
		}
	})
}
