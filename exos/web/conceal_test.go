package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/exos/offline"
	"pupitre/exos/qti"
	"pupitre/exos/qti/render"
	"pupitre/exos/store/storetest"
	"pupitre/exos/web/player"
	"pupitre/internal/demo/workbook"
	"pupitre/internal/look/looktest"
)

var (
	things   = regexp.MustCompile(`(?i)<(?:qti-)?(?:simple-?choice|inline-?choice|simple-?associable-?choice|gap|gap-?text|gap-?img|hottext|hotspot-?choice|associable-?hotspot)\s[^>]*identifier="([^"]*)"`)
	attrs    = regexp.MustCompile(`(?i)( identifier| map-?key|hotspot-?label)="([^"]*)"`)
	contents = regexp.MustCompile(`(?i)(<(?:qti-)?(?:value|base-?value)(?:\s[^>]*)?>)([^<]*)(<)`)
)

// marked is the workshop, in which the identifier of each thing to choose, move or aim at says that it must not be sent.
func marked(t *testing.T) []byte {
	t.Helper()
	data, err := workbook.Workshop()
	if err != nil {
		t.Fatal(err)
	}
	return storetest.Repacked(t, data, func(name string, text []byte) []byte {
		if !strings.HasPrefix(name, "items/") || !strings.HasSuffix(name, ".xml") {
			return text
		}
		ids := map[string]bool{}
		for _, m := range things.FindAllSubmatch(text, -1) {
			ids[string(m[1])] = true
		}
		mark := func(value string) string {
			words := strings.Split(value, " ")
			for i, w := range words {
				if ids[w] {
					words[i] = "ZZ" + w + "ZZ"
				}
			}
			return strings.Join(words, " ")
		}
		out := attrs.ReplaceAllStringFunc(string(text), func(s string) string {
			m := attrs.FindStringSubmatch(s)
			return m[1] + `="` + mark(m[2]) + `"`
		})
		return []byte(contents.ReplaceAllStringFunc(out, func(s string) string {
			m := contents.FindStringSubmatch(s)
			return m[1] + mark(m[2]) + m[3]
		}))
	}, nil)
}

