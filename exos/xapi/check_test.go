package xapi_test

import (
	"testing"
)

type m = map[string]any
type l = []any

var (
	mail     = m{"mbox": "mailto:a@b.example"}
	group    = m{"objectType": "Group", "member": l{mail}}
	activity = m{"id": "https://ailleurs.example/ex/2"}
	ref      = m{"objectType": "StatementRef", "id": uuid(9)}
)

// What a statement may not be: the property is named (xAPI 1.0.3 Data 2.2 to 4.6; IEEE 9274.1.1 4.2).
func TestEveryPropertyIsReadToTheLetterAndNamed(t *testing.T) {
	bad := []struct {
		path string
		v    any
		want string
	}{
		{"actor", drop{}, "property.missing actor"},
		{"actor", "a", "property.form actor"},
		{"actor", nil, "property.form actor"},
		{"Actor", mail, "property.unknown Actor"},
		{"verb", drop{}, "property.missing verb"},
		{"object", drop{}, "property.missing object"},
		{"extra", 1, "property.unknown extra"},
		{"id", "xyz", "property.form id"},
		{"id", "12345678-1234-4234-8234-00000000000g", "property.form id"},
		{"id", 7, "property.form id"},
		{"stored", "hier", "property.form stored"},
		{"timestamp", "2026-11-26", "property.form timestamp"},
		{"timestamp", "2026-11-26T10:00:00-00:00", "property.form timestamp"},
		{"timestamp", "2026-13-26T10:00:00Z", "property.form timestamp"},
		{"version", "0.9.5", "property.form version"},
		{"version", 1, "property.form version"},
		{"authority", m{"objectType": "Group", "member": l{mail}}, "property.form authority"},

		{"actor", m{"name": "sans nom"}, "property.missing actor.mbox | mbox_sha1sum | openid | account"},
		{"actor", m{"mbox": "mailto:a@b.example", "openid": "https://a.example"}, "property.form actor"},
		{"actor/objectType", "Person", "property.form actor.objectType"},
		{"actor", m{"mbox": "a@b.example"}, "property.form actor.mbox"},
		{"actor", m{"mbox_sha1sum": "abc"}, "property.form actor.mbox_sha1sum"},
		{"actor", m{"openid": "a b"}, "property.form actor.openid"},
		{"actor", m{"account": m{"name": "x"}}, "property.missing actor.account.homePage"},
		{"actor", m{"account": m{"homePage": "https://a.example"}}, "property.missing actor.account.name"},
		{"actor", m{"account": m{"homePage": "ici", "name": "x"}}, "property.form actor.account.homePage"},
		{"actor/account/extra", 1, "property.unknown actor.account.extra"},
		{"actor/member", l{}, "property.unknown actor.member"},
		{"actor", m{"objectType": "Group"}, "property.missing actor.member"},
		{"actor", m{"objectType": "Group", "member": m{}}, "property.form actor.member"},
		{"actor", m{"objectType": "Group", "member": l{group}}, "property.unknown actor.member[0].member"},
		{"actor/name", 3, "property.form actor.name"},

		{"verb/id", drop{}, "property.missing verb.id"},
		{"verb/id", "answered", "property.form verb.id"},
		{"verb/display", "répondu", "property.form verb.display"},
		{"verb/display", m{"a12345": "x"}, "property.form verb.display.a12345"},
		{"verb/display", m{"fr": 1}, "property.form verb.display.fr"},
		{"verb/id", "http://adlnet.gov/expapi/verbs/voided", "property.form object.objectType"},

		{"object/id", drop{}, "property.missing object.id"},
		{"object/id", "ex", "property.form object.id"},
		{"object/objectType", "Thing", "property.form object.objectType"},
		{"object", m{"objectType": "StatementRef", "id": "x"}, "property.form object.id"},
		{"object", m{"objectType": "StatementRef"}, "property.missing object.id"},
		{"object", m{"objectType": "Agent"}, "property.missing object.mbox | mbox_sha1sum | openid | account"},
		{"object/definition", m{"name": "x"}, "property.form object.definition.name"},
		{"object/definition", m{"type": "x"}, "property.form object.definition.type"},
		{"object/definition", m{"moreInfo": "x"}, "property.form object.definition.moreInfo"},
		{"object/definition", m{"extensions": m{"x": 1}}, "property.form object.definition.extensions.x"},
		{"object/definition", m{"interactionType": "quiz"}, "property.form object.definition.interactionType"},
		{"object/definition", m{"choices": l{}}, "property.missing object.definition.interactionType"},
		{"object/definition", m{"interactionType": "choice", "choices": l{m{"id": "a"}, m{"id": "a"}}}, "property.form object.definition.choices[1].id"},
		{"object/definition", m{"interactionType": "choice", "choices": l{m{"description": m{"fr": "x"}}}}, "property.missing object.definition.choices[0].id"},
		{"object/definition", m{"interactionType": "choice", "correctResponsesPattern": "a"}, "property.form object.definition.correctResponsesPattern"},
		{"object/definition", m{"interactionType": "choice", "correctResponsesPattern": l{1}}, "property.form object.definition.correctResponsesPattern[0]"},

		{"object", m{"objectType": "SubStatement", "actor": mail, "verb": m{"id": "https://v.example"}}, "property.missing object.object"},
		{"object", m{"objectType": "SubStatement", "actor": mail, "verb": m{"id": "https://v.example"}, "object": activity, "id": uuid(1)}, "property.unknown object.id"},
		{"object", m{"objectType": "SubStatement", "actor": mail, "verb": m{"id": "https://v.example"}, "object": activity, "version": "1.0.3"}, "property.unknown object.version"},
		{"object", m{"objectType": "SubStatement", "actor": mail, "verb": m{"id": "https://v.example"}, "object": m{"objectType": "SubStatement"}}, "property.form object.object.objectType"},

		{"result", m{"score": m{"scaled": 1.1}}, "property.form result.score.scaled"},
		{"result", m{"score": m{"raw": 5, "max": 4}}, "property.form result.score.raw"},
		{"result", m{"score": m{"raw": -1, "min": 0}}, "property.form result.score.raw"},
		{"result", m{"score": m{"min": 2, "max": 2}}, "property.form result.score.min"},
		{"result", m{"score": m{"raw": "5"}}, "property.form result.score.raw"},
		{"result", m{"score": m{"best": 5}}, "property.unknown result.score.best"},
		{"result", m{"success": "true"}, "property.form result.success"},
		{"result", m{"completion": 1}, "property.form result.completion"},
		{"result", m{"response": 1}, "property.form result.response"},
		{"result", m{"duration": "10 s"}, "property.form result.duration"},
		{"result", m{"duration": "PT"}, "property.form result.duration"},
		{"result", m{"extensions": m{"a": 1}}, "property.form result.extensions.a"},

		{"context", m{"registration": "x"}, "property.form context.registration"},
		{"context", m{"instructor": m{"name": "x"}}, "property.missing context.instructor.mbox | mbox_sha1sum | openid | account"},
		{"context", m{"team": mail}, "property.form context.team.objectType"},
		{"context", m{"language": "français"}, "property.form context.language"},
		{"context", m{"statement": m{"id": uuid(1)}}, "property.form context.statement.objectType"},
		{"context", m{"contextActivities": m{"about": l{activity}}}, "property.unknown context.contextActivities.about"},
		{"context", m{"contextActivities": m{"parent": l{mail}}}, "property.unknown context.contextActivities.parent[0].mbox"},
		{"context", m{"contextActivities": m{"parent": l{"x"}}}, "property.form context.contextActivities.parent[0]"},
		{"context", m{"contextAgents": l{m{"objectType": "Agent", "agent": mail}}}, "property.form context.contextAgents[0].objectType"},
		{"context", m{"contextAgents": l{m{"objectType": "contextAgent", "agent": m{}}}}, "property.missing context.contextAgents[0].agent.mbox | mbox_sha1sum | openid | account"},
		{"context", m{"contextAgents": l{m{"objectType": "contextAgent", "agent": mail, "relevantTypes": l{}}}}, "property.form context.contextAgents[0].relevantTypes"},
		{"context", m{"contextGroups": l{m{"objectType": "contextGroup", "group": mail}}}, "property.form context.contextGroups[0].group.objectType"},
		{"context", m{"contextGroups": l{m{"objectType": "contextGroup", "group": group, "relevantTypes": l{"x"}}}}, "property.form context.contextGroups[0].relevantTypes"},

		{"attachments", m{}, "property.form attachments"},
		{"attachments", l{m{"usageType": "https://u.example"}}, "property.missing attachments[0].display"},
		{"attachments", l{m{"usageType": "u", "display": m{"fr": "x"}, "contentType": "text/plain", "length": 1, "sha2": sha("x")}}, "property.form attachments[0].usageType"},
		{"attachments", l{m{"usageType": "https://u.example", "display": m{"fr": "x"}, "contentType": "text/plain", "length": 1.5, "sha2": sha("x")}}, "property.form attachments[0].length"},
		{"attachments", l{m{"usageType": "https://u.example", "display": m{"fr": "x"}, "contentType": "text/plain", "length": 1, "sha2": "x"}}, "property.form attachments[0].sha2"},
		{"attachments", l{m{"usageType": "https://u.example", "display": m{"fr": "x"}, "contentType": "text/plain", "length": 1, "sha2": sha("x")}}, "property.missing attachments.fileUrl"},
	}
	each(t, func(t *testing.T, w *world) {
		for _, one := range bad {
			a := w.program.post(said(one.path, one.v))
			if a.StatusCode != 400 || a.code() != one.want {
				t.Errorf("%s = %v: %s %q, want %q", one.path, one.v, a.Status, a.code(), one.want)
			}
			if got := w.program.old().post(said(one.path, one.v)); got.StatusCode != 400 && one.path != "timestamp" {
				t.Errorf("%s = %v in 1.0.3: %s", one.path, one.v, got.Status)
			}
		}
		// revision and platform are of activities.
		for _, name := range []string{"revision", "platform"} {
			if a := w.program.post(said("object", mail2(), "context", m{name: "x"})); a.code() != "property.form context."+name {
				t.Errorf("%s of an agent: %q", name, a.code())
			}
		}
		// 2.0's own is none of 1.0's.
		if a := w.program.old().post(said("context", m{"contextAgents": l{m{"objectType": "contextAgent", "agent": mail}}})); a.code() != "property.unknown context.contextAgents" {
			t.Errorf("contextAgents in 1.0.3: %q", a.code())
		}
		if a := w.program.old().post(said("version", "2.0.0")); a.code() != "property.form version" {
			t.Errorf("2.0.0 in 1.0.3: %q", a.code())
		}
		if n := len(w.all()); n != 0 {
			t.Errorf("%d were kept", n)
		}
	})
}

