package notification

import (
	"net/http"
	"net/url"

	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	"pupitre/notify"
	"pupitre/web"
)

// errPupil is for pupils: as if the page were not there.
var errPupil = fault.New(fault.NotFound, "notify.notification.unknown")

// listPage is what somebody is told.
type listPage struct {
	look.Shell
	Rows          []row
	Settings      look.Link
	ReadAll, UpTo string // "" where nothing on the page is new
	Older         string
	Empty         look.Empty
}

// row is one notification.
type row struct {
	Href, Title, Where, Icon string
	Lines                    []string
	New                      bool
}

var icons = map[notify.Kind]string{
	notify.OrderReceived: "shopping-basket", notify.OrderSent: "shopping-basket", notify.OrderAnswered: "package", notify.RequestMade: "message-square", notify.RequestAnswered: "message-square",
	notify.ClientAsked: "hand-helping", notify.ClientAnswered: "school", notify.SuggestionMade: "lightbulb", notify.SuggestionAnswered: "lightbulb", notify.OrderDelivered: "package", notify.StockLow: "triangle-alert",
}

func (s *Room) show(w http.ResponseWriter, r *http.Request, v Visit) error {
	list, err := s.Notifications.List(r.Context(), v.Person, notify.NotificationID(r.FormValue("avant")))
	if err != nil {
		return err
	}
	p := &listPage{Shell: s.shell(r, "notify.page.title")}
	p.Lead, p.Settings = p.T("notify.page.lead"), look.Link{Text: p.T("notify.page.settings"), Href: v.Base + "/choix"}
	for _, n := range list {
		zone := clock.ZoneOfUAI(string(n.About.UAI))
		x := row{Href: v.Base + "/" + string(n.ID), Icon: icons[n.Kind], New: n.Read.IsZero(),
			Where: p.T("notify.page.where", "school", n.About.School, "code", string(n.About.UAI), "when", lang.When(p.Locale, n.At, zone))}
		x.Title, x.Lines = n.Say(s.Words, p.Locale)
		if p.Rows = append(p.Rows, x); x.New {
			p.ReadAll, p.UpTo = v.Base+"/lues", string(list[0].ID)
		}
	}
	if len(list) == notify.PageSize {
		p.Older = v.Base + "?" + url.Values{"avant": {string(list[len(list)-1].ID)}}.Encode()
	}
	p.Empty = look.Empty{Title: p.T("notify.page.none"), Text: p.T("notify.page.none.text")}
	return s.list.Send(w, r, http.StatusOK, p)
}

// open leads to what a notification is about. Where that is a page of the school where the session is, and the notification is another's, its reader
// has to go there first.
func (s *Room) open(w http.ResponseWriter, r *http.Request, v Visit) error {
	n, err := s.Notifications.Open(r.Context(), v.Person, notify.NotificationID(r.PathValue("id")))
	if err != nil {
		return err
	}
	where, here := target(n, v)
	if here && v.School != n.School {
		p := s.House.Site.Shell(r)
		return s.to(w, r, web.PlacesPath+"?"+url.Values{"next": {where}}.Encode(), look.Message{Text: p.T("notify.page.elsewhere", "school", n.About.School)})
	}
	http.Redirect(w, r, where, http.StatusSeeOther)
	return nil
}

// target is the page of what a notification is about, and whether it is of the session's school.
func target(n notify.Notification, v Visit) (path string, here bool) {
	if v.School == "" {
		switch n.Kind {
		case notify.OrderReceived:
			return web.TradePath + "/recues/" + url.PathEscape(n.About.Number), false
		case notify.OrderAnswered:
			return web.TradePath + "/etablissements/" + url.PathEscape(string(n.School)) + "/commandes/" + url.PathEscape(n.Subject), false
		}
		return web.TradePath, false
	}
	switch n.Kind {
	case notify.OrderSent, notify.OrderAnswered:
		return web.OrdersPath + "/" + url.PathEscape(n.Subject), true
	case notify.RequestMade, notify.RequestAnswered:
		return web.OrdersPath + "/demandes", true
	case notify.ClientAsked:
		return web.OrdersPath + "/qui", true
	case notify.SuggestionAnswered:
		return web.SuggestPath, true
	case notify.SuggestionMade:
		return web.ConsolePath + "/" + string(n.About.UAI) + "/suggestions", false
	}
	return web.ConsolePath + "/" + string(n.About.UAI), false
}

func (s *Room) readAll(w http.ResponseWriter, r *http.Request, v Visit) error {
	if err := s.Notifications.ReadAll(r.Context(), v.Person, notify.NotificationID(r.FormValue("jusque"))); err != nil {
		return err
	}
	p := s.House.Site.Shell(r)
	return s.to(w, r, v.Base, look.Message{Tone: look.Green, Text: p.T("notify.page.read-all.done")})
}
