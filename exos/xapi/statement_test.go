package xapi_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

func sha(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// Data 2.3.1, 2.4; Communication 2.1.1, 2.1.2.
func TestAStatementIsKeptOnceAsItWasSaid(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.program
		var ids []string
		json.Unmarshal(p.post(said()).is(200).body, &ids)
		if len(ids) != 1 {
			t.Fatalf("%v", ids)
		}
		got := p.find("statementId", strings.ToUpper(ids[0])).is(200)
		s := got.object()
		if s["id"] != ids[0] || s["stored"] == nil || s["stored"] != s["timestamp"] || s["version"] != "2.0.0" || s["authority"] == nil {
			t.Errorf("%v", s)
		}
		for _, h := range []string{"Last-Modified", "X-Experience-Api-Version", "X-Experience-Api-Consistent-Through"} {
			if got.Header.Get(h) == "" {
				t.Errorf("no %s", h)
			}
		}
		if v := p.old().find("statementId", ids[0]).Header.Get("X-Experience-API-Version"); v != "1.0.3" {
			t.Errorf("to 1.0.3 it answers %q", v)
		}

		put := func(id string, s any) answer { return p.ask("PUT", statements+"?statementId="+id, s) }
		put(uuid(1), said()).is(204)
		put(uuid(1), said()).is(204)
		put(uuid(1), said("verb/display", m{"de": "hat geantwortet"}, "id", uuid(1))).is(204) // it describes, and says nothing else
		put(uuid(1), said("object/id", "https://ailleurs.example/ex/99")).is(409)
		put(uuid(2), said("id", uuid(3))).is(400)
		put("x", said()).is(400)
		p.ask("PUT", statements, said()).is(400)
		p.ask("POST", statements+"?statementId="+uuid(4), said()).is(400)
		p.ask("DELETE", statements, nil).is(405)
		put(uuid(5), []any{said()}).is(400)

		// A batch is kept whole or not at all.
		p.post([]any{said("id", uuid(10)), said("id", uuid(11), "verb/id", "x")}).is(400)
		p.post([]any{said("id", uuid(10)), said("id", uuid(1), "object/id", "https://x.example")}).is(409)
		p.post([]any{said("id", uuid(10)), said("id", uuid(10))}).is(400)
		p.find("statementId", uuid(10)).is(404)
		p.post([]any{}).is(200)

		// Times are told in UTC, brackets are there where 1.0 lets people leave them out, digits stay.
		p.old().post(said("id", uuid(20), "timestamp", "2026-11-26T10:00:00.123456789+05:30", "context", m{"contextActivities": m{"parent": activity}},
			"result", m{"score": m{"raw": json.Number("1.10")}})).is(200)
		s = p.find("statementId", uuid(20)).object()
		if s["timestamp"] != "2026-11-26T04:30:00.123456789Z" || s["version"] != "1.0.0" {
			t.Errorf("%v", s)
		}
		if _, list := s["context"].(m)["contextActivities"].(m)["parent"].([]any); !list {
			t.Errorf("%v", s["context"])
		}
		if !bytes.Contains(p.find("statementId", uuid(20)).body, []byte(`"raw":1.10`)) {
			t.Error("a number is not what it was")
		}
	})
}

// Of many who bring one statement at once all are told that it is there, and it is there once.
func TestAStatementBroughtByManyIsThereOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() { w.program.ask("PUT", statements+"?statementId="+uuid(1), said()).is(204) })
		}
		all.Wait()
		if n := len(w.all()); n != 1 {
			t.Errorf("%d are there", n)
		}
	})
}

