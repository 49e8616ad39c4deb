package web

import (
	"html/template"
	"net/http"
	"strings"

	"pupitre/exos"
	"pupitre/exos/qti/render"
	"pupitre/exos/web/player"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// printPage is a homework on paper (« version papier »), its key on a sheet of its own.
type printPage struct {
	look.Shell
	Tasks []printTask
	Key   bool // the key is printed after the exercises
	Other look.Link
}

type printTask struct {
	Number int
	Title  string
	Points string
	Lang   string
	Body   template.HTML
	Keys   []key
}

func (room *Room) showPrint(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	h, printed, err := room.Classroom.Print(r.Context(), v, exos.HomeworkID(r.PathValue("homework")))
	if err != nil {
		return err
	}
	p := &printPage{Shell: room.Site.Shell(r), Key: r.URL.Query().Has("corrige")}
	path := homeworkPath(h.ID)
	p.Title = h.Title
	p.Crumbs = []look.Link{{Text: p.T("exosweb.nav.homework"), Href: homeworkRoot}, {Text: h.Title, Href: path}, {Text: p.T("exosweb.paper"), Current: true}}
	p.Other = look.Link{Text: p.T("exosweb.paper.with"), Href: path + "/papier?corrige"}
	if p.Key {
		p.Other = look.Link{Text: p.T("exosweb.paper.without"), Href: path + "/papier"}
	}
	for _, task := range printed {
		drawn := player.Sheet{T: p.T, Icon: room.icon, Address: room.file, Tree: task.Tree, Closed: true, Paper: true}
		drawn.Tree.Nodes = onPaper(task.Tree.Nodes, nil)
		row := printTask{
			Number: task.Number, Title: task.Title, Points: p.T("exosweb.paper.points", "points", lang.Decimal(p.Locale, task.Max)),
			Lang: foreign(task.Tree.Language, p.Locale), Body: drawn.HTML(),
		}
		if p.Key {
			row.Keys = solutionOf(&p.Shell, v, exos.Sitting{Tree: task.Tree, Corrected: task.Key}, drawn).Keys
		}
		p.Tasks = append(p.Tasks, row)
	}
	return room.print.Send(w, r, http.StatusOK, p)
}

// Lines and boxes that a hand fills in.
const (
	blank = "…………………………"
	box   = "☐ "
)

// onPaper turns what is clicked, moved and typed into what is ticked, numbered and written. in is the interaction whose content is
// being turned: its gaps and words are in the text.
func onPaper(nodes []render.Node, in *render.Interaction) []render.Node {
	out := make([]render.Node, 0, len(nodes))
	for _, n := range nodes {
		switch {
		case n.Kind == render.KindInteraction && n.Interaction != nil:
			out = append(out, interactionOnPaper(n.Interaction)...)
			continue
		case n.Kind == render.KindGap:
			n = render.Text(blank)
		case n.Kind == render.KindHottext && in != nil:
			n = render.Element("span", append([]render.Node{render.Text(box)}, n.Nodes...)...)
		default:
			if n.Name == "details" {
				n.Name = "div" // nothing unfolds on paper
			}
			n.Nodes = onPaper(n.Nodes, in)
		}
		out = append(out, n)
	}
	return out
}

func interactionOnPaper(it *render.Interaction) []render.Node {
	var out []render.Node
	if len(it.Prompt) > 0 {
		out = append(out, render.Element("p", render.Element("strong", render.Text(strings.TrimSpace(render.Plain(it.Prompt))))))
	}
	switch it.Type {
	case render.TypeInlineChoice:
		return append(out, render.Text(blank+" ("+strings.Join(wordsOf(it.Choices), " / ")+")"))
	case render.TypeTextEntry:
		return append(out, render.Text(blank))
	case render.TypeExtendedText:
		lines := 6
		if it.Entry != nil && it.Entry.Lines > 0 {
			lines = min(it.Entry.Lines, 20)
		}
		for range lines {
			out = append(out, render.Element("p", render.Text(strings.Repeat(blank, 4))))
		}
		return out
	case render.TypeEndAttempt, render.TypeMedia:
		return out
	}
	areas := it.Lettered()
	if len(areas) > 0 || it.Type == render.TypeSelectPoint || it.Type == render.TypePositionObject {
		out = append(out, render.Node{Kind: render.KindInteraction, Interaction: it}) // the picture, with the letters of its areas
	}
	if len(areas) > 0 {
		return append(out, areasOnPaper(it, areas))
	}
	out = append(out, onPaper(it.Content, it)...)
	mark := box
	if it.Type == render.TypeOrder {
		mark = "…… "
	} else if len(it.Targets) > 0 {
		mark = "• "
	}
	if it.Type == render.TypeHottext {
		return out
	}
	for i, list := range [][]render.Choice{it.Choices, it.Targets} {
		if len(list) == 0 || i == 1 && it.Type == render.TypeGapMatch && len(out) > 0 {
			continue // gaps stand in the text already
		}
		var items []render.Node
		for _, c := range list {
			item := []render.Node{render.Text(mark)}
			if len(c.Nodes) > 0 {
				item = append(item, c.Nodes...)
			} else {
				item = append(item, render.Text(c.Words()))
			}
			items = append(items, render.Element("li", item...))
		}
		out = append(out, render.Element("ul", items...))
	}
	return out
}

// areasOnPaper are the letters of a picture's areas, to be ticked, ranked, joined, or filled in with the words that are moved there.
func areasOnPaper(it *render.Interaction, areas []render.Area) render.Node {
	var items []render.Node
	for _, a := range areas {
		text := a.Letter
		if a.Label != "" {
			text += " – " + a.Label
		}
		switch it.Type {
		case render.TypeHotspot:
			text = box + text
		case render.TypeGraphicOrder:
			text = "…… " + text
		case render.TypeGraphicAssociate:
			text += " → " + blank
		case render.TypeGraphicGapMatch:
			text += "\u00a0: " + blank + " (" + strings.Join(wordsOf(it.Choices), " / ") + ")"
		}
		items = append(items, render.Element("li", render.Text(text)))
	}
	return render.Element("ul", items...)
}

func wordsOf(choices []render.Choice) []string {
	out := make([]string, len(choices))
	for i, c := range choices {
		out[i] = c.Words()
	}
	return out
}
