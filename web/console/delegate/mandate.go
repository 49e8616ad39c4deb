package delegate

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
	"pupitre/web/console/hall"
)

// mandatePage is the form of a delegate's scope and budget.
type mandatePage struct {
	look.Shell
	Classes, Resources scopePart
	Budget, Until      look.Field
	Action, Back       string
	Verb               string
}

// scopePart is one side of a scope: all, or only some. Nothing ticked never means all.
type scopePart struct {
	Name     string // of the choice between all and some
	Box      string // of the boxes
	Legend   string
	All      string
	Some     string
	Only     bool
	Sections []scopeSection
}

// scopeSection is the boxes under one heading.
type scopeSection struct {
	Title string
	Boxes []look.Option
}

// mandate shows the form, filled with the mandate that there is.
func (c *Room) mandate(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	who, err := c.adult(r, at)
	if err != nil {
		return err
	}
	mandates, err := c.Mandates.ListMandates(r.Context(), at.School.ID)
	if err != nil {
		return err
	}
	m := licensing.Mandate{School: at.School.ID, Person: who.ID, Budget: licensing.Unlimited}
	sent := url.Values{"classes": {"choix"}, "ressources": {"tout"}}
	if i := slices.IndexFunc(mandates, func(m licensing.Mandate) bool { return m.Person == who.ID }); i >= 0 {
		m = mandates[i]
		sent = filled(m)
	}
	return c.showMandate(w, r, at, who, m.ID != "", sent, http.StatusOK)
}

// filled is a mandate as its form would send it.
func filled(m licensing.Mandate) url.Values {
	sent := url.Values{"classes": {"tout"}, "ressources": {"tout"}, "jusquau": {m.Until.String()}}
	for _, id := range m.Cohorts {
		sent.Set("classes", "choix")
		sent.Add("classe", string(id))
	}
	for _, id := range m.Resources {
		sent.Set("ressources", "choix")
		sent.Add("ressource", string(id))
	}
	if !m.Budget.IsUnlimited() {
		sent.Set("budget", m.Budget.String())
	}
	return sent
}

// adult finds the person of the address: anybody but an adult of the school is not found.
func (c *Room) adult(r *http.Request, at hall.Site) (directory.Person, error) {
	unknown := fault.New(fault.NotFound, "console.person.unknown")
	who, err := c.People.FindPerson(r.Context(), directory.PersonID(r.PathValue("person")))
	if fault.Is(err, fault.NotFound) {
		return who, unknown
	} else if err != nil {
		return who, err
	}
	for _, profile := range directory.Profiles {
		if profile == directory.Pupil {
			continue
		}
		members, err := c.People.ListPersons(r.Context(), at.School.ID, directory.Filter{Profile: profile, Text: who.Name.Family}, directory.Page{})
		if err != nil {
			return who, err
		}
		if slices.ContainsFunc(members, func(m directory.Member) bool { return m.Person == who.ID }) {
			return who, nil
		}
	}
	return who, unknown
}

// delegate gives the mandate that the form says, or shows the form again with what is wrong in it.
func (c *Room) delegate(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	who, err := c.adult(r, at)
	if err != nil {
		return err
	}
	m, problems := c.readMandate(r)
	m.School, m.Person = at.School.ID, who.ID
	if len(problems) == 0 {
		_, err = c.Mandates.Delegate(r.Context(), at.Reader.Actor(), m)
		if err == nil {
			return c.toDelegates(w, r, at, "console.delegates.given", who)
		}
		if !troubled(err) {
			return err
		}
		s := c.House.Site.Shell(r)
		problems = []look.Problem{{Field: fieldOf(fault.CodeOf(err)), Text: s.T(fault.CodeOf(err), fault.ParamsOf(err)...)}}
	}
	return c.showMandate(w, r, at, who, r.Form.Has("change"), r.PostForm, http.StatusBadRequest, problems...)
}

// fieldOf is the field that a refusal speaks of.
func fieldOf(code string) string {
	switch code {
	case "licensing.mandate.until":
		return "jusquau"
	case "licensing.mandate.budget.form", "licensing.mandate.spent":
		return "budget"
	case "licensing.mandate.resource":
		return "ressources"
	}
	return "classes"
}