// Data 2.3.2; Communication 2.1.4.
func TestAVoidedStatementIsFoundAsSuchAlone(t *testing.T) {
	void := func(id, target string) map[string]any {
		return said("id", id, "verb/id", "http://adlnet.gov/expapi/verbs/voided", "object", m{"objectType": "StatementRef", "id": target})
	}
	each(t, func(t *testing.T, w *world) {
		p := w.program
		p.post(said("id", uuid(1))).is(200)
		p.post(void(uuid(2), uuid(1))).is(200)
		p.find("statementId", uuid(1)).is(404)
		p.find("voidedStatementId", uuid(1)).is(200)
		p.find("voidedStatementId", uuid(2)).is(404)
		p.post(void(uuid(3), uuid(2))).is(400) // who voids is not voided
		// What voids may come first.
		p.post(void(uuid(4), uuid(5))).is(200)
		p.post(said("id", uuid(5))).is(200)
		p.find("statementId", uuid(5)).is(404)
		if list := w.all(); len(list) != 2 || list[0]["id"] != uuid(4) || list[1]["id"] != uuid(2) {
			t.Errorf("%v", list)
		}
		// What speaks of a voided statement is found by it.
		list, _ := p.find("activity", "https://ailleurs.example/ex/1").is(200).statements()
		if len(list) != 2 {
			t.Errorf("by the activity: %v", list)
		}
	})
}

// Communication 2.1.3.
func TestStatementsAreFoundByEveryFilter(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.program
		agent := func(a any) string { text, _ := json.Marshal(a); return string(text) }
		other := m{"mbox": "mailto:autre@b.example"}
		p.post([]any{
			said("id", uuid(1), "context", m{"registration": uuid(77), "instructor": other, "contextActivities": m{"grouping": activity}}),
			said("id", uuid(2), "actor", other, "verb/id", "https://v.example/vu"),
			said("id", uuid(3), "object", m{"objectType": "Agent", "mbox": "mailto:autre@b.example"}),
			said("id", uuid(4), "actor", m{"objectType": "Group", "member": []any{other}}),
			said("id", uuid(5), "object", m{"objectType": "SubStatement", "actor": other, "verb": m{"id": "https://v.example"}, "object": activity}),
		}).is(200)
		w.Clock.Pass(time.Minute)
		p.post(said("id", uuid(6), "verb/id", "https://v.example/cite", "object", m{"objectType": "StatementRef", "id": uuid(2)})).is(200)
		p.post(said("id", uuid(7), "verb/id", "https://v.example/cite", "object", m{"objectType": "StatementRef", "id": uuid(6)})).is(200)
		for _, one := range []struct {
			q    []string
			want []int
		}{
			{[]string{}, []int{7, 6, 5, 4, 3, 2, 1}},
			{[]string{"ascending", "true"}, []int{1, 2, 3, 4, 5, 6, 7}},
			{[]string{"limit", "2"}, []int{7, 6}},
			{[]string{"agent", agent(other)}, []int{7, 6, 4, 3, 2}},
			{[]string{"agent", agent(other), "related_agents", "true"}, []int{7, 6, 5, 4, 3, 2, 1}},
			{[]string{"verb", "https://v.example/vu"}, []int{7, 6, 2}}, // what speaks of it, however far
			{[]string{"verb", "https://v.example/vu", "agent", agent(other)}, []int{7, 6, 2}},
			{[]string{"verb", "https://v.example/cite", "agent", agent(other)}, nil},
			{[]string{"activity", "https://ailleurs.example/ex/2"}, nil},
			{[]string{"activity", "https://ailleurs.example/ex/2", "related_activities", "true"}, []int{5, 1}},
			{[]string{"registration", strings.ToUpper(uuid(77))}, []int{1}},
		} {
			list, _ := p.find(one.q...).is(200).statements()
			var got []string
			for _, s := range list {
				got = append(got, s["id"].(string))
			}
			var want []string
			for _, n := range one.want {
				want = append(want, uuid(n))
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%v: %v, want %v", one.q, got, want)
			}
		}
		fifth := p.find("statementId", uuid(5)).object()["stored"].(string)
		if list, _ := p.find("since", fifth).statements(); len(list) != 2 {
			t.Errorf("since: %d", len(list))
		}
		if list, _ := p.find("until", fifth).statements(); len(list) != 5 {
			t.Errorf("until: %d", len(list))
		}

		// Pages go on where the last one ended.
		var seen []string
		a := p.find("limit", "3", "agent", agent(other), "related_agents", "true")
		for {
			list, more := a.is(200).statements()
			for _, s := range list {
				seen = append(seen, s["id"].(string))
			}
			if more == "" {
				break
			}
			a = p.ask("GET", more, nil)
		}
		if len(seen) != 7 || seen[0] != uuid(7) || seen[6] != uuid(1) {
			t.Errorf("by pages: %v", seen)
		}

		for _, q := range [][]string{
			{"Verb", "https://v.example"}, {"verb", "vu"}, {"agent", "x"}, {"agent", `{"name":"x"}`}, {"activity", "x"}, {"registration", "x"}, {"since", "hier"},
			{"until", "demain"}, {"limit", "-1"}, {"limit", "x"}, {"ascending", "oui"}, {"related_agents", "1"}, {"format", "court"}, {"attachments", "1"}, {"more", "x"},
			{"statementId", uuid(1), "verb", "https://v.example"}, {"statementId", uuid(1), "voidedStatementId", uuid(1)}, {"statementId", "x"},
		} {
			if a := p.find(q...); a.StatusCode != 400 {
				t.Errorf("%v: %s", q, a.Status)
			}
		}
	})
}

