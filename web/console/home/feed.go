package home

import (
	"net/http"
	"net/url"
	"strings"

	"pupitre/internal/look"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web/console/hall"
	"pupitre/web/console/history"
)

// feedRows is how many acts the first page tells, and feedReach among how many they are looked for: what happens by itself comes in
// swarms (each departure is an act), and a swarm is one row.
const feedRows, feedReach = 5, 40

// feedRow is one of the latest acts, or as many alike that nobody of the school did.
type feedRow struct {
	history.ActRow
	Sum  string    // « 25 exemplaires », "" for none
	Undo look.Link // to the undo's plan; none where there is none
	Say  string    // what Undo's link says out of its row
}

// latest tells what was done last: the history's newest acts (« Ce qui s'est fait »).
func (c *Room) latest(r *http.Request, p *homePage, at hall.Site) error {
	if c.Past == nil {
		return nil
	}
	deeds, err := c.Past.History(r.Context(), licensing.HistoryFilter{School: at.School.ID, Limit: feedReach, Within: at.Mandate})
	if err != nil || len(deeds) == 0 {
		return err
	}
	p.History = look.Link{Text: p.T("console.feed.all"), Href: at.Path(hall.HistoryPath)}
	swarms := swarmed(deeds)
	swarms = swarms[:min(len(swarms), feedRows)]
	var told []licensing.Deed
	for _, swarm := range swarms {
		told = append(told, swarm[0])
	}
	s, err := history.NewSayer(c.Hall, r, &p.Shell, at, told...)
	if err != nil {
		return err
	}
	for _, swarm := range swarms {
		row, err := fed(s, swarm)
		if err != nil {
			return err
		}
		p.Feed = append(p.Feed, row)
	}
	return nil
}

// swarmed gathers neighbours that are alike and that no person did.
func swarmed(deeds []licensing.Deed) (out [][]licensing.Deed) {
	for i, d := range deeds {
		if i > 0 && d.By.Kind != journal.ByPerson && d.Verb == deeds[i-1].Verb && d.By.Kind == deeds[i-1].By.Kind {
			out[len(out)-1] = append(out[len(out)-1], d)
			continue
		}
		out = append(out, []licensing.Deed{d})
	}
	return out
}

func fed(s *history.Sayer, swarm []licensing.Deed) (row feedRow, err error) {
	newest := swarm[0]
	if row.ActRow, err = s.Row(newest); err != nil {
		return row, err
	}
	copies := int64(0)
	for _, d := range swarm {
		sum := d.Sum()
		copies += sum.Given + sum.Back
	}
	if copies > 0 {
		row.Sum = s.Shell.T("console.short.left", "n", copies)
	}
	if n := len(swarm); n > 1 {
		row.Of, row.Whom, row.What = "", "", s.Shell.T("console.feed.times", "what", row.What, "n", n)
		row.Href = s.At.Path(hall.HistoryPath + "?" + url.Values{"acte": {strings.TrimPrefix(newest.Verb, "licensing.")}}.Encode())
		return row, nil
	}
	if !newest.Until.IsZero() {
		row.Undo = look.Link{Text: s.Shell.T("console.feed.undo"), Href: s.At.UndoPath(newest.Act)}
		row.Say = s.Shell.T("console.feed.undo.act", "what", row.What, "of", row.Of)
	}
	return row, nil
}
