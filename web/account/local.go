package account

import (
	"html/template"
	"net/http"
	"strings"

	"pupitre/federation/local"
	"pupitre/internal/fault"
	"pupitre/internal/look"
)

var _ local.Pages = (*Room)(nil)

// localPage is a form of our own sign-in.
type localPage struct {
	look.Shell
	Action         string
	Hidden         []look.Hidden
	Fields         []look.Field
	Go, Icon, Note string
	Offer          local.Offer
	Picture        template.HTML // of the offer
	Link           template.URL  // the same, for a program on the very telephone that shows the page
	Key            *keyForm      // a passkey instead, nil for none
	Back           string        // in somebody's own account: where it is

	Remember *rememberBox // nil where no browser is remembered
	NotMe    string       // where somebody says that they are not whom the browser remembers
}

// rememberBox is « Se souvenir de moi », or why it is not offered in this browser.
type rememberBox struct {
	On, Shared bool
	Share      string
}

// keyForm is a form that a passkey fills in, where the browser has them; else it stays hidden.
type keyForm struct {
	Action, Ask string // where it posts, and where the question is
	Way         string // "make", "show"
	Hidden      []look.Hidden
	Fields      []look.Field
	Title       string // where it is one of two ways
	Lead, Go    string
	Primary     bool
}

// offerKey offers a passkey instead of what the form asks.
func (p *localPage) offerKey(ask, lead, verb string) {
	if ask != "" {
		p.Key = &keyForm{Action: p.Action, Ask: ask, Way: "show", Hidden: p.Hidden, Lead: lead, Go: verb}
		p.Scripts = append(p.Scripts, "passkey.js")
	}
}

// take shows what a telephone is to take.
func (p *localPage) take(o local.Offer) (err error) {
	p.Offer, p.Link = o, template.URL(o.Address) // of our own making
	p.Picture, err = look.QR(o.Address, p.T("local.enrol.picture"))
	return err
}

// LocalForm implements local.Pages. The identifier and what goes with it are asked again together: which of them is wrong is not said.
func (a *Room) LocalForm(w http.ResponseWriter, r *http.Request, f local.Form) error {
	p := a.localPage(r, f.Action, f.State)
	p.Title, p.Lead, p.Go, p.Note = p.T("local.page.title"), p.T("local.page.lead", "name", f.Name), p.T("local.page.go"), p.T("local.page.lost")
	p.Fields = []look.Field{
		{ID: "identifiant", Label: p.T("local.page.login"), Hint: p.T("local.page.login.hint"), Value: string(f.Login), Required: true, Autocomplete: "username"},
		{ID: "passe", Label: p.T("local.page.password"), Hint: p.T("local.page.password.hint"), Type: "password", Required: true, Autocomplete: "current-password"},
	}
	if f.Runs {
		p.Lead, p.Note = p.T("operator.signin.lead"), p.T("operator.signin.lost")
		p.Fields[0].Hint, p.Fields[1].Hint = p.T("operator.signin.login.hint"), ""
	}
	if f.Share != "" {
		p.Remember = &rememberBox{f.Remember, f.Shared, f.Share}
	}
	p.offerKey(f.AskKey, p.T("local.key.or"), p.T("local.key.go"))
	p.trouble("identifiant", f.Trouble)
	return a.pages.local.Send(w, r, f.Status, p)
}

