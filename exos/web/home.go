package web

import (
	"net/http"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/look"
)

// homePage says what to do today.
type homePage struct {
	look.Shell
	Resume   *resume
	Homework []homeworkRow
	Cards    []moduleCard
	More     bool // there are other modules than these
	Empty    look.Empty
}

// someCards is how many modules the first page shows.
const someCards = 3

// resume is where the reader was.
type resume struct {
	Cover look.Cover
	Title string // « Exercice 4 : Les classes de mots »
	Where string
	Href  string
}

// strangerPage is how to come in: with a portal (« Avec ENT »), or with an account of the broker's (« Sans ENT »). It asks for neither name
// nor password: those are asked by whom they are of.
type strangerPage struct {
	look.Shell
	Do      look.Link
	Kinds   []look.Link // the same for a collège, for a lycée: where the portal is looked for among theirs
	Without string
}

// showHome is what to do today; for a stranger, how to come in.
func (room *Room) showHome(w http.ResponseWriter, r *http.Request) error {
	v, err := room.Door.Visitor(r)
	if fault.Is(err, fault.Unauthenticated) {
		p := &strangerPage{Shell: room.Site.Shell(r), Without: room.Without}
		p.Title, p.Do = p.T("exosdesktop.login.title"), look.Link{Text: p.T("exosweb.stranger.do"), Href: "/connexion"}
		if room.Desk != "" {
			p.Do = room.desk(&p.Shell)
		}
		for _, k := range []look.Link{{Text: p.T("exosdesktop.login.college"), Href: room.College}, {Text: p.T("exosdesktop.login.lycee"), Href: room.Lycee}} {
			if k.Href != "" {
				p.Kinds = append(p.Kinds, k)
			}
		}
		return room.stranger.Send(w, r, http.StatusOK, p)
	}
	if err != nil {
		return err
	}
	return room.welcome(w, sitDown(r, v), v)
}

func (room *Room) welcome(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	cards, err := room.Service.Modules(r.Context(), v)
	if err != nil {
		return err
	}
	given, err := room.Service.Homeworks(r.Context(), v)
	if err != nil {
		return err
	}
	p := &homePage{Shell: room.Site.Shell(r)}
	p.Title = p.T("exosweb.nav.home")
	if v.Learner.GivenName != "" {
		p.Title = p.T("exosweb.home.hello", "name", v.Learner.GivenName)
	}
	room.unsure(&p.Shell, v)
	for _, h := range given {
		if row := room.homeworkRow(&p.Shell, v, h); h.Done < h.Total && !h.Over {
			p.Homework = append(p.Homework, row)
		}
	}
	for _, c := range cards {
		if c.Closed != nil {
			continue
		}
		if c.Last != nil && p.Resume == nil {
			p.Resume = room.resume(&p.Shell, v, c)
		}
		if len(p.Cards) < someCards {
			p.Cards = append(p.Cards, room.card(&p.Shell, v, c))
		}
	}
	p.More = len(cards) > len(p.Cards)
	if p.Resume == nil && len(p.Homework) == 0 && len(p.Cards) == 0 {
		p.Empty = room.nothing(&p.Shell, v)
	}
	return room.home.Send(w, r, http.StatusOK, p)
}

func (room *Room) resume(s *look.Shell, v exos.Visitor, c exos.Card) *resume {
	return &resume{
		Cover: look.Cover{ID: string(c.ARK), Level: c.Level, Size: "s"},
		Title: s.T("exosweb.exercise.named", "n", c.Last.Number, "title", c.Last.Title),
		Where: you(s, v.Learner, "exosweb.home.where.", "module", c.Title, "when", room.when(s, v.Learner, c.Last.At)),
		Href:  exercisePath(c.Module, c.Last.Number),
	}
}
