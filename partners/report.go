package partners

import (
	"archive/zip"
	"bufio"
	"cmp"
	"encoding/xml"
	"io"
	"iter"
	"strings"
	"time"

	"pupitre/catalogue"
	"pupitre/internal/clock"
	"pupitre/licensing"
)

// Report (« rapport d'affectation ») tells a distributor what of its subscriptions is given: what moved on one day or, the global one,
// what stands now. It names no person.
type Report struct {
	Day   clock.Date // in Paris; zero for the global report
	Size  int64      // bytes of its ZIP
	Taken bool       // it was downloaded whole
}

// The names of reports; between them stands the day of a dated one, or globalDay.
const (
	reportPrefix = "GAR-Affectations_"
	reportSuffix = ".zip"
	globalDay    = "GLOBAL"
)

// Name is what the report is asked for by (« nomRapport »).
func (r Report) Name() string {
	if r.Day.IsZero() {
		return reportPrefix + globalDay + reportSuffix
	}
	return reportPrefix + strings.ReplaceAll(r.Day.String(), "-", "") + reportSuffix
}

// status is what the list says of it; the global report has none.
func (r Report) status() string {
	switch {
	case r.Day.IsZero():
		return ""
	case r.Taken:
		return taken
	}
	return notTaken
}

const (
	taken    = "PRIS_EN_COMPTE"
	notTaken = "NON_PRIS_EN_COMPTE"
	anyTaken = "TOUT"
)

// made is when a report was, or is, made: a dated one as soon as its day is settled.
func (r Report) made(now time.Time) time.Time {
	if r.Day.IsZero() {
		return now
	}
	return r.Day.End(home).Add(settling)
}

// pack writes a report as a ZIP of one XML file: the same lines are the same bytes.
func (r Report) pack(to io.Writer, distributor string, made time.Time, lines iter.Seq2[licensing.Movement, error]) error {
	z := zip.NewWriter(to)
	file, err := z.CreateHeader(&zip.FileHeader{
		Name: strings.TrimSuffix(r.Name(), reportSuffix) + ".xml", Method: zip.Deflate, Modified: made.In(home).Truncate(time.Second),
	})
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(file, 32<<10)
	if err := r.write(w, distributor, made, lines); err != nil {
		return err
	}
	return cmp.Or(w.Flush(), z.Close())
}

// write writes the XML. All rights of one subscription in one school look the same: nothing of a person is in them.
func (r Report) write(w *bufio.Writer, distributor string, made time.Time, lines iter.Seq2[licensing.Movement, error]) error {
	w.WriteString(xml.Header)
	openTag(w, "GARAffectations", "idDistributeurCom", distributor, "date", cmp.Or(r.Day, clock.On(made, home)).String())
	var last licensing.Movement
	for m, err := range lines {
		if err != nil {
			return err
		}
		if m.ARK != last.ARK || m.Subscription != last.Subscription {
			closeTags(w, last, m.ARK)
			if m.ARK != last.ARK {
				openTag(w, "GARRessource", "idRessource", string(m.ARK), "titreRessource", m.Title)
			}
			openTag(w, "GARAbonnement", "idAbonnement", string(m.Subscription), "finValidite", m.Ends.String())
		}
		openTag(w, "GAREtablissement", "UAI", string(m.School))
		repeat(w, `<Affectation type="`+string(m.Kind)+`"/>`, m.Given)
		repeat(w, `<Retrait type="`+string(m.Kind)+`"/>`, m.Back)
		w.WriteString("</GAREtablissement>\n")
		last = m
	}
	closeTags(w, last, "")
	_, err := w.WriteString("</GARAffectations>\n")
	return err
}

// closeTags ends the subscription that was written last, and its resource where another follows.
func closeTags(w *bufio.Writer, last licensing.Movement, next catalogue.ARK) {
	if last.Subscription == "" {
		return
	}
	w.WriteString("</GARAbonnement>\n")
	if last.ARK != next {
		w.WriteString("</GARRessource>\n")
	}
}

func repeat(w *bufio.Writer, element string, n int64) {
	for range n {
		w.WriteString(element)
	}
}

// openTag writes <name a="…" b="…">. The writer keeps its first error.
func openTag(w *bufio.Writer, name string, attributes ...string) {
	w.WriteString("<" + name)
	for i := 0; i+1 < len(attributes); i += 2 {
		w.WriteString(" " + attributes[i] + `="`)
		xml.EscapeText(w, []byte(attributes[i+1]))
		w.WriteString(`"`)
	}
	w.WriteString(">\n")
}
