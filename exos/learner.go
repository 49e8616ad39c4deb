package exos

import (
	"log/slog"
	"strings"
	"time"
)

// LearnerID is ours; nobody else knows it.
type LearnerID string

// Pseudonym is what the broker calls a learner towards this publisher (« identifiant opaque »). It is never logged.
type Pseudonym string

// LogValue hides the pseudonym.
func (Pseudonym) LogValue() slog.Value { return slog.StringValue("[pseudonym]") }

// Profile is what a person is in the school.
type Profile string

// The profiles, as the sign-in tells them.
const (
	Pupil     Profile = "pupil"
	Teacher   Profile = "teacher"
	Librarian Profile = "librarian"
	Staff     Profile = "staff"
)

// Teaches reports whether this profile may give homework and see a group's results.
func (p Profile) Teaches() bool { return p == Teacher || p == Librarian }

// Learner (« apprenant ») is anyone who works here: pupils, and teachers who try what they give.
type Learner struct {
	ID        LearnerID
	Issuer    string
	Subject   Pseudonym
	School    string // UAI; "" where it was not released
	Profile   Profile
	GivenName string   // "" where it was not released
	Cohorts   []Cohort // also those joined here; of a teacher, those made here
	SeenAt    time.Time
}

// What begins the issuer of learners who came from another platform (exos/lti), and the name space of its groups, which is no school:
// neither is ever the broker's.
const (
	AbroadIssuer = "lti "
	AbroadSchool = "lti."
)

// Abroad reports whether the learner came from another platform than the broker.
func (l Learner) Abroad() bool { return strings.HasPrefix(l.Issuer, AbroadIssuer) }

// CohortKind tells a class from a group.
type CohortKind string

// The kinds of cohort.
const (
	Class CohortKind = "class" // « division »
	Group CohortKind = "group" // « groupe »
	Own   CohortKind = "own"   // a group that a teacher made here (exos/classroom)
)

// Cohort is a class or a group as the sign-in tells it, or one that a teacher made here.
type Cohort struct {
	Kind  CohortKind
	Code  string // the school's own code, unique in the school for its kind; of Own, the group's id
	Label string // what people call it
}

// Claims is all that a sign-in may bring. What was not released is zero.
type Claims struct {
	Issuer    string
	Subject   Pseudonym
	School    string
	Profile   Profile
	GivenName string
	Cohorts   []Cohort
}
