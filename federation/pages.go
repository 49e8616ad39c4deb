package federation

import (
	"encoding/base64"
	"net/http"
	"net/url"

	"pupitre/directory"
)

// Pages are the few pages of a sign-in. The product's own pages satisfy it; refusals need none here: a handler's error
// becomes the product's failure page, with the words of its code.
type Pages interface {
	// ChooseENT asks « Où êtes-vous scolarisé ? ». Each choice is a link: choice.Address(project).
	ChooseENT(w http.ResponseWriter, r *http.Request, choice ENTChoice) error
	// ConfirmSignOut shows a form that posts to /deconnexion.
	ConfirmSignOut(w http.ResponseWriter, r *http.Request) error
	// SignedOut says that it is done, here and at the portal; which sites are told and which are being told by this very page, in frames.
	SignedOut(w http.ResponseWriter, r *http.Request, d Departure) error
}

// Poster draws the page by which the browser itself carries something to another site: a form that posts itself, or at a click where
// scripts are off (SAML 2.0 Bindings §3.5, OAuth 2.0 Form Post Response Mode). The product's own pages satisfy it.
type Poster interface {
	PostForm(w http.ResponseWriter, r *http.Request, f Form) error
}

// Form is what the browser is to post.
type Form struct {
	Action string  // an address that was registered: nothing here is checked again
	Site   string  // whose it is, as people know it
	Fields []Field // in this order
}

// Field is one hidden field of a Form.
type Field struct{ Name, Value string }

// ENT is a portal that vouches for its persons.
type ENT struct {
	Project directory.ProjectID
	Name    string
}

// WithoutENT stands where a link names a portal (idENT), for those who have none (« Sans ENT »): accounts of our own.
const WithoutENT = "sans-ent"

// ENTChoice is what the page that asks for a portal shows.
type ENTChoice struct {
	ENTs       []ENT
	Remembered directory.ProjectID // the one of last time, "" for none
	Last       directory.School    // where somebody came in last time, zero where that is not known
	Next       string              // local address to end at
	NoAccounts bool                // accounts without a portal were asked for, and there are none here

	Hint   string             // accounts without a portal alone are shown: idENT of this page; "" for all
	Kind   directory.Kind     // those schools alone, and the portals that have some; "" for all
	Kinds  []directory.Kind   // that there are to choose from
	Search bool               // schools may be looked for: a form that asks /connexion for q
	Sought string             // what was looked for, "" for nothing
	Found  []directory.School // of those ENTs' projects
	More   bool               // there are more than were found
}

// Address is where choosing a portal leads.
func (c ENTChoice) Address(project directory.ProjectID) string { return SignInPath(c.Next, project) }

// Narrow is this page for schools of one kind, or of all: "".
func (c ENTChoice) Narrow(kind directory.Kind) string {
	q := url.Values{}
	for name, value := range map[string]string{"next": c.Next, "idENT": c.Hint, "q": c.Sought, "niveau": string(kind)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return "/connexion?" + q.Encode()
}

// School is where choosing a school leads: to its portal, and next time the school stands first.
func (c ENTChoice) School(s directory.School) string {
	return c.Address(s.Project) + "&" + url.Values{"uai": {string(s.UAI)}}.Encode()
}

// Forget is where a form posts, with « next », for this browser to remember nothing of last time.
func (ENTChoice) Forget() string { return "/connexion/oubli" }

// SignInPath is the local address that begins a sign-in and ends at next; project is a hint, "" for none.
func SignInPath(next string, project directory.ProjectID) string {
	q := url.Values{}
	if next != "" {
		q.Set("next", next)
	}
	if project != "" {
		q.Set("idENT", base64.StdEncoding.EncodeToString([]byte(project)))
	}
	if len(q) == 0 {
		return "/connexion"
	}
	return "/connexion?" + q.Encode()
}
