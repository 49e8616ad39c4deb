package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/exos/signin"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

const (
	pressPath     = "/editeur"
	pressDoorPath = pressPath + "/connexion"
	pressAPI      = "/api" + pressPath + "/depots"
	// pressCookie holds the session of a publisher's staff. It has nothing to do with a learner's: one browser may hold both.
	pressCookie = "exos-editeur"
)

// mountPress registers what publishers use.
func (room *Room) mountPress(mux *httpx.Mux) {
	mux.Handle("GET "+pressDoorPath, room.showPressDoor)
	mux.Handle("POST "+pressDoorPath, room.enterPress)
	mux.Handle("POST "+pressPath+"/deconnexion", room.leavePress)
	mux.Handle("GET "+pressPath, room.forPress(room.showPress))
	mux.Handle("POST "+pressPath+"/depots", room.forPress(room.takeDeposit))
	mux.Handle("GET "+pressPath+"/depots/{deposit}", room.forPress(room.showDeposit))
	mux.Handle("POST "+pressPath+"/depots/{deposit}/publier", room.forPress(room.publishDeposit))
	mux.Handle("POST "+pressPath+"/depots/{deposit}/supprimer", room.forPress(room.dropDeposit))
	mux.Handle("GET "+pressPath+"/depots/{deposit}/exercices/{number}", room.forPress(room.rehearseDeposit))
	mux.Handle("POST "+pressPath+"/depots/{deposit}/exercices/{number}", room.forPress(room.rehearseDeposit))
	mux.Handle("POST "+pressPath+"/depots/{deposit}/exercices/{number}/encore", room.forPress(room.rehearseAgain))
	mux.Handle("GET "+pressPath+"/modules/{module}", room.forPress(room.showPressModule))
	mux.Handle("POST "+pressPath+"/modules/{module}/versions/{number}/publier", room.forPress(room.publishVersion))
	mux.Handle("POST "+pressPath+"/modules/{module}/retirer", room.forPress(room.withdrawModule))

	mux.Handle("POST "+pressAPI, room.forPress(room.beginDeposit))
	mux.Handle("GET "+pressAPI+"/{deposit}", room.forPress(room.tellDeposit))
	mux.Handle("PATCH "+pressAPI+"/{deposit}", room.forPress(room.appendDeposit))
	mux.Handle("POST "+pressAPI+"/{deposit}/fin", room.forPress(room.finishDeposit))
}

// pressPage is a handler for somebody of a publisher's staff, or a program of theirs.
type pressPage func(w http.ResponseWriter, r *http.Request, p exos.Press) error

func (room *Room) forPress(page pressPage) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		p, err := room.press(r)
		if err != nil {
			return err
		}
		httpx.Event(r.Context()).Set("key", string(p.Key.ID))
		if s, ok := r.Context().Value(seatKey{}).(*seat); ok {
			s.press = &p
		}
		return page(w, r, p)
	}
}

// press tells for which publisher somebody is here: by a session, or by a key that a program shows.
func (room *Room) press(r *http.Request) (exos.Press, error) {
	if key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return room.Service.PublisherProgram(r.Context(), exos.Token(key))
	}
	return room.Service.EnterPublisher(r.Context(), exos.Token(httpx.Cookie(r, pressCookie)))
}

func pressOf(r *http.Request) *exos.Press {
	if s, ok := r.Context().Value(seatKey{}).(*seat); ok {
		return s.press
	}
	return nil
}

// SignInPath is where somebody must sign in for the page that they asked for: publishers' pages have a door of their own.
func SignInPath(r *http.Request) string {
	if isPress(r) {
		return pressDoorPath + "?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
	}
	return signin.SignInPath(r)
}

func isPress(r *http.Request) bool {
	return r.URL.Path == pressPath || strings.HasPrefix(r.URL.Path, pressPath+"/")
}

// pressFrame is the masthead of publishers' pages.
func pressFrame(r *http.Request, s *look.Shell, p *exos.Press) {
	s.Area, s.Home = s.T("exosweb.press.area"), pressPath
	if p == nil {
		return
	}
	s.Nav = []look.Link{{Text: s.T("exosweb.press.title"), Href: pressPath, Current: r.URL.Path == pressPath}}
	s.Who = &look.Who{
		Name: p.Publisher.Name, Role: p.Key.Name, Initials: lang.Initials(p.Publisher.Name, ""), SignOut: pressPath + "/deconnexion",
	}
}

