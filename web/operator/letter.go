package operator

import (
	"net/http"
	"net/url"
	"strings"

	"pupitre/internal/look"
	"pupitre/notify"
)

// lettersPage is what is written to persons, and what became of it.
type lettersPage struct {
	look.Shell
	Counts []look.Tag
	Rows   []letterRow
	Reads  bool // letters can be read here
	Older  string
	Empty  look.Empty
}

// letterRow is one of them. Who it goes to is not shown.
type letterRow struct {
	Href, Kind, Made, Due, Trouble string
	State                          look.Tag
	Attempts                       int
}

const shownLetters = 50

// letterStates are the states as the page counts them.
var letterStates = []notify.LetterState{notify.Waiting, notify.Failed, notify.Sent, notify.Dropped}

func (o *Room) letters(w http.ResponseWriter, r *http.Request) error {
	list, counts, err := o.Letters.ListLetters(r.Context(), notify.LetterID(r.FormValue("avant")), shownLetters)
	if err != nil {
		return err
	}
	p := &lettersPage{Shell: o.Site.Shell(r), Reads: o.Held}
	p.Title, p.Parent, p.Lead = p.T("operator.letters"), p.T("operator.space"), p.T("operator.letters.lead")
	if o.Held {
		p.Lead = p.T("operator.letters.lead.held")
	}
	for _, state := range letterStates {
		if n := counts[state]; n > 0 {
			tag := letterState(&p.Shell, state)
			tag.Text = p.T("operator.letters.count", "state", tag.Text, "n", n)
			p.Counts = append(p.Counts, tag)
		}
	}
	for _, l := range list {
		row := letterRow{Kind: p.T("operator.letters.kind." + string(l.Kind)), Made: o.when(l.Made), Trouble: l.Trouble, State: letterState(&p.Shell, l.State), Attempts: l.Attempts}
		if l.State == notify.Waiting {
			row.Due = o.when(l.Due)
			if o.Held {
				row.Href = o.base + LettersPath + "/" + string(l.ID)
			}
		}
		p.Rows = append(p.Rows, row)
	}
	if len(list) == shownLetters {
		p.Older = o.base + LettersPath + "?" + url.Values{"avant": {string(list[len(list)-1].ID)}}.Encode()
	}
	p.Empty = look.Empty{Title: p.T("operator.letters.none"), Text: p.T("operator.letters.none.text")}
	return o.pages.letters.Send(w, r, http.StatusOK, p)
}

func letterState(s *look.Shell, state notify.LetterState) look.Tag {
	tag := look.Tag{Text: s.T("operator.letters.state." + string(state))}
	switch state {
	case notify.Sent:
		tag.Tone, tag.Icon = look.Green, "check"
	case notify.Failed:
		tag.Tone, tag.Icon = look.Red, "circle-alert"
	case notify.Waiting:
		tag.Tone, tag.Icon = look.Ink, "clock"
	}
	return tag
}

// letterPage is one letter as it would be sent.
type letterPage struct {
	look.Shell
	To, Subject string
	Lines       []look.Link // with an address, what leads somewhere
}

func (o *Room) letter(w http.ResponseWriter, r *http.Request) error {
	m, err := o.Letters.Read(r.Context(), notify.LetterID(r.PathValue("id")))
	if err != nil {
		return err
	}
	p := &letterPage{Shell: o.Site.Shell(r), To: m.To, Subject: m.Subject}
	for line := range strings.Lines(m.Text) {
		l := look.Link{Text: strings.TrimSpace(line)}
		if u, err := url.Parse(l.Text); err == nil && u.IsAbs() && u.Host != "" {
			l.Href = l.Text
		}
		p.Lines = append(p.Lines, l)
	}
	p.Title, p.Parent = p.T("operator.letter"), p.T("operator.letters")
	p.Crumbs = []look.Link{{Text: p.T("operator.letters"), Href: o.base + LettersPath}, {Text: p.Title, Current: true}}
	return o.pages.letter.Send(w, r, http.StatusOK, p)
}
