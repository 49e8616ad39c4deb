package xapi_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
)

// Communication 3.3, 2.8, 1.1, 4.0.
func TestVersionsAndCredentialsAreAskedForEverywhereButAbout(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.program
		about := p.ask("GET", "/xapi/about", nil, "Authorization", "", "X-Experience-API-Version", "").is(200).object()
		if v := about["version"].([]any); v[len(v)-1] != "2.0.0" || v[len(v)-2] != "1.0.3" {
			t.Errorf("%v", about)
		}
		for version, want := range map[string]int{"": 400, "0.9": 400, "1.1.0": 400, "3.0.0": 400, "1.0": 200, "1.0.9": 200, "2.0": 200, "2.0.1": 200} {
			a := p.ask("GET", statements, nil, "X-Experience-API-Version", version).is(want)
			if got := a.Header.Get("X-Experience-API-Version"); got != "2.0.0" && got != "1.0.3" {
				t.Errorf("%q is answered by version %q", version, got)
			}
		}
		if a := p.ask("GET", statements, nil, "Authorization", "").is(401); !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "Basic ") {
			t.Error("how to come in is not said")
		}
		(&program{w, p.name, "x", "2.0.0"}).find().is(401)
		(&program{w, "x", p.secret, "2.0.0"}).find().is(401)
		head := p.ask("HEAD", statements, nil).is(200)
		if head.Header.Get("X-Experience-API-Consistent-Through") == "" {
			t.Error("HEAD is not as GET")
		}
		w.Clock.Pass(40 * 24 * time.Hour)
		p.find().is(401)
	})
}

func TestAClientDoesWhatItsScopesSayInItsOwnRegister(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.program.post(said("id", uuid(1))).is(200)
		writer, reader, own, states := w.client(w.register, "statements/write"), w.client(w.register, "statements/read"), w.client(w.register, "statements/write", "statements/read/mine"), w.client(w.register, "state")
		writer.post(said()).is(200)
		writer.find().is(403)
		reader.post(said()).is(403)
		reader.find().is(200)
		own.post(said("id", uuid(2))).is(200)
		if list, _ := own.find().statements(); len(list) != 1 || list[0]["id"] != uuid(2) {
			t.Errorf("mine: %v", list)
		}
		own.find("statementId", uuid(1)).is(404)
		states.ask("PUT", "/xapi/activities/profile?profileId=p&activityId=https://a.example", m{}).is(403)
		states.find().is(403)

		elsewhere := w.client(w.open("Ailleurs", ""), "all")
		elsewhere.find("statementId", uuid(1)).is(404)
		elsewhere.post(said("id", uuid(1), "object/id", "https://autre.example")).is(200) // ids are of a register
		if list, _ := elsewhere.find().statements(); len(list) != 1 {
			t.Errorf("%d", len(list))
		}
		if err := w.lrs.RevokeClient(t.Context(), by, "x"); err == nil {
			t.Error("nobody was revoked")
		}

		// A publisher's key is a client of the publisher's register, once that is open.
		press, err := w.AddPublisher(t.Context(), by, exos.Publisher{Name: "Le Préau", Prefix: "ark:/99999/preau."})
		if err != nil {
			t.Fatal(err)
		}
		_, key, err := w.MakePublisherKey(t.Context(), by, exos.PublisherKey{Publisher: press.ID, Name: "atelier", Ends: w.Clock.Now().AddDate(0, 1, 0)})
		if err != nil {
			t.Fatal(err)
		}
		staff := &program{w, "preau", string(key), "2.0.0"}
		staff.find().is(401)
		w.open("Le Préau", press.Prefix)
		staff.find().is(200)
		staff.find("statementId", uuid(1)).is(404)
	})
}

// Communication 1.3, and that 2.0 has it no more.
func TestTheAlternateSyntaxIsOfVersionOneAlone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.program
		text, _ := json.Marshal(said())
		form := func(version string, more ...string) []byte {
			v := url.Values{"statementId": {uuid(1)}, "content": {string(text)}, "X-Experience-API-Version": {version}, "Content-Type": {"application/json"}}
			for i := 0; i+1 < len(more); i += 2 {
				v.Set(more[i], more[i+1])
			}
			return []byte(v.Encode())
		}
		ask := func(query string, body []byte) answer {
			return p.ask("POST", statements+"?"+query, body, "Content-Type", "application/x-www-form-urlencoded", "X-Experience-API-Version", "")
		}
		ask("method=PUT", form("2.0.0")).is(400)
		ask("method=PUT&statementId="+uuid(1), form("1.0.3")).is(400)
		ask("method=PUT", []byte("statementId="+uuid(1)+"&X-Experience-API-Version=1.0.3")).is(400) // no content
		ask("method=PATCH", form("1.0.3")).is(400)
		p.old().ask("POST", statements+"?method=PUT", said()).is(400) // no form
		p.old().ask("PUT", statements+"?method=PUT&statementId="+uuid(3), said()).is(400)
		p.find("statementId", uuid(1)).is(404)
		ask("method=PUT", form("1.0.3")).is(204)
		a := ask("method=GET", []byte("statementId="+uuid(1)+"&X-Experience-API-Version=1.0.3")).is(200)
		if a.object()["id"] != uuid(1) {
			t.Errorf("%s", a.body)
		}
		// Credentials may be a field, too.
		ask("method=GET", []byte("X-Experience-API-Version=1.0.3&Authorization=Basic+eDp4")).is(401)
	})
}

