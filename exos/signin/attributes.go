package signin

import (
	"encoding/json"
	"slices"
	"strings"

	"pupitre/exos"
)

// attributes are those of the GAR that Biblio Exos reads; all others are left unread.
type attributes struct {
	School  texts `json:"UAI"`
	Profile texts `json:"PRO"`
	Given   texts `json:"PRE"`
	Classes texts `json:"DIV"` // « code##label »
	Groups  texts `json:"GRO"` // « code##label##class », once per class
}

// texts is a text or a list of texts: publishers' programs have seen both.
type texts []string

// UnmarshalJSON reads either form; anything else is no text.
func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	var many []string
	if json.Unmarshal(data, &many) == nil {
		*t = many
	}
	return nil
}

func (t texts) first() string {
	if len(t) == 0 {
		return ""
	}
	return t[0]
}

// The limits of what is kept, so that an issuer's defect does not fill our database.
const (
	maxCohorts = 200
	maxText    = 200
)

func (a attributes) claims(issuer, subject string) exos.Claims {
	c := exos.Claims{
		Issuer: issuer, Subject: exos.Pseudonym(subject), School: bounded(a.School.first()), Profile: profile(a.Profile.first()),
		GivenName: bounded(a.Given.first()),
	}
	for _, s := range a.Classes {
		c.Cohorts = add(c.Cohorts, exos.Class, s)
	}
	for _, s := range a.Groups {
		c.Cohorts = add(c.Cohorts, exos.Group, s)
	}
	return c
}

// add reads « code##label… »; a group that comes once per class is one group.
func add(cohorts []exos.Cohort, kind exos.CohortKind, s string) []exos.Cohort {
	parts := strings.Split(s, "##")
	c := exos.Cohort{Kind: kind, Code: bounded(parts[0])}
	c.Label = c.Code
	if len(parts) > 1 && parts[1] != "" {
		c.Label = bounded(parts[1])
	}
	known := slices.ContainsFunc(cohorts, func(k exos.Cohort) bool { return k.Kind == kind && k.Code == c.Code })
	if c.Code == "" || known || len(cohorts) >= maxCohorts {
		return cohorts
	}
	return append(cohorts, c)
}

// profile reads PRO. Somebody without one is a pupil: the profile that may do least.
func profile(s string) exos.Profile {
	switch strings.ToLower(s) {
	case "national_ens":
		return exos.Teacher
	case "national_doc":
		return exos.Librarian
	case "national_elv", "":
		return exos.Pupil
	}
	return exos.Staff
}

// bounded keeps a text short, valid and without control characters: both databases take it.
func bounded(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, ""))
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "")
	}
	return strings.TrimSpace(s)
}
