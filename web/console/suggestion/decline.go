package suggestion

import (
	"net/http"

	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// declinePage asks why suggestions are declined: their teachers read it.
type declinePage struct {
	look.Shell
	Items  []declined
	Reason look.Field
	Do     string // where the form goes
	List   string
	Verb   string
}

// declined is one suggestion that is about to be declined.
type declined struct {
	ID          licensing.SuggestionID
	Title, Text string
	Word        licensing.Word
}

// askReason asks for the reason of declining the ticked suggestions, each whole.
func (c *Room) askReason(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	parts, err := readParts(r)
	if err != nil {
		return err
	}
	if len(parts) == 0 {
		s := c.House.Site.Shell(r)
		return c.showSuggestions(w, r, at, nil, http.StatusBadRequest, s.T("console.suggestions.choose"))
	}
	return c.showDecline(w, r, at, ids(parts), "", http.StatusOK, nil)
}

// decline declines, or asks again where the reason is missing or too long.
func (c *Room) decline(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	var chosen []licensing.SuggestionID
	for _, id := range r.PostForm["suggestion"] {
		chosen = append(chosen, licensing.SuggestionID(id))
	}
	reason := licensing.Word(r.PostFormValue("motif"))
	err := c.Suggestions.DeclineSuggestions(r.Context(), at.Reader.Actor(), at.School.ID, chosen, reason)
	switch {
	case answeredMeanwhile(err):
		return c.meanwhile(w, r, at)
	case fault.CodeOf(err) == "licensing.suggestion.reason", fault.CodeOf(err) == "licensing.word.long":
		return c.showDecline(w, r, at, chosen, reason, http.StatusBadRequest, err)
	case err != nil:
		return err
	}
	s := c.House.Site.Shell(r)
	if err := c.House.Site.Flash(w, r, look.Message{Tone: look.Green, Title: s.T("console.suggestions.declined", "n", len(chosen)), Text: s.T("console.suggestions.declined.text")}); err != nil {
		return err
	}
	http.Redirect(w, r, at.Path(hall.SuggestPath), http.StatusSeeOther)
	return nil
}

func (c *Room) showDecline(w http.ResponseWriter, r *http.Request, at hall.Site, chosen []licensing.SuggestionID, reason licensing.Word, status int, refusal error) error {
	list, err := c.Suggestions.FindSuggestions(r.Context(), at.School.ID, at.Mandate, chosen...)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return fault.New(fault.NotFound, "licensing.suggestion.unknown")
	}
	k, err := c.knownOf(r, at, list)
	if err != nil {
		return err
	}
	p := &declinePage{Shell: c.Shell(r, at), Do: at.Path(hall.SuggestPath + "/decliner"), List: at.Path(hall.SuggestPath)}
	p.Shell.Here = p.List
	p.Title, p.Parent, p.Lead = p.T("console.suggestions.decline", "n", len(list)), p.T("console.suggestions.title"), p.T("console.suggestions.decline.lead")
	p.Crumbs = []look.Link{{Text: p.T("console.crumb.home"), Href: at.Path("")}, {Text: p.T("console.suggestions.title"), Href: p.List}, {Text: p.T("console.suggestions.decline.crumb"), Current: true}}
	p.Verb = p.T("console.suggestions.decline", "n", len(list))
	p.Reason = look.Field{ID: "motif", Type: "textarea", Label: p.T("console.suggestions.reason"), Hint: p.T("console.suggestions.reason.hint"), Value: string(reason), Required: true}
	if refusal != nil {
		p.Reason.Error = p.T(fault.CodeOf(refusal), fault.ParamsOf(refusal)...)
		p.Problems = []look.Problem{{Field: "motif", Text: p.Reason.Error}}
	}
	for _, s := range list {
		p.Items = append(p.Items, declined{s.ID, k.stock[s.Resource].Title, p.T("console.suggestions.by", "who", k.name(&p.Shell, s.Teacher), "whom", k.whom(&p.Shell, s.Targets)), s.Word})
	}
	return c.pages.decline.Send(w, r, status, p)
}