// Communication 2.2 to 2.7, 3.1; IEEE 9274.1.1 4.1.4, 4.1.6.2 to 4.1.6.6.
func TestDocumentsChangeOnlyUnderWhoKnowsThem(t *testing.T) {
	who := url.QueryEscape(`{"mbox":"mailto:a@b.example"}`)
	each(t, func(t *testing.T, w *world) {
		for kind, path := range map[string]string{
			"state":    "/xapi/activities/state?activityId=https://a.example&agent=" + who + "&stateId=",
			"activity": "/xapi/activities/profile?activityId=https://a.example&profileId=", "agent": "/xapi/agents/profile?agent=" + who + "&profileId=",
		} {
			p := w.program
			p.ask("GET", path+"n1", nil).is(404)
			p.ask("PUT", path+"n1", m{"a": 1, "b": 2}, "If-None-Match", "*").is(204)
			p.ask("PUT", path+"n1", m{"a": 9}, "If-None-Match", "*").is(412)
			p.ask("PUT", path+"n1", m{"a": 9}).is(409)
			old := p.old().ask("PUT", path+"n1", m{"a": 1, "b": 2})
			if want := map[bool]int{true: 204, false: 409}[kind == "state"]; old.StatusCode != want {
				t.Errorf("%s, blind in 1.0.3: %s", kind, old.Status)
			}
			a := p.ask("GET", path+"n1", nil).is(200)
			tag := a.Header.Get("ETag")
			if len(tag) != 42 || a.Header.Get("Last-Modified") == "" || a.Header.Get("Content-Type") != "application/json" || a.object()["b"] != 2.0 {
				t.Errorf("%s: %v %s", kind, a.Header, a.body)
			}
			p.ask("PUT", path+"n1", m{"a": 9}, "If-Match", `"0000"`).is(412)
			p.ask("POST", path+"n1", m{"b": 3, "c": 4}, "If-Match", tag).is(204)
			if got := p.ask("GET", path+"n1", nil).object(); got["a"] != 1.0 || got["b"] != 3.0 || got["c"] != 4.0 {
				t.Errorf("%s, merged: %v", kind, got)
			}
			p.ask("POST", path+"n1", []byte("texte"), "Content-Type", "text/plain").is(400)
			p.ask("POST", path+"n1", []any{1}).is(400)
			p.ask("PUT", path+"n3", []byte("{"), "If-None-Match", "*").is(400)
			p.ask("POST", path+"n2", []byte("texte"), "Content-Type", "text/plain").is(204)
			p.ask("POST", path+"n2", m{"a": 1}).is(400)
			if a := p.ask("GET", path+"n2", nil); string(a.body) != "texte" || a.Header.Get("Content-Type") != "text/plain" {
				t.Errorf("%s: %s", kind, a.body)
			}
			all := strings.NewReplacer("&stateId=", "", "&profileId=", "").Replace(path)
			if got := p.ask("GET", all, nil).is(200); string(got.body) != `["n1","n2"]` {
				t.Errorf("%s: %s", kind, got.body)
			}
			now := url.QueryEscape(w.Clock.Now().Format(time.RFC3339Nano))
			if got := p.ask("GET", all+"&since="+now, nil).is(200); string(got.body) != `[]` {
				t.Errorf("%s since now: %s", kind, got.body)
			}
			p.ask("GET", all+"&since=hier", nil).is(400)
			p.ask("GET", all+"&inconnu=1", nil).is(400)
			p.ask("PUT", all, m{}).is(400)
			p.ask("DELETE", path+"n1", nil, "If-Match", tag).is(412)
			p.ask("DELETE", path+"n1", nil).is(204)
			p.ask("GET", path+"n1", nil).is(404)
			dropped := p.ask("DELETE", all, nil)
			if want := map[bool]int{true: 204, false: 400}[kind == "state"]; dropped.StatusCode != want {
				t.Errorf("%s, all at once: %s", kind, dropped.Status)
			}
		}
		// States of one registration are apart.
		p := w.program
		path := "/xapi/activities/state?activityId=https://a.example&agent=" + who
		p.ask("PUT", path+"&stateId=s&registration="+uuid(1), m{"r": 1}).is(204)
		p.ask("GET", path+"&stateId=s", nil).is(404)
		p.ask("GET", path+"&stateId=s&registration="+uuid(1), nil).is(200)
		p.ask("GET", path+"&stateId=s&registration=x", nil).is(400)
		p.ask("GET", "/xapi/activities/state?activityId=x&agent="+who, nil).is(400)
		p.ask("GET", "/xapi/activities/state?activityId=https://a.example&agent=x", nil).is(400)
		p.ask("DELETE", path, nil).is(204)
		p.ask("GET", path+"&stateId=s&registration="+uuid(1), nil).is(404)
	})
}
