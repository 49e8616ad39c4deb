package lti_test

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/exos"
)

// answerAll answers a module's exercise with the author's own answer.
func (b *browser) answer(v exos.Visitor, n int) {
	b.t.Helper()
	s := b.Sit(v, n)
	if got := b.Tell(v, b.Event(s, exos.Answered, b.Declared(n, s.Seed))); got.Status != exos.Accepted {
		b.t.Fatalf("%+v", got)
	}
}

func (b *browser) tell() {
	b.t.Helper()
	if _, err := b.tool.Tell(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// scores are those that the platform has taken.
func (w *world) scores() []map[string]any {
	w.campus.mu.Lock()
	defer w.campus.mu.Unlock()
	return w.campus.scores
}

func TestWhatAPupilEarnedIsToldToTheirPlatformOnceAState(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browser(t)
		v, _ := b.arrived(b.launch(nil))
		b.tell()
		if len(w.scores()) != 0 {
			t.Fatal("told before anything was earned")
		}
		begun := w.Clock.Now()
		b.answer(v, 0)
		w.Clock.Pass(time.Hour)
		b.tell()
		b.tell()
		if len(w.scores()) != 1 {
			t.Fatalf("told %d times", len(w.scores()))
		}
		s := w.scores()[0]
		if s["userId"] != "u1" || s["activityProgress"] != "InProgress" || s["gradingProgress"] != "FullyGraded" || s["query"] != "type=x" {
			t.Errorf("%v", s)
		}
		given, most := s["scoreGiven"].(float64), s["scoreMaximum"].(float64)
		if given <= 0 || given >= most {
			t.Errorf("%v of %v", given, most)
		}
		// timestamp is of the message, submission of the work.
		times := s["submission"].(map[string]any)
		for name, at := range map[string][2]any{"timestamp": {s["timestamp"], begun.Add(time.Hour)}, "startedAt": {times["startedAt"], begun}, "submittedAt": {times["submittedAt"], begun}} {
			got, err := time.Parse(time.RFC3339Nano, at[0].(string))
			if want := at[1].(time.Time); err != nil || got.Sub(want).Abs() > time.Second {
				t.Errorf("%s: %v, want about %v", name, at[0], want)
			}
		}
		// Owed again without news, after a crash perhaps: it is not said twice.
		err := w.Store.Write(t.Context(), func(ctx context.Context, x exos.Writer) error { return x.Owe(ctx, v.Learner.ID, w.Module, "") })
		if err != nil {
			t.Fatal(err)
		}
		b.tell()
		if len(w.scores()) != 1 {
			t.Errorf("the same was told %d times", len(w.scores()))
		}
		for n := 1; n < len(w.Items); n++ {
			b.answer(v, n)
		}
		b.tell()
		last := w.scores()[len(w.scores())-1]
		if last["activityProgress"] != "Completed" || len(w.scores()) != 2 {
			t.Errorf("at the end: %v, %d told", last, len(w.scores()))
		}
		if last["timestamp"].(string) <= s["timestamp"].(string) {
			t.Error("the later score is said to be no later")
		}
	})
}

func TestAPlatformThatFailsIsToldLaterAndWhatComesMeanwhileIsNotLost(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browser(t)
		v, _ := b.arrived(b.launch(nil))
		w.campus.mu.Lock()
		w.campus.fails = 1
		w.campus.during = func() {
			w.campus.during = nil
			b.answer(v, 1) // while the first is on its way
		}
		w.campus.mu.Unlock()
		b.answer(v, 0)
		b.tell()
		b.tell()
		if len(w.scores()) != 0 {
			t.Fatal("told again at once")
		}
		w.Clock.Pass(2 * time.Second)
		b.tell()
		if len(w.scores()) != 1 {
			t.Fatalf("told %d times", len(w.scores()))
		}
		w.campus.mu.Lock()
		w.campus.during = func() {
			w.campus.during = nil
			b.answer(v, 2)
		}
		w.campus.mu.Unlock()
		b.answer(v, 3)
		b.tell()
		b.tell()
		if n := len(w.scores()); n != 3 || w.scores()[2]["scoreGiven"].(float64) <= w.scores()[1]["scoreGiven"].(float64) {
			t.Errorf("what came during a telling: %d told, %v", n, w.scores())
		}
	})
}

