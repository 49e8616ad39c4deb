package web

import (
	"net/http"
	"strconv"
	"strings"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/look"
	table "pupitre/internal/sheet"
)

// resultsPage is a homework as its teacher finds it: the class by the exercise.
type resultsPage struct {
	look.Shell
	Path     string
	Homework exos.HomeworkID
	Live     bool // answers may come: the class can be followed
	Terms    []fact
	Stage    state
	To       string
	Begun    string
	Heads    []head
	Rows     []pupilRow
	Tasks    []taskRow
	Skills   []skillHead
	BySkill  []skillRow
	Hand     string // how many answers wait for a hand, "" where no person marks anything
	Share    shareBox
	Late     string // how many answers came too late, "" for none
	Doubts   string // how many answers of devices wait to be checked, "" for none
	Returns  bool   // the papers wait to be given back
	Withdraw bool   // nobody has begun
	Version  int
	Names    namesAt
	Empty    look.Empty
}

// head is the head of an exercise's column.
type head struct {
	Number int
	Title  string
}

// pupilRow is one pupil's.
type pupilRow struct {
	Name, Sub string
	Plain     string // what is called where names are hidden
	Cells     []cell
	Done      string
	Points    string
	Percent   string
	Notes     []state
	Stuck     bool
}

// cell is what one pupil made of one exercise: an icon, and its word for who does not see it.
type cell struct {
	Tone, Icon, Word string
}

// taskRow is one exercise, over the class.
type taskRow struct {
	Number   int
	Title    string
	Href     string
	Answered string
	Percent  int
	Ease     state
	Wrong    []wrongRow
}

// skillHead is a skill, over the class.
type skillHead struct {
	Name, Tasks string
	Share       string // of what was answered, "" for nothing
}

// skillRow is one pupil's, a cell for each skill.
type skillRow struct {
	Name, Sub, Plain string
	Cells            []skillCell
}

// skillCell is what a pupil earned of what they answered of a skill.
type skillCell struct{ Tone, Share, Of string }

type wrongRow struct {
	Text    string
	Pupils  string
	Percent int
}

func (room *Room) showResults(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	res, err := room.Classroom.Results(r.Context(), v, exos.HomeworkID(r.PathValue("homework")))
	if err != nil {
		return err
	}
	p := room.resultsPage(w, r, v, res)
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.homework"), Href: homeworkRoot}, {Text: res.Title, Current: true}}
	p.Title = res.Title
	p.Terms = append([]fact{{p.T("exosweb.terms.to"), audience(&p.Shell, res.Homework)}}, room.consigns(&p.Shell, v, res.Homework, nil)...)
	for _, t := range res.Tasks {
		p.Tasks = append(p.Tasks, room.taskRow(&p.Shell, t))
	}
	for _, k := range res.Skills {
		p.Skills = append(p.Skills, skillHead{k.Name, tasksOf(&p.Shell, k.Tasks), skillOf(&p.Shell, k.SkillCell).Share})
	}
	for i, row := range res.Rows {
		if row.Paper == nil || len(res.Skills) == 0 {
			continue
		}
		one := skillRow{Name: p.Rows[i].Name, Sub: p.Rows[i].Sub, Plain: p.Rows[i].Plain}
		for _, c := range row.Skills {
			one.Cells = append(one.Cells, skillOf(&p.Shell, c))
		}
		p.BySkill = append(p.BySkill, one)
	}
	plan, err := room.Classroom.Correction(r.Context(), v, res.ID)
	if err != nil {
		return err
	}
	if p.Share, err = room.shareBox(r, v, classroom.SharedHomework, string(res.ID), p.Path); err != nil {
		return err
	}
	if plan.Pending() {
		p.Messages = append(p.Messages, look.Message{
			Tone: look.Amber, Icon: "key-round", Text: p.T("exosclass.correction.pending"), Link: look.Link{Text: p.T("exosclass.correction.see"), Href: p.Path + "/correction"},
		})
	}
	if p.Returns {
		p.Messages = append(p.Messages, look.Message{Tone: look.Amber, Icon: "clipboard-check", Text: p.T("exosweb.given.waiting")})
	}
	if p.Doubts, err = room.doubtful(r, &p.Shell, v, p.Homework); err != nil {
		return err
	}
	return room.results.Send(w, r, http.StatusOK, p)
}

