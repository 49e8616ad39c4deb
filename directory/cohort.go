package directory

// CohortID identifies a class or a group of one school.
type CohortID string

// CohortKind is a class or a group.
type CohortKind string

// The kinds, as GARGroupeStatut writes them.
const (
	Class CohortKind = "DIVISION"
	Group CohortKind = "GROUPE"
)

// Cohort (« division ou groupe ») is a class (« division ») or a group (« groupe ») of a school. Class and group of one school never share a code.
type Cohort struct {
	School SchoolID
	ID     CohortID
	Kind   CohortKind
	Code   string
	Label  string
	Level  string     // « 5e », read from its pupils' courses (MEF) or its label; "" when unknown or mixed
	Within []CohortID // the classes that a group draws from
}

// Subject (« matière ») is something taught in a school.
type Subject struct {
	Code  string
	Label string
}

// Place is what ties a person to a cohort: a pupil's membership (no subjects), a teacher's teaching (the subjects' codes).
type Place struct {
	Cohort   CohortID
	Subjects []string
}