func TestAColumnIsMadeOnceWhereALaunchNamesNone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, sub := range []string{"u1", "u2"} {
			b := w.browser(t)
			v, _ := b.arrived(b.launch(func(c map[string]any) {
				c["sub"] = sub
				c["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"].(map[string]any)["lineitems"] = w.campus.server.URL + "/items"
				delete(c["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"].(map[string]any), "lineitem")
			}))
			b.answer(v, 0)
			b.tell()
		}
		if len(w.campus.items) != 1 || w.campus.items[0]["resourceLinkId"] != "link-1" || w.campus.items[0]["resourceId"] != string(w.Module) || len(w.scores()) != 2 {
			t.Errorf("columns %v, %d scores", w.campus.items, len(w.scores()))
		}
	})
}

// A platform cannot have us ask our own house, and a teacher's work is nobody's grade.
func TestScoresGoNowhereElse(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for name, change := range map[string]func(map[string]any){
			"in clear": func(c map[string]any) { c["lineitem"] = "http://campus.example/items/7" },
			"inside":   func(c map[string]any) { c["lineitem"] = "https://10.0.0.7/items/7" },
			"no scope": func(c map[string]any) { c["scope"] = []string{} },
		} {
			b := w.browser(t)
			v, _ := b.arrived(b.launch(func(c map[string]any) {
				c["sub"] = "u-" + strings.ReplaceAll(name, " ", "-")
				change(c["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"].(map[string]any))
			}))
			b.answer(v, 0)
		}
		b := w.browser(t)
		v, _ := b.arrived(b.launch(func(c map[string]any) { c["sub"], c[claim+"roles"] = "prof", []string{teacher} }))
		b.answer(v, 0)
		if n, err := w.tool.Tell(t.Context()); n != 0 || err != nil {
			t.Errorf("%d taken up, %v", n, err)
		}
	})
}

func TestATeachersPageAsksForNamesAndNobodyElseGetsThem(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.campus.members = `{"members":[{"user_id":"u1","name":"Inès Marchal","email":"i@x.example"},{"user_id":"u2"}]}`
		pupil := w.browser(t)
		pupil.arrived(pupil.launch(nil))
		if got := code(pupil.ask("GET", "/lti/noms", nil)); got != "exoslti.teacher" {
			t.Errorf("a pupil: %q", got)
		}
		prof := w.browser(t)
		prof.arrived(prof.launch(func(c map[string]any) { c["sub"], c[claim+"roles"] = "prof", []string{teacher} }))
		r := prof.ask("GET", "/lti/noms", nil)
		var got struct {
			Classes []struct{ Persons []struct{ Sub, Name string } }
		}
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Fatal(err)
		}
		if len(got.Classes) != 1 || len(got.Classes[0].Persons) != 2 || got.Classes[0].Persons[0].Name != "Inès Marchal" || got.Classes[0].Persons[1].Name != "Malo Kerbrat" {
			t.Errorf("%+v", got)
		}
		if r.Header.Get("Cache-Control") != "no-store" {
			t.Error("names may be kept")
		}
		other := w.browser(t)
		other.arrived(other.launch(func(c map[string]any) {
			c["sub"], c[claim+"roles"], c[claim+"context"] = "autre", []string{teacher}, map[string]any{"id": "c9"}
			delete(c, "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice")
		}))
		if r := other.ask("GET", "/lti/noms", nil); json.NewDecoder(r.Body).Decode(&got) != nil || len(got.Classes) != 0 {
			t.Errorf("another course's teacher: %+v", got)
		}
	})
}

const settings = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"