func mail2() m { return m{"objectType": "Agent", "mbox": "mailto:a@b.example"} }

func (w *world) all() []map[string]any {
	list, _ := w.program.find("limit", "0").is(200).statements()
	return list
}

func TestWhatTheSpecificationAllowsIsTaken(t *testing.T) {
	good := [][]any{
		{"actor", mail}, {"actor", m{"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"}}, {"actor", m{"openid": "https://a.example/moi"}},
		{"actor", group}, {"actor", m{"objectType": "Group", "mbox": "mailto:g@b.example"}},
		{"verb/display", drop{}}, {"verb/display", m{"fr-CA": "x", "zh-Hant-TW": "x", "x-ours": "x", "und": "x"}},
		{"object", mail2()}, {"object", group}, {"object", ref}, {"object/objectType", drop{}},
		{"object/definition", m{"interactionType": "likert", "scale": l{m{"id": "1"}}, "correctResponsesPattern": l{"1"}, "extensions": m{"https://e.example": nil}}},
		{"object", m{"objectType": "SubStatement", "actor": mail, "verb": m{"id": "https://v.example"}, "object": activity, "timestamp": "2026-11-26T10:00:00Z"}},
		{"object", m{"objectType": "SubStatement", "actor": group, "verb": m{"id": "https://v.example"}, "object": ref}},
		{"result", m{"score": m{"scaled": -1, "raw": 0, "min": 0, "max": 20.5}, "success": false, "response": "", "duration": "P1Y2M3DT4H5M6.5S"}},
		{"result", m{"duration": "P3W"}}, {"result", m{"extensions": m{"https://e.example": m{"a": nil, "b": l{nil}}}}},
		{"timestamp", "2026-11-26T10:00:00.123456789+05:30"}, {"timestamp", "2026-11-26T10:00:00Z"},
		{"context", m{"registration": uuid(3), "instructor": group, "team": group, "language": "fr", "statement": ref, "revision": "2", "platform": "x"}},
		{"context", m{"contextActivities": m{"parent": activity, "other": l{activity, activity}}}},
		{"version", "1.0.3"}, {"authority", mail}, {"authority", m{"objectType": "Group", "member": l{mail, m{"openid": "https://o.example"}}}},
		{"attachments", l{m{"usageType": "https://u.example", "display": m{"fr": "x"}, "contentType": "text/plain; charset=utf-8", "length": 1, "sha2": sha("x"), "fileUrl": "https://f.example/x"}}},
	}
	each(t, func(t *testing.T, w *world) {
		for _, one := range good {
			for _, p := range []*program{w.program, w.program.old()} {
				if a := p.post(said(one...)); a.StatusCode != 200 {
					t.Errorf("%s: %v: %s %s", p.version, one, a.Status, a.body)
				}
			}
		}
		two := said("context", m{
			"contextAgents": l{m{"objectType": "contextAgent", "agent": mail, "relevantTypes": l{"https://t.example"}}},
			"contextGroups": l{m{"objectType": "contextGroup", "group": group}},
		})
		w.program.post(two).is(200)
		w.program.old().post(said("timestamp", "2026-11-26T10:00:00")).is(200) // ISO 8601 without a zone
	})
}
