package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/look"
)

const givePath = homeworkRoot + "/nouveau"

// givenPage lists what a teacher gave.
type givenPage struct {
	look.Shell
	Give       string
	Open, Past []givenRow
	Empty      look.Empty
}

type givenRow struct {
	Title, Href, To, Due, Mode string
	State                      state
	Begun                      string
}

func (room *Room) showGiven(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	list, err := room.Classroom.List(r.Context(), v)
	if err != nil {
		return err
	}
	p := &givenPage{Shell: room.Site.Shell(r), Give: givePath}
	p.Title = p.T("exosweb.nav.homework")
	for _, g := range list {
		row := givenRow{
			Title: g.Title, Href: homeworkPath(g.ID), To: audience(&p.Shell, g.Homework), Due: dueOf(&p.Shell, v, g.Homework), Mode: modeOf(&p.Shell, g.Terms),
			State: stageOf(&p.Shell, g.Stage), Begun: p.T("exosweb.given.begun", "n", g.Begun, "of", g.Pupils),
		}
		if g.Stage == classroom.Closed || g.Stage == classroom.Shown {
			p.Past = append([]givenRow{row}, p.Past...) // the latest first
		} else {
			p.Open = append(p.Open, row)
		}
	}
	p.Empty = look.Empty{
		Title: p.T("exosweb.homework.empty"), Text: p.T("exosweb.given.empty"), Action: look.Link{Text: p.T("exosweb.give.do"), Href: givePath},
	}
	return room.given.Send(w, r, http.StatusOK, p)
}

// stages are what a homework's stage looks like.
var stages = map[classroom.Stage]state{
	classroom.Ahead: {Icon: "calendar-clock"}, classroom.Open: {Icon: "pencil", Tone: "ink"}, classroom.Grace: {Icon: "hourglass", Tone: "amber"},
	classroom.Closed: {Icon: "lock"}, classroom.Shown: {Icon: "circle-check", Tone: "green"},
}

func stageOf(s *look.Shell, stage classroom.Stage) state {
	out := stages[stage]
	out.Word = s.T("exosweb.stage." + string(stage))
	return out
}

// audience is to whom a homework is given, in words.
func audience(s *look.Shell, h exos.Homework) string {
	var to []string
	for _, c := range h.Cohorts {
		to = append(to, c.Label)
	}
	if n := len(h.Persons); n > 0 {
		to = append(to, s.T("exosweb.given.persons", "n", n))
	}
	return strings.Join(to, ", ")
}

// givePage is the form of a homework, new or changed.
type givePage struct {
	look.Shell
	Action  string
	Version int // of the homework that is changed; 0: a new one
	Verb    string
	Title_  look.Field
	Opens   look.Field
	Due     look.Field
	Grace   look.Field
	Tries   look.Field
	Again   look.Field
	Limit   look.Field
	Draw    look.Field
	Scale   look.Field
	Cohorts []pick
	Pupils  []pupilPick
	Some    bool // pupils are picked one by one
	Shelf   []shelf
	Graded  bool
	Shuffle bool
	Alike   bool
	Held    bool
	Hints   bool
	Names   namesAt
}

// pick is something to tick.
type pick struct {
	Value, Text string
	On          bool
}

type pupilPick struct {
	pick
	Sub string // by which the broker's roster names them
	In  string // their classes
}

// shelf is a module to choose exercises of.
type shelf struct {
	Title    string
	Module   string // "" for what is of no edition any more
	On       int    // exercises chosen
	Count    int
	Whole    bool // all of it is chosen, by its own box
	Test     bool // it may be given as its publisher's test
	AsTest   bool
	Sections []shelfSection
}

type shelfSection struct {
	Title string
	Lines []pick
}

// showGive is an empty form, or one filled from a homework that is duplicated (?de=) or from an address (?a=, ?ex=).
func (room *Room) showGive(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	h := room.blank(v)
	for _, value := range r.URL.Query()["a"] {
		if c, ok := cohortOf(v, value); ok {
			h.Cohorts = append(h.Cohorts, c)
		}
	}
	h.Parts, h.As.Module = partsOf(r.URL.Query()["ex"]), exos.ModuleID(r.URL.Query().Get("test"))
	if from := r.URL.Query().Get("de"); from != "" {
		old, err := room.Classroom.Homework(r.Context(), v, exos.HomeworkID(from))
		if err != nil {
			return err
		}
		times := h.Terms
		h = old.Homework
		h.Opens, h.Due, h.Version = times.Opens, times.Due, 0
	}
	if from := r.URL.Query().Get("partage"); from != "" {
		copied, left, err := room.Classroom.CopyHomework(r.Context(), v, from, r.URL.Query().Get("code"))
		if err != nil {
			return err
		}
		times := h.Terms
		h = copied
		h.Opens, h.Due = times.Opens, times.Due
		if left > 0 {
			return room.sendGive(w, r, http.StatusOK, v, h, fault.New(fault.Invalid, "exosclass.share.left", "n", left))
		}
	}
	return room.sendGive(w, r, http.StatusOK, v, h, nil)
}

