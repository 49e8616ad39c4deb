package lti_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/privacy"
	"pupitre/store/storetest/federationtest"
)

const (
	itemMedia  = "application/vnd.ims.lis.v2.lineitem+json"
	scoreMedia = "application/vnd.ims.lis.v1.score+json"
)

// column makes a line item, and returns its address.
func (h *house) column(t testing.TB, class, token, body string) string {
	t.Helper()
	got := h.tell(t, http.MethodPost, class+"/lineitems", token, itemMedia, body)
	address, _ := got.Body["id"].(string)
	if got.Status != http.StatusCreated || address == "" {
		t.Fatalf("%+v", got)
	}
	return address
}

// scored is a score of Inès, said at a moment.
func scored(who string, given, maximum float64, at time.Time) string {
	body, _ := json.Marshal(map[string]any{
		"userId": who, "scoreGiven": given, "scoreMaximum": maximum, "comment": "Bien vu", "timestamp": at.Format(time.RFC3339Nano),
		"activityProgress": "Completed", "gradingProgress": "FullyGraded",
	})
	return string(body)
}

func TestAToolsColumnsAreItsOwn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-ines")
		class, token := h.class(t, session), h.token(t)
		first := h.column(t, class, token, `{"label":"Accords","scoreMaximum":20,"tag":"t","resourceId":"r1","startDateTime":"2026-11-23T08:00:00+01:00"}`)
		want := map[string]any{"id": first, "label": "Accords", "scoreMaximum": float64(20), "tag": "t", "resourceId": "r1", "startDateTime": "2026-11-23T07:00:00Z"}
		if diff := cmp.Diff(want, h.tell(t, http.MethodGet, first, token, "", "").Body); diff != "" {
			t.Error(diff)
		}
		second := h.column(t, class, token, `{"label":"Dictée","scoreMaximum":10}`)
		labels := func(query string) (out []string) {
			for _, i := range h.tell(t, http.MethodGet, class+"/lineitems"+query, token, "", "").List {
				out = append(out, fmt.Sprint(i["label"]))
			}
			return out
		}
		for query, want := range map[string][]string{"": {"Accords", "Dictée"}, "?tag=t": {"Accords"}, "?resource_id=r1": {"Accords"}, "?resource_link_id=x": nil, "?limit=1": {"Accords"}} {
			if diff := cmp.Diff(want, labels(query)); diff != "" {
				t.Errorf("%s: %s", query, diff)
			}
		}
		page := h.tell(t, http.MethodGet, class+"/lineitems?limit=1", token, "", "")
		address, _, _ := strings.Cut(strings.TrimPrefix(page.Link, "<"), ">")
		if next := h.tell(t, http.MethodGet, address, token, "", ""); len(next.List) != 1 || next.List[0]["id"] != second {
			t.Errorf("%+v", next)
		}
		if got := h.tell(t, http.MethodPut, second, token, itemMedia, `{"label":"Dictée n° 2","scoreMaximum":5}`); got.Status != 200 || got.Body["label"] != "Dictée n° 2" {
			t.Errorf("%+v", got)
		}
		if got := h.tell(t, http.MethodDelete, second, token, "", ""); got.Status != http.StatusNoContent {
			t.Errorf("%+v", got)
		}
		if got := h.tell(t, http.MethodGet, second, token, "", ""); got.Status != 404 || got.Code != "federation.lti.lineitem" {
			t.Errorf("%+v", got)
		}

		// A place where it is opened, and then the message says which column is its own.
		link, _ := h.message(t, session)[claim+"resource_link"].(map[string]any)
		bound := h.column(t, class, token, fmt.Sprintf(`{"label":"Liée","scoreMaximum":1,"resourceLinkId":%q}`, link["id"]))
		endpoint, _ := h.message(t, session)["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"].(map[string]any)
		if endpoint["lineitems"] != class+"/lineitems" || endpoint["lineitem"] != bound {
			t.Errorf("%v", endpoint)
		}

		read := h.token(t, scopeSee)
		for name, try := range map[string]struct{ method, address, token, media, body, code string }{
			"no label":              {"POST", class + "/lineitems", token, itemMedia, `{"scoreMaximum":1}`, "federation.lti.lineitem.label"},
			"no maximum":            {"POST", class + "/lineitems", token, itemMedia, `{"label":"a"}`, "federation.lti.lineitem.maximum"},
			"a maximum below zero":  {"POST", class + "/lineitems", token, itemMedia, `{"label":"a","scoreMaximum":-1}`, "federation.lti.lineitem.maximum"},
			"a strange time":        {"POST", class + "/lineitems", token, itemMedia, `{"label":"a","scoreMaximum":1,"endDateTime":"demain"}`, "federation.lti.time"},
			"a link of nowhere":     {"POST", class + "/lineitems", token, itemMedia, `{"label":"a","scoreMaximum":1,"resourceLinkId":"x"}`, "federation.lti.lineitem.link"},
			"no JSON":               {"POST", class + "/lineitems", token, itemMedia, `<`, "federation.lti.body"},
			"another medium":        {"POST", class + "/lineitems", token, "text/plain", `{}`, "federation.lti.media"},
			"reading is not making": {"POST", class + "/lineitems", read, itemMedia, `{"label":"a","scoreMaximum":1}`, "federation.lti.scope"},
			"nor dropping":          {"DELETE", first, read, "", "", "federation.lti.scope"},
		} {
			if got := h.tell(t, try.method, try.address, try.token, try.media, try.body); got.Code != try.code {
				t.Errorf("%s: %+v", name, got)
			}
		}
		// Another tool has a class of its own, and this one's columns are not in it, nor is this class its own.
		h.Rights.Give(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Atlas)
		others, _ := h.askToken(t, otherID, "o1", keys().other, scopeItems+" "+scopeScores, nil).Body["access_token"].(string)
		for _, method := range []string{"GET", "PUT", "DELETE"} {
			if got := h.tell(t, method, first, others, itemMedia, `{"label":"a","scoreMaximum":1}`); got.Status != 404 || got.Code != "federation.lti.context" {
				t.Errorf("another tool, %s: %+v", method, got)
			}
		}
		latin, _ := h.message(t, session, "classe", "c-lat")[claim+"context"].(map[string]any)
		elsewhere := h.URL + "/lti/contexts/" + fmt.Sprint(latin["id"]) + first[strings.Index(first, "/lineitems"):]
		if got := h.tell(t, http.MethodGet, elsewhere, token, "", ""); got.Code != "federation.lti.lineitem" {
			t.Errorf("by another class: %+v", got)
		}
	})
}