// No byte of graded work, on the page, told to its script, or taken along by a device, has a name of its author's: of every interaction.
// What is answered under the names that are sent is worth what it was.
func TestNoIdentifierOfAnAuthorsIsInGradedWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pack := exos.Package{Data: marked(t), ARK: storetest.OpenRight().ARK}
	m, _, err := w.CheckModule(pack)
	if err != nil {
		t.Fatal(err)
	}
	w.Module, w.Items = w.Publish(pack).Module.ID, m.Items()
	var places []int // of those that are played: no other is given
	h := w.given(len(w.Items), graded, func(h *exos.Homework) {
		h.Tries = 3
		all := h.Parts
		h.Parts = nil
		for n, item := range w.Items {
			if len(player.Unsupported(item.Tree)) == 0 {
				places, h.Parts = append(places, n), append(h.Parts, all[n])
			}
		}
	})
	b := w.pupil()
	d := b.app()
	w.ask("/parole", d.Sign(offline.ForRequest, device.Request{Device: device.ID(d.ID), Modules: []exos.ModuleID{w.Module}}), http.StatusOK)
	clean := func(where string, item *qti.Item, text string) {
		t.Helper()
		if found := regexp.MustCompile(`.{0,60}ZZ\w*ZZ.{0,20}`).FindString(text); found != "" {
			t.Errorf("%s, %s: %s", item.File, where, found)
		}
		if !slices.Contains(item.Interactions, render.TypePortableCustom) && strings.Contains(text, "RESPONSE") {
			t.Errorf("%s, %s names the response as its author does", item.File, where)
		}
		if strings.Contains(text, item.Version) || strings.Contains(text, item.Content) {
			t.Errorf("%s, %s has the hash of the key", item.File, where)
		}
	}
	types, taken := map[render.Type]bool{}, 0
	for i, n := range places {
		item, task := w.Items[n], at(h)+"/exercices/"+strconv.Itoa(i+1)
		fetch := d.Sign(offline.ForRequest, device.Fetch{Device: device.ID(d.ID), Module: w.Module, Homework: h.ID, Exercise: h.Parts[i].Exercise})
		for _, path := range []string{"/devoir", "/devoir/exercice"} {
			text, _ := json.Marshal(fetch)
			r := post("/api/appareils"+path, string(text))
			answer := (&browser{world: w}).do(r)
			body, _ := io.ReadAll(answer.Body)
			clean(path, item, string(body))
			if path == "/devoir/exercice" && answer.StatusCode == http.StatusOK {
				taken++
				numbered(t, item, string(body))
			}
		}
		page := b.page(task, http.StatusOK)
		clean("the page", item, page.text)
		numbered(t, item, page.text)
		for _, kind := range item.Interactions {
			types[kind] = true
		}
		if field := page.Find("input"); item.File == "items/remise.xml" {
			i := slices.IndexFunc(field, func(n *html.Node) bool { return looktest.Attr(n, "type") == "file" })
			if got := page.hand(looktest.Attr(field[i], "data-file"), "a.png", storetest.Dot); got.Word == "" {
				t.Errorf("a file is not taken: %+v", got)
			} else if named, ok := exos.HandedWord(got.Word); ok { // and kept under its author's name
				kept, err := w.HandedFile(t.Context(), b.visit(), exos.AttemptID(page.form().Get("attempt")), named.Hash)
				if err != nil || kept.Response != "RESPONSE" {
					t.Errorf("kept for %q, %v", kept.Response, err)
				}
			}
		}
		if item.Adaptive || item.MaxScore <= 0 || item.ByHand || len(item.Key(1)) == 0 {
			continue
		}
		event := page.event(n, page.aliased(n, w.Declared(n, 1)))
		text, err := json.Marshal(batch{[]exos.Event{event}, event.Exercise, h.ID})
		if err != nil {
			t.Fatal(err)
		}
		said, _ := io.ReadAll(b.do(post("/api/evenements", string(text))).Body)
		clean("the word on an answer", item, string(said))
		again := b.page(task, http.StatusOK)
		clean("the page again", item, again.text)
		if !slices.Contains(item.Interactions, render.TypeEndAttempt) { // a button
			again.offered(again.right(n))
		}
	}
	if taken < 12 {
		t.Errorf("only %d exercises are taken along", taken)
	}
	for _, kind := range render.AllTypes {
		if !types[kind] && kind != render.TypeCustom { // shown, not played
			t.Errorf("no exercise has %s", kind)
		}
	}
	paper := w.teacher().page(at(h)+"/papier", http.StatusOK)
	clean("the paper", w.Items[w.place("zone")], paper.text)
	if plates := strings.Count(paper.text, `class="pic-over`); plates != 8 || strings.Contains(paper.text, `type="image"`) || strings.Contains(paper.text, `name="r.`) {
		t.Errorf("%d pictures are on the paper, to be written on", plates)
	}
	clean("the paper's key", w.Items[w.place("zone")], w.teacher().page(at(h)+"/papier?corrige", http.StatusOK).text)
	w.Clock.Set(h.Closes())
	b = w.pupil()
	for i, n := range places {
		item, page := w.Items[n], b.page(at(h)+"/exercices/"+strconv.Itoa(i+1), http.StatusOK)
		clean("the corrigé", item, page.text)
		if strings.Contains(page.text, "data-result") && item.MaxScore > 0 && !item.ByHand && !item.Adaptive && len(item.Key(1)[0].Fields) == 0 {
			page.says("Bravo")
		}
	}
	clean("the pupil's own work", w.Items[0], b.page("/travail", http.StatusOK).text)
}

// numbered fails unless every control of an answer is named by numbers, as far as a choice is what it gives.
func numbered(t *testing.T, item *qti.Item, text string) {
	t.Helper()
	if slices.Contains(item.Interactions, render.TypePortableCustom) {
		return // its own program says how it answers
	}
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		owner := n
		if n.Data == "option" {
			owner = n.Parent
		}
		name, kind, value := looktest.Attr(owner, "name"), looktest.Attr(n, "type"), looktest.Attr(n, "value")
		if n.Type != html.ElementNode || !strings.HasPrefix(name, "r.") {
			continue
		}
		chosen := n.Data == "option" || n.Data == "input" && (kind == "radio" || kind == "checkbox" || kind == "hidden")
		if !regexp.MustCompile(`^r\.\d+$`).MatchString(name) || chosen && !regexp.MustCompile(`^(\d+( \d+)?)?$`).MatchString(value) {
			t.Errorf("%s: a control says %s=%q", item.File, name, value)
		}
	}
}
