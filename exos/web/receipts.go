package web

import (
	"errors"
	"io"
	"net/http"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/device"
	"pupitre/exos/offline"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// receiptsPath is where teachers check receipts, and take in files. QR codes of the app lead to it (exos/web/script/app/receipt.ts).
const (
	receiptsPath = awayPath + "/recus"
	handoverPath = awayPath + "/fichiers"
)

// How many files come in at once, and what they weigh together, in bytes.
const (
	mostFiles     = 40
	mostFileBytes = 64 << 20
)

func (room *Room) mountReceipts(mux *httpx.Mux) {
	mux.Handle("GET "+receiptsPath, room.For(room.showReceipts))
	mux.Handle("POST "+receiptsPath, room.For(room.checkReceipt))
	mux.Handle("POST "+handoverPath, room.For(room.takeHandovers))
}

// receiptsPage is work that has not come by the network: receipts of it, and files.
type receiptsPage struct {
	look.Shell
	Path, Files string
	Code        string // as it was typed, or read by a camera
	Error       string // what is wrong with it
	FilesError  string
	Receipts    []receiptRow
	Came        []cameRow
	Names       namesAt
}

// receiptRow is one checked receipt.
type receiptRow struct {
	Pupil       memberRow
	Title, Said string
	State       state
}

// cameRow is what came of one file.
type cameRow struct {
	File  string
	Pupil *memberRow // nil where nothing was taken
	Made  string
	Tone  look.Tone
	Text  string
	Notes []string
}

func (room *Room) showReceipts(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	return room.sendReceipts(w, r, v, http.StatusOK, &receiptsPage{Code: r.FormValue("recu")})
}

func (room *Room) sendReceipts(w http.ResponseWriter, r *http.Request, v exos.Visitor, status int, p *receiptsPage) error {
	checked, err := room.Devices.Receipts(r.Context(), v)
	if err != nil {
		return err
	}
	p.Shell, p.Path, p.Files, p.Names = room.Site.Shell(r), receiptsPath, handoverPath, room.names(w)
	p.Title, p.Lead = p.T("exosweb.receipts"), p.T("exosweb.receipts.lead")
	p.Crumbs = []look.Link{{Text: p.T("exosweb.away.install"), Href: awayPath}, {Text: p.T("exosweb.away.pupils"), Href: pupilsDevicesPath}, {Text: p.Title, Current: true}}
	httpx.Private(w)
	for i, c := range checked {
		row := receiptRow{Pupil: memberOf(&p.Shell, c.Member, i+1), Title: c.Title, State: standingState(&p.Shell, c)}
		if row.Title == "" {
			row.Title = p.T("exosweb.receipts.gone")
		}
		row.Said = p.T("exosweb.receipts.said", "n", c.Count, "at", room.moment(&p.Shell, v, c.At), "seen", room.moment(&p.Shell, v, c.SeenAt))
		p.Receipts = append(p.Receipts, row)
	}
	return room.receipts.Send(w, r, status, p)
}

// standingState says whether what a receipt counts is here, and if not, what is missing.
func standingState(s *look.Shell, c device.Standing) state {
	switch {
	case c.Other:
		return state{Tone: string(look.Red), Icon: "circle-alert", Word: s.T("exosweb.receipts.other")}
	case c.Missing > 0:
		return state{Tone: string(look.Amber), Icon: "hourglass", Word: s.T("exosweb.receipts.missing", "n", int(c.Missing))}
	case !c.Complete():
		return state{Tone: string(look.Amber), Icon: "info", Word: s.T("exosweb.receipts.fewer", "n", c.Arrived, "of", c.Count)}
	}
	return state{Tone: string(look.Green), Icon: "circle-check", Word: s.T("exosweb.receipts.whole")}
}

func (room *Room) moment(s *look.Shell, v exos.Visitor, at time.Time) string {
	return lang.Moment(s.Locale, at, clock.ZoneOfUAI(v.Learner.School))
}

func memberOf(s *look.Shell, m classroom.Member, n int) memberRow {
	return memberRow{nameOf(s, m, n), string(m.Subject), s.T("exosweb.pupil", "n", n), string(m.Learner)}
}

func (room *Room) checkReceipt(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	code := r.PostFormValue("recu")
	_, err := room.Devices.Check(r.Context(), v, code)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) {
		s := room.Site.Shell(r)
		return room.sendReceipts(w, r, v, http.StatusUnprocessableEntity, &receiptsPage{Code: code, Error: said(&s, err)})
	}
	if err != nil {
		return err
	}
	return room.done(w, r, receiptsPath, "exosweb.receipts.checked")
}

