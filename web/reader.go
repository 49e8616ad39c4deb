package web

import (
	"slices"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/notify"
	"pupitre/orders"
)

// Reader is who is reading a page, at the place where their session is.
type Reader struct {
	federation.Presence
	Cohorts []directory.Cohort // their classes and groups there; for a teacher, those that they teach
	Manages []directory.School // where they may assign copies
	Heads   bool               // they head the school where they are
	Books   bool               // their classes have pages
	Local   bool               // they have an account here, for their project has no portal
	Issues  bool               // they may make accounts there
	Office  orders.Office      // what they are to the school's orders

	Bell      look.Bell    // what they have not read of what they were told; without an address where nothing is told
	Delegated []Delegation // where they assign copies within a scope and a budget
}

// mayIssue reports whether the reader makes accounts where the school has no portal: its assignment manager, and who teaches a class.
func (r *Reader) mayIssue() bool {
	manages := slices.ContainsFunc(r.Manages, func(s directory.School) bool { return s.ID == r.Session.School })
	return manages || r.Session.Profile == directory.Teacher && len(r.Cohorts) > 0
}

// Whom is the reader as one who is told.
func (r *Reader) Whom() notify.Person {
	return notify.Person{Project: r.Session.Project, ID: r.Person.ID}
}

// Teaches reports whether the reader has classes or groups there that are not their own as a pupil's.
func (r *Reader) Teaches() bool {
	return len(r.Cohorts) > 0 && (r.Session.Profile == directory.Teacher || r.Session.Profile == directory.Librarian)
}

// IsPupil reports whether the reader is there as a pupil: pages then say « tu ».
func (r *Reader) IsPupil() bool { return r.Session.Profile == directory.Pupil }

// School is where the reader is.
func (r *Reader) School() directory.School { return r.Here().School }

// Actor is the reader in the journal.
func (r *Reader) Actor() journal.Actor {
	return journal.Actor{Kind: journal.ByPerson, ID: string(r.Person.ID)}
}

// You says a message that addresses the reader. key ends in a dot: its two forms are key + "tu" and key + "vous".
func (r *Reader) You(s *look.Shell, key string, args ...any) string {
	if r.IsPupil() {
		return s.T(key+"tu", args...)
	}
	return s.T(key+"vous", args...)
}

// Cohort is one of the reader's classes or groups.
func (r *Reader) Cohort(id directory.CohortID) (directory.Cohort, bool) {
	for _, c := range r.Cohorts {
		if c.ID == id {
			return c, true
		}
	}
	return directory.Cohort{}, false
}

// role is what the masthead says under the reader's name: « Élève, 5e B ».
func (r *Reader) role(s *look.Shell) string {
	role := Profile(s, r.Session.Profile, r.Person.Name.Civility)
	if !r.IsPupil() {
		return role
	}
	for _, c := range r.Cohorts {
		if c.Kind == directory.Class {
			return s.T("web.role.in-class", "role", role, "class", c.Label)
		}
	}
	return role
}

// Profile says what somebody is: « Élève », « Enseignante » where the civility tells.
func Profile(s *look.Shell, p directory.Profile, civility string) string {
	if p == directory.Teacher && civility == "Mme" {
		return s.T("web.profile.enseignante")
	}
	return s.T("web.profile." + string(p))
}

// Address is how one asks for an adult: « Mme Vasseur », or the whole name where the civility is not known.
func Address(n directory.Name) string {
	if n.Civility == "" {
		return n.String()
	}
	return n.Civility + "\u00a0" + n.Family
}

// initials are the reader's, for the avatar.
func (r *Reader) initials() string {
	return lang.Initials(r.Person.Name.Given, r.Person.Name.Family)
}
