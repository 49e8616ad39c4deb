package web

import (
	"encoding/json"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"pupitre/exos"
	"pupitre/exos/qti"
	"pupitre/exos/web/player"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

// rehearsalPage is an exercise as a pupil will have it, tried by whoever made it. What was done is in the page, and nowhere else.
type rehearsalPage struct {
	look.Shell
	Sheet    *sheet
	Aids     aids
	Number   int
	Total    int
	Previous look.Link
	Next     look.Link
	Expected *solution
	Notes    template.HTML
	Words    []word // what the script says
}

// rehearsed is where a rehearsal takes place.
type rehearsed struct {
	items  []*qti.Item
	number int    // from 1, among the items
	at, of int    // what the reader calls it, of how many; 0: its number among the items
	path   string // of the exercises, without a slash at the end
	held   held   // where their files are
	crumbs []look.Link
}

// reader is whom a rehearsal speaks to: a pupil, of no school.
var reader = exos.Visitor{Learner: exos.Learner{Profile: exos.Pupil}}

// teacher reads the answers as teachers do.
var teacher = exos.Visitor{Learner: exos.Learner{Profile: exos.Teacher}}

func (room *Room) rehearseDeposit(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	if err := room.patient(w); err != nil {
		return err
	}
	d, m, err := room.Service.Examine(r.Context(), p, exos.DepositID(r.PathValue("deposit")))
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	at := rehearsed{
		items: m.Items(), path: depositPath(d.ID) + "/exercices",
		crumbs: []look.Link{{Text: s.T("exosweb.press.title"), Href: pressPath}, {Text: d.Name, Href: depositPath(d.ID)}},
	}
	at.number, _ = strconv.Atoi(r.PathValue("number"))
	at.held = held{
		file:  func(sha string) string { return room.Content.Deposited(d, exos.Hash(sha)) },
		frame: func(response string) string { return room.Content.DepositedFrame(d, at.number, response) },
	}
	return room.rehearse(w, r, at)
}

func (room *Room) rehearseAgain(w http.ResponseWriter, r *http.Request, _ exos.Press) error {
	http.Redirect(w, r, strings.TrimSuffix(r.URL.Path, "/encore"), http.StatusSeeOther)
	return nil
}

// rehearse shows an exercise, and plays what the form says.
func (room *Room) rehearse(w http.ResponseWriter, r *http.Request, at rehearsed) error {
	if at.number < 1 || at.number > len(at.items) {
		return fault.New(fault.NotFound, "exos.exercise.unknown")
	}
	it := at.items[at.number-1]
	so := exos.NewRehearsal()
	if r.Method == http.MethodPost {
		if err := readForm(r); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(r.PostFormValue("rehearsal")), &so); err != nil {
			return fault.Wrap(err, fault.Invalid, "exosweb.form.unreadable")
		}
	}
	sitting, _, err := room.Service.Rehearse(it, so)
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	var drafts []draft
	if r.Method == http.MethodPost {
		if so, sitting, drafts, err = room.played(r, &s, it, so, sitting); err != nil {
			return err
		}
	}
	if at.at == 0 {
		at.at, at.of = at.number, len(at.items)
	}
	page := &rehearsalPage{Shell: s, Aids: aidsOf(r), Number: at.at, Total: at.of}
	page.Sheet = room.sheetFrom(at.held, &page.Shell, reader, sitting, drafts...)
	page.Sheet.Action, page.Sheet.Saved = at.path+"/"+strconv.Itoa(at.at), false
	carried, err := json.Marshal(so)
	if err != nil {
		return err
	}
	page.Sheet.Rehearsal = string(carried)
	page.Title, page.Airy = page.T("exosweb.exercise.titled", "n", at.at), true
	page.Crumbs = append(at.crumbs, look.Link{Text: page.T("exosweb.rehearsal"), Current: true})
	neighbour := func(n int) look.Link {
		return look.Link{Text: page.T("exosweb.exercise.titled", "n", n), Href: at.path + "/" + strconv.Itoa(n)}
	}
	if at.at > 1 {
		page.Previous = neighbour(at.at - 1)
	}
	if at.at < at.of {
		page.Next = neighbour(at.at + 1)
	}
	room.expect(page, at, it, so, sitting)
	page.Words = script(&page.Shell, reader)
	if page.Sheet.Frames {
		httpx.AllowSource(w, httpx.FrameSrc, room.Content.Origin())
	}
	return room.rehearsal.Send(w, r, http.StatusOK, page)
}

// expect adds what is taken for right, and the words for markers.
func (room *Room) expect(page *rehearsalPage, at rehearsed, it *qti.Item, so exos.Rehearsal, sitting exos.Sitting) {
	drawn := player.NewSheet(sitting)
	drawn.T, drawn.Icon, drawn.Address = page.T, room.icon, at.held.file
	sitting.Corrected = exos.Answers(it, so.Seed)
	page.Expected = solutionOf(&page.Shell, teacher, sitting, drawn)
	page.Notes = drawn.Text(it.Notes)
}

// played is the rehearsal after what the form did.
func (room *Room) played(r *http.Request, s *look.Shell, it *qti.Item, so exos.Rehearsal, sitting exos.Sitting) (exos.Rehearsal, exos.Sitting, []draft, error) {
	answer := player.Read(r.PostForm, sitting.Tree, player.NewSheet(sitting).Released...)
	again := func(notice string, hint *exos.Verdict) (exos.Rehearsal, exos.Sitting, []draft, error) {
		return so, sitting, []draft{{answer.Responses, notice, hint}}, nil
	}
	if move := r.PostFormValue("move"); move != "" {
		player.Move(answer, move)
		return again("", nil)
	}
	named := func(h exos.Handed) (exos.Handed, error) { return exos.Named(sitting.Tree, h) }
	if err := name(r, sitting, answer, named); fault.Is(err, fault.Invalid) {
		return again(said(s, err), nil)
	} else if err != nil {
		return so, sitting, nil, err
	}
	kind, payload, why := meant(r, sitting, answer)
	if why != "" {
		return again(you(s, reader.Learner, why), nil)
	}
	next := so.With(kind, payload)
	after, verdict, err := room.Service.Rehearse(it, next)
	switch {
	case err != nil:
		return so, sitting, nil, err
	case verdict.Status == exos.Refused:
		return again(told(s, verdict), nil)
	case kind == exos.Hinted:
		return again("", &verdict)
	}
	return next, after, nil, nil
}