// readMandate reads the form.
func (c *Room) readMandate(r *http.Request) (m licensing.Mandate, problems []look.Problem) {
	s := c.House.Site.Shell(r)
	wrong := func(field, key string, params ...any) {
		problems = append(problems, look.Problem{Field: field, Text: s.T(key, params...)})
	}
	for _, part := range []struct {
		name, box string
		add       func(string)
	}{
		{"classes", "classe", func(id string) { m.Cohorts = append(m.Cohorts, directory.CohortID(id)) }},
		{"ressources", "ressource", func(id string) { m.Resources = append(m.Resources, catalogue.ResourceID(id)) }},
	} {
		ticked := r.PostForm[part.box]
		switch only := r.PostFormValue(part.name) != "tout"; {
		case only && len(ticked) == 0:
			wrong(part.name, "console.mandate."+part.name+".none")
		case !only && len(ticked) > 0:
			wrong(part.name, "console.mandate."+part.name+".both")
		}
		for _, id := range ticked {
			part.add(id)
		}
	}
	m.Budget = licensing.Unlimited
	if text := strings.TrimSpace(r.PostFormValue("budget")); text != "" {
		n, err := licensing.ParseCount("budget", strings.Map(digits, text))
		if err != nil || n.IsUnlimited() {
			wrong("budget", "licensing.mandate.budget.form")
		}
		m.Budget = n
	}
	if text := r.PostFormValue("jusquau"); text != "" {
		day, err := clock.ParseDate(text)
		if err != nil {
			wrong("jusquau", "console.mandate.until.form")
		}
		m.Until = day
	}
	return m, problems
}

// digits drops the spaces that one writes in a number.
func digits(c rune) rune {
	if c == ' ' || c == '\u00a0' || c == '\u202f' {
		return -1
	}
	return c
}

func (c *Room) showMandate(w http.ResponseWriter, r *http.Request, at hall.Site, who directory.Person, change bool, sent url.Values, status int, problems ...look.Problem) error {
	p := &mandatePage{Shell: c.Shell(r, at), Back: at.Path(hall.DelegatesPath), Action: at.Path(hall.DelegatesPath + "/" + url.PathEscape(string(who.ID)))}
	p.Shell.Here, p.Problems = p.Action, problems
	name := web.Address(who.Name)
	p.Title, p.Parent, p.Verb = p.T("console.mandate.title", "name", name), p.T("console.delegates.title"), p.T("console.mandate.give")
	if change {
		p.Verb = p.T("console.mandate.change")
		p.Action += "?change=1"
	}
	p.Lead = p.T("console.mandate.lead", "name", name)
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.Path("")}, {Text: p.T("console.delegates.title"), Href: p.Back}, {Text: name, Current: true}}
	said := func(field string) string {
		for _, problem := range problems {
			if problem.Field == field {
				return problem.Text
			}
		}
		return ""
	}
	p.Budget = look.Field{ID: "budget", Label: p.T("console.mandate.budget"), Hint: p.T("console.mandate.budget.hint"), Value: sent.Get("budget"), InputMode: "numeric", Error: said("budget")}
	p.Until = look.Field{ID: "jusquau", Label: p.T("console.mandate.until"), Hint: p.T("console.mandate.until.hint"), Type: "date", Value: sent.Get("jusquau"), Error: said("jusquau")}
	if err := c.fillScope(r, at, p, sent); err != nil {
		return err
	}
	return c.pages.mandate.Send(w, r, status, p)
}

// fillScope offers the school's classes, groups and resources.
func (c *Room) fillScope(r *http.Request, at hall.Site, p *mandatePage, sent url.Values) error {
	list, err := c.People.Cohorts(r.Context(), at.School.ID)
	if err != nil {
		return err
	}
	items, err := c.Items(r, at)
	if err != nil {
		return err
	}
	p.Classes = scopePart{Name: "classes", Box: "classe", Legend: p.T("console.mandate.classes"), All: p.T("console.mandate.classes.all"), Some: p.T("console.mandate.classes.some"), Only: sent.Get("classes") != "tout"}
	p.Resources = scopePart{Name: "ressources", Box: "ressource", Legend: p.T("console.mandate.resources"), All: p.T("console.mandate.resources.all"), Some: p.T("console.mandate.resources.some"), Only: sent.Get("ressources") != "tout"}
	var groups []look.Option
	byLevel := map[string][]look.Option{}
	var levels []string
	for _, cohort := range hall.Sorted(hall.ByID(list)) {
		box := look.Option{Value: string(cohort.ID), Text: cohort.Label, On: slices.Contains(sent["classe"], string(cohort.ID))}
		if cohort.Kind == directory.Group {
			groups = append(groups, box)
			continue
		}
		if _, ok := byLevel[cohort.Level]; !ok {
			levels = append(levels, cohort.Level)
		}
		byLevel[cohort.Level] = append(byLevel[cohort.Level], box)
	}
	slices.SortFunc(levels, web.CompareLevels)
	for _, level := range levels {
		title := level
		if title == "" {
			title = p.T("console.tree.other")
		}
		p.Classes.Sections = append(p.Classes.Sections, scopeSection{title, byLevel[level]})
	}
	if len(groups) > 0 {
		p.Classes.Sections = append(p.Classes.Sections, scopeSection{p.T("console.tree.groups"), groups})
	}
	var boxes []look.Option
	for _, i := range items {
		boxes = append(boxes, look.Option{Value: string(i.Resource), Text: i.Title, On: slices.Contains(sent["ressource"], string(i.Resource))})
	}
	if len(boxes) > 0 {
		p.Resources.Sections = []scopeSection{{"", boxes}}
	}
	return nil
}