// pressDoorPage asks for the key.
type pressDoorPage struct {
	look.Shell
	Key  look.Field
	Next string
}

func (room *Room) showPressDoor(w http.ResponseWriter, r *http.Request) error {
	return room.sendPressDoor(w, r, http.StatusOK, "")
}

func (room *Room) sendPressDoor(w http.ResponseWriter, r *http.Request, status int, trouble string) error {
	p := &pressDoorPage{Shell: room.Site.Shell(r), Next: httpx.Next(r, pressPath)}
	p.Title, p.Lead = p.T("exosweb.press.door"), p.T("exosweb.press.door.lead")
	p.Key = look.Field{ID: "key", Label: p.T("exosweb.press.key"), Hint: p.T("exosweb.press.key.hint"), Type: "password", Required: true, Error: trouble}
	if trouble != "" {
		p.Problems = []look.Problem{{Field: "key", Text: trouble}}
	}
	return room.pressDoor.Send(w, r, status, p)
}

func (room *Room) enterPress(w http.ResponseWriter, r *http.Request) error {
	session, err := room.Service.SignInPublisher(r.Context(), exos.Token(strings.TrimSpace(r.PostFormValue("key"))))
	if fault.Is(err, fault.Unauthenticated) {
		s := room.Site.Shell(r)
		return room.sendPressDoor(w, r, http.StatusUnprocessableEntity, said(&s, err))
	}
	if err != nil {
		return err
	}
	httpx.SetCookie(w, r, pressCookie, string(session), 0)
	http.Redirect(w, r, httpx.Next(r, pressPath), http.StatusSeeOther)
	return nil
}

func (room *Room) leavePress(w http.ResponseWriter, r *http.Request) error {
	if err := room.Service.LeavePublisher(r.Context(), exos.Token(httpx.Cookie(r, pressCookie))); err != nil {
		return err
	}
	httpx.ClearCookie(w, r, pressCookie)
	http.Redirect(w, r, pressDoorPath, http.StatusSeeOther)
	return nil
}

// pressHome is a publisher's modules, and the packages that it has left here.
type pressHome struct {
	look.Shell
	Most     int // MB of one package
	Error    string
	Modules  []pressModuleRow
	Deposits []depositRow
}

type pressModuleRow struct {
	Href, Title, ARK string
	State            look.Tag
}

type depositRow struct {
	Href, Name, Size, At string
	State                look.Tag
}

func (room *Room) showPress(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	return room.sendPress(w, r, p, http.StatusOK, "")
}

func (room *Room) sendPress(w http.ResponseWriter, r *http.Request, p exos.Press, status int, trouble string) error {
	modules, err := room.Service.PublishedModules(r.Context(), p)
	if err != nil {
		return err
	}
	deposits, err := room.Service.Deposits(r.Context(), p)
	if err != nil {
		return err
	}
	page := &pressHome{Shell: room.Site.Shell(r), Most: exos.MaxDeposit >> 20, Error: trouble}
	page.Title, page.Scripts = page.T("exosweb.press.title"), []string{"press.js"}
	if trouble != "" {
		page.Problems = []look.Problem{{Field: "file", Text: trouble}}
	}
	for _, m := range modules {
		row := pressModuleRow{Href: pressModulePath(m.ID), Title: m.Title, ARK: string(m.ARK)}
		row.State = look.Tag{Text: page.T("exosweb.press.module.open"), Tone: look.Green, Icon: "check"}
		if m.Current == "" {
			row.State = look.Tag{Text: page.T("exosweb.press.module.withdrawn"), Icon: "archive"}
		}
		page.Modules = append(page.Modules, row)
	}
	for _, d := range deposits {
		page.Deposits = append(page.Deposits, depositRow{
			Href: depositPath(d.ID), Name: d.Name, Size: size(&page.Shell, d.Size), At: moment(&page.Shell, d.At), State: depositState(&page.Shell, d),
		})
	}
	return room.pressHome.Send(w, r, status, page)
}

func pressModulePath(m exos.ModuleID) string { return pressPath + "/modules/" + string(m) }

func depositPath(d exos.DepositID) string { return pressPath + "/depots/" + string(d) }

// moment is when something happened, by the clocks of Paris: publishers have no school.
func moment(s *look.Shell, at time.Time) string {
	return lang.Moment(s.Locale, at, clock.ZoneOfUAI(""))
}

