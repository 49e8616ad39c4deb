package history

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// ActRow is one act.
type ActRow struct {
	When, Who, What, Href string
	Of                    string   // the resources, whose accounts, or who was named
	Whom                  string   // the targets of the order
	Terms                 []string // of who assigns copies: what is so now, or what was changed
	Given, Back           int64
	Until                 clock.Date
	Anytime               bool // it can be undone as long as it stands
	Undone                bool
}

// lineRow is what became of one copy.
type lineRow struct{ Key, When, What, Name, Past, Of, Whom, Href string }

// actKinds are the acts that the history may be narrowed to.
var actKinds = append([]string{"licensing.assigned", "licensing.released", "licensing.undone", licensing.VerbApart, licensing.VerbCompared, "licensing.served",
	"licensing.rolled", "licensing.rule", "licensing.reserve", "licensing.left", "licensing.subscribed", "licensing.amended", "licensing.ended"}, licensing.AppointmentVerbs...)

// kind is an act's kind in an address.
func kind(verb string) string { return strings.TrimPrefix(verb, "licensing.") }

// Sayer puts acts into words.
type Sayer struct {
	Room   *hall.Hall
	R      *http.Request
	Shell  *look.Shell
	At     hall.Site
	Labels hall.Cohorts
	Titles map[catalogue.ResourceID]string
	names  map[directory.PersonID]string
	scopes hall.Naming // what delegates' terms speak of
}

// NewSayer is for the pages of one school, and knows what these acts speak of.
func NewSayer(c *hall.Hall, r *http.Request, shell *look.Shell, at hall.Site, deeds ...licensing.Deed) (*Sayer, error) {
	s := &Sayer{Room: c, R: r, Shell: shell, At: at, Titles: map[catalogue.ResourceID]string{}, names: map[directory.PersonID]string{}}
	var err error
	if s.Labels, err = c.Scoped(r, at); err != nil {
		return nil, err
	}
	var of []catalogue.ResourceID
	for _, d := range deeds {
		for _, x := range d.Changes {
			of = append(of, x.Resource)
		}
	}
	if err := s.naming(deeds); err != nil {
		return nil, err
	}
	return s, s.Entitle(of)
}

// Entitle finds the titles of resources.
func (s *Sayer) Entitle(of []catalogue.ResourceID) error {
	var unknown []catalogue.ResourceID
	for _, id := range of {
		if _, ok := s.Titles[id]; !ok {
			s.Titles[id] = s.Shell.T("console.history.resource.gone")
			unknown = append(unknown, id)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	list, err := s.Room.Notices.ListResources(s.R.Context(), unknown...)
	for _, n := range list {
		s.Titles[n.ID] = n.Title
	}
	return err
}

// Name is a person's, as lists have it; somebody whose identity is erased is said so.
func (s *Sayer) Name(id directory.PersonID) (string, error) {
	if name, ok := s.names[id]; ok {
		return name, nil
	}
	person, err := s.Room.People.FindPerson(s.R.Context(), id)
	switch {
	case fault.Is(err, fault.NotFound):
		s.names[id] = s.Shell.T("console.history.nobody")
	case err != nil:
		return "", fmt.Errorf("name of %s: %w", id, err)
	default:
		s.names[id] = person.Name.Family + " " + person.Name.Given
	}
	return s.names[id], nil
}

// who says who acted.
func (s *Sayer) who(by journal.Actor) (string, error) {
	switch by.Kind {
	case journal.ByPerson:
		return s.Name(directory.PersonID(by.ID))
	case journal.ByPartner:
		return s.Shell.T("console.history.by.partner"), nil
	case journal.ByPortal:
		return s.Shell.T("console.history.by.portal"), nil
	}
	return s.Shell.T("console.history.by.system"), nil
}

// what names an act.
func (s *Sayer) what(d licensing.Deed) string {
	switch {
	case d.How != "":
		return s.Shell.T("console.history.rule." + d.How)
	case d.Appointment != nil:
		return appointed(s.Shell, d)
	case slices.Contains(actKinds, d.Verb):
		return s.Shell.T(d.Verb)
	}
	return s.Shell.T("console.history.other")
}

// whom names the targets of an act: « 5e B, 5e D et 3 personnes choisies une à une ».
func (s *Sayer) whom(targets []licensing.Target) string {
	return s.Labels.Whom(s.Shell, targets)
}

// of names the resources of an act: the first, and how many others.
func (s *Sayer) of(d licensing.Deed) string {
	if len(d.Changes) == 0 {
		return ""
	}
	title := s.Titles[d.Changes[0].Resource]
	if n := len(d.Changes) - 1; n > 0 {
		title = s.Shell.T("console.history.of.more", "title", title, "n", n)
	}
	return title
}

func (s *Sayer) Row(d licensing.Deed) (row ActRow, err error) {
	sum := d.Sum()
	row = ActRow{When: lang.Moment(s.Shell.Locale, d.At, s.At.School.Zone()), What: s.what(d), Href: s.At.ActPath(d.Act), Of: s.of(d), Whom: s.whom(d.Targets),
		Given: sum.Given, Back: sum.Back, Until: d.Until, Undone: d.UndoneBy != ""}
	if len(d.Persons) > 0 {
		name, err := s.Name(d.Persons[0])
		if err != nil {
			return row, err
		}
		row.Of, row.Anytime = s.Shell.T("console.history.accounts", "name", name, "n", len(d.Persons)), len(d.Apart) > 0
	}
	if d.Appointment != nil {
		if row.Of, err = s.Name(d.Appointment.Person); err != nil {
			return row, err
		}
		row.Terms = s.brief(d.Appointment)
	}
	row.Who, err = s.who(d.By)
	if d.Program != "" {
		row.Who = s.Shell.T("console.history.by.program", "who", row.Who)
	}
	return row, err
}

// lines puts lines of copies into words.
func (s *Sayer) lines(lines []licensing.CopyLine) ([]lineRow, error) {
	var of []catalogue.ResourceID
	for _, l := range lines {
		of = append(of, l.Resource)
	}
	if err := s.Entitle(of); err != nil {
		return nil, err
	}
	out := make([]lineRow, len(lines))
	for i, l := range lines {
		name, err := s.Name(l.Person)
		if err != nil {
			return nil, err
		}
		out[i] = lineRow{Key: l.Key, When: lang.Moment(s.Shell.Locale, l.At, s.At.School.Zone()), What: s.moved(l), Name: name, Of: s.Titles[l.Resource]}
		if l.Through.Kind == licensing.Cohort || l.Through.Kind == licensing.WholeSchool {
			out[i].Whom = lang.Capital(s.Labels.Label(s.Shell, l.Through))
		}
		if l.Cause != licensing.CauseOpened { // an opening is the person's own, and no act of the school
			out[i].Href = s.At.ActPath(l.Act)
		}
	}
	return out, nil
}

// moved says what became of a copy.
func (s *Sayer) moved(l licensing.CopyLine) string {
	switch {
	case l.Cause == licensing.CauseOpened, l.Cause == licensing.CauseEnded, l.Cause == licensing.CauseLeft,
		l.Cause == licensing.CauseUndone, l.Cause == licensing.CauseRestored:
		return s.Shell.T("console.history.line." + string(l.Cause))
	case l.Moved > 0:
		return s.Shell.T("console.history.line.given")
	}
	return s.Shell.T("console.history.line.back")
}
