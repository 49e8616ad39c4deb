package local

import "net/http"

// Pages are the pages of our own sign-in. The product's own satisfy it. None of them may be kept by anything on the way.
type Pages interface {
	// LocalForm asks for the identifier and the password: fields « identifiant », « passe », and « etat » as it is given.
	// « souvenir » asks to remember the browser, where Share is given.
	// What a passkey has said comes instead of them, as it does of a code, in « reponse ».
	LocalForm(w http.ResponseWriter, r *http.Request, f Form) error
	// LocalStep asks for what comes next: « code » (Factor, Enrol), or « nouveau » and « encore » (Change); and « etat ». A new passkey's name
	// is « nom » (Enrol).
	LocalStep(w http.ResponseWriter, r *http.Request, f StepForm) error
	// LocalCodes shows the recovery codes, once, and leads onward.
	LocalCodes(w http.ResponseWriter, r *http.Request, codes []string, onward string) error
}

// Form is the first page of our own sign-in.
type Form struct {
	Name    string // of the project, as people know it
	Runs    bool   // whoever signs in here runs the installation: nobody prints slips for them
	Action  string
	State   string
	AskKey  string // where a passkey's question is, "" where none can be used
	Login   Login  // as it was typed, where it is asked again
	Trouble error  // what was wrong, nil at first
	Status  int

	Share    string // where « partage » says whether several use this browser, with « etat »; "" where no browser is remembered
	Shared   bool   // several do: none is remembered there
	Remember bool   // was ticked, where it is asked again
}

// StepForm is a page that follows a right password.
type StepForm struct {
	Step    Step
	Runs    bool // as in Form
	Action  string
	State   string
	Offer   Offer  // Enrol
	AskKey  string // Factor, Enrol: where a passkey's question is, "" for who has none or can have none
	Phone   bool   // Factor: they have a telephone; else the code is a recovery code
	NotMe   string // Factor: where somebody says that they are not whom the browser remembers, with « etat »; "" where it remembers nobody
	Trouble error
	Status  int
}
