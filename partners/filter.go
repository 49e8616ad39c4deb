package partners

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// query is what a list asks for (gar-protocol §1.4). Several filters narrow together.
type query struct {
	school  directory.UAI // the first filter by school: those sold to its nature pass too, which only the database knows
	equal   []field       // the other filters: filtreNom → filtreValeur
	between []dates
	order   string // triPar
	down    bool   // tri = DSC
	deleted bool   // aboSuppr
	first   int    // positions, from 1
	last    int
}

// dates is a « filtreParDate »: the days after and before which a date must fall, themselves included.
type dates struct {
	name          string
	after, before clock.Date
}

// The window of a list without « debut » and « fin », and the largest. No list goes as far as furthest.
const (
	widestWindow = 5000
	furthest     = 1 << 30
)

// readQuery reads the window out of the address and the rest out of the body, which may be absent.
func readQuery(r *http.Request) (query, error) {
	q := query{order: "idAbonnement", first: 1, last: widestWindow}
	if err := q.readWindow(r); err != nil {
		return q, err
	}
	if r.ContentLength == 0 || r.Body == http.NoBody {
		return q, nil
	}
	reader, err := open(r, "filtres")
	if fault.CodeOf(err) == "xmlgate.document.empty" {
		return q, nil // a client that always says it has a body, and has none
	}
	if err != nil {
		return q, err
	}
	for child, err := range reader.Children() {
		if err != nil {
			return q, err
		}
		f := field{name: child.Name.Local, line: child.Line}
		switch f.name {
		case "filtre":
			var fs fields
			if fs, err = simple(reader, []string{"filtreNom", "filtreValeur"}, nil); err == nil {
				err = q.addEqual(f, fs)
			}
		case "filtreParDate":
			var fs fields
			if fs, err = simple(reader, []string{"dateName", "dateAvant", "dateApres"}, nil); err == nil {
				err = q.addDates(f, fs)
			}
		case "triPar", "tri", "aboSuppr":
			if f.text, err = reader.Trimmed(); err == nil {
				err = q.set(f)
			}
		default:
			err = at(f, fault.New(fault.Invalid, "partners.body.unknown"))
		}
		if err != nil {
			return q, err
		}
	}
	return q, finish(reader)
}

// readWindow reads ?debut=…&fin=…: the positions of the first and the last to send, counted from 1, a 0 being taken for 1. So
// both habits that are known work: 0 to 5000 at once, and 1 to 100, 101 to 200, …
func (q *query) readWindow(r *http.Request) error {
	for name, place := range map[string]*int{"debut": &q.first, "fin": &q.last} {
		text := r.URL.Query().Get(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return fault.New(fault.Invalid, "partners.window.form", "name", name, "value", text)
		}
		*place = n
	}
	q.first = min(max(q.first, 1), furthest)
	if r.URL.Query().Get("fin") == "" {
		q.last = furthest
	}
	// A window that ends before it begins is an empty one, so that a client which counts on finds the end of its list.
	q.last = max(min(q.last, q.first+widestWindow-1), q.first-1)
	return nil
}

func (q *query) addEqual(f field, fs fields) error {
	name := fs.get("filtreNom")
	if _, ok := columns[name.text]; !ok || !slices.Contains(filterNames, name.text) {
		return at(f, fault.New(fault.Invalid, "partners.filter.unknown", "value", name.text, "known", strings.Join(filterNames, ", ")))
	}
	value := fs.get("filtreValeur").text
	if name.text == "uaiEtab" && q.school == "" {
		q.school = directory.UAI(strings.ToUpper(value))
		return nil
	}
	q.equal = append(q.equal, field{name.text, value, f.line})
	return nil
}

func (q *query) addDates(f field, fs fields) error {
	d := dates{name: fs.get("dateName").text}
	if !slices.Contains(dateNames, d.name) {
		return at(f, fault.New(fault.Invalid, "partners.filter.unknown", "value", d.name, "known", strings.Join(dateNames, ", ")))
	}
	for name, day := range map[string]*clock.Date{"dateApres": &d.after, "dateAvant": &d.before} {
		bound := fs.get(name)
		if bound.text == "" {
			continue
		}
		var ok bool
		if *day, ok = parseDay(bound.text); !ok {
			return at(bound, fault.New(fault.Invalid, "partners.day.form", "value", bound.text))
		}
	}
	q.between = append(q.between, d)
	return nil
}

