package sheet_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"pupitre/internal/fault"
	"pupitre/internal/sheet"
)

type row struct {
	Line  int
	Cells []string
}

func TestTablesWithoutAKnownHeaderAreReadAsSpreadsheetsSaveThem(t *testing.T) {
	t.Parallel()
	want := []row{{1, []string{"Nom", "Classe"}}, {2, []string{"Cissé, Amadou", "5e B"}}, {4, []string{"L’Œuf", "6e A"}}}
	const plain = "Nom;Classe\nCissé, Amadou;5e B\n\nL’Œuf;6e A\n"
	for name, c := range map[string]struct {
		file string
		in   sheet.Encoding
	}{
		"semicolons":    {"Nom;Classe\nCissé, Amadou;5e B\n;\nL’Œuf;6e A\n", sheet.UTF8},
		"commas":        {"Nom,Classe\r\n\"Cissé, Amadou\",5e B\r\n\r\nL’Œuf , 6e A", sheet.UTF8},
		"tabs, marked":  {"\ufeffNom\tClasse\nCissé, Amadou\t5e B\n\nL’Œuf\t6e A\n", sheet.UTF8},
		"Windows-1252":  {"Nom;Classe\nCiss\xe9, Amadou;5e B\n\nL\x92\x8cuf;6e A\n", sheet.Latin1},
		"UTF-16":        {encoded(t, plain, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewEncoder()), sheet.UTF16},
		"quoted header": {"\"Nom\";\"Classe\"\nCissé, Amadou;5e B\n\n\"L’Œuf\";6e A\n", sheet.UTF8},
	} {
		rows, in, err := sheet.Rows([]byte(c.file), 10)
		if err != nil || in != c.in {
			t.Errorf("%s: in %s, %v", name, in, err)
		}
		var got []row
		for _, r := range rows {
			got = append(got, row{r.Line, r.Cells()})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestTheFirstLineThatSaysSomethingTellsTheSeparator(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"\r\n\na,b\n", "\"a\n;;;\",b\n"} {
		if rows, _, err := sheet.Rows([]byte(file), 10); err != nil || len(rows) != 1 || len(rows[0].Cells()) != 2 {
			t.Errorf("%q: %v, %v", file, rows, err)
		}
	}
}

func TestWhatIsNoTableSaysHowToSaveOne(t *testing.T) {
	t.Parallel()
	for code, file := range map[string]string{
		"sheet.file.empty": " ;;\n\n", "sheet.file.workbook": "PK\x03\x04…", "sheet.file.binary": "a\x00b", "sheet.file.long": "a\nb\nc\nd\n",
		"sheet.rows.broken": "a;\"b\nc;d\n", "sheet.file.large": strings.Repeat("x", sheet.MaxBytes+1),
	} {
		if _, _, err := sheet.Rows([]byte(file), 3); fault.CodeOf(err) != code || !fault.Is(err, fault.Invalid) {
			t.Errorf("%.20q: got %v, want %s", file, err, code)
		}
	}
}

func FuzzRows(f *testing.F) {
	for _, seed := range []string{"Nom;Classe\na;b\n", "\xff\xfea\x00", "\"", "a,b\tc;d\xe9", "' =1"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, _, err := sheet.Rows(file, 100)
		if err != nil {
			return
		}
		last := 0
		for _, row := range rows {
			if row.Line <= last || len(row.Cells()) == 0 {
				t.Fatalf("line %d after %d", row.Line, last)
			}
			last = row.Line
			for _, cell := range row.Cells() {
				if !utf8.ValidString(cell) {
					t.Fatalf("cell %q", cell)
				}
			}
		}
	})
}
