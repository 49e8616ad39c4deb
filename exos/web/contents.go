package web

import (
	"net/http"
	"strconv"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// contentsPage is a module's table of contents.
type contentsPage struct {
	look.Shell
	Card     moduleCard
	Newer    bool
	Path     string
	Resume   look.Link
	Sections []section
	Lang     string // of what the publisher wrote, "" where it is the page's
}

type section struct {
	ID, Title   string
	Done, Total int
	Lines       []line
}

// line is one exercise of a table of contents.
type line struct {
	Number int
	Title  string
	Href   string
	State  state
	Points string // « 2 sur 3 », "" before an answer
}

// state is where the reader stands in an exercise: a word and an icon, and never a colour alone.
type state struct{ Word, Icon, Tone string }

func (room *Room) showContents(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	c, err := room.Service.Module(r.Context(), v, exos.ModuleID(r.PathValue("module")))
	if err != nil {
		return err
	}
	p := &contentsPage{Shell: room.Site.Shell(r)}
	p.Title, p.Path, p.Newer = c.Title, modulePath(c.Module), c.Newer && c.Closed == nil && c.Last != nil
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.modules"), Href: "/modules"}, {Text: c.Title, Current: true}}
	p.Card = room.card(&p.Shell, v, c.Card)
	p.Lang = foreign(c.Language, p.Locale)
	if c.Closed != nil {
		p.Messages = append(p.Messages, look.Message{Tone: look.Amber, Icon: "lock", Text: said(&p.Shell, c.Closed)})
	} else {
		p.Resume = room.onward(&p.Shell, c)
	}
	for i, chapter := range c.Sections {
		p.Sections = append(p.Sections, room.section(&p.Shell, c, i, chapter))
	}
	return room.contents.Send(w, r, http.StatusOK, p)
}

// onward leads to where the reader was, or to the first exercise.
func (room *Room) onward(s *look.Shell, c exos.Contents) look.Link {
	if c.Last != nil && c.Last.Number > 0 {
		return look.Link{Text: s.T("exosweb.contents.resume", "n", c.Last.Number), Href: exercisePath(c.Module, c.Last.Number)}
	}
	return look.Link{Text: s.T("exosweb.contents.begin"), Href: exercisePath(c.Module, 1)}
}

func (room *Room) section(s *look.Shell, c exos.Contents, i int, chapter exos.Chapter) section {
	out := section{ID: "s" + strconv.Itoa(i+1), Title: chapter.Title, Total: len(chapter.Entries)}
	if out.Title == "" {
		out.Title = s.T("exosweb.contents.exercises")
	}
	for _, e := range chapter.Entries {
		l := line{Number: e.Number, Title: e.Title, State: stateOf(s, e)}
		if c.Closed == nil || e.Begun || e.Mark != nil {
			l.Href = exercisePath(c.Module, e.Number)
		}
		if e.Mark != nil {
			out.Done++
			l.Points = points(s, e.Mark.Best, e.Mark.Max)
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}

func stateOf(s *look.Shell, e exos.Entry) state {
	switch {
	case e.Mark != nil && e.Mark.Right():
		return state{s.T("exosweb.state.right"), "circle-check", "green"}
	case e.Mark != nil && e.Mark.Max > 0:
		return state{s.T("exosweb.state.partly"), "rotate-ccw", "amber"}
	case e.Mark != nil:
		return state{s.T("exosweb.state.answered"), "check", "ink"}
	case e.Begun:
		return state{s.T("exosweb.state.begun"), "pencil", "ink"}
	}
	return state{s.T("exosweb.state.todo"), "circle", ""}
}

// renew takes the newer edition of a module.
func (room *Room) renew(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	module := exos.ModuleID(r.PathValue("module"))
	if err := room.Service.Renew(r.Context(), v, module); err != nil {
		return err
	}
	s := room.Site.Shell(r)
	if err := room.Site.Flash(w, r, look.Message{Tone: look.Green, Text: s.T("exosweb.contents.renewed")}); err != nil {
		return err
	}
	http.Redirect(w, r, modulePath(module), http.StatusSeeOther)
	return nil
}

var errNoExercise = fault.New(fault.NotFound, "exos.exercise.unknown")

// find returns the exercise that an address names, by its number in the reader's edition or by its id.
func find(c exos.Contents, name string) (exos.Entry, error) {
	for _, chapter := range c.Sections {
		for _, e := range chapter.Entries {
			if string(e.Exercise) == name || strconv.Itoa(e.Number) == name {
				return e, nil
			}
		}
	}
	return exos.Entry{}, errNoExercise
}

// foreign is the language of a publisher's text where it is not the page's.
func foreign(language string, page lang.Locale) string {
	if language == "" || language == string(page) {
		return ""
	}
	return language
}
