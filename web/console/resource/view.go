package resource

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// view is which persons of the school the page lists.
type view struct {
	Profile directory.Profile
	Cohort  directory.CohortID // the class or group that is looked into; "" for the whole school
	Group   directory.CohortID // those who are in this group too
	Level   string             // pupils of « 5e »
	Subject string             // its code: who teaches or follows it
	Without bool               // « sans exemplaire »
	Text    string             // a name
	After   string             // the person of the last row of the page before
	From    int                // how many rows are before this page

	Among []directory.CohortID // a delegate's scope; none is the whole school
}

// filters are the choices that narrow the list; those that have nothing to choose from are left out.
type filters struct {
	Levels, Groups, Subjects []look.Option
	Without                  int // how many are « sans exemplaire »
}

// readView reads what to list. A button overrides what the form remembers: « montrer » a profile, « voir » a class, « effacer » the
// filters, « suite » another page.
func readView(r *http.Request, d hall.Desk, m hall.Cohorts) (view, error) {
	v := view{Among: d.Scope(), Profile: directory.Profile(r.FormValue("profil")), Cohort: directory.CohortID(r.FormValue("vue")), Group: directory.CohortID(r.FormValue("groupe")),
		Level: r.FormValue("niveau"), Subject: r.FormValue("matiere"), Without: r.FormValue("sans") != "", Text: r.FormValue("nom")}
	if v.Profile == "" {
		v.Profile = directory.Pupil
	}
	if r.Form.Has("montrer") {
		v.Profile = directory.Profile(r.FormValue("montrer"))
	}
	if !slices.Contains(directory.Profiles, v.Profile) {
		return v, fault.New(fault.Invalid, "console.profile.unknown")
	}
	if r.Form.Has("voir") {
		v.Cohort, v.Text = directory.CohortID(r.FormValue("voir")), ""
	}
	if r.Form.Has("effacer") {
		v = view{Among: v.Among, Profile: v.Profile, Cohort: v.Cohort}
	}
	v.fit()
	for _, id := range []directory.CohortID{v.Cohort, v.Group} {
		if _, ok := m[id]; !ok && id != "" {
			return v, fault.New(fault.NotFound, "console.cohort.unknown")
		}
	}
	return v, v.readPage(r)
}

// fit drops the filters that the profile does not have.
func (v *view) fit() {
	if v.Profile != directory.Pupil {
		v.Level = ""
	}
	if v.Profile != directory.Pupil && v.Profile != directory.Teacher {
		v.Subject = ""
	}
	if v.Group == v.Cohort {
		v.Group = ""
	}
}

// readPage reads where in the list we are, unless the list is another one than before.
func (v *view) readPage(r *http.Request) error {
	after, from := r.FormValue("apres"), r.FormValue("rang")
	switch {
	case r.Form.Has("debut"):
		return nil
	case r.Form.Has("liste") && r.FormValue("liste") != v.list():
		return nil
	case r.Form.Has("suite"):
		after, from = r.FormValue("cle"), r.FormValue("suite")
	}
	if from == "" {
		return nil
	}
	n, err := strconv.Atoi(from)
	if err != nil || n < 0 {
		return fault.New(fault.Invalid, "web.page.form", "value", from)
	}
	if n > 0 {
		v.After, v.From = after, n
	}
	return nil
}

// list names the list that is shown, so that a page's number is not taken for another list's.
func (v view) list() string {
	return fmt.Sprintf("%s %s %s %q %q %t %s", v.Profile, v.Cohort, v.Group, v.Level, v.Subject, v.Without, v.Text)
}

// ListName is list, for the form.
func (v view) ListName() string { return v.list() }

// query is the view in the page's address, without the name that is looked for: addresses are written down by many.
func (v view) query() string {
	q := url.Values{}
	for name, value := range map[string]string{"vue": string(v.Cohort), "groupe": string(v.Group), "niveau": v.Level, "matiere": v.Subject} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if v.Profile != directory.Pupil {
		q.Set("profil", string(v.Profile))
	}
	if v.Without {
		q.Set("sans", "1")
	}
	if v.From > 0 {
		q.Set("apres", v.After)
		q.Set("rang", strconv.Itoa(v.From))
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// narrowed reports whether the list is fewer than a target says: than everybody of the profile in a class, a group or the school.
func (v view) narrowed() bool {
	return v.Group != "" || v.Level != "" || v.Subject != "" || v.Without || v.Text != ""
}

// Narrowed is narrowed, for the page.
func (v view) Narrowed() bool { return v.narrowed() }

func (v view) crowd(d hall.Desk) licensing.Crowd {
	return licensing.Crowd{School: d.School.ID, Resource: d.Stock.Resource, Without: v.Without,
		Filter: directory.Filter{Profile: v.Profile, Cohort: v.Cohort, Group: v.Group, Level: v.Level, Subject: v.Subject, Text: v.Text, Among: v.Among}}
}

// targets are everybody whom the list shows, where targets say it: not when the list is narrowed.
func (v view) targets(d hall.Desk, m hall.Cohorts) hall.Selection {
	if v.Cohort != "" {
		return hall.Selection{licensing.ToCohort(v.Cohort, v.Profile)}
	}
	return d.Everybody(m, v.Profile)
}

// fillFilters offers what the list can be narrowed by.
func (c *Room) fillFilters(r *http.Request, d hall.Desk, p *populationPage, labels hall.Cohorts, found licensing.Population) error {
	v, any := p.View, look.Option{Text: p.T("console.find.all")}
	p.Filters = filters{Without: found.Without}
	seen := map[string]bool{"": true}
	for _, cohort := range hall.Sorted(labels) {
		if cohort.Kind == directory.Group && (found.Cohorts[cohort.ID].Size > 0 || cohort.ID == v.Group) {
			p.Filters.Groups = append(p.Filters.Groups, look.Option{Value: string(cohort.ID), Text: cohort.Label, On: cohort.ID == v.Group})
		}
		if v.Profile == directory.Pupil && cohort.Kind == directory.Class && !seen[cohort.Level] {
			seen[cohort.Level] = true
			p.Filters.Levels = append(p.Filters.Levels, look.Option{Value: cohort.Level, Text: cohort.Level, On: cohort.Level == v.Level})
		}
	}
	if v.Level != "" && !seen[v.Level] {
		p.Filters.Levels = append(p.Filters.Levels, look.Option{Value: v.Level, Text: v.Level, On: true})
	}
	slices.SortFunc(p.Filters.Levels, func(a, b look.Option) int { return web.CompareLevels(a.Value, b.Value) })
	if v.Profile == directory.Pupil || v.Profile == directory.Teacher {
		subjects, err := c.People.Subjects(r.Context(), d.School.ID)
		if err != nil {
			return fmt.Errorf("subjects of %s: %w", d.School.ID, err)
		}
		for _, s := range subjects {
			p.Filters.Subjects = append(p.Filters.Subjects, look.Option{Value: s.Code, Text: cmp.Or(s.Label, s.Code), On: s.Code == v.Subject})
		}
	}
	for _, list := range []*[]look.Option{&p.Filters.Levels, &p.Filters.Groups, &p.Filters.Subjects} {
		if len(*list) > 0 {
			*list = slices.Insert(*list, 0, any)
		}
	}
	return nil
}
