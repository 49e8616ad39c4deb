package provision

import "pupitre/directory"

// known is what stands of one school, as far as a plan needs it.
type known struct {
	school    KnownSchool // ID "" for a new one
	cohorts   []KnownCohort
	enrolled  []Enrolled
	managers  []KnownManager
	elsewhere map[string]directory.PersonID // of the project, never attached here
	before    map[directory.PersonID]directory.Situation

	introduced map[directory.PersonID]bool // identities that this import has just written
}

// sifted is a school's persons by what happens to them, told from their digests alone.
type sifted struct {
	arriving []arrival // new here, or back
	changed  []arrival // still here, something differs
	visitors []arrival // managers who are nothing else here
	leaving  []Enrolled
	same     int
	present  int // who are here now
}

// arrival is a person of the set with what is known of them here.
type arrival struct {
	person *Person
	digest string
	known  Enrolled // Person "" when never attached here
}

// sift compares the set's persons with those enrolled, and opens those about whom something changes.
func sift(enrolled []Enrolled, m *model) (sifted, error) {
	byExternal := make(map[string]Enrolled, len(enrolled))
	var s sifted
	for _, e := range enrolled {
		byExternal[e.External] = e
		if e.Present {
			s.present++
		}
	}
	staying := make(map[string]bool, len(m.people))
	for i := range m.people {
		p := &m.people[i]
		known := byExternal[p.external]
		staying[p.external] = !p.visitor
		if !p.visitor && known.Present && known.Digest == p.digest {
			s.same++
			continue
		}
		person, err := p.open()
		if err != nil {
			return s, err
		}
		a := arrival{person, p.digest, known}
		switch {
		case p.visitor:
			s.visitors = append(s.visitors, a)
		case known.Present:
			s.changed = append(s.changed, a)
		default:
			s.arriving = append(s.arriving, a)
		}
	}
	for _, e := range enrolled {
		if e.Present && !staying[e.External] {
			s.leaving = append(s.leaving, e)
		}
	}
	return s, nil
}

// strangers are the identifiers of those who were never attached here: they may be known to the project.
func (s sifted) strangers() []string {
	var out []string
	for _, list := range [][]arrival{s.arriving, s.visitors} {
		for _, a := range list {
			if a.known.Person == "" {
				out = append(out, a.person.External)
			}
		}
	}
	return out
}

// disturbed are the persons whose situation so far a plan needs.
func (s sifted) disturbed() []directory.PersonID {
	var out []directory.PersonID
	for _, a := range s.changed {
		out = append(out, a.known.Person)
	}
	for _, e := range s.leaving {
		out = append(out, e.Person)
	}
	return out
}

// implausible reports whether more than the share of those present would leave.
func (s sifted) implausible(share float64) bool {
	return s.present > 0 && float64(len(s.leaving)) > share*float64(s.present)
}
