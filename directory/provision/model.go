package provision

import "pupitre/directory"

// School is what a file set says of one school, references checked and everything in a canonical order, so that the same
// facts always have the same digest whatever the order of files and records.
type School struct {
	UAI      directory.UAI       `json:"uai"`
	Name     string              `json:"name"`
	Town     string              `json:"town"`
	Nature   string              `json:"nature"`
	Degree   directory.Degree    `json:"degree"`
	Contract string              `json:"contract,omitempty"`
	Phone    string              `json:"phone,omitempty"`
	Mail     string              `json:"mail,omitempty"`
	Seat     string              `json:"seat,omitempty"`
	Courses  []Course            `json:"courses,omitempty"`
	Subjects []directory.Subject `json:"subjects,omitempty"`
	Cohorts  []Cohort            `json:"cohorts,omitempty"`
	People   []Person            `json:"people,omitempty"`
}

// Course is a MEF: what pupils follow.
type Course struct {
	Code     string `json:"code"`
	Label    string `json:"label"`
	Attached string `json:"attached,omitempty"`
	Stat11   string `json:"stat11,omitempty"`
	Level    string `json:"level,omitempty"`
}

// Cohort is a class or a group; Within lists codes of classes.
type Cohort struct {
	Kind   directory.CohortKind `json:"kind"`
	Code   string               `json:"code"`
	Label  string               `json:"label"`
	Level  string               `json:"level,omitempty"`
	Within []string             `json:"within,omitempty"`
}

// Person is a person as this school has them. A manager who is nothing else here has no profiles.
type Person struct {
	External  string              `json:"external"`
	Secondary string              `json:"secondary,omitempty"`
	Family    string              `json:"family"`
	Given     string              `json:"given"`
	Civility  string              `json:"civility,omitempty"`
	Mails     []string            `json:"mails,omitempty"`
	Profiles  []directory.Profile `json:"profiles,omitempty"`
	Level     string              `json:"level,omitempty"`
	Courses   []string            `json:"courses,omitempty"`
	Subjects  []string            `json:"subjects,omitempty"` // that a pupil follows
	Posts     []string            `json:"posts,omitempty"`    // « disciplines de poste » of a teacher
	Places    []Place             `json:"places,omitempty"`
	Manager   bool                `json:"manager,omitempty"`
	Head      bool                `json:"head,omitempty"` // heads the school
}

// Place ties a person to a cohort by its code; a teacher teaches subjects there.
type Place struct {
	Code     string   `json:"code"`
	Subjects []string `json:"subjects,omitempty"`
}