// Names may be long, and hold what no column takes as it is.
func TestWhateverItIsCalledItIsFound(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		long := "https://a.example/" + strings.Repeat("x", 5000)
		for i, name := range []string{long, "avec\x00zéro", "simple"} {
			agent := m{"account": m{"homePage": long, "name": name}}
			w.program.post(said("id", uuid(i), "actor", agent, "verb/id", long, "object/id", long, "object/definition", m{"name": m{"fr": name}})).is(200)
			text, _ := json.Marshal(agent)
			list, _ := w.program.find("agent", string(text), "verb", long, "activity", long, "format", "canonical").is(200).statements()
			if len(list) != 1 || list[0]["id"] != uuid(i) {
				t.Errorf("%d: %d are found", i, len(list))
			}
			state := "/xapi/activities/state?activityId=" + long + "&agent=" + url.QueryEscape(string(text)) + "&stateId="
			w.program.ask("POST", state+"s", m{"n": i}).is(204)
			w.program.ask("GET", state+"s", nil).is(200)
			w.program.ask("POST", state+strings.Repeat("s", 401), m{}).is(400)
		}
	})
}

func TestStatementsAreToldInThreeForms(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		p := w.program
		p.post(said("id", uuid(1), "actor/name", "Inès", "object/definition", m{"name": m{"fr": "Les accords", "en": "Agreement"}})).is(200)
		p.post(said("id", uuid(2), "object/definition", m{"description": m{"fr": "Genre et nombre"}})).is(200)
		get := func(form string, header ...string) map[string]any {
			return p.ask("GET", statements+"?"+url.Values{"statementId": {uuid(1)}, "format": {form}}.Encode(), nil, header...).is(200).object()
		}
		exact := get("exact")
		if exact["actor"].(m)["name"] != "Inès" || len(exact["object"].(m)["definition"].(m)) != 1 || len(exact["verb"].(m)["display"].(m)) != 2 {
			t.Errorf("exact: %v", exact)
		}
		ids := get("ids")
		if ids["actor"].(m)["name"] != nil || ids["object"].(m)["definition"] != nil || ids["verb"].(m)["display"] != nil || ids["actor"].(m)["account"] == nil {
			t.Errorf("ids: %v", ids)
		}
		for accept, want := range map[string]string{"en-GB, fr;q=0.5": "Agreement", "fr": "Les accords"} {
			d := get("canonical", "Accept-Language", accept)["object"].(m)["definition"].(m)
			if len(d["name"].(m)) != 1 || d["description"] == nil || !strings.Contains(fmt.Sprint(d["name"]), want) {
				t.Errorf("canonical, %s: %v", accept, d)
			}
		}
		known := p.ask("GET", "/xapi/activities?activityId="+url.QueryEscape("https://ailleurs.example/ex/1"), nil).is(200).object()
		if d := known["definition"].(m); d["name"] == nil || d["description"] == nil {
			t.Errorf("the activity: %v", known)
		}
		p.ask("GET", "/xapi/activities?activityId=x", nil).is(400)
		person := p.ask("GET", "/xapi/agents?agent="+url.QueryEscape(`{"mbox":"mailto:a@b.example"}`), nil).is(200).object()
		if person["objectType"] != "Person" || len(person["mbox"].([]any)) != 1 {
			t.Errorf("the person: %v", person)
		}
		p.ask("GET", "/xapi/agents?agent=x", nil).is(400)
	})
}

