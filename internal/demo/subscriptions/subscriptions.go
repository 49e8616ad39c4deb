// Package subscriptions holds the demonstration's subscriptions (abonnements), as the XML that a distributor's program sends: one
// file, one PUT on the partners' web service. Their days follow the school year in which the demonstration starts.
//
// Among them: 150 copies of the grammar workbook for pupils and 10 for teachers; an encyclopaedia without limit for the whole
// school; a class's worth of copies that runs out at once; one that ends within the month, one of last year; copies that stay
// with who opened them; the mother of family; and two for the lycée.
package subscriptions

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"text/template"

	"pupitre/internal/clock"
)

//go:embed *.xml
var files embed.FS

// Distributor is the fictional distributor who sends them all, and the number in « idDistributeurCom ».
const (
	Distributor     = "999000808_0000000000000808"
	DistributorName = "Comptoir des écoles"
)

// For says for whom and when. Lycee may be "": what is for it is then left out.
type For struct {
	College string // UAI
	Lycee   string // UAI
	Today   clock.Date
}

// Subscription is one body, and the path that it is PUT to.
type Subscription struct {
	ID   string
	Body []byte
}

// blanks are what the files leave open.
type blanks struct {
	For
	Distributor          string
	SchoolYear, LastYear string
	Start, LastStart     clock.Date // the first days of the two school years: 16 August
	Soon                 clock.Date // before the month is out
}

// Files returns the subscriptions in their order.
func Files(f For) ([]Subscription, error) {
	b := blanks{For: f, Distributor: Distributor, SchoolYear: clock.SchoolYear(f.Today), Soon: f.Today.AddDays(20)}
	lastYear := clock.Date{Year: f.Today.Year - 1, Month: f.Today.Month, Day: min(f.Today.Day, 28)}
	b.LastYear = clock.SchoolYear(lastYear)
	var err error
	if b.Start, err = firstDay(b.LastYear); err != nil {
		return nil, err
	}
	if b.LastStart, err = firstDay(clock.SchoolYear(b.Start.AddDays(-400))); err != nil {
		return nil, err
	}
	names, err := fs.Glob(files, "*.xml")
	if err != nil {
		return nil, err
	}
	var out []Subscription
	for _, name := range names {
		if f.Lycee == "" && strings.Contains(name, "lycee") {
			continue
		}
		s, err := b.fill(name)
		if err != nil {
			return nil, fmt.Errorf("subscription %s: %w", name, err)
		}
		out = append(out, s)
	}
	return out, nil
}

// firstDay is the day after the end of a school year.
func firstDay(before string) (clock.Date, error) {
	end, err := clock.SchoolYearEnd(before)
	return end.AddDays(1), err
}

func (b blanks) fill(name string) (Subscription, error) {
	text, err := files.ReadFile(name)
	if err != nil {
		return Subscription{}, err
	}
	t, err := template.New(name).Parse(string(text))
	if err != nil {
		return Subscription{}, err
	}
	var body bytes.Buffer
	if err := t.Execute(&body, b); err != nil {
		return Subscription{}, err
	}
	return Subscription{ID: "demo-" + strings.TrimSuffix(name, ".xml") + "-" + b.SchoolYear, Body: body.Bytes()}, nil
}
