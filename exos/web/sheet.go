package web

import (
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"slices"
	"strings"

	"pupitre/exos"
	"pupitre/exos/qti/render"
	"pupitre/exos/web/player"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// sheet is the part of the page that changes with an answer: the form, what is said of it, and what can be done next. The script
// puts a new one in its place.
type sheet struct {
	shell  *look.Shell
	Locale lang.Locale

	Title   string
	Section string
	Lang    string // of the exercise, "" where it is the page's
	Body    template.HTML
	Action  string

	// What an event of this sheet says.
	Attempt  exos.AttemptID
	Exercise exos.ExerciseID
	Version  string
	Seed     exos.Seed
	Event    string // the id of the next act, for a page without script
	Me       string // tells readers of one device apart, and tells nobody who they are

	Homework exos.HomeworkID // in which it is done, "" in its module
	Awaits   bool            // its hint may be given to everybody while the page is open
	Terms    []term          // what holds in a homework just now

	Notice   string // why nothing happened
	Remark   *remark
	Hint     template.HTML
	Solution *solution

	Answerable bool // the form takes an answer
	Verb       string
	Hints      bool
	Solvable   bool
	Again      string // « Recommencer », "" where it makes no sense
	Tries      string // « Essai 1 sur 3 »
	Saved      bool
	Early      bool   // buttons in the body come before « Valider »: Enter in a field must not press them
	Files      bool   // the form takes files
	Frames     bool   // a publisher's own interaction runs in it
	Keys       string // how to answer by keyboard
	Missing    string // what this player cannot show

	// Rehearsal is what was done so far, where the sheet is tried and nothing is kept: the page then sends its form, as without script.
	Rehearsal string
}

// term is a sentence on how a homework stands.
type term struct{ Tone, Icon, Text string }

// word is a sentence that the script says.
type word struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// remark is what is said of an answer.
type remark struct {
	Tone, Icon, Title string
	Texts             []template.HTML
}

// solution is the corrigé.
type solution struct {
	Keys []key
	Why  []template.HTML
}

type key struct{ Name, Text, Also, Forms string }

// draft is a form shown again before it counted.
type draft struct {
	answers []exos.Response
	notice  string
	hint    *exos.Verdict
}

// sheet makes the sheet of a sitting. A draft's answers stand in the controls in place of those kept.
func (room *Room) sheet(s *look.Shell, v exos.Visitor, sitting exos.Sitting, drafts ...draft) *sheet {
	return room.sheetFrom(held{
		file:  room.file,
		frame: func(response string) string { return room.Content.Frame(sitting.Exercise, response) },
	}, s, v, sitting, drafts...)
}

// held is where the files and frames of an exercise are; without frame, none is shown.
type held struct {
	file  func(sha256 string) string
	frame func(response string) string
}

// file is where a file of something published, or of a notebook, is.
func (room *Room) file(sha256 string) string { return room.Content.File(exos.Hash(sha256)) }

// sheetFrom is sheet, with where the exercise's files and frames are.
func (room *Room) sheetFrom(at held, s *look.Shell, v exos.Visitor, sitting exos.Sitting, drafts ...draft) *sheet {
	drawn := player.NewSheet(sitting)
	drawn.T = s.T
	drawn.Icon = room.icon
	drawn.Address, drawn.Frame = at.file, at.frame
	action := modulePath(sitting.Module) + "/exercices/" + string(sitting.Exercise)
	if sitting.Setting != nil {
		action = taskPath(sitting.Setting.Homework, sitting.Exercise)
	}
	if sitting.Module != "" { // what is tried is in none: it keeps no file
		drawn.Mine = func(h exos.Hash) string { return handedPath(sitting.Attempt, h) }
	}
	out := &sheet{
		shell: s, Locale: s.Locale, Title: sitting.Title, Section: sitting.Section, Lang: foreign(sitting.Tree.Language, s.Locale),
		Action: action, Attempt: sitting.Attempt, Exercise: sitting.Exercise,
		Version: sitting.Version, Seed: sitting.Seed, Event: room.Service.IDs.New(), Me: mark(v.Learner.ID),
		Answerable: !sitting.Ended && !sitting.Closed, Saved: sitting.Result != nil,
	}
	out.Awaits = sitting.Setting != nil && sitting.Setting.Awaits
	if sitting.Setting != nil && sitting.Setting.Hint != nil { // given to everybody
		out.Hint = drawn.Text(sitting.Setting.Hint)
	}
	for _, d := range drafts {
		if d.answers != nil && out.Answerable {
			if !player.Same(d.answers, sitting.Responses) {
				drawn.Judged = nil // said of another answer
			}
			drawn.Answers = d.answers
		}
		out.Notice = d.notice
		if d.hint != nil {
			out.Hint = drawn.Text(d.hint.Hint)
		}
	}
	out.Body = drawn.HTML()
	ordered, pointed := strings.Contains(string(out.Body), "data-order"), strings.Contains(string(out.Body), "data-early")
	out.Early, out.Files = ordered || pointed, strings.Contains(string(out.Body), "data-file")
	out.Frames = strings.Contains(string(out.Body), "data-portable")
	out.Keys = s.T("exosweb.keys.plain")
	switch {
	case ordered:
		out.Keys = you(s, v.Learner, "exosweb.keys.order.")
	case pointed:
		out.Keys = you(s, v.Learner, "exosweb.keys.point.")
	case strings.Contains(string(out.Body), "data-ink"):
		out.Keys = you(s, v.Learner, "exosweb.keys.ink.")
	case strings.Contains(string(out.Body), "data-pic"):
		out.Keys = you(s, v.Learner, "exosweb.keys.picture.")
	}
	if len(player.Unsupported(sitting.Tree)) > 0 {
		out.Missing, out.Answerable = you(s, v.Learner, "exosweb.exercise.missing."), false
	}
	if sitting.Setting != nil {
		out.Homework = sitting.Setting.Homework
		out.Terms = room.terms(s, v, sitting)
	}
	room.controls(s, v, sitting, out)
	if sitting.Result != nil {
		out.Remark = remarkOn(s, v, sitting, drawn)
	}
	if sitting.Corrected != nil {
		out.Solution = solutionOf(s, v, sitting, drawn)
	}
	return out
}

// controls says which buttons there are.
func (room *Room) controls(s *look.Shell, v exos.Visitor, sitting exos.Sitting, out *sheet) {
	result := sitting.Result
	out.Verb, out.Hints = s.T("exosweb.do.answer"), sitting.Hints && out.Answerable && out.Hint == ""
	if result != nil {
		out.Verb = s.T("exosweb.do.retry")
		out.Solvable = result.Solution && sitting.Corrected == nil && !sitting.Closed
	}
	if sitting.Ended && !sitting.Closed && out.Missing == "" && (sitting.Setting == nil || sitting.Setting.Again) {
		out.Again = s.T("exosweb.do.again")
	}
	if result != nil && !result.Scored { // nobody has said that it is wrong
		out.Verb = s.T("exosweb.do.change")
	}
	if sitting.Tries > 0 && out.Answerable {
		try := 1
		if result != nil {
			try = result.Try + 1
		}
		out.Tries = s.T("exosweb.exercise.try", "try", try, "tries", sitting.Tries)
	}
}

// remarkOn says how the answer was: green where it is right, else amber with what to do.
func remarkOn(s *look.Shell, v exos.Visitor, sitting exos.Sitting, drawn player.Sheet) *remark {
	r := sitting.Result
	out := &remark{Tone: "amber", Icon: "lightbulb"}
	again := sitting.Setting == nil || sitting.Setting.Again
	switch {
	case !r.Scored:
		out.Tone, out.Icon, out.Title = "", "check", s.T("exosweb.result.kept")
	case r.Right:
		out.Tone, out.Icon, out.Title = "green", "circle-check", s.T("exosweb.result.right", "points", points(s, r.Score, r.Max))
	case r.Score > 0 && r.Score*2 >= r.Max:
		out.Title = s.T("exosweb.result.almost", "points", points(s, r.Score, r.Max))
	case r.Score > 0:
		out.Title = s.T("exosweb.result.partly", "points", points(s, r.Score, r.Max))
	default:
		out.Title = s.T("exosweb.result.notyet", "points", points(s, r.Score, r.Max))
	}
	for _, f := range r.Feedback {
		if f.Modal {
			out.Texts = append(out.Texts, drawn.Text(titled(f)))
		}
	}
	switch {
	case r.Scored && !r.Right && r.Ended && again:
		out.Texts = append(out.Texts, paragraph(you(s, v.Learner, "exosweb.result.over.")))
	case r.Scored && !r.Right && !r.Ended && len(r.Judged) > 1:
		out.Texts = append(out.Texts, paragraph(you(s, v.Learner, "exosweb.result.mend.")))
	}
	return out
}

// titled puts a feedback's title before its words.
func titled(f render.Feedback) []render.Node {
	if f.Title == "" {
		return f.Nodes
	}
	return append([]render.Node{render.Element("p", render.Element("strong", render.Text(f.Title)))}, f.Nodes...)
}

func paragraph(text string) template.HTML {
	return template.HTML("<p>" + template.HTMLEscapeString(text) + "</p>")
}

// solutionOf is the corrigé: each key in words, then the author's explanation. Teachers also see which ways of writing an answer
// count the same.
func solutionOf(s *look.Shell, v exos.Visitor, sitting exos.Sitting, drawn player.Sheet) *solution {
	names := labels(s, sitting.Tree)
	out := &solution{}
	for _, k := range sitting.Corrected.Keys {
		texts, then := slices.Clone(k.Texts), s.T("exosweb.list.then")
		for i, value := range k.Values {
			if text, ok := drawn.Pictured(k.Response, value); ok && i < len(texts) {
				texts[i], then = text, s.T("exosweb.list.apart")
			}
		}
		one := key{Name: names[k.Response], Text: strings.Join(texts, then)}
		if len(k.Accepted) > 0 {
			one.Also = s.T("exosweb.solution.also", "list", strings.Join(k.Accepted, s.T("exosweb.list.or")))
		}
		if len(k.Forms) > 1 && v.Learner.Profile.Teaches() {
			one.Forms = s.T("exosweb.solution.forms", "list", strings.Join(k.Forms, " · "))
		}
		if len(sitting.Corrected.Keys) == 1 {
			one.Name = s.T("exosweb.solution.expected")
		}
		out.Keys = append(out.Keys, one)
	}
	for _, f := range sitting.Corrected.Why {
		out.Why = append(out.Why, drawn.Text(f.Nodes))
	}
	return out
}

// labels name the responses of an exercise as its controls are named.
func labels(s *look.Shell, tree render.Tree) map[string]string {
	out := map[string]string{}
	gap := 0
	for _, it := range render.Interactions(tree.Nodes) {
		label := it.Label
		if it.Inline {
			gap++
			if label == "" {
				label = s.T("exosweb.player.gap", "n", gap)
			}
		}
		if label == "" {
			label = strings.TrimSpace(render.Plain(it.Prompt))
		}
		if label == "" {
			label = s.T("exosweb.player.answer")
		}
		out[it.Response] = label
	}
	return out
}

// mark tells learners of one device apart without telling who they are.
func mark(l exos.LearnerID) string {
	sum := sha256.Sum256([]byte("exos/web outbox " + string(l)))
	return hex.EncodeToString(sum[:8])
}

// script is what the script says, in the reader's words.
func script(s *look.Shell, v exos.Visitor) []word {
	out := []word{
		{"saving", s.T("exosweb.saved.now")}, {"saved", s.T("exosweb.saved")}, {"hint", s.T("exosclass.hint.came", "text", "{text}")},
		{"moved", s.T("exosweb.order.moved", "item", "{item}", "place", "{place}", "total", "{total}")},
		{"taken", s.T("exosweb.order.taken", "item", "{item}")}, {"dropped", s.T("exosweb.order.dropped", "item", "{item}")},
		{"grip", s.T("exosweb.order.grip", "item", "{item}")},
		{"listen.gap", s.T("exosweb.aids.gap")}, {"listen.none", s.T("exosweb.aids.none")},
		{"held", you(s, v.Learner, "exosweb.picture.held.", "item", "{item}")}, {"joined", s.T("exosweb.picture.joined", "item", "{item}")},
		{"removed", s.T("exosweb.picture.removed", "item", "{item}")}, {"full", you(s, v.Learner, "exosweb.picture.full.")},
		{"cursor", you(s, v.Learner, "exosweb.picture.cursor.", "picture", "{picture}")},
		{"cursor.at", s.T("exosweb.player.point.said", "place", "{place}", "x", "{x}", "y", "{y}")},
	}
	for _, name := range []string{"sheet", "undo", "clear", "cleared", "down", "up", "name"} {
		out = append(out, word{"ink." + name, s.T("exosweb.ink." + name)})
	}
	out = append(out, word{"ink.undone", s.T("exosweb.ink.undone", "n", "{n}")}, word{"ink.at", s.T("exosweb.ink.at", "x", "{x}", "y", "{y}")},
		word{"ink.at.down", s.T("exosweb.ink.at.down", "x", "{x}", "y", "{y}")}, word{"file.kept", you(s, v.Learner, "exosweb.file.kept.")},
		word{"portable.refused", s.T("exosweb.player.portable.refused", "need", "{need}")},
		word{"portable.large", s.T("exosweb.player.portable.large")},
		word{"file.large", s.T("exos.handed.large", "name", "{name}", "most", exos.MaxHanded>>20)},
		word{"file.picture", s.T("exosweb.player.handed.picture", "name", "{name}")})
	for _, y := range []string{"top", "middle", "bottom"} {
		for _, x := range []string{"left", "centre", "right"} {
			out = append(out, word{"at." + y + "." + x, s.T("exosweb.player.at." + y + "." + x)})
		}
	}
	for _, name := range []string{"kept", "stranger", "empty", "same", "elsewhere"} {
		out = append(out, word{name, you(s, v.Learner, "exosweb.exercise."+name+".")})
	}
	return out
}
