package directory

// MaxPage is the most rows that a list gives at once.
const MaxPage = 200

// Page asks for the rows after a key: the Key of the last row seen, "" for the first page. Limit 0 means MaxPage.
type Page struct {
	After string
	Limit int
}

// Bounded is the page with a limit between 1 and MaxPage.
func (p Page) Bounded() Page {
	if p.Limit <= 0 || p.Limit > MaxPage {
		p.Limit = MaxPage
	}
	return p
}

// Filter narrows a list of the persons of one school. Its zero value is everybody; its fields add up.
type Filter struct {
	Profile Profile  // "" is any
	Cohort  CohortID // a class or group of the school
	Group   CohortID // another one, so that those of a class who are in a group can be asked for
	Level   string   // pupils of « 5e »…
	Subject string   // its code: those who teach it, in Cohort where one is named, and pupils who follow it
	Text    string   // a name that begins so, or has a part that begins so, whatever its case and accents

	Among []CohortID // in any of these classes and groups; none is anywhere
}

// Headcounts are how many persons are in a school, beside one another as a page that chooses among them shows them.
type Headcounts struct {
	Everybody int
	Profiles  map[Profile]int  // whoever has several is counted under each
	Cohorts   map[CohortID]int // those of the filter's profile in each class and group; one that has none is left out
}

// SchoolFilter narrows a list of schools. Its zero value is every school.
type SchoolFilter struct {
	Project ProjectID
	Nature  string // code of N_NATURE_UAI
}

// Member is a person in a list of a school. Someone with several profiles there is listed once, as the strongest of them
// (teacher, pupil, librarian, other), or as the one that the filter asks for.
type Member struct {
	Person  PersonID
	Profile Profile
	Name    Name
	Level   string // pupils: « 5e »; "" otherwise or when unknown
	Key     string // gives the page after this row; it holds a name, so it is for pages and never for logs
}