func TestATeacherPicksWhatALinkOpens(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browser(t)
		asking := func(roles string, many bool) func(map[string]any) {
			return func(c map[string]any) {
				c["sub"], c[claim+"roles"], c[claim+"message_type"] = "prof", []string{roles}, "LtiDeepLinkingRequest"
				c[settings] = map[string]any{
					"deep_link_return_url": "https://campus.example/retour", "accept_types": []string{"ltiResourceLink"}, "accept_multiple": many, "data": "d=é&1",
					"accept_presentation_document_targets": []string{"window"},
				}
			}
		}
		if got := code(b.launch(asking(learner, true))); got != "exoslti.teacher" {
			t.Errorf("a pupil: %q", got)
		}
		_, to := b.arrived(b.launch(asking(teacher, true)))
		b.ask("GET", to, nil)
		if w.last.kind != "choose" || !w.last.choice.Many || len(w.last.choice.Modules) != 1 {
			t.Fatalf("%+v", w.last)
		}
		exercise := w.last.choice.Modules[0].Sections[0].Entries[0].Exercise
		form := url.Values{"jeton": {string(w.last.choice.Token)}, "choix": {string(w.Module), string(w.Module) + "/" + string(exercise)}}
		thief := w.browser(t)
		thief.arrived(thief.launch(func(c map[string]any) { c["sub"], c[claim+"roles"] = "voleur", []string{teacher} }))
		if got := code(thief.ask("POST", "/lti/choisir", form)); got != "exoslti.choice" {
			t.Errorf("somebody else's: %q", got)
		}
		b.ask("POST", "/lti/choisir", form)
		if w.last.kind != "post" || w.last.action != "https://campus.example/retour" || w.last.name != "JWT" {
			t.Fatalf("%+v", w.last)
		}
		var set jose.JSONWebKeySet
		if err := json.NewDecoder(b.ask("GET", "/lti/cles", nil).Body).Decode(&set); err != nil || len(set.Keys) != 1 || !set.Keys[0].IsPublic() {
			t.Fatalf("%+v, %v", set, err)
		}
		answer, err := jose.ParseSignedCompact(w.last.value, []jose.SignatureAlgorithm{jose.RS256})
		if err != nil {
			t.Fatal(err)
		}
		body, err := answer.Verify(set.Key(answer.Signatures[0].Header.KeyID)[0])
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatal(err)
		}
		items := got["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"].([]any)
		if got["iss"] != "biblio" || got["aud"] != w.platform.Issuer || got["https://purl.imsglobal.org/spec/lti-dl/claim/data"] != "d=é&1" ||
			got[claim+"deployment_id"] != "d1" || got[claim+"message_type"] != "LtiDeepLinkingResponse" || len(items) != 2 {
			t.Errorf("%v", got)
		}
		one := items[1].(map[string]any)
		if one["type"] != "ltiResourceLink" || one["lineItem"].(map[string]any)["scoreMaximum"].(float64) <= 0 {
			t.Errorf("%v", one)
		}
		if got := code(b.ask("POST", "/lti/choisir", form)); got != "exoslti.choice" {
			t.Errorf("a second answer: %q", got)
		}

		// What was picked is what a pupil's launch opens, and what is told.
		pupil := w.browser(t)
		v, to := pupil.arrived(pupil.launch(func(c map[string]any) { c[claim+"target_link_uri"] = one["url"] }))
		if to != "/modules/"+string(w.Module)+"/exercices/"+string(exercise) {
			t.Errorf("led to %s", to)
		}
		pupil.answer(v, 0)
		pupil.tell()
		if len(w.scores()) != 1 || w.scores()[0]["activityProgress"] != "Completed" || w.scores()[0]["scoreGiven"] != w.scores()[0]["scoreMaximum"] {
			t.Errorf("%v", w.scores())
		}

		_, to = b.arrived(b.launch(asking(teacher, false)))
		b.ask("GET", to, nil)
		form.Set("jeton", string(w.last.choice.Token))
		if got := code(b.ask("POST", "/lti/choisir", form)); got != "exoslti.choice.many" {
			t.Errorf("two where one is taken: %q", got)
		}
	})
}

// A key signs for half a year and is shown a month before and after, so that nobody meets an unknown one.
func TestOurKeysAreShownBeforeTheySign(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		b := w.browser(t)
		shown := func() (ids []string) {
			var set jose.JSONWebKeySet
			if err := json.NewDecoder(b.ask("GET", "/lti/cles", nil).Body).Decode(&set); err != nil {
				t.Fatal(err)
			}
			for _, k := range set.Keys {
				ids = append(ids, k.KeyID)
			}
			return ids
		}
		first := shown()
		w.Clock.Pass(151 * 24 * time.Hour)
		both := shown()
		if len(first) != 1 || len(both) != 2 || both[0] != first[0] {
			t.Fatalf("%v, then %v", first, both)
		}
		w.Clock.Pass(61 * 24 * time.Hour)
		if now := shown(); len(now) != 1 || now[0] != both[1] {
			t.Errorf("in the end %v", now)
		}
	})
}