// size is a number of bytes for people.
func size(s *look.Shell, bytes int64) string {
	if bytes < 1e6 {
		return s.T("exosweb.press.kilobytes", "n", lang.Number(s.Locale, max(1, bytes/1000)))
	}
	return s.T("exosweb.press.megabytes", "n", lang.Decimal(s.Locale, float64(bytes/1e5)/10))
}

func depositState(s *look.Shell, d exos.Deposit) look.Tag {
	state, tone, icon := "found", look.Plain, "hourglass"
	switch {
	case !d.Whole():
		state, tone, icon = "cut", look.Amber, "triangle-alert"
	case d.Version != "":
		state, tone, icon = "published", look.Green, "check"
	case d.Found == nil:
	case d.Found.Refused:
		state, tone, icon = "refused", look.Red, "circle-alert"
	default:
		state, tone, icon = "good", look.Ink, "circle-check"
	}
	return look.Tag{Text: s.T("exosweb.press.state." + state), Tone: tone, Icon: icon}
}

// pressModulePage is one module: its versions, and what became of it.
type pressModulePage struct {
	look.Shell
	Path      string
	ARK       string
	Open      bool
	Versions  []versionRow
	Exercises []useRow
	Pupils    string
	Fewest    int
	Withdraw  *look.Link // asked whether it is meant
	Leave     string
}

type versionRow struct {
	Number    int
	At        string
	Exercises int
	Pupils    string
	Current   bool
}

type useRow struct {
	Number                        int
	Title, Pupils, Success, Tries string
}

func (room *Room) showPressModule(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	m, use, err := room.Service.Usage(r.Context(), p, exos.ModuleID(r.PathValue("module")))
	if err != nil {
		return err
	}
	page := &pressModulePage{Shell: room.Site.Shell(r), Path: pressModulePath(m.ID), ARK: string(m.ARK), Open: m.Current != ""}
	page.Title = m.Title
	page.Crumbs = []look.Link{{Text: page.T("exosweb.press.title"), Href: pressPath}, {Text: m.Title, Current: true}}
	page.Pupils = count(&page.Shell, use.Pupils)
	for _, v := range use.Versions {
		page.Versions = append(page.Versions, versionRow{v.Number, moment(&page.Shell, v.PublishedAt), v.Total, count(&page.Shell, v.Pupils), v.Current})
	}
	for i, e := range use.Exercises {
		row := useRow{Number: i + 1, Title: e.Title, Pupils: count(&page.Shell, e.Pupils), Success: "–", Tries: "–"}
		if !e.Pupils.Few {
			row.Success, row.Tries = lang.Percent(page.Locale, e.Success), lang.Decimal(page.Locale, float64(int(e.Tries*10+.5))/10)
		}
		page.Exercises = append(page.Exercises, row)
	}
	return room.pressModule.Send(w, r, http.StatusOK, page)
}

// count is a number of pupils, as it may be told.
func count(s *look.Shell, c exos.Count) string {
	if c.Few {
		return s.T("exosweb.press.few")
	}
	return lang.Number(s.Locale, int64(c.N))
}

func (room *Room) publishVersion(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	module := exos.ModuleID(r.PathValue("module"))
	_, use, err := room.Service.Usage(r.Context(), p, module)
	if err != nil {
		return err
	}
	number, _ := strconv.Atoi(r.PathValue("number"))
	at := slices.IndexFunc(use.Versions, func(v exos.VersionUse) bool { return v.Number == number })
	if at < 0 {
		return fault.New(fault.NotFound, "exos.version.unknown")
	}
	if err := room.Service.PublishVersion(r.Context(), p, module, use.Versions[at].ID); err != nil {
		return err
	}
	return room.flashed(w, r, pressModulePath(module), "exosweb.press.turned", "n", number)
}

func (room *Room) withdrawModule(w http.ResponseWriter, r *http.Request, p exos.Press) error {
	module := exos.ModuleID(r.PathValue("module"))
	if err := room.Service.Withdraw(r.Context(), p, module); err != nil {
		return err
	}
	return room.flashed(w, r, pressModulePath(module), "exosweb.press.withdrawn")
}

// flashed leads on, to a page that says what was done.
func (room *Room) flashed(w http.ResponseWriter, r *http.Request, to, key string, args ...any) error {
	s := room.Site.Shell(r)
	if err := room.Site.Flash(w, r, look.Message{Tone: look.Green, Text: s.T(key, args...)}); err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
