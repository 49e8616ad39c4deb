package sheet_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"pupitre/internal/fault"
	"pupitre/internal/sheet"
)

var columns = []sheet.Column{{"id", []string{"identifiant", "identifier"}}, {"name", []string{"nom", "family name"}}, {"given", []string{"prénom"}}}

func encoded(t *testing.T, text string, with interface{ String(string) (string, error) }) string {
	t.Helper()
	out, err := with.String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestASpreadsheetIsReadHoweverItWasWritten(t *testing.T) {
	t.Parallel()
	const text = "Prénom;NOM;Remarque\r\nInès;Lefèvre;x\r\n"
	for name, c := range map[string]struct {
		file string
		in   sheet.Encoding
		sep  rune
	}{
		"UTF-8":              {text, sheet.UTF8, ';'},
		"with its mark":      {"\ufeff" + text, sheet.UTF8, ';'},
		"Latin-1":            {encoded(t, text, charmap.Windows1252.NewEncoder()), sheet.Latin1, ';'},
		"UTF-16, little":     {encoded(t, text, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewEncoder()), sheet.UTF16, ';'},
		"UTF-16, big":        {encoded(t, text, unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM).NewEncoder()), sheet.UTF16, ';'},
		"commas":             {strings.ReplaceAll(text, ";", ","), sheet.UTF8, ','},
		"tabs":               {strings.ReplaceAll(text, ";", "\t"), sheet.UTF8, '\t'},
		"quotes around":      {"\"prenom\";\"nom\"\nInès;\"Lefèvre\"\n", sheet.UTF8, ';'},
		"a separator inside": {"prenom;nom;\"a,b,c,d\"\nInès;Lefèvre\n", sheet.UTF8, ';'},
	} {
		table, err := sheet.Read(strings.NewReader(c.file), columns)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		row, err := table.Next()
		if table.Encoding != c.in || table.Separator != c.sep || err != nil || row.Get("name") != "Lefèvre" || row.Get("given") != "Inès" || row.Get("id") != "" || row.Line != 2 {
			t.Errorf("%s: %s %q, row %+v, %v", name, table.Encoding, table.Separator, row, err)
		}
		if _, err := table.Next(); !errors.Is(err, io.EOF) {
			t.Errorf("%s: after the last row: %v", name, err)
		}
	}
}

func TestWhatIsNoTableIsRefusedWithItsRemedy(t *testing.T) {
	t.Parallel()
	for file, code := range map[string]string{
		"":                          "sheet.file.empty",
		"PK\x03\x04 a workbook":     "sheet.file.workbook",
		"nom\x00;x":                 "sheet.file.binary",
		"a;b\nc;d":                  "sheet.header.unknown",
		"nom;family name\na;b":      "sheet.header.twice",
		"nom;\"b\"x\na;b":           "sheet.header.form",
		strings.Repeat("x", 33<<20): "sheet.file.large",
	} {
		if _, err := sheet.Read(strings.NewReader(file), columns); fault.CodeOf(err) != code || !fault.Is(err, fault.Invalid) {
			t.Errorf("%.20q: %v, want %s", file, err, code)
		}
	}
}

func TestABrokenRowDoesNotHideTheNext(t *testing.T) {
	t.Parallel()
	file := "nom;prénom\nA;1\nB\"x;2\n;\n\nC;3\n" + strings.Repeat("x", 5000) + ";\nD\n"
	table, err := sheet.Read(strings.NewReader(file), columns)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			got = append(got, fmt.Sprint(row.Line, " ", fault.CodeOf(err)))
			continue
		}
		got = append(got, fmt.Sprint(row.Line, " ", row.Get("name")))
	}
	want := []string{"2 A", "3 sheet.row.quotes", "6 C", "7 sheet.row.long", "8 D"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatIsWrittenRunsNothingAndComesBackAsItWas(t *testing.T) {
	t.Parallel()
	cells := []string{"=1+1", "+33 6", "-x", "@a", "Inès; \"dite\"", "'entre nous", "", "a\nb"}
	var out strings.Builder
	w := sheet.NewWriter(&out, "nom", "prenom")
	for _, c := range cells {
		w.Write(c, "x")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, start := range []string{"\n=", "\n+", "\n-", "\n@"} {
		if strings.Contains(out.String(), start) {
			t.Errorf("a cell would be run: %q", out.String())
		}
	}
	if !strings.HasPrefix(out.String(), "\ufeffnom;prenom\r\n") {
		t.Errorf("begins with %.20q", out.String())
	}
	table, err := sheet.Read(strings.NewReader(out.String()), columns)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range cells {
		row, err := table.Next()
		if err != nil || row.Get("name") != want {
			t.Errorf("got %q (%v), want %q", row.Get("name"), err, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("nom;prénom\nA;\"1\nB;2"))
	f.Add([]byte("\xff\xfen\x00o\x00m\x00"))
	f.Fuzz(func(t *testing.T, file []byte) {
		table, err := sheet.Read(strings.NewReader(string(file)), columns)
		for err == nil {
			_, err = table.Next()
			if fault.Is(err, fault.Invalid) {
				err = nil
			}
		}
		if !errors.Is(err, io.EOF) && !fault.Is(err, fault.Invalid) {
			t.Errorf("%v", err)
		}
	})
}

func TestTheFirstLineThatSaysSomethingTellsTheSeparator(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"\r\n\nidentifiant,nom\n", "\"a\n;;;\",nom\n"} {
		if table, err := sheet.Read(strings.NewReader(file), columns); err != nil || table.Separator != ',' {
			t.Errorf("%q: %+v, %v", file, table, err)
		}
	}
}
