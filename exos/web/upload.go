package web

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

const (
	// longestDeposit is how long one request may take to send a package, or to have one examined.
	longestDeposit = 15 * time.Minute
	// fewForms is how many packages come in by forms at a time, on one node: each is held until it is whole. In parts, none is.
	fewForms = 4
	// formRoom is what a form weighs beside its file.
	formRoom = 64 << 10
)

// patient lifts the deadlines of a request that carries a package, or opens one.
func (room *Room) patient(w http.ResponseWriter) error {
	c := http.NewResponseController(w)
	until := room.Service.Now().Add(longestDeposit)
	for _, err := range []error{c.SetReadDeadline(until), c.SetWriteDeadline(until)} {
		if err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
	}
	return nil
}

// takeDeposit takes the file of the form, where there is no script: of an upload that is cut off nothing is kept.
func (room *Room) takeDeposit(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	defer room.forms.Add(-1)
	if room.forms.Add(1) > fewForms {
		return fault.New(fault.Unavailable, "exosweb.press.busy")
	}
	httpx.AllowBody(r, exos.MaxDeposit+formRoom)
	if err := room.patient(w); err != nil {
		return err
	}
	name, data, err := fileOf(r, exos.MaxDeposit)
	var d exos.Deposit
	var twin bool
	if err == nil {
		d, twin, err = room.deposit(r, p, name, data)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Exhausted) {
		s := room.Site.Shell(r)
		return room.sendPress(w, r, p, http.StatusUnprocessableEntity, said(&s, err))
	}
	if err != nil {
		return err
	}
	if twin {
		return room.flashed(w, r, depositPath(d.ID), "exosweb.press.twin")
	}
	http.Redirect(w, r, depositPath(d.ID), http.StatusSeeOther)
	return nil
}

// deposit keeps a package that is here in one piece.
func (room *Room) deposit(r *http.Request, p exos.Press, name string, data []byte) (exos.Deposit, bool, error) {
	d, err := room.Service.BeginDeposit(r.Context(), p, name, int64(len(data)))
	for at := 0; err == nil && at < len(data); at += exos.MaxPart {
		_, err = room.Service.AppendDeposit(r.Context(), p, d.ID, int64(at), data[at:min(at+exos.MaxPart, len(data))])
	}
	if err != nil {
		return d, false, err
	}
	return room.Service.FinishDeposit(r.Context(), p, d.ID)
}

// fileOf is the file of a form, whatever its control is called; one that is longer than limit is refused before it is held.
func fileOf(r *http.Request, limit int64) (name string, data []byte, err error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, fault.Wrap(err, fault.Invalid, "exosweb.form.unreadable")
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return "", nil, fault.New(fault.Invalid, "exosweb.press.none")
		}
		if err != nil {
			return "", nil, unreadable(err)
		}
		if part.FileName() == "" {
			continue
		}
		return readPart(part, limit)
	}
}

func readPart(part *multipart.Part, limit int64) (string, []byte, error) {
	name := path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
	data, err := io.ReadAll(io.LimitReader(part, limit+1))
	if err != nil {
		return name, nil, unreadable(err)
	}
	if int64(len(data)) > limit {
		return name, nil, fault.New(fault.Invalid, "exos.deposit.size", "name", name, "max", int(limit>>20))
	}
	return name, data, nil
}

// unreadable is a body that ended too early, or was too long; what the edge says of it is kept.
func unreadable(err error) error {
	if fault.Is(err, fault.Invalid) {
		return err
	}
	return fault.Wrap(err, fault.Invalid, "exosweb.form.unreadable")
}

// depositWord is a deposit for programs.
type depositWord struct {
	ID       exos.DepositID `json:"id"`
	Name     string         `json:"name"`
	Size     int64          `json:"size"`
	Received int64          `json:"received"` // where an upload goes on
	SHA256   exos.Hash      `json:"sha256,omitempty"`
	Href     string         `json:"href"`           // the page for people
	Twin     bool           `json:"twin,omitempty"` // the same file was here already: this is that one
	Module   exos.ModuleID  `json:"module,omitempty"`
	Version  exos.VersionID `json:"version,omitempty"`
	Report   *exos.Told     `json:"report,omitempty"`
}

func wordOf(d exos.Deposit) depositWord {
	return depositWord{
		ID: d.ID, Name: d.Name, Size: d.Size, Received: d.Received, SHA256: d.Hash, Href: depositPath(d.ID), Module: d.Module, Version: d.Version,
	}
}

func sendJSON(w http.ResponseWriter, status int, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(v)
}

// beginDeposit announces a package that comes in parts.
func (room *Room) beginDeposit(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	var in struct {
		Name string `json:"name"`
		Size int64  `json:"size"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return fault.Wrap(err, fault.Invalid, "exosweb.form.unreadable")
	}
	d, err := room.Service.BeginDeposit(r.Context(), p, in.Name, in.Size)
	if err != nil {
		return err
	}
	w.Header().Set("Location", pressAPI+"/"+string(d.ID))
	return sendJSON(w, http.StatusCreated, wordOf(d))
}

// appendDeposit takes the part that begins at Upload-Offset, as tus 1.0 has it; 409 says where to go on instead.
func (room *Room) appendDeposit(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	httpx.AllowBody(r, exos.MaxPart+1)
	at, err := strconv.ParseInt(r.Header.Get("Upload-Offset"), 10, 64)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "exosweb.press.offset")
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return unreadable(err)
	}
	d, err := room.Service.AppendDeposit(r.Context(), p, exos.DepositID(r.PathValue("deposit")), at, data)
	if err != nil {
		return err
	}
	w.Header().Set("Upload-Offset", strconv.FormatInt(d.Received, 10))
	return sendJSON(w, http.StatusOK, wordOf(d))
}

func (room *Room) finishDeposit(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	d, twin, err := room.Service.FinishDeposit(r.Context(), p, exos.DepositID(r.PathValue("deposit")))
	if err != nil {
		return err
	}
	out := wordOf(d)
	out.Twin = twin
	return sendJSON(w, http.StatusOK, out)
}

// tellDeposit is how far an upload is and, once it is whole, what was found in it: the same as `pupitre check module --json`.
func (room *Room) tellDeposit(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	d, err := room.Service.Deposit(r.Context(), p, exos.DepositID(r.PathValue("deposit")))
	if err != nil {
		return err
	}
	if d.Whole() {
		if d, err = room.examined(w, r, p, d.ID); err != nil {
			return err
		}
	}
	out := wordOf(d)
	w.Header().Set("Upload-Offset", strconv.FormatInt(d.Received, 10))
	if d.Found != nil {
		s := room.Site.Shell(r)
		s.Locale = httpx.Spoken(r) // programs have no switch
		told := d.Found.Tell(s.Locale, func(key string, args ...any) string { return s.T(key, args...) })
		out.Report = &told
	}
	return sendJSON(w, http.StatusOK, out)
}

func (room *Room) examined(w http.ResponseWriter, r *http.Request, p exos.Press, id exos.DepositID) (exos.Deposit, error) {
	if err := room.patient(w); err != nil {
		return exos.Deposit{}, err
	}
	d, _, err := room.Service.Examine(r.Context(), p, id)
	return d, err
}
