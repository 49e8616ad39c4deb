package copyfile

import (
	"cmp"
	"errors"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"pupitre/internal/sheet"
	"pupitre/licensing"
)

// The columns, by the names that are written.
const (
	identifier = "identifiant"
	family     = "nom"
	given      = "prenom"
	class      = "classe"
	ark        = "ark"
	title      = "titre"
)

var columns = []sheet.Column{
	{ID: identifier, Names: []string{"identifiant", "identifier", "id", "GARPersonIdentifiant", "sourcedId"}},
	{ID: family, Names: []string{"nom", "nom de famille", "élève", "family name", "family", "last name", "surname", "name"}},
	{ID: given, Names: []string{"prenom", "given name", "given", "first name"}},
	{ID: class, Names: []string{"classe", "division", "class", "groupe", "group"}},
	{ID: ark, Names: []string{"ark", "ressource", "identifiant de la ressource", "resource"}},
	{ID: title, Names: []string{"titre", "titre de la ressource", "title"}},
}

// File is a file of persons and resources being read.
type File struct{ *sheet.Table }

// Read begins to read a file. What is refused is fault.Invalid.
func Read(from io.Reader) (File, error) {
	t, err := sheet.Read(from, columns)
	return File{t}, err
}

// NamesResources reports whether the lines may say which resource they mean.
func (f File) NamesResources() bool { return f.Has(ark) || f.Has(title) }

// Lines gives the file's lines, once. A line that breaks the form comes with its error.
func (f File) Lines() iter.Seq2[licensing.Line, error] {
	return func(yield func(licensing.Line, error) bool) {
		for {
			row, err := f.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			line := licensing.Line{Number: row.Line}
			if err == nil {
				line.Identifier, line.Family, line.Given = row.Get(identifier), row.Get(family), row.Get(given)
				line.Class, line.Resource = row.Get(class), cmp.Or(row.Get(ark), row.Get(title))
			}
			if !yield(line, err) {
				return
			}
		}
	}
}

// WriteStock writes the figures of a school's resources, a line for each public that has copies of its own: the lines of a resource sum up.
func WriteStock(w io.Writer, roll *licensing.Roll, stock []licensing.Stock) error {
	arks := arksOf(roll)
	out := sheet.NewWriter(w, ark, title, "total", "attribues", "reserve", "disponibles", "verrouilles", "illimite", "fin", "publics")
	for _, s := range stock {
		for _, c := range s.Portions() {
			ends := ""
			for _, p := range s.Pools {
				if day := p.Ends.String(); c.Of(p) && day > ends {
					ends = day
				}
			}
			out.Write(arks[string(s.Resource)], s.Title, number(c.Total), number(c.Assigned), number(c.Reserved), number(c.Available), number(c.Locked), yes(c.Unlimited), ends,
				licensing.JoinProfiles(c.Publics))
		}
	}
	return out.Close()
}

// Holders writes who holds copies, a resource after the other.
type Holders struct {
	out  *sheet.Writer
	roll *licensing.Roll
	arks map[string]string
	zone *time.Location
}

// NewHolders begins a file of holders.
func NewHolders(w io.Writer, roll *licensing.Roll) *Holders {
	return &Holders{out: sheet.NewWriter(w, identifier, family, given, class, ark, title, "depuis", "premiere_ouverture", "derniere_ouverture", "verrouille", "parti"),
		roll: roll, arks: arksOf(roll), zone: roll.School.Zone()}
}

// Write writes a page of the holders of a resource.
func (h *Holders) Write(s licensing.Stock, page []licensing.Holder) {
	for _, p := range page {
		who, _ := h.roll.Named(p.Person)
		h.out.Write(who.External, p.Name.Family, p.Name.Given, p.Class, h.arks[string(s.Resource)], s.Title, h.day(p.Since), h.day(p.Opened), h.day(p.LastOpened),
			yes(p.Locked), yes(p.Left))
	}
}

// Close ends the file, and says whether all was written.
func (h *Holders) Close() error { return h.out.Close() }

func (h *Holders) day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(h.zone).Format(time.DateOnly)
}

// WriteRefused writes the lines of a file that are not carried out, with why.
func WriteRefused(w io.Writer, refused []licensing.Refused, say func(error) string) error {
	out := sheet.NewWriter(w, "ligne", "raison")
	for _, r := range refused {
		out.Write(strconv.Itoa(r.Line), strings.TrimSpace(say(r.Err)))
	}
	return out.Close()
}

func arksOf(roll *licensing.Roll) map[string]string {
	arks := map[string]string{}
	for _, w := range roll.Works {
		arks[string(w.ID)] = string(w.ARK)
	}
	return arks
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

func yes(is bool) string {
	if is {
		return "oui"
	}
	return ""
}
