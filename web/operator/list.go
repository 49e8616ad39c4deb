package operator

import (
	"errors"
	"io"
	"net/http"
	"time"

	"pupitre/directory/delivery"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/journal"
)

const (
	shown         = 50        // deliveries on the page
	largestUpload = 8 << 30   // bytes; the service has its own limit
	longestUpload = time.Hour // a slow line may send a large archive
)

// listPage is what the portals handed in.
type listPage struct {
	look.Shell
	Rows  []row
	Empty look.Empty
}

// row is a delivery in a list.
type row struct {
	Href, Name, Project, Door, Arrived string
	State                              look.Tag
	Bytes                              int64
	Done, Total, Share                 int // schools; Share is the percentage that is done
	Running                            bool
}

func (o *Room) list(w http.ResponseWriter, r *http.Request) error {
	return o.showList(w, r, http.StatusOK)
}

func (o *Room) showList(w http.ResponseWriter, r *http.Request, status int, problems ...look.Problem) error {
	list, err := o.Deliveries.List(r.Context(), shown)
	if err != nil {
		return err
	}
	p := &listPage{Shell: o.Site.Shell(r)}
	p.Title, p.Parent, p.Lead, p.Problems = p.T("operator.deliveries"), p.T("operator.space"), p.T("operator.deliveries.lead"), problems
	for _, d := range list {
		p.Rows = append(p.Rows, o.row(&p.Shell, d))
	}
	if len(list) == 0 {
		p.Empty = look.Empty{Title: p.T("operator.deliveries.none"), Text: p.T("operator.deliveries.none.text")}
	}
	return o.pages.list.Send(w, r, status, p)
}

func (o *Room) row(s *look.Shell, d delivery.Delivery) row {
	out := row{
		Href: o.base + Path + "/" + string(d.ID), Name: d.Name, Project: string(d.Project), Door: s.T("operator.door." + string(d.Door)), Arrived: o.when(d.Arrived),
		State: state(s, d.State), Bytes: d.Bytes, Done: d.Done, Total: d.Total, Running: d.State == delivery.Running,
	}
	if d.Total > 0 {
		out.Share = 100 * d.Done / d.Total
	}
	return out
}

func state(s *look.Shell, state delivery.State) look.Tag {
	tag := look.Tag{Text: s.T("operator.state." + string(state))}
	switch state {
	case delivery.Done:
		tag.Tone, tag.Icon = look.Green, "check"
	case delivery.Refused, delivery.Failed:
		tag.Tone, tag.Icon = look.Red, "circle-alert"
	case delivery.Running:
		tag.Tone = look.Ink
	}
	return tag
}

// receive takes the archive of the form while it arrives: it is never held in memory.
func (o *Room) receive(w http.ResponseWriter, r *http.Request, by journal.Actor) error {
	httpx.AllowBody(r, largestUpload)
	if err := http.NewResponseController(w).SetReadDeadline(o.Now().Add(longestUpload)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	d, err := o.received(r, by)
	if fault.Is(err, fault.Invalid) {
		field := "archive"
		if fault.CodeOf(err) == "delivery.checksum.empty" {
			field = "md5"
		}
		return o.showList(w, r, http.StatusUnprocessableEntity, look.Problem{Field: field, Text: o.Words.Error(httpx.Locale(r), err)})
	}
	if err != nil {
		return err
	}
	shell := o.Site.Shell(r)
	if err := o.Site.Flash(w, r, look.Message{Tone: look.Green, Text: shell.T("operator.deliveries.received", "name", d.Name)}); err != nil {
		return err
	}
	http.Redirect(w, r, o.base+Path+"/"+string(d.ID), http.StatusSeeOther)
	return nil
}

// received reads the form: the checksum, if one is given, stands before the archive.
func (o *Room) received(r *http.Request, by journal.Actor) (delivery.Delivery, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return delivery.Delivery{}, fault.Wrap(err, fault.Invalid, "operator.upload.form")
	}
	a := delivery.Arrival{Door: delivery.ByPage}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return delivery.Delivery{}, fault.New(fault.Invalid, "operator.upload.none")
		}
		if err != nil {
			return delivery.Delivery{}, fault.Wrap(err, fault.Invalid, "operator.upload.form")
		}
		switch part.FormName() {
		case "md5":
			if part.FileName() == "" { // none was chosen
				continue
			}
			a.Checksum, err = delivery.ReadChecksum(part.FileName(), part)
			if fault.Is(err, fault.Invalid) {
				return delivery.Delivery{}, err
			} else if err != nil {
				return delivery.Delivery{}, fault.Wrap(err, fault.Invalid, "operator.upload.form")
			}
		case "archive":
			if part.FileName() == "" {
				return delivery.Delivery{}, fault.New(fault.Invalid, "operator.upload.none")
			}
			a.Name, a.Archive = part.FileName(), part
			return o.Deliveries.Receive(r.Context(), by, a)
		}
	}
}