// parts writes a body of several parts.
func parts(t *testing.T, s any, files ...[3]string) (body []byte, media string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	put := func(h textproto.MIMEHeader, data []byte) {
		p, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		p.Write(data)
	}
	text, _ := json.Marshal(s)
	put(textproto.MIMEHeader{"Content-Type": {"application/json"}}, text)
	for _, f := range files {
		h := textproto.MIMEHeader{"Content-Type": {"text/plain"}, "X-Experience-API-Hash": {f[1]}}
		if f[2] != "" {
			h.Set("Content-Transfer-Encoding", f[2])
		}
		put(h, []byte(f[0]))
	}
	w.Close()
	return b.Bytes(), "multipart/mixed; boundary=" + w.Boundary()
}

// Data 2.4.11; Communication 1.5.2.
func TestAttachmentsComeAndGoWithTheirStatement(t *testing.T) {
	with := func(content string) map[string]any {
		return said("id", uuid(1), "attachments", l{m{
			"usageType": "https://u.example", "display": m{"fr": "pièce"}, "contentType": "text/plain", "length": len(content), "sha2": sha(content),
		}})
	}
	each(t, func(t *testing.T, w *world) {
		p := w.program
		try := func(s any, files ...[3]string) answer {
			body, media := parts(t, s, files...)
			return p.ask("POST", statements, body, "Content-Type", media)
		}
		for name, files := range map[string][][3]string{
			"none":           {},
			"another's hash": {{"bonjour", sha("bonsoir"), "binary"}},
			"other bytes":    {{"bonsoir", sha("bonjour"), "binary"}},
			"no hash":        {{"bonjour", "", "binary"}},
			"no encoding":    {{"bonjour", sha("bonjour"), ""}},
			"one too many":   {{"bonjour", sha("bonjour"), "binary"}, {"intrus", sha("intrus"), "binary"}},
		} {
			if a := try(with("bonjour"), files...); a.StatusCode != 400 {
				t.Errorf("%s: %s", name, a.Status)
			}
		}
		p.ask("POST", statements, said(), "Content-Type", "multipart/mixed").is(400)
		p.ask("POST", statements, said(), "Content-Type", "text/plain").is(400)
		try(with("bonjour"), [3]string{"bonjour", sha("bonjour"), "binary"}).is(200)

		for _, q := range []string{"statementId=" + uuid(1) + "&attachments=true", "attachments=true"} {
			a := p.ask("GET", statements+"?"+q, nil).is(200)
			_, params, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
			if err != nil {
				t.Fatal(err)
			}
			r := multipart.NewReader(bytes.NewReader(a.body), params["boundary"])
			first, err := r.NextRawPart()
			if err != nil || first.Header.Get("Content-Type") != "application/json" {
				t.Fatalf("%v %v", first, err)
			}
			second, err := r.NextRawPart()
			if err != nil {
				t.Fatal(err)
			}
			data, _ := io.ReadAll(second)
			if string(data) != "bonjour" || second.Header.Get("X-Experience-API-Hash") != sha("bonjour") || second.Header.Get("Content-Transfer-Encoding") != "binary" {
				t.Errorf("%s, %v", data, second.Header)
			}
		}
		if a := p.find("attachments", "false"); a.Header.Get("Content-Type") != "application/json" {
			t.Errorf("without: %s", a.Header.Get("Content-Type"))
		}
	})
}
