package notification

import (
	"net/http"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/notify"
)

// settingsPage is where somebody says whether and when to write to them.
type settingsPage struct {
	look.Shell
	Base    string
	Writes  bool
	Mail    string // confirmed
	Pending string
	Give    look.Field
	Kinds   []kindRow
	How     string
	Options []look.Option
}

// kindRow is one kind of notifications with its choice.
type kindRow struct {
	Kind, Label string
	Choices     []choiceRow
}

type choiceRow struct {
	Value, Label string
	On           bool
}

const addressField = "adresse"

func (s *Room) showSettings(w http.ResponseWriter, r *http.Request, v Visit) error {
	return s.sendSettings(w, r, v, http.StatusOK, "", nil)
}

func (s *Room) sendSettings(w http.ResponseWriter, r *http.Request, v Visit, status int, given string, wrong error) error {
	is, err := s.Notifications.Settings(r.Context(), v.Person)
	if err != nil {
		return err
	}
	p := &settingsPage{Shell: s.shell(r, "notify.settings.title"), Base: v.Base, Writes: s.Writes, Mail: is.Address.Mail, Pending: is.Address.Pending}
	p.Crumbs = []look.Link{{Text: p.T("notify.page.title"), Href: v.Base}, {Text: p.Title, Current: true}}
	p.Give = look.Field{ID: addressField, Label: p.T("notify.settings.address.field"), Hint: p.T("notify.settings.address.hint"), Type: "email", Value: given, Required: true, Autocomplete: "email"}
	if wrong != nil {
		p.Give.Error = s.Words.Error(p.Locale, wrong)
		p.Problems = []look.Problem{{Field: addressField, Text: p.Give.Error}}
	}
	for _, k := range v.Role.Concerns() {
		row := kindRow{Kind: string(k), Label: p.T("notify.kind." + string(k))}
		for _, c := range notify.Cadences {
			row.Choices = append(row.Choices, choiceRow{string(c), p.T("notify.cadence." + string(c)), is.Cadence(k) == c})
		}
		p.Kinds = append(p.Kinds, row)
	}
	return s.settings.Send(w, r, status, p)
}

// choose takes what the form says of the kinds that concern the reader.
func (s *Room) choose(w http.ResponseWriter, r *http.Request, v Visit) error {
	var choices []notify.Choice
	for _, k := range v.Role.Concerns() {
		text := r.PostFormValue("quand-" + string(k))
		if text == "" {
			continue
		}
		c, err := notify.ParseCadence(text)
		if err != nil {
			return err
		}
		choices = append(choices, notify.Choice{Kind: k, Cadence: c})
	}
	if err := s.Notifications.Choose(r.Context(), v.Person, httpx.Locale(r), choices); err != nil {
		return err
	}
	p := s.House.Site.Shell(r)
	return s.to(w, r, v.Base+"/choix", look.Message{Tone: look.Green, Text: p.T("notify.settings.how.done")})
}

func (s *Room) give(w http.ResponseWriter, r *http.Request, v Visit) error {
	address := strings.TrimSpace(r.PostFormValue(addressField))
	err := s.Notifications.GiveAddress(r.Context(), v.Person, address, httpx.Locale(r))
	switch {
	case fault.Is(err, fault.Invalid):
		return s.sendSettings(w, r, v, http.StatusUnprocessableEntity, address, err)
	case fault.Is(err, fault.Exhausted):
		return s.sendSettings(w, r, v, http.StatusTooManyRequests, address, err)
	case err != nil:
		return err
	}
	p := s.House.Site.Shell(r)
	return s.to(w, r, v.Base+"/choix", look.Message{Tone: look.Green, Text: p.T("notify.settings.address.sent", "address", address)})
}

func (s *Room) remove(w http.ResponseWriter, r *http.Request, v Visit) error {
	if err := s.Notifications.RemoveAddress(r.Context(), v.Person); err != nil {
		return err
	}
	p := s.House.Site.Shell(r)
	return s.to(w, r, v.Base+"/choix", look.Message{Tone: look.Green, Text: p.T("notify.settings.address.removed")})
}