// LocalStep implements local.Pages.
func (a *Room) LocalStep(w http.ResponseWriter, r *http.Request, f local.StepForm) (err error) {
	p := a.localPage(r, f.Action, f.State)
	word := map[local.Step]string{local.Factor: "local.factor.", local.Change: "local.change.", local.Enrol: "local.enrol."}[f.Step]
	p.Title, p.Lead, p.Go = p.T(word+"title"), p.T(word+"lead"), p.T(word+"go")
	code := look.Field{ID: "code", Required: true, Autocomplete: "one-time-code"}
	if f.Step != local.Change {
		code.Label, code.Hint = p.T(word+"code"), p.T(word+"code.hint")
	}
	switch f.Step {
	case local.Factor:
		by := ""
		if !f.Phone {
			by = ".key"
			code.Label, code.Hint = p.T("local.recovery.code"), p.T("local.recovery.code.hint")
		}
		p.Lead, p.Fields, p.Note, p.NotMe = p.T(word+"lead"+by), []look.Field{code}, p.T("local.factor.lost"), f.NotMe
		if p.NotMe != "" {
			p.Lead = p.T(word + "lead.remembered" + by)
		}
		if p.offerKey(f.AskKey, "", p.T("local.key.factor")); p.Key != nil {
			p.Key.Primary = !f.Phone
		}
	case local.Enrol:
		code.InputMode = "numeric"
		p.Fields = []look.Field{code}
		if err = p.take(f.Offer); err != nil {
			return err
		}
		if f.AskKey != "" {
			key := makeKey(r, &p.Shell, f.Action, f.AskKey)
			key.Hidden, key.Title, key.Lead = p.Hidden, p.T("local.enrol.key.title"), p.T("local.enrol.key.lead")
			p.Key, p.Scripts = &key, append(p.Scripts, "passkey.js")
		}
	case local.Change:
		p.Fields = p.chosen()
	}
	if f.Runs {
		switch f.Step {
		case local.Factor:
			p.Note = p.T("operator.signin.lost")
		case local.Enrol:
			p.Lead = p.T("operator.signin.enrol")
		case local.Change:
			p.Lead = p.T("operator.signin.change")
		}
	}
	p.trouble(p.Fields[0].ID, f.Trouble)
	return a.pages.local.Send(w, r, f.Status, p)
}

// localPage begins a page of our own sign-in.
func (a *Room) localPage(r *http.Request, action, state string) *localPage {
	p := &localPage{Shell: a.shell(r), Action: action, Icon: "log-in", Hidden: []look.Hidden{{Name: "etat", Value: state}}}
	p.Here = action + "?etat=" + state // a form shown again has an address of its own
	return p
}

// chosen are the fields of a new password, twice.
func (p *localPage) chosen() []look.Field {
	return []look.Field{
		{ID: "nouveau", Label: p.T("local.change.new"), Hint: p.T("local.change.new.hint", "n", local.MinChosen), Type: "password", Required: true, Autocomplete: "new-password"},
		{ID: "encore", Label: p.T("local.change.again"), Type: "password", Required: true, Autocomplete: "new-password"},
	}
}

// makeKey is the form by which a browser makes a passkey.
func makeKey(r *http.Request, s *look.Shell, action, ask string) keyForm {
	return keyForm{Action: action, Ask: ask, Way: "make", Go: s.T("local.own.keys.add"), Fields: []look.Field{
		{ID: "nom", Label: s.T("local.own.keys.name"), Hint: s.T("local.own.keys.name.hint"), Value: r.PostFormValue("nom"), Required: true},
	}}
}

// trouble says what was wrong, beside the first field; of a passkey, beside none.
func (p *localPage) trouble(field string, err error) {
	if strings.HasPrefix(fault.CodeOf(err), "local.passkey.") {
		field = ""
	}
	if err != nil {
		p.Problems = []look.Problem{{Field: field, Text: p.T(fault.CodeOf(err), fault.ParamsOf(err)...)}}
	}
}

// codesPage shows the recovery codes, once.
type codesPage struct {
	look.Shell
	Codes  []string
	Onward string
}

// LocalCodes implements local.Pages.
func (a *Room) LocalCodes(w http.ResponseWriter, r *http.Request, codes []string, onward string) error {
	p := &codesPage{Shell: a.shell(r), Codes: codes, Onward: onward}
	p.Title, p.Lead = p.T("local.codes.title"), p.T("local.codes.lead")
	return a.pages.codes.Send(w, r, http.StatusOK, p)
}