func TestAMarkIsOfAHolderAndTheLaterWordStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		hers := h.teacher(t)
		class, token := h.class(t, h.Arrive(t, "ent-ines")), h.token(t)
		column := h.column(t, class, token, `{"label":"Accords","scoreMaximum":20}`)
		noon := h.Clock.Now()
		say := func(body string) said { return h.tell(t, http.MethodPost, column+"/scores", token, scoreMedia, body) }
		h.Clock.Advance(time.Minute)
		if got := say(scored(ines.Subject(), 7, 10, noon)); got.Status != http.StatusNoContent {
			t.Fatalf("%+v", got)
		}
		if got := say(scored(ines.Subject(), 1, 10, noon.Add(-time.Second))); got.Status != http.StatusConflict || got.Code != "federation.lti.score.older" {
			t.Errorf("older: %+v", got)
		}
		results := h.tell(t, http.MethodGet, column+"/results", token, "", "")
		want := []map[string]any{{"id": column + "/results?user_id=" + ines.Subject(), "scoreOf": column, "userId": ines.Subject(),
			"resultScore": float64(14), "resultMaximum": float64(20), "comment": "Bien vu"}}
		if diff := cmp.Diff(want, results.List); diff != "" {
			t.Error(diff)
		}
		if got := h.tell(t, http.MethodGet, column+"/results?user_id="+noe.Subject(), token, "", ""); len(got.List) != 0 {
			t.Errorf("%+v", got)
		}
		session, err := h.Service.Find(t.Context(), hers)
		if err != nil {
			t.Fatal(err)
		}
		book, err := h.Platform.Book(t.Context(), session, "c-5b")
		if err != nil || len(book.Rows) != 1 || len(book.Columns) != 1 {
			t.Fatalf("%+v, %v", book, err)
		}
		cell := book.Rows[0].Scores[book.Columns[0].Item.ID]
		if book.Rows[0].Name.Given != "Inès" || cell.On(book.Columns[0].Item) != 14 || !cell.Said.Equal(noon) || !cell.Received.Equal(noon.Add(time.Minute)) {
			t.Errorf("both times are kept: %+v", cell)
		}
		for name, try := range map[string]struct{ body, code string }{
			"somebody of another class": {scored(noe.Subject(), 1, 1, noon), "federation.lti.person"},
			"a teacher":                 {scored(renard.Subject(), 1, 1, noon), "federation.lti.person"},
			"nobody":                    {scored("x", 1, 1, noon), "federation.lti.person"},
			"below zero":                {scored(ines.Subject(), -1, 1, noon), "federation.lti.score.points"},
			"of nothing":                {scored(ines.Subject(), 1, 0, noon), "federation.lti.score.points"},
			"from the future":           {scored(ines.Subject(), 1, 1, h.Clock.Now().Add(2*time.Minute)), "federation.lti.score.early"},
			"of last year":              {scored(ines.Subject(), 1, 1, noon.Add(-366*24*time.Hour)), "federation.lti.score.late"},
			"without time":              {`{"userId":"x","activityProgress":"Completed","gradingProgress":"FullyGraded"}`, "federation.lti.time"},
			"half done":                 {strings.Replace(scored(ines.Subject(), 1, 1, noon), "Completed", "Half", 1), "federation.lti.score.activity"},
			"half marked":               {strings.Replace(scored(ines.Subject(), 1, 1, noon), "FullyGraded", "Half", 1), "federation.lti.score.grading"},
			"a sermon":                  {strings.Replace(scored(ines.Subject(), 1, 1, noon), "Bien vu", strings.Repeat("é", 1001), 1), "federation.lti.score.comment"},
		} {
			if got := say(try.body); got.Code != try.code || got.Body["detail"] == "" {
				t.Errorf("%s: %+v", name, got)
			}
		}
		if got := h.tell(t, http.MethodPost, column+"/scores", h.token(t, scopeItems), scoreMedia, scored(ines.Subject(), 1, 1, noon)); got.Code != "federation.lti.scope" {
			t.Errorf("%+v", got)
		}

		// Withdrawn a second ago: no mark is taken, none is told.
		h.Rights.Withdraw(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)
		if got := say(scored(ines.Subject(), 9, 10, h.Clock.Now())); got.Code != "federation.lti.person" {
			t.Errorf("withdrawn a second ago: %+v", got)
		}
		if got := h.tell(t, http.MethodGet, column+"/results", token, "", ""); got.Status != 200 || len(got.List) != 0 {
			t.Errorf("withdrawn a second ago: %+v", got)
		}
		h.Rights.Give(federationtest.Ines, federationtest.College, directory.Pupil, federationtest.Grammar)

		// A mark taken back is none.
		if got := say(fmt.Sprintf(`{"userId":%q,"timestamp":%q,"activityProgress":"Started","gradingProgress":"NotReady"}`, ines.Subject(), h.Clock.Now().Format(time.RFC3339))); got.Status != 204 {
			t.Errorf("%+v", got)
		}
		if got := h.tell(t, http.MethodGet, column+"/results", token, "", ""); len(got.List) != 0 {
			t.Errorf("taken back: %+v", got)
		}

		// A pupil reads their own line only.
		pupil, err := h.Service.Find(t.Context(), h.Arrive(t, "ent-ines"))
		if err != nil {
			t.Fatal(err)
		}
		if own, err := h.Platform.Book(t.Context(), pupil, "c-5b"); err != nil || len(own.Rows) != 1 || own.Rows[0].Person != federationtest.Ines {
			t.Errorf("%+v, %v", own, err)
		}
		if _, err := h.Platform.Book(t.Context(), pupil, "c-5c"); err == nil {
			t.Error("a pupil reads another class's gradebook")
		}
	})
}

