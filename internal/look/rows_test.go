package look_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"pupitre/internal/lang"
	"pupitre/internal/look"
)

type person struct {
	Name, Class string
	Chosen      bool
}

const personPart = `{{define "person"}}<tr{{if .Chosen}} class="on"{{end}}><td title="{{.Name}}">{{.Name}}</td>{{with .Class}}<td>{{.}}</td>{{end}}<td>{{t "look.close"}}</td></tr>{{end}}`

func personRows(t *testing.T, part string) look.Rows[person] {
	t.Helper()
	site := look.New(look.Pupitre, lang.MustLoad())
	page := site.Template(fstest.MapFS{"p.html": {Data: []byte(`{{define "main"}}{{end}}` + part)}}, "p.html")
	return look.Rows[person]{Page: page, Part: "person", Texts: func(p *person) []*string { return []*string{&p.Name, &p.Class} }}
}

// Rows that are drawn by their shapes are what the template draws of each.
func TestRowsAreWhatTheirTemplateDraws(t *testing.T) {
	t.Parallel()
	rows := personRows(t, personPart)
	persons := []person{
		{"Inès Moreau", "5e B", false}, {"Tom Petit", "5e B", true}, {"Léa Roux", "", false}, {"", "", true},
		{`O'Neil <b>"& Co"</b>`, "5e <A>", true}, {"\uE000 \uE001", "5e B", false}, {"Inès Moreau", "5e B", false},
	}
	for _, locale := range lang.Locales {
		var want strings.Builder
		for _, p := range persons {
			one, err := rows.Page.Part(locale, "person", p)
			if err != nil {
				t.Fatal(err)
			}
			want.WriteString(string(one))
		}
		got, err := rows.Draw(locale, persons)
		if err != nil || string(got) != want.String() {
			t.Errorf("%s: %v\n got %s\nwant %s", locale, err, got, want.String())
		}
	}
}

// Where HTML's signs are not all that has to be made safe, nothing is drawn.
func TestRowsRefuseTextsThatNeedMore(t *testing.T) {
	t.Parallel()
	for _, part := range []string{
		`{{define "person"}}<a href="/classes/{{.Class}}">{{.Name}}</a>{{end}}`,
		`{{define "person"}}<a href="/classes?nom={{.Name}}">ici</a>{{end}}`,
		`{{define "person"}}<td title={{.Name}}></td>{{end}}`,
		`{{define "person"}}<script>let name = {{.Name}}</script>{{end}}`,
		`{{define "person"}}<script>let name = "{{.Name}}"</script>{{end}}`,
		`{{define "person"}}<td onclick="say({{.Name}})"></td>{{end}}`,
	} {
		if got, err := personRows(t, part).Draw(lang.French, []person{{"Inès", "5e B", false}}); err == nil {
			t.Errorf("%s is drawn as %s", part, got)
		}
	}
}

// BenchmarkRows is what two hundred rows cost by their shapes, and by the template for each.
func BenchmarkRows(b *testing.B) {
	site := look.New(look.Pupitre, lang.MustLoad())
	page := site.Template(fstest.MapFS{"p.html": {Data: []byte(`{{define "main"}}{{end}}` + personPart + `{{define "persons"}}{{range .}}{{template "person" .}}{{end}}{{end}}`)}}, "p.html")
	persons := make([]person, 200)
	for i := range persons {
		persons[i] = person{strings.Repeat("n", i%20+1), "5e B", i%2 == 0}
	}
	b.Run("shapes", func(b *testing.B) {
		rows := look.Rows[person]{Page: page, Part: "person", Texts: func(p *person) []*string { return []*string{&p.Name, &p.Class} }}
		for b.Loop() {
			if _, err := rows.Draw(lang.French, persons); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("template", func(b *testing.B) {
		for b.Loop() {
			if _, err := page.Part(lang.French, "persons", persons); err != nil {
				b.Fatal(err)
			}
		}
	})
}
