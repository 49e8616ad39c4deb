package web

import (
	"html/template"
	"net/http"
	"time"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

const (
	awayPath          = "/hors-ligne"
	pupilsDevicesPath = awayPath + "/eleves"
)

func (room *Room) mountDevices(mux *httpx.Mux) {
	mux.Handle("GET "+awayPath, room.For(room.showDevices))
	mux.Handle("POST "+awayPath+"/ouvrir", room.For(room.mint))
	mux.Handle("GET "+programPath+"{file}", room.sendRelease)
	mux.Handle("GET "+pairPath, room.For(room.showPair))
	mux.Handle("POST "+pairPath, room.For(room.pair))
	mux.Handle("POST "+awayPath+"/code", room.For(room.mintTyped))
	mux.Handle("POST "+awayPath+"/retirer", room.For(room.endDevice))
	mux.Handle("GET "+pupilsDevicesPath, room.For(room.showPupilsDevices))
	mux.Handle("POST "+pupilsDevicesPath+"/retirer", room.For(room.endPupilsDevice))
	mux.Handle("POST "+pupilsDevicesPath+"/verifier", room.For(room.settleDoubts))
	room.mountReceipts(mux)
}

// devicesPage is how to install the app, and the reader's devices.
type devicesPage struct {
	look.Shell
	Ways    []way
	Program []programRow // for computers, of the reader's own system
	Others  []programRow // of other systems
	Version string
	App     string
	Devices []deviceRow
	Code    string        // just minted, to be typed on another device
	QR      template.HTML // the same, to be shown to its camera
	Class   string        // the address of the pupils' devices, for a teacher
}

type deviceRow struct {
	ID, Name, Facts string
	Ended           bool
}

func (room *Room) showDevices(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	return room.sendDevices(w, r, v, http.StatusOK, "", nil)
}

func (room *Room) sendDevices(w http.ResponseWriter, r *http.Request, v exos.Visitor, status int, code device.Code, trouble error) error {
	own, err := room.Devices.Devices(r.Context(), v)
	if err != nil {
		return err
	}
	p := &devicesPage{Shell: room.Site.Shell(r), App: appPath + ownLocker}
	p.Title, p.Lead = you(&p.Shell, v.Learner, "exosweb.away.title."), you(&p.Shell, v.Learner, "exosweb.away.lead.")
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.modules"), Href: "/modules"}, {Text: p.T("exosweb.away.install"), Current: true}}
	here := systemOf(r)
	p.Ways = ways(&p.Shell, here)
	if p.Program, p.Others = room.programs(&p.Shell, here); room.Programs != nil {
		p.Version = room.Programs.Version
	}
	w.Header().Add("Vary", "Sec-CH-UA-Platform, User-Agent")
	for _, d := range own {
		p.Devices = append(p.Devices, room.deviceRow(&p.Shell, v, d))
	}
	if trouble != nil {
		p.Messages = append(p.Messages, look.Message{Tone: look.Amber, Text: said(&p.Shell, trouble)})
	}
	if v.Learner.Profile.Teaches() {
		p.Class = pupilsDevicesPath
	}
	if code != "" {
		httpx.Private(w)
		p.Code = string(code[:len(code)/2] + " " + code[len(code)/2:])
		if p.QR, err = look.QR(room.Base+appPath+"#code="+string(code), p.T("exosweb.away.qr")); err != nil {
			return err
		}
	}
	return room.devicesPage.Send(w, r, status, p)
}

func (room *Room) deviceRow(s *look.Shell, v exos.Visitor, d device.Device) deviceRow {
	zone := clock.ZoneOfUAI(v.Learner.School)
	row := deviceRow{ID: string(d.ID), Name: s.T("exosweb.device." + string(d.Kind)), Ended: d.Ended()}
	row.Facts = s.T("exosweb.away.facts", "made", clock.On(d.MadeAt, zone), "seen", room.when(s, v.Learner, d.SeenAt))
	if d.Ended() {
		row.Facts = s.T("exosweb.away.gone", "day", clock.On(d.EndedAt, zone))
	}
	return row
}

// mint gives the app, which runs in the reader's own browser, the code that makes it theirs: one click.
func (room *Room) mint(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	code, err := room.Devices.Mint(r.Context(), v)
	if err != nil {
		return err
	}
	httpx.Private(w)
	return sendJSON(w, http.StatusOK, map[string]string{"code": string(code)})
}

// mintTyped shows a code for another device.
func (room *Room) mintTyped(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	code, err := room.Devices.MintTyped(r.Context(), v)
	if fault.Is(err, fault.Exhausted) {
		return room.sendDevices(w, r, v, http.StatusUnprocessableEntity, "", err)
	}
	if err != nil {
		return err
	}
	return room.sendDevices(w, r, v, http.StatusOK, code, nil)
}

func (room *Room) endDevice(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if err := room.Devices.End(r.Context(), v, device.ID(r.PostFormValue("appareil"))); err != nil {
		return err
	}
	return room.done(w, r, awayPath, "exosweb.away.removed")
}

// pupilsDevicesPage is the devices of a teacher's pupils.
type pupilsDevicesPage struct {
	look.Shell
	Pupils []pupilDevices
	Doubts []doubtRow
	Empty  look.Empty
	Names  namesAt
	Files  string // the address of receipts and files
}

// pupilDevices are one pupil's, the one that spoke last first.
type pupilDevices struct {
	Pupil   memberRow
	Devices []pupilsDevice
}

// doubtRow is what a teacher is asked: was it done in time?
type doubtRow struct {
	Pupil                  memberRow
	Homework, Title, Facts string
	Word                   string // what the device says, and how much that is worth
	Receipt                string // that its receipt was seen in time, if it was
	Late                   string // the address of what came too late in the same homework
}

type pupilsDevice struct {
	Device deviceRow
	Icon   string
	Notes  []string // what came in its name, and what waits
}

func (room *Room) showPupilsDevices(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	seen, err := room.Devices.Class(r.Context(), v)
	if err != nil {
		return err
	}
	p := &pupilsDevicesPage{Shell: room.Site.Shell(r), Names: room.names(w), Files: receiptsPath}
	p.Title, p.Lead = p.T("exosweb.away.pupils"), p.T("exosweb.away.pupils.lead")
	p.Crumbs = []look.Link{{Text: p.T("exosweb.away.install"), Href: awayPath}, {Text: p.Title, Current: true}}
	if p.Doubts, err = room.doubts(r, &p.Shell, v); err != nil {
		return err
	}
	p.Empty = look.Empty{Title: p.T("exosweb.away.pupils.empty"), Text: p.T("exosweb.away.pupils.how")}
	places := map[exos.LearnerID]int{}
	for _, d := range seen {
		at, known := places[d.Learner]
		if !known {
			at = len(p.Pupils)
			places[d.Learner] = at
			p.Pupils = append(p.Pupils, pupilDevices{Pupil: memberOf(&p.Shell, d.Member, at+1)})
		}
		row := pupilsDevice{Device: room.deviceRow(&p.Shell, v, d.Device), Icon: deviceIcons[d.Kind]}
		if d.Waiting > 0 {
			row.Notes = append(row.Notes, p.T("exosweb.away.waiting", "n", d.Waiting))
		}
		for _, one := range d.Reports {
			row.Notes = append(row.Notes, room.when(&p.Shell, v.Learner, one.At)+" : "+p.T(one.Code))
		}
		p.Pupils[at].Devices = append(p.Pupils[at].Devices, row)
	}
	return room.pupilsDevices.Send(w, r, http.StatusOK, p)
}

var deviceIcons = map[device.Kind]string{device.Phone: "smartphone", device.Tablet: "tablet", device.Computer: "monitor"}

// doubtful says how many answers of a homework of the visitor's wait to be checked; "" for none.
func (room *Room) doubtful(r *http.Request, s *look.Shell, v exos.Visitor, h exos.HomeworkID) (string, error) {
	all, err := room.Devices.Doubts(r.Context(), v, h)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return s.T("exosweb.away.doubtful", "n", len(all)), nil
}

func (room *Room) doubts(r *http.Request, s *look.Shell, v exos.Visitor) ([]doubtRow, error) {
	all, pupils, err := room.Devices.DoubtsOf(r.Context(), v)
	var out []doubtRow
	for i, d := range all {
		m := pupils[d.Learner] // of somebody who has left the class, no name is known any more
		row := doubtRow{
			Pupil: memberRow{nameOf(s, m, i+1), string(m.Subject), s.T("exosweb.pupil", "n", i+1), string(d.Learner)}, Homework: string(d.Homework), Title: d.Title,
			Late: homeworkPath(d.Homework) + "/retards", Facts: s.T("exosweb.away.doubt.answers", "n", d.Answers),
		}
		zone := clock.ZoneOfUAI(v.Learner.School)
		at := func(t time.Time) string { return lang.Moment(s.Locale, t, zone) }
		row.Facts += " " + s.T("exosweb.away.doubt.heard", "due", at(d.Due), "heard", at(d.Heard))
		key := "exosweb.away.doubt.clock"
		if d.Steady {
			key = "exosweb.away.doubt.steady"
		}
		row.Word = s.T(key, "said", at(d.Said))
		if !d.Receipt.IsZero() {
			row.Receipt = s.T("exosweb.away.doubt.receipt", "seen", at(d.Receipt))
		}
		out = append(out, row)
	}
	return out, err
}

// settleDoubts takes the device at its word, or does not.
func (room *Room) settleDoubts(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	inTime := r.PostFormValue("compte") == "oui"
	_, err := room.Devices.Settle(r.Context(), v, exos.HomeworkID(r.PostFormValue("devoir")), exos.LearnerID(r.PostFormValue("eleve")), inTime)
	if err != nil {
		return err
	}
	word := "exosweb.away.doubt.refused"
	if inTime {
		word = "exosweb.away.doubt.believed"
	}
	return room.done(w, r, pupilsDevicesPath, word)
}

func (room *Room) endPupilsDevice(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if err := room.Devices.EndPupils(r.Context(), v, device.ID(r.PostFormValue("appareil"))); err != nil {
		return err
	}
	return room.done(w, r, pupilsDevicesPath, "exosweb.away.removed")
}