func (q *query) set(f field) error {
	switch {
	case f.text == "":
	case f.name == "triPar" && slices.Contains(orderNames, f.text):
		q.order = f.text
	case f.name == "triPar":
		return at(f, fault.New(fault.Invalid, "partners.filter.unknown", "value", f.text, "known", strings.Join(orderNames, ", ")))
	case f.name == "tri" && (f.text == "ASC" || f.text == "DSC" || f.text == "DESC"):
		q.down = f.text != "ASC"
	case f.name == "aboSuppr" && (f.text == "true" || f.text == "1" || f.text == "false" || f.text == "0"):
		q.deleted = f.text == "true" || f.text == "1"
	default:
		return at(f, fault.New(fault.Invalid, "partners.filter.unknown", "value", f.text, "known", "ASC, DSC, true, false"))
	}
	return nil
}

var (
	filterNames = []string{"idDistributeurCom", "uaiEtab", "idAbonnement", "typeAffectation", "categorieAffectation", "publicCible", "codeProjetRessource"}
	orderNames  = []string{"idAbonnement", "idRessource", "typeIdRessource", "libelleRessource", "debutValidite", "finValidite", "categorieAffectation", "typeAffectation", "publicCible", "codeProjetRessource"}
	dateNames   = []string{"dateCreation", "dateModification", "debutValidite", "finValidite"}
)

// columns say what a subscription has under each name.
var columns = map[string]func(licensing.Subscription) []string{
	"idAbonnement":         func(s licensing.Subscription) []string { return []string{string(s.ID)} },
	"idDistributeurCom":    func(s licensing.Subscription) []string { return []string{s.Distributor} },
	"idRessource":          func(s licensing.Subscription) []string { return []string{string(s.ARK)} },
	"typeIdRessource":      func(licensing.Subscription) []string { return []string{"ark"} },
	"libelleRessource":     func(s licensing.Subscription) []string { return []string{s.Title} },
	"debutValidite":        func(s licensing.Subscription) []string { return []string{s.Starts.String()} },
	"finValidite":          func(s licensing.Subscription) []string { return []string{s.Ends.String()} },
	"categorieAffectation": func(s licensing.Subscription) []string { return []string{category(s)} },
	"typeAffectation":      func(s licensing.Subscription) []string { return []string{string(s.Kind)} },
	"codeProjetRessource":  func(s licensing.Subscription) []string { return []string{s.ProjectCode} },
	"publicCible":          publicsOf,
	"uaiEtab": func(s licensing.Subscription) (list []string) {
		for _, u := range s.Schools {
			list = append(list, string(u))
		}
		return list
	},
}

func publicsOf(s licensing.Subscription) (list []string) {
	for _, p := range s.Publics {
		list = append(list, licensing.PublicValue(p))
	}
	return list
}

func category(s licensing.Subscription) string {
	if s.Transferable {
		return transferable
	}
	return notTransferable
}

// keeps reports whether a subscription passes every filter.
func (q query) keeps(s licensing.Subscription) bool {
	for _, f := range q.equal {
		same := func(v string) bool { return strings.EqualFold(v, f.text) }
		if !slices.ContainsFunc(columns[f.name](s), same) {
			return false
		}
	}
	for _, d := range q.between {
		var day clock.Date
		switch d.name {
		case "dateCreation":
			day = clock.On(s.Created, home)
		case "dateModification":
			day = clock.On(s.Modified, home)
		case "debutValidite":
			day = s.Starts
		case "finValidite":
			day = s.Ends
		}
		if !d.after.IsZero() && day.Before(d.after) || !d.before.IsZero() && d.before.Before(day) {
			return false
		}
	}
	return true
}

// compare is the order asked for; ties go by identifier, upwards.
func (q query) compare(a, b licensing.Subscription) int {
	by := slices.Compare(columns[q.order](a), columns[q.order](b))
	if q.down {
		by = -by
	}
	return cmp.Or(by, cmp.Compare(a.ID, b.ID))
}

// base is the part of the query that the database can answer.
func (q query) base(distributor string) licensing.Filter {
	f := licensing.Filter{Distributor: distributor, School: q.school, WithEnded: q.deleted, Limit: 1000}
	for _, e := range q.equal {
		if e.name == "codeProjetRessource" {
			f.ProjectCode = e.text
		}
	}
	return f
}