// Of two words of a tool the later one stays, whichever comes last.
func TestOf32ScoresTheLatestStays(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		class, token := h.class(t, h.Arrive(t, "ent-ines")), h.token(t)
		column := h.column(t, class, token, `{"label":"Accords","scoreMaximum":32}`)
		noon := h.Clock.Now()
		turn := make(chan float64, 32)
		for n := range 32 {
			turn <- float64((n*7)%32 + 1)
		}
		federationtest.Together(func(int) bool {
			n := <-turn
			got, err := h.call(t.Context(), http.MethodPost, column+"/scores", token, scoreMedia, scored(ines.Subject(), n, 32, noon.Add(time.Duration(n)*time.Millisecond)))
			if err != nil || got.Status != http.StatusNoContent && got.Status != http.StatusConflict {
				t.Errorf("%+v, %v", got, err)
			}
			return true
		})
		if got := h.tell(t, http.MethodGet, column+"/results", token, "", ""); len(got.List) != 1 || got.List[0]["resultScore"] != float64(32) {
			t.Errorf("%+v", got)
		}
	})
}

func TestAPinnedLinkBringsItsColumn(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		hers := h.teacher(t)
		p := h.respond(t, h.signed(t, h.answer(h.choice(t, hers), map[string]any{deepClaim + "content_items": []any{
			map[string]any{"type": "ltiResourceLink", "url": toolTarget + "/accords", "title": "Les accords", "lineItem": map[string]any{"scoreMaximum": 12, "tag": "devoir"}},
		}})))
		if back := h.visit(t, hers, p.To.RequestURI()); back.Status != http.StatusSeeOther {
			t.Fatalf("%+v", back)
		}
		links := h.links(t, hers, "c-5b")
		class, token := h.class(t, h.Arrive(t, "ent-ines")), h.token(t)
		items := h.tell(t, http.MethodGet, class+"/lineitems", token, "", "").List
		if len(items) != 1 || items[0]["label"] != "Les accords" || items[0]["scoreMaximum"] != float64(12) || items[0]["resourceLinkId"] != string(links[0].ID) || items[0]["tag"] != "devoir" {
			t.Errorf("%+v", items)
		}
	})
}

