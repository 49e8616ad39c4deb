package console_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"pupitre/internal/look/looktest"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/web/console"
	"pupitre/web/console/home"
	"pupitre/web/webtest"
)

// fed are the rows of « Ce qui s'est fait ».
func fed(p *looktest.Doc) (rows []string) {
	for _, list := range p.Find("ol") {
		if !strings.Contains(looktest.Attr(list, "class"), "feed") {
			continue
		}
		for _, li := range p.Find("li") {
			if li.Parent == list {
				rows = append(rows, strings.ReplaceAll(looktest.Words(li), "\u00a0", " "))
			}
		}
	}
	return rows
}

func TestTheFirstPageTellsWhatWasDoneLastWithItsUndoAtHand(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	if p := page(t, b.Get(t, school), http.StatusOK); p.ByID("h-feed") != nil {
		t.Errorf("before any act: %q", fed(p))
	}
	given(t, b)
	p := page(t, b.Get(t, school), http.StatusOK)
	if got, want := fed(p), []string{"Exemplaires attribués Le labo de grammaire 5e, 5e B Vasseur Claire, 9 h 01, 23 novembre 2026 25 exemplaires Annuler…"}; !slices.Equal(got, want) {
		t.Errorf("rows %q", got)
	}
	if got := links(p, "Annuler…"); !slices.Equal(got, []string{past + "/act-1/annuler"}) {
		t.Errorf("the undo is at %q", got)
	}
	undo := page(t, b.Get(t, past+"/act-1/annuler"), http.StatusOK)
	shown(t, b, b.Post(t, past+"/act-1/annuler", "empreinte", value(undo, "empreinte")))
	p = page(t, b.Get(t, school), http.StatusOK)
	if got := fed(p); len(got) != 2 || !strings.HasPrefix(got[0], "Acte annulé") || !strings.HasSuffix(got[1], "Annulé") {
		t.Errorf("after the undo %q", got)
	}
}

// departures are many acts of nobody's, with one of a manager's among them.
type departures struct{ *webtest.Stock }

func (d departures) History(context.Context, licensing.HistoryFilter) (list []licensing.Deed, _ error) {
	for i := range 9 {
		one := licensing.Deed{Act: journal.ActID(fmt.Sprint("act-", 9-i)), At: webtest.Now, By: journal.Actor{Kind: journal.BySystem}, Verb: "licensing.left",
			Changes: []licensing.Change{{Resource: webtest.Labo, Cause: licensing.CauseLeft, Back: 2}}}
		if i == 4 {
			one.By, one.Verb = journal.Actor{Kind: journal.ByPerson, ID: string(webtest.Vasseur)}, "licensing.rule"
			one.How = "suspended"
		}
		list = append(list, one)
	}
	return list, nil
}

func TestWhatHappensByItselfInSwarmsIsOneRow(t *testing.T) {
	t.Parallel()
	o := openWith(home.Dashboard{}, func(o *office, room *console.Room) { room.Past = departures{o.stock} })
	p := page(t, o.as(webtest.Vasseur).Get(t, school), http.StatusOK)
	got := fed(p)
	if len(got) != 3 || !strings.Contains(got[0], "4 fois") || !strings.Contains(got[0], "8 exemplaires") || !strings.HasPrefix(got[1], "Affectation permanente suspendue Le labo") || !strings.Contains(got[2], "4 fois") {
		t.Errorf("rows %q", got)
	}
	if got := links(p, "4 fois"); !slices.Equal(got, []string{past + "?acte=left", past + "?acte=left"}) {
		t.Errorf("a swarm leads to %q", got)
	}
}