// blank is what a form begins with: from now on, for a week.
func (room *Room) blank(v exos.Visitor) exos.Homework {
	zone := clock.ZoneOfUAI(v.Learner.School)
	now := room.Service.Now().In(zone)
	due := clock.On(now, zone).AddDays(7).Start(zone).Add(18 * time.Hour)
	return exos.Homework{Terms: exos.Terms{Opens: now.Truncate(time.Minute), Due: due}}
}

func (room *Room) showChange(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	h, err := room.Classroom.Homework(r.Context(), v, exos.HomeworkID(r.PathValue("homework")))
	if err != nil {
		return err
	}
	return room.sendGive(w, r, http.StatusOK, v, h.Homework, nil)
}

func (room *Room) give(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	h, err := room.readGive(r, v)
	if err != nil {
		return room.sendGive(w, r, http.StatusUnprocessableEntity, v, h, err)
	}
	id, err := room.Classroom.Give(r.Context(), v, h)
	return room.gave(w, r, v, h, id, "exosweb.give.given", err)
}

func (room *Room) change(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	id := exos.HomeworkID(r.PathValue("homework"))
	if _, err := room.Classroom.Homework(r.Context(), v, id); err != nil {
		return err
	}
	h, err := room.readGive(r, v)
	h.ID = id
	h.Version, _ = strconv.Atoi(r.PostFormValue("version"))
	if err != nil {
		return room.sendGive(w, r, http.StatusUnprocessableEntity, v, h, err)
	}
	return room.gave(w, r, v, h, id, "exosweb.give.changed", room.Classroom.Change(r.Context(), v, h))
}

// gave goes on to the homework, or shows the form again with what is to be mended.
func (room *Room) gave(w http.ResponseWriter, r *http.Request, v exos.Visitor, h exos.Homework, id exos.HomeworkID, word string, err error) error {
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) || fault.Is(err, fault.Denied) {
		return room.sendGive(w, r, http.StatusUnprocessableEntity, v, h, err)
	}
	if err != nil {
		return err
	}
	return room.done(w, r, homeworkPath(id), word)
}