// What is kept of somebody's work is theirs to read, goes with them, and goes after a year by itself.
func TestMarksGoWithThePersonAndWithTime(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		class, token := h.class(t, h.Arrive(t, "ent-ines")), h.token(t)
		column := h.column(t, class, token, `{"label":"Accords","scoreMaximum":20}`)
		say := func() {
			t.Helper()
			if got := h.tell(t, http.MethodPost, column+"/scores", token, scoreMedia, scored(ines.Subject(), 7, 10, h.Clock.Now())); got.Status != 204 {
				t.Fatalf("%+v", got)
			}
		}
		grades := func() (list []federation.Grade) {
			t.Helper()
			err := h.Store.Federation().Read(t.Context(), func(ctx context.Context, r federation.Reader) (err error) {
				list, err = r.Grades(ctx, federationtest.Project, federationtest.Ines)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		say()
		if got := grades(); len(got) != 1 || got[0].Label != "Accords" || got[0].Given != 7 || got[0].Publisher != federationtest.Preau {
			t.Errorf("%+v", got)
		}
		holder := federation.Holder{Store: h.Store.Federation()}
		who := privacy.Subject{Project: string(federationtest.Project), ID: string(federationtest.Ines)}
		if exported, err := holder.Export(t.Context(), who); err != nil || !strings.Contains(fmt.Sprintf("%+v", exported), "Accords") {
			t.Errorf("%+v, %v", exported, err)
		}
		if err := holder.Erase(t.Context(), who); err != nil {
			t.Fatal(err)
		}
		if got := grades(); len(got) != 0 {
			t.Errorf("erased, and still there: %+v", got)
		}
		say()
		h.Clock.Advance(federation.GradesKept)
		if n, err := h.Platform.SweepGrades(t.Context(), 100); err != nil || n != 0 || len(grades()) != 1 {
			t.Errorf("swept %d a moment early, %v", n, err)
		}
		h.Clock.Advance(time.Second)
		if n, err := h.Platform.SweepGrades(t.Context(), 100); err != nil || n != 1 || len(grades()) != 0 {
			t.Errorf("swept %d, %v", n, err)
		}
	})
}
