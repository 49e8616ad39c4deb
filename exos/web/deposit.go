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
	"pupitre/internal/look"
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

// depositPage is a package's report.
type depositPage struct {
	look.Shell
	Path    string
	Name    string
	Size    string
	At      string
	State   look.Tag
	Missing string // the upload is not whole
	Told    exos.Told
	Groups  []findings
	Tried   []triedRow
	Counts  []fact
	JSON    string
	Good    bool // may be published
	ARK     look.Field
	Module  string // where it was published
}

// findings are those of one severity.
type findings struct {
	ID, Title, Lead, Icon, Tone string
	Rows                        []findingRow
}

type findingRow struct{ Where, Item, Text, Code string }

type triedRow struct {
	Number     int
	Identifier string
	Href       string
	State      state
}

func (room *Room) showDeposit(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	return room.sendDeposit(w, r, p, http.StatusOK, nil)
}

// sendDeposit answers with the report; trouble is why it was not published.
func (room *Room) sendDeposit(w http.ResponseWriter, r *http.Request, p exos.Press, status int, trouble error) error {
	d, err := room.Service.Deposit(r.Context(), p, exos.DepositID(r.PathValue("deposit")))
	if err != nil {
		return err
	}
	page := &depositPage{Shell: room.Site.Shell(r), Path: depositPath(d.ID), Name: d.Name, JSON: pressAPI + "/" + string(d.ID)}
	page.Size, page.At = size(&page.Shell, d.Size), moment(&page.Shell, d.At)
	page.Title = d.Name
	page.Crumbs = []look.Link{{Text: page.T("exosweb.press.title"), Href: pressPath}, {Text: d.Name, Current: true}}
	if !d.Whole() {
		page.Scripts = []string{"press.js"}
		page.State = depositState(&page.Shell, d)
		page.Missing = page.T("exosweb.press.cut", "received", size(&page.Shell, d.Received), "size", page.Size)
		return room.depositPage.Send(w, r, status, page)
	}
	if d, err = room.examined(w, r, p, d.ID); err != nil {
		return err
	}
	page.State = depositState(&page.Shell, d)
	room.report(page, d)
	if d.Version != "" {
		page.Module = pressModulePath(d.Module)
	}
	page.Good = !d.Found.Refused
	page.ARK = look.Field{
		ID: "ark", Label: page.T("exosweb.press.ark"), Hint: page.T("exosweb.press.ark.hint", "prefix", string(p.Publisher.Prefix)),
		Value: room.arkOf(r, p, d), Required: true,
	}
	if trouble != nil {
		text := said(&page.Shell, trouble)
		page.ARK.Error, page.ARK.Value = text, r.PostFormValue("ark")
		page.Problems = []look.Problem{{Field: "ark", Text: text}}
	}
	return room.depositPage.Send(w, r, status, page)
}

// arkOf is the resource of the module that the package is a version of, or what a new one's begins with.
func (room *Room) arkOf(r *http.Request, p exos.Press, d exos.Deposit) string {
	modules, err := room.Service.PublishedModules(r.Context(), p)
	if err == nil {
		for _, m := range modules {
			if m.Identifier == d.Found.Identifier {
				return string(m.ARK)
			}
		}
	}
	return string(p.Publisher.Prefix)
}

// severities are in the order in which a reader must know of them.
var severities = []struct{ name, icon, tone string }{
	{"refusal", "circle-alert", "red"}, {"aside", "archive", "amber"}, {"warning", "triangle-alert", "amber"}, {"note", "info", ""},
}

// report writes what was found into the page.
func (room *Room) report(page *depositPage, d exos.Deposit) {
	page.Told = d.Found.Tell(page.Locale, func(key string, args ...any) string { return page.T(key, args...) })
	for _, severity := range severities {
		group := findings{ID: severity.name, Icon: severity.icon, Tone: severity.tone, Lead: page.T("exosweb.press.severity." + severity.name + ".lead")}
		for _, f := range page.Told.Findings {
			if f.Severity == severity.name {
				group.Rows = append(group.Rows, findingRow{Where: where(f, d.Name), Item: f.Item, Text: f.Text, Code: f.Code})
			}
		}
		group.Title = page.T("exosweb.press.severity."+severity.name, "n", len(group.Rows))
		if len(group.Rows) > 0 {
			page.Groups = append(page.Groups, group)
		}
	}
	for i, one := range page.Told.Items {
		row := triedRow{Number: i + 1, Identifier: one.Identifier, State: state{one.Text, "circle", ""}}
		switch one.Outcome {
		case "full":
			row.State.Icon, row.State.Tone = "circle-check", "green"
		case "less":
			row.State.Icon, row.State.Tone = "triangle-alert", "amber"
		}
		page.Tried = append(page.Tried, row)
	}
	for _, list := range []struct {
		key    string
		counts []exos.Tally
	}{{"interactions", page.Told.Interactions}, {"operators", page.Told.Operators}, {"access", page.Told.Access}} {
		var names []string
		for _, c := range list.counts {
			names = append(names, c.Name+" ×"+strconv.Itoa(c.N))
		}
		value := strings.Join(names, ", ")
		if value == "" {
			value = page.T("exosweb.press." + list.key + ".none")
		}
		page.Counts = append(page.Counts, fact{page.T("exosweb.press." + list.key), value})
	}
}

// where is a place as editors write it; what is about the package as a whole is said of its own name.
func where(f exos.Said, name string) string {
	file := f.File
	if file == "" {
		file = name
	}
	if f.Line > 0 {
		return file + ":" + strconv.Itoa(f.Line)
	}
	return file
}

func (room *Room) publishDeposit(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	if err := room.patient(w); err != nil {
		return err
	}
	out, err := room.Service.PublishDeposit(r.Context(), p, exos.DepositID(r.PathValue("deposit")), exos.ARK(strings.TrimSpace(r.PostFormValue("ark"))))
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Denied) {
		return room.sendDeposit(w, r, p, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	key := "exosweb.press.published"
	if !out.New {
		key = "exosweb.press.same"
	}
	return room.flashed(w, r, pressModulePath(out.Module.ID), key, "n", out.Version.Number)
}

func (room *Room) dropDeposit(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	if err := room.Service.DropDeposit(r.Context(), p, exos.DepositID(r.PathValue("deposit"))); err != nil {
		return err
	}
	return room.flashed(w, r, pressPath, "exosweb.press.dropped")
}
