package web

import (
	"net/http"
	"strconv"
	"strings"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/look"
)

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
	Accepted   []exos.Taken
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
		row := triedRow{Number: i + 1, Identifier: one.Identifier, State: state{one.Text, "circle", ""}, Accepted: one.Accepted}
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
