package provision

import (
	"slices"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/journal"
)

// plan is a school's import, decided: what to write, what to tell, what to report.
type plan struct {
	change Change
	facts  []journal.Told
	report SchoolReport
	takes  map[string]directory.PersonID // identities that it takes for granted, of persons who were never attached here
}

// maker gives new things their ids and secrets.
type maker struct {
	id     func() string
	secret func() directory.Secret
}

// planner decides one school's import. It is a pure function of what stands and what the set says, but for the new ids.
type planner struct {
	known known
	model *model
	made  maker
	plan  plan

	ids   map[string]directory.CohortID // by code
	codes map[directory.CohortID]string
}

func decide(k known, m *model, s sifted, project directory.ProjectID, day clock.Date, made maker) plan {
	p := planner{known: k, model: m, made: made, ids: map[string]directory.CohortID{}, codes: map[directory.CohortID]string{}}
	p.plan.change = Change{Project: project, School: k.school.ID, New: k.school.ID == "", Model: &m.School, Digest: m.digest, Gone: m.digest == gone, Day: day}
	if p.plan.change.New {
		p.plan.change.School = directory.SchoolID(made.id())
		p.plan.facts = append(p.plan.facts, journal.Told{Fact: journal.Fact{Topic: directory.SchoolJoined, School: string(p.plan.change.School)}})
	}
	p.plan.report = SchoolReport{UAI: m.UAI, Name: m.Name, New: p.plan.change.New, Persons: len(m.people), Before: s.present,
		Arrived: len(s.arriving), Left: len(s.leaving)}
	p.cohorts()
	for _, a := range s.arriving {
		p.arrive(a)
	}
	for _, a := range s.changed {
		p.alter(a)
	}
	for _, e := range s.leaving {
		p.leave(e)
	}
	p.managers(s)
	return p.plan
}

// cohorts opens, renames and closes classes and groups. A code keeps its id, even through a closing.
func (p *planner) cohorts() {
	standing := map[string]KnownCohort{}
	for _, c := range p.known.cohorts {
		standing[c.Code], p.ids[c.Code], p.codes[c.ID] = c, c.ID, c.Code
	}
	wanted := map[string]bool{}
	for i := range p.model.Cohorts {
		c := &p.model.Cohorts[i]
		wanted[c.Code] = true
		if _, ok := standing[c.Code]; !ok {
			id := directory.CohortID(p.made.id())
			p.ids[c.Code], p.codes[id] = id, c.Code
		}
	}
	change, report := &p.plan.change, &p.plan.report
	for i := range p.model.Cohorts {
		c := &p.model.Cohorts[i]
		row := CohortRow{ID: p.ids[c.Code], Cohort: c}
		for _, code := range c.Within {
			row.Within = append(row.Within, p.ids[code])
		}
		old, ok := standing[c.Code]
		switch {
		case !ok:
			change.NewCohorts = append(change.NewCohorts, row)
			report.Opened++
		case old.Closed:
			change.Cohorts = append(change.Cohorts, row)
			report.Opened++
		case !sameCohort(old.Cohort, *c):
			change.Cohorts = append(change.Cohorts, row)
			report.Renamed++
		}
	}
	for _, c := range p.known.cohorts {
		if !wanted[c.Code] && !c.Closed {
			change.Closed = append(change.Closed, c.ID)
			report.Closed++
			p.plan.facts = append(p.plan.facts, journal.Told{Fact: journal.Fact{Topic: directory.CohortClosed, School: string(change.School), Subject: string(c.ID)}})
		}
	}
}

func sameCohort(a, b Cohort) bool {
	slices.Sort(a.Within)
	return a.Kind == b.Kind && a.Label == b.Label && a.Level == b.Level && slices.Equal(a.Within, b.Within)
}

// arrive takes in somebody who was not here: new to us, known elsewhere in the project, or back.
func (p *planner) arrive(a arrival) {
	row := p.row(a)
	p.plan.change.Persons = append(p.plan.change.Persons, row)
	after := p.situation(a.person)
	change := "arrived"
	if a.known.Person != "" {
		change = "returned"
		p.plan.report.Returned++
	}
	p.plan.report.example(Example{Change: change, Person: a.person.External, After: p.words(after)})
	p.tell(directory.PersonArrived, row.ID, directory.Movement{Situation: after})
}