func (room *Room) resultsPage(w http.ResponseWriter, r *http.Request, v exos.Visitor, res classroom.Results) *resultsPage {
	p := &resultsPage{
		Shell: room.Site.Shell(r), Path: homeworkPath(res.ID), Homework: res.ID, Live: res.Stage == classroom.Open || res.Stage == classroom.Grace,
		Returns: res.Stage == classroom.Closed && res.Held, Withdraw: res.Begun == 0, Version: res.Version, Names: room.names(w),
	}
	p.Stage = stageOf(&p.Shell, res.Stage)
	p.Begun = p.T("exosweb.given.begun", "n", res.Begun, "of", res.Pupils)
	for _, t := range res.Tasks {
		p.Heads = append(p.Heads, head{t.Number, t.Title})
	}
	for _, row := range res.Rows {
		p.Rows = append(p.Rows, room.pupilRow(&p.Shell, v, res, row))
	}
	refused := 0
	for _, row := range res.Rows {
		refused += row.Refused
	}
	if refused > 0 {
		p.Late = p.T("exosclass.late.waiting", "n", refused)
	}
	waiting, byHand := 0, false
	for _, t := range res.Tasks {
		byHand = byHand || t.ByHand
	}
	for _, row := range res.Rows {
		waiting += row.Waiting
	}
	if byHand {
		p.Hand = p.T("exosweb.hand.waiting", "n", waiting)
	}
	p.Empty = look.Empty{Title: p.T("exosweb.results.nobody"), Text: p.T("exosweb.results.nobody.why")}
	return p
}

func (room *Room) pupilRow(s *look.Shell, v exos.Visitor, res classroom.Results, row classroom.PupilResult) pupilRow {
	out := pupilRow{
		Name: nameOf(s, row.Member, row.Number), Sub: string(row.Subject), Plain: s.T("exosweb.pupil", "n", row.Number), Done: s.T("exosweb.of", "part", row.Done, "whole", row.Total),
		Points: points(s, row.Earned, row.Max), Percent: lang.Percent(s.Locale, float64(percent(row.Success))/100),
	}
	if row.Paper == nil {
		out.Points, out.Percent = "", ""
		out.Notes = append(out.Notes, state{s.T("exosweb.pace.absent"), "circle", ""})
	}
	if row.Late {
		out.Notes = append(out.Notes, state{s.T("exosweb.results.late"), "calendar-x", "red"})
	}
	if row.Certainty != "" {
		out.Notes = append(out.Notes, state{s.T("exosweb.results." + string(row.Certainty)), "cloud-off", ""})
	}
	if row.Refused > 0 {
		out.Notes = append(out.Notes, state{s.T("exosweb.results.refused", "n", row.Refused), "hourglass", "amber"})
	}
	for _, c := range row.Cells {
		out.Cells = append(out.Cells, cellOf(s, c))
	}
	return out
}

// cells are what the states of a cell look like. Amber, never red: nobody has failed.
var cells = map[classroom.CellState]cell{
	classroom.NotDrawn: {Icon: "minus", Tone: "none"}, classroom.Todo: {}, classroom.Begun: {Icon: "pencil"}, classroom.Waiting: {Icon: "pen-line", Tone: "kept"},
	classroom.Right: {Icon: "check", Tone: "ok"}, classroom.Partly: {Icon: "circle-minus", Tone: "no"}, classroom.Wrong: {Icon: "x", Tone: "no"},
}

func cellOf(s *look.Shell, c classroom.Cell) cell {
	out := cells[c.State]
	name := string(c.State)
	if name == "" {
		name = "notdrawn"
	}
	out.Word = s.T("exosweb.cell." + name)
	if c.Tries > 0 && c.State != classroom.Waiting {
		out.Word += ", " + points(s, c.Earned, c.Max)
	}
	return out
}