// done goes to a page that says so.
func (room *Room) done(w http.ResponseWriter, r *http.Request, path, word string) error {
	s := room.Site.Shell(r)
	if err := room.Site.Flash(w, r, look.Message{Tone: look.Green, Text: s.T(word)}); err != nil {
		return err
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// giveForm are the names of the form's controls, and of the field that a refusal is about.
var giveFields = map[string]string{
	"exos.homework.title": "titre", "exos.homework.parts": "exercices", "exos.homework.audience": "pour", "exos.homework.cohort": "pour",
	"exos.homework.person": "pour", "exos.homework.due": "rendre", "exos.homework.span": "rendre", "exos.homework.reopened": "rendre",
	"exos.homework.grace": "grace", "exos.homework.tries": "essais", "exos.homework.limit": "temps", "exos.homework.draw": "tirage", "exos.homework.scale": "bareme",
	"exos.homework.begun": "mode", "exosclass.share.left": "exercices", "exos.homework.adaptive": "exercices", "exos.homework.testalone": "exercices", "exos.homework.notest": "exercices", "exosweb.give.when": "rendre",
}

// readGive reads the form. What cannot be read is an Invalid, with all the rest of the form as it was.
func (room *Room) readGive(r *http.Request, v exos.Visitor) (exos.Homework, error) {
	if err := r.ParseForm(); err != nil {
		return exos.Homework{}, fault.Wrap(err, fault.Invalid, "exosweb.form.unreadable")
	}
	form := r.PostForm
	zone := clock.ZoneOfUAI(v.Learner.School)
	h := exos.Homework{Title: strings.TrimSpace(form.Get("titre")), Parts: partsOf(form["ex"])}
	for i, module := range form["test"] {
		if i == 0 {
			h.As.Module = exos.ModuleID(module)
		} else { // refused as any other exercise beside a test
			h.Parts = append(h.Parts, exos.Part{Module: exos.ModuleID(module)})
		}
	}
	for _, value := range form["pour"] {
		kind, code, _ := strings.Cut(value, " ")
		c, ok := cohortOf(v, value)
		if !ok {
			c = exos.Cohort{Kind: exos.CohortKind(kind), Code: code}
		}
		h.Cohorts = append(h.Cohorts, c)
	}
	for _, p := range form["eleve"] {
		h.Persons = append(h.Persons, exos.LearnerID(p))
	}
	h.Graded, h.Shuffled, h.Alike, h.Held = form.Get("mode") == "note", form.Has("melange"), form.Has("pareil"), form.Has("attendre")
	h.Hints = form.Has("indices")
	days := number(form, "grace")
	h.Grace = time.Duration(days) * 24 * time.Hour
	h.Tries, h.Attempts, h.Draw = number(form, "essais"), number(form, "reprises"), number(form, "tirage")
	h.Scale = float64(number(form, "bareme"))
	h.Limit = time.Duration(number(form, "temps")) * time.Minute
	opens, openErr := time.ParseInLocation(localTime, form.Get("ouvre"), zone)
	due, dueErr := time.ParseInLocation(localTime, form.Get("rendre"), zone)
	h.Opens, h.Due = opens.UTC(), due.UTC()
	if openErr != nil || dueErr != nil {
		return h, fault.New(fault.Invalid, "exosweb.give.when")
	}
	return h, nil
}

// localTime is how a browser writes a day and an hour (HTML §2.3.5.5).
const localTime = "2006-01-02T15:04"

// number reads a number that may be left out; what is none is refused by its limits.
func number(form url.Values, name string) int {
	text := strings.TrimSpace(form.Get(name))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n > 1_000_000 {
		return -1
	}
	return n
}

func audienceValue(c exos.Cohort) string { return string(c.Kind) + " " + c.Code }

func cohortOf(v exos.Visitor, value string) (exos.Cohort, bool) {
	for _, c := range v.Learner.Cohorts {
		if audienceValue(c) == value {
			return c, true
		}
	}
	return exos.Cohort{}, false
}

// partsOf reads "module exercise", or "module" alone.
func partsOf(values []string) []exos.Part {
	var out []exos.Part
	for _, value := range values {
		module, exercise, _ := strings.Cut(value, " ")
		out = append(out, exos.Part{Module: exos.ModuleID(module), Exercise: exos.ExerciseID(exercise)})
	}
	return out
}

func (room *Room) sendGive(w http.ResponseWriter, r *http.Request, status int, v exos.Visitor, h exos.Homework, trouble error) error {
	p := &givePage{
		Shell: room.Site.Shell(r), Action: givePath, Version: h.Version, Graded: h.Graded, Shuffle: h.Shuffled, Alike: h.Alike, Held: h.Held, Hints: h.Hints,
		Some: len(h.Persons) > 0, Names: room.names(w),
	}
	p.Title, p.Verb = p.T("exosweb.give.title"), p.T("exosweb.give.do")
	if h.Version > 0 {
		p.Title, p.Verb, p.Action = p.T("exosweb.give.change"), p.T("exosweb.give.save"), homeworkPath(h.ID)+"/modifier"
	}
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.homework"), Href: homeworkRoot}, {Text: p.Title, Current: true}}
	p.fields(v, h)
	if trouble != nil {
		text, field := said(&p.Shell, trouble), giveFields[fault.CodeOf(trouble)]
		p.Problems = []look.Problem{{Field: field, Text: text}}
		for _, f := range []*look.Field{&p.Title_, &p.Opens, &p.Due, &p.Grace, &p.Tries, &p.Again, &p.Limit, &p.Draw, &p.Scale} {
			if f.ID == field {
				f.Error = text
			}
		}
	}
	for _, c := range v.Learner.Cohorts {
		p.Cohorts = append(p.Cohorts, pick{audienceValue(c), c.Label, slices.ContainsFunc(h.Cohorts, func(o exos.Cohort) bool { return o.Kind == c.Kind && o.Code == c.Code })})
	}
	members, err := room.Classroom.Members(r.Context(), v)
	if err != nil {
		return err
	}
	for i, m := range members {
		var in []string
		for _, c := range m.Cohorts {
			in = append(in, c.Label)
		}
		p.Pupils = append(p.Pupils, pupilPick{
			pick{string(m.Learner), nameOf(&p.Shell, m, i+1), slices.Contains(h.Persons, m.Learner)}, string(m.Subject), strings.Join(in, ", "),
		})
	}
	if p.Shelf, err = room.shelf(r, &p.Shell, v, h); err != nil {
		return err
	}
	return room.giving.Send(w, r, status, p)
}

// fields fills the form's fields.
func (p *givePage) fields(v exos.Visitor, h exos.Homework) {
	zone := clock.ZoneOfUAI(v.Learner.School)
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(zone).Format(localTime)
	}
	count := func(n int) string {
		if n <= 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	field := func(id, kind, value string, required bool) look.Field {
		return look.Field{ID: id, Label: p.T("exosweb.give." + id), Type: kind, Value: value, Required: required}
	}
	small := func(id, value, most string) look.Field {
		f := field(id, "number", value, false)
		f.Min, f.Max, f.InputMode, f.Hint = "0", most, "numeric", p.T("exosweb.give."+id+".hint")
		return f
	}
	p.Title_ = field("titre", "", h.Title, true)
	p.Opens, p.Due = field("ouvre", "datetime-local", at(h.Opens), true), field("rendre", "datetime-local", at(h.Due), true)
	p.Grace = small("grace", count(int(h.Grace/(24*time.Hour))), "31")
	p.Tries, p.Again = small("essais", count(h.Tries), "20"), small("reprises", count(h.Attempts), "20")
	p.Limit, p.Draw = small("temps", count(int(h.Limit/time.Minute)), "1440"), small("tirage", count(h.Draw), "200")
	p.Scale = small("bareme", count(int(h.Scale)), "100")
}

// shelf lists the modules that the teacher may use, with what is chosen of each. What was chosen and is of no edition any more stands
// by itself.
func (room *Room) shelf(r *http.Request, s *look.Shell, v exos.Visitor, h exos.Homework) ([]shelf, error) {
	cards, err := room.Service.Modules(r.Context(), v)
	if err != nil {
		return nil, err
	}
	left := slices.Clone(h.Parts)
	if h.As.Module != "" { // what is of the test is not ticked one by one
		left = slices.DeleteFunc(left, func(p exos.Part) bool { return p.Module == h.As.Module })
	}
	take := func(p exos.Part) bool {
		whole := exos.Part{Module: p.Module}
		i := slices.IndexFunc(left, func(o exos.Part) bool { return o.Is(p) })
		if i >= 0 {
			left = slices.Delete(left, i, i+1)
		}
		return i >= 0 || slices.Contains(left, whole)
	}
	var out []shelf
	for _, c := range cards {
		if c.Closed != nil {
			continue
		}
		contents, err := room.Service.Published(r.Context(), v, c.Module)
		if err != nil {
			return nil, err
		}
		book := shelf{
			Title: c.Title, Module: string(c.Module), Whole: slices.Contains(left, exos.Part{Module: c.Module}), Test: contents.Test,
			AsTest: contents.Test && h.As.Module == c.Module,
		}
		for _, chapter := range contents.Sections {
			section := shelfSection{Title: chapter.Title}
			for _, e := range chapter.Entries {
				on := take(exos.Part{Module: c.Module, Exercise: e.Exercise})
				book.Count++
				if on {
					book.On++
				}
				section.Lines = append(section.Lines, pick{string(c.Module) + " " + string(e.Exercise), s.T("exosweb.exercise.named", "n", e.Number, "title", e.Title), on})
			}
			book.Sections = append(book.Sections, section)
		}
		if book.AsTest {
			book.On = book.Count
		}
		out = append(out, book)
	}
	left = slices.DeleteFunc(left, func(p exos.Part) bool { return p.Exercise == "" })
	if len(left) == 0 {
		return out, nil
	}
	old := shelf{Title: s.T("exosweb.give.former"), On: len(left)}
	section := shelfSection{}
	for _, p := range left {
		section.Lines = append(section.Lines, pick{string(p.Module) + " " + string(p.Exercise), room.Service.ExerciseTitle(r.Context(), p.Exercise), true})
	}
	old.Sections = []shelfSection{section}
	return append(out, old), nil
}

func (room *Room) withdraw(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if err := room.Classroom.Withdraw(r.Context(), v, exos.HomeworkID(r.PathValue("homework"))); err != nil {
		return err
	}
	return room.done(w, r, homeworkRoot, "exosweb.given.withdrawn")
}

func (room *Room) returnPapers(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	id := exos.HomeworkID(r.PathValue("homework"))
	if err := room.Classroom.Return(r.Context(), v, id); err != nil {
		return err
	}
	return room.done(w, r, homeworkPath(id), "exosweb.given.returned")
}