// alter changes somebody who stays. Only a change of place, level or profile is a fact for others.
func (p *planner) alter(a arrival) {
	p.plan.change.Persons = append(p.plan.change.Persons, p.row(a))
	before, after := p.known.before[a.known.Person], p.situation(a.person)
	if sameSituation(before, after) {
		p.plan.report.Changed++
		p.plan.report.example(Example{Change: "changed", Person: a.person.External})
		return
	}
	p.plan.report.Moved++
	p.plan.report.example(Example{Change: "moved", Person: a.person.External, Before: p.words(before), After: p.words(after)})
	p.tell(directory.PersonMoved, a.known.Person, directory.Movement{Situation: after, From: &before})
}

func (p *planner) leave(e Enrolled) {
	p.plan.change.Left = append(p.plan.change.Left, e.Person)
	before := p.known.before[e.Person]
	p.plan.report.example(Example{Change: "left", Person: e.External, Before: p.words(before)})
	p.tell(directory.PersonLeft, e.Person, directory.Movement{Situation: before})
}

// row is what is written of a person, with the identity first where there is none yet.
func (p *planner) row(a arrival) PersonChange {
	row := PersonChange{ID: a.known.Person, Person: a.person, Digest: a.digest, Known: true, Fresh: a.known.Person == ""}
	if row.ID == "" {
		row.ID = p.known.elsewhere[a.person.External]
		row.Known = !p.known.introduced[row.ID]
	}
	if row.ID == "" {
		row.ID, row.Known = directory.PersonID(p.made.id()), false
		p.plan.change.NewPersons = append(p.plan.change.NewPersons, NewPerson{row.ID, p.made.secret(), a.person})
	}
	for _, place := range a.person.Places {
		row.Places = append(row.Places, PlaceRow{p.ids[place.Code], place.Subjects})
	}
	return row
}

// managers gives and takes back the assignment managers whom the portal names. Those whom the head named stay.
func (p *planner) managers(s sifted) {
	standing := map[directory.PersonID]KnownManager{}
	for _, m := range p.known.managers {
		standing[m.Person] = m
	}
	ids := map[string]directory.PersonID{}
	for _, e := range p.known.enrolled {
		ids[e.External] = e.Person
	}
	for _, row := range p.plan.change.Persons {
		ids[row.Person.External] = row.ID
	}
	for _, a := range s.visitors {
		row := p.row(a)
		p.plan.change.Persons = append(p.plan.change.Persons, row)
		ids[a.person.External] = row.ID
	}
	state := directory.ManagerConfirmed
	if p.known.school.ConfirmManager {
		state = directory.ManagerNamed
	}
	named := map[directory.PersonID]bool{}
	for i := range p.model.people {
		if person := &p.model.people[i]; person.manager {
			id := ids[person.external]
			named[id] = true
			if _, ok := standing[id]; !ok {
				p.plan.change.NewManagers = append(p.plan.change.NewManagers,
					directory.AssignmentManager{School: p.plan.change.School, Person: id, State: state})
			}
		}
	}
	for _, m := range p.known.managers {
		if m.FromPortal && !named[m.Person] {
			p.plan.change.LeftManagers = append(p.plan.change.LeftManagers,
				directory.AssignmentManager{School: p.plan.change.School, Person: m.Person, State: m.State})
		}
	}
}

func (p *planner) tell(topic string, person directory.PersonID, body directory.Movement) {
	p.plan.facts = append(p.plan.facts, journal.Told{
		Fact: journal.Fact{Topic: topic, School: string(p.plan.change.School), Person: string(person), Subject: string(person)}, Body: body})
}

// situation is what the set says a person is here.
func (p *planner) situation(person *Person) directory.Situation {
	s := directory.Situation{Profile: directory.Strongest(person.Profiles), Profiles: person.Profiles, Level: person.Level}
	for _, place := range person.Places {
		s.Cohorts = append(s.Cohorts, p.ids[place.Code])
	}
	slices.Sort(s.Cohorts)
	return s
}

func sameSituation(a, b directory.Situation) bool {
	return a.Level == b.Level && slices.Equal(a.Profiles, b.Profiles) && slices.Equal(a.Cohorts, b.Cohorts)
}

// words writes a situation for an example.
func (p *planner) words(s directory.Situation) []string {
	var out []string
	for _, profile := range s.Profiles {
		out = append(out, string(profile))
	}
	if s.Level != "" {
		out = append(out, s.Level)
	}
	for _, id := range s.Cohorts {
		out = append(out, p.codes[id])
	}
	return out
}