func (room *Room) taskRow(s *look.Shell, t classroom.TaskResult) taskRow {
	out := taskRow{
		Number: t.Number, Title: t.Title, Answered: s.T("exosweb.of", "part", t.Answered, "whole", t.Drawn), Percent: percent(t.Mean),
	}
	switch {
	case t.Marked == 0:
	case t.Mean >= 0.8:
		out.Ease = state{s.T("exosweb.ease.easy"), "thumbs-up", "green"}
	case t.Mean >= 0.5:
		out.Ease = state{s.T("exosweb.ease.fair"), "scale", ""}
	default:
		out.Ease = state{s.T("exosweb.ease.hard"), "triangle-alert", "amber"}
	}
	for _, m := range t.Wrong {
		out.Wrong = append(out.Wrong, wrongRow{mistakeText(s, m), s.T("exosweb.results.pupils", "n", m.Pupils), 100 * m.Pupils / max(1, t.Answered)})
	}
	return out
}

// skillOf is what was earned of a skill: amber where it is less than half, never red.
func skillOf(s *look.Shell, c classroom.SkillCell) skillCell {
	out := skillCell{Of: s.T("exosweb.of", "part", c.Answered, "whole", c.Of)}
	if c.Max <= 0 {
		return out
	}
	switch out.Share = lang.Percent(s.Locale, float64(percent(c.Share()))/100); {
	case c.Share() >= 0.8:
		out.Tone = "ok"
	case c.Share() < 0.5:
		out.Tone = "no"
	}
	return out
}

// tasksOf are the numbers of exercises.
func tasksOf(s *look.Shell, numbers []int) string {
	texts := make([]string, len(numbers))
	for i, n := range numbers {
		texts[i] = strconv.Itoa(n)
	}
	return s.T("exosclass.skills.tasks", "n", len(numbers), "list", strings.Join(texts, ", "))
}

func mistakeText(s *look.Shell, m classroom.Mistake) string {
	if m.Place > 0 {
		return s.T("exosweb.results.wrongat", "n", m.Place, "text", m.Text)
	}
	return s.T("exosweb.results.wrong", "text", m.Text)
}

// asTable says of an answer that it is a table to keep, and nobody else's.
func asTable(w http.ResponseWriter, name string) {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	h.Set("Cache-Control", "no-store")
}

// classesOf are the labels of a pupil's classes and groups, in one cell.
func classesOf(m classroom.Member) string {
	in := make([]string, len(m.Cohorts))
	for i, c := range m.Cohorts {
		in[i] = c.Label
	}
	return strings.Join(in, ", ")
}

// serveResults sends the table as a spreadsheet opens it. Pupils are called as on the page; a page with a script puts the names in,
// in the browser.
func (room *Room) serveResults(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	res, err := room.Classroom.Results(r.Context(), v, exos.HomeworkID(r.PathValue("homework")))
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	asTable(w, "resultats")
	header := []string{s.T("exosweb.csv.pupil"), s.T("exosweb.csv.class"), s.T("exosweb.csv.begun")}
	for _, t := range res.Tasks {
		header = append(header, s.T("exosweb.csv.task", "n", t.Number, "title", t.Title, "max", lang.Decimal(s.Locale, t.Max)))
	}
	header = append(header, s.T("exosweb.csv.points"), s.T("exosweb.csv.max"), s.T("exosweb.csv.success"), s.T("exosweb.csv.late"), s.T("exosweb.csv.refused"))
	for _, k := range res.Skills {
		header = append(header, s.T("exosclass.skills.csv", "name", k.Name))
	}
	out := table.NewWriter(w, header...)
	zone := clock.ZoneOfUAI(v.Learner.School)
	for _, row := range res.Rows {
		line := []string{nameOf(&s, row.Member, row.Number), classesOf(row.Member), ""}
		if row.Paper != nil {
			line[2] = row.Paper.StartedAt.In(zone).Format("2006-01-02 15:04")
		}
		for _, c := range row.Cells {
			points := ""
			if c.Tries > 0 && c.State != classroom.Waiting {
				points = lang.Decimal(s.Locale, c.Earned)
			}
			line = append(line, points)
		}
		late := ""
		if row.Late {
			late = s.T("exosweb.csv.yes")
		}
		line = append(line, lang.Decimal(s.Locale, row.Earned), lang.Decimal(s.Locale, row.Max), strconv.Itoa(percent(row.Success)), late,
			strconv.Itoa(row.Refused))
		for _, c := range row.Skills {
			share := ""
			if c.Max > 0 {
				share = strconv.Itoa(percent(c.Share()))
			}
			line = append(line, share)
		}
		out.Write(line...)
	}
	return out.Close()
}