// takeHandovers takes in files, one after the other, and says of each what came of it. The answer is a page, not another address: sent
// again, the same files change nothing.
func (room *Room) takeHandovers(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if !v.Learner.Profile.Teaches() {
		return fault.New(fault.Denied, "exos.homework.teachers")
	}
	defer room.forms.Add(-1)
	if room.forms.Add(1) > fewForms {
		return fault.New(fault.Unavailable, "exosweb.press.busy")
	}
	httpx.AllowBody(r, mostFileBytes)
	if err := room.patient(w); err != nil {
		return err
	}
	s, p := room.Site.Shell(r), &receiptsPage{}
	parts, err := r.MultipartReader()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "exosweb.form.unreadable")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return unreadable(err)
		}
		if part.FileName() == "" {
			continue
		}
		if len(p.Came) == mostFiles {
			p.FilesError = s.T("exosweb.receipts.files.many", "max", mostFiles)
			break
		}
		name, data, err := readPart(part, offline.MaxHandover)
		if fault.CodeOf(err) == "exos.deposit.size" {
			p.Came = append(p.Came, cameRow{File: name, Tone: look.Red, Text: s.T("exos.handover.size", "max", offline.MaxHandover>>20)})
			continue
		}
		if err != nil {
			return err
		}
		row, err := room.takeHandover(r, &s, v, name, data, len(p.Came)+1)
		if err != nil {
			return err
		}
		p.Came = append(p.Came, row)
	}
	if len(p.Came) == 0 {
		p.FilesError = s.T("exosweb.receipts.files.none")
	}
	status := http.StatusOK
	if p.FilesError != "" {
		status = http.StatusUnprocessableEntity
	}
	return room.sendReceipts(w, r, v, status, p)
}

func (room *Room) takeHandover(r *http.Request, s *look.Shell, v exos.Visitor, name string, data []byte, n int) (cameRow, error) {
	row := cameRow{File: name, Tone: look.Green}
	came, err := room.Devices.Receive(r.Context(), v, data)
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) {
		row.Tone, row.Text = look.Red, said(s, err)
		return row, nil
	}
	if err != nil {
		return row, err
	}
	pupil := memberOf(s, came.Member, n)
	row.Pupil, row.Made = &pupil, s.T("exosweb.receipts.files.made", "at", room.moment(s, v, came.At))
	row.Text = s.T("exosweb.receipts.files.nothing")
	if came.New > 0 {
		row.Text = s.T("exosweb.receipts.files.new", "n", came.New)
	}
	if came.Again > 0 {
		row.Text += " " + s.T("exosweb.receipts.files.again", "n", came.Again)
	}
	if came.Doubtful > 0 {
		row.Notes = append(row.Notes, s.T("exosweb.receipts.files.doubtful", "n", came.Doubtful))
	}
	if came.Waiting > 0 {
		row.Notes = append(row.Notes, s.T("exosweb.receipts.files.waiting", "n", came.Waiting))
	}
	for _, why := range came.Reasons() {
		row.Notes = append(row.Notes, s.T("exosweb.receipts.files.refused", "n", came.Refused[why], "why", s.T(why)))
	}
	if came.Device.Ended() {
		row.Notes = append(row.Notes, s.T("exosweb.receipts.files.ended", "day", clock.On(came.Device.EndedAt, clock.ZoneOfUAI(v.Learner.School))))
	}
	if len(row.Notes) > 0 {
		row.Tone = look.Amber
	}
	return row, nil
}
