package web

import (
	"net/http"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/internal/look"
)

// boardPage (« tableau des appareils ») is who has a homework ready on a device, as far as devices have said.
type boardPage struct {
	look.Shell
	Ready, Waits string
	Sent         bool // nothing waits anywhere, by every device's last word
	Rows         []boardRow
	Names        namesAt
	Empty        look.Empty
}

// boardRow is a pupil's device, or a pupil without one.
type boardRow struct {
	memberRow
	Icon, Kind, Seen string // Kind is "" where there is no device
	State            state
	Waits            state
}

var preparedness = map[device.Preparedness]state{
	device.NotThere: {"none", "minus", ""}, device.Partly: {"partly", "download", "amber"}, device.Outdated: {"old", "refresh-cw", "amber"},
	device.Shut: {"closed", "lock", "amber"}, device.Prepared: {"ready", "circle-check", "green"},
}

func (room *Room) showBoard(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	b, err := room.Devices.Readiness(r.Context(), v, exos.HomeworkID(r.PathValue("homework")))
	if err != nil {
		return err
	}
	p := &boardPage{Shell: room.Site.Shell(r), Names: room.names(w)}
	p.Title, p.Lead = p.T("exosshared.board"), p.T("exosshared.board.lead")
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.homework"), Href: homeworkRoot}, {Text: b.Homework.Title, Href: homeworkPath(b.Homework.ID)}, {Text: p.Title, Current: true}}
	if b.Homework.Test != nil {
		p.Lead = p.T("exos.test.network")
	} else if b.Homework.Limit > 0 {
		p.Lead = p.T("exos.homework.timed") // no device takes it along
	}
	p.Ready = p.T("exosshared.board.count", "n", b.Ready, "of", len(b.Pupils))
	if p.Waits, p.Sent = p.T("exosshared.board.unsent", "n", b.Unsent), b.Unsent == 0; p.Sent {
		p.Waits = p.T("exosshared.board.nothing")
	}
	for i, pupil := range b.Pupils {
		who := memberOf(&p.Shell, pupil.Member, i+1)
		if len(pupil.Devices) == 0 {
			p.Rows = append(p.Rows, boardRow{memberRow: who, State: state{p.T("exosshared.board.nodevice"), "circle", ""}})
		}
		for _, d := range pupil.Devices {
			p.Rows = append(p.Rows, room.boardRow(&p.Shell, v, boardRow{memberRow: who}, d))
		}
	}
	p.Empty = look.Empty{Title: p.T("exosweb.results.nobody"), Text: p.T("exosweb.results.nobody.why")}
	return room.board.Send(w, r, http.StatusOK, p)
}

func (room *Room) boardRow(s *look.Shell, v exos.Visitor, row boardRow, d device.BoardDevice) boardRow {
	row.Icon, row.Kind, row.Seen = deviceIcons[d.Kind], s.T("exosweb.device."+string(d.Kind)), s.T("exosweb.homework.at", momentOf(s, v, d.SeenAt)...)
	row.State = preparedness[d.State]
	row.State.Word = s.T("exosshared.board." + row.State.Word)
	if d.State == device.Prepared && d.Online > 0 {
		row.State.Word = s.T("exosshared.board.online", "n", d.Online)
	}
	row.Waits = state{s.T("exosshared.board.sent"), "check", "green"}
	if n := d.Unsent + d.Waiting; n > 0 {
		row.Waits = state{s.T("exosshared.board.waits", "n", n), "cloud-off", "amber"}
	}
	return row
}
