package web

import (
	"net/http"
	"strconv"

	"pupitre/exos"
	"pupitre/internal/clock"
	"pupitre/internal/look"
)

// modulesPage is « Mes modules ».
type modulesPage struct {
	look.Shell
	Resume *resume
	Cards  []moduleCard
	Empty  look.Empty
	Finds  bool   // there is something to find among
	Find   string // what was looked for
	Orders []pick
}

// moduleCard is the document's card.
type moduleCard struct {
	Cover     look.Cover
	Title     string
	Href      string
	Publisher string
	Valid     string // « 31/08/2027 »
	Soon      bool   // the last day is near
	Success   int    // whole percent
	Done      int
	Total     int
	Go        string // « Reprendre »
	Closed    string // why it is closed, "" where it opens
}

// soon is how many days before its end a module says so.
const soon = 30

// mastered is the success from which the ring is green.
const mastered = 80

// Mastered reports whether the ring is green.
func (c moduleCard) Mastered() bool { return c.Success >= mastered }

func (room *Room) showModules(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	cards, err := room.Service.Modules(r.Context(), v)
	if err != nil {
		return err
	}
	p := &modulesPage{Shell: room.Site.Shell(r)}
	p.Title = p.T("exosweb.nav.modules")
	p.Banner = &look.Banner{
		Label: p.T("exosweb.away.banner"), Icon: "cloud-off", Text: p.T("exosweb.away.banner.text"), Caps: true,
		Actions: []look.Link{{Text: p.T("exosweb.away.banner.open"), Href: appPath + ownLocker}, {Text: p.T("exosweb.away.install"), Href: awayPath}},
	}
	room.unsure(&p.Shell, v)
	for _, c := range cards {
		if c.Closed == nil && c.Last != nil && p.Resume == nil {
			p.Resume = room.resume(&p.Shell, v, c)
		}
	}
	some, find, order := found(cards, r.URL.Query())
	p.Finds, p.Find = len(cards) > 1, find
	for _, o := range moduleOrders {
		p.Orders = append(p.Orders, pick{o, p.T("exosweb.modules.order." + map[string]string{byLatest: "latest", byTitle: "title", bySuccess: "success", byEnd: "end"}[o]), o == order})
	}
	for _, c := range some {
		p.Cards = append(p.Cards, room.card(&p.Shell, v, c))
	}
	if find != "" {
		p.Resume = nil // it is not what is looked for
	}
	p.Empty = room.nothing(&p.Shell, v)
	if len(cards) > 0 {
		p.Empty = look.Empty{
			Title: p.T("exosweb.modules.nofind"), Text: p.T("exosweb.modules.nofind.why", "words", find),
			Action: look.Link{Text: p.T("exosweb.modules.all"), Href: "/modules"},
		}
	}
	return room.modules.Send(w, r, http.StatusOK, p)
}

// nothing says why there is no module, and whom to ask.
func (room *Room) nothing(s *look.Shell, v exos.Visitor) look.Empty {
	return look.Empty{
		Title: s.T("exosweb.modules.empty"), Text: you(s, v.Learner, "exosweb.modules.empty."),
		Action: look.Link{Text: s.T("exosweb.nav.help"), Href: "/aide"},
	}
}

func (room *Room) card(s *look.Shell, v exos.Visitor, c exos.Card) moduleCard {
	out := moduleCard{
		Cover: look.Cover{ID: string(c.ARK), Level: c.Level}, Title: c.Title, Href: modulePath(c.Module), Publisher: c.Publisher,
		Valid: room.validity(s, v, c), Success: percent(c.Success), Done: c.Done, Total: c.Total, Go: s.T("exosweb.card.begin"),
	}
	if c.Publisher == "" { // a teacher's own
		out.Publisher = s.T("exosweb.own.by")
	}
	today := clock.On(room.Service.Now(), clock.ZoneOfUAI(v.Learner.School))
	out.Soon = c.Closed == nil && !c.Valid.IsZero() && c.Valid.Before(today.AddDays(soon))
	switch {
	case c.Closed != nil:
		out.Closed, out.Go = said(s, c.Closed), you(s, v.Learner, "exosweb.card.reread.")
	case c.Last != nil:
		out.Go = s.T("exosweb.card.resume")
	}
	return out
}

func (room *Room) validity(s *look.Shell, v exos.Visitor, c exos.Card) string {
	today := clock.On(room.Service.Now(), clock.ZoneOfUAI(v.Learner.School))
	switch {
	case c.Valid.IsZero() && c.Closed != nil:
		return s.T("exosweb.card.closed")
	case c.Valid.IsZero():
		return s.T("exosweb.card.endless")
	case c.Valid.Before(today):
		return s.T("exosweb.card.ended", "day", shortDay(c.Valid))
	}
	return shortDay(c.Valid)
}

// percent never rounds up to 100: « 100 % » is when all is right.
func percent(share float64) int {
	if p := int(share*100 + 0.5); p < 100 || share >= 1 {
		return p
	}
	return 99
}

func modulePath(m exos.ModuleID) string { return "/modules/" + string(m) }

func exercisePath(m exos.ModuleID, number int) string {
	return modulePath(m) + "/exercices/" + strconv.Itoa(number)
}
