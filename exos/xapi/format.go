package xapi

import (
	"context"
	"slices"

	"golang.org/x/text/language"
)

// shortened is a statement in which agents, groups, activities and verbs say by what they are known, and no more (Communication 2.1.3,
// format=ids).
func shortened(s object) object {
	out := clone(s).(object)
	for _, name := range []string{"actor", "authority"} {
		if a := part(out, name); a != nil {
			out[name] = shortActor(a)
		}
	}
	if v := part(out, "verb"); v != nil {
		delete(v, "display")
	}
	if thing := part(out, "object"); thing != nil {
		switch thing["objectType"] {
		case "Agent", "Group":
			out["object"] = shortActor(thing)
		case "SubStatement":
			out["object"] = shortened(thing)
		case nil, "Activity":
			delete(thing, "definition")
		}
	}
	context := part(out, "context")
	for _, name := range []string{"instructor", "team"} {
		if a := part(context, name); a != nil {
			context[name] = shortActor(a)
		}
	}
	for _, list := range part(context, "contextActivities") {
		for _, a := range listOf(list) {
			delete(a.(object), "definition")
		}
	}
	for list, name := range map[string]string{"contextAgents": "agent", "contextGroups": "group"} {
		for _, one := range items(context, list) {
			entry := one.(object)
			entry[name] = shortActor(part(entry, name))
		}
	}
	return out
}

func shortActor(a object) object {
	out := object{}
	for _, name := range append([]string{"objectType"}, identifiers...) {
		if v, there := a[name]; there {
			out[name] = v
		}
	}
	if keyOf(a) == "" { // an anonymous group is its members
		var members []any
		for _, m := range items(a, "member") {
			members = append(members, shortActor(m.(object)))
		}
		out["member"] = members
	}
	return out
}

// canonical is a statement with what the register knows best of its activities, and of each language map one language: the one that the
// asker reads (Communication 2.1.3, format=canonical).
func canonical(ctx context.Context, r Reader, register RegisterID, s object, accept string) (object, error) {
	out := clone(s).(object)
	wanted, _, _ := language.ParseAcceptLanguage(accept)
	var failed error
	var walk func(v any, name string)
	walk = func(v any, name string) {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				walk(one, name)
			}
		case object:
			if id := text(v["id"]); id != "" && (v["objectType"] == "Activity" || name == "object" && v["objectType"] == nil || activityLists[name]) {
				known, err := r.Definition(ctx, register, handle(id))
				if err != nil && failed == nil {
					failed = err
				}
				if d, err := decode(known); known != nil && err == nil {
					v["definition"] = d
				}
			}
			for key, one := range v {
				switch m, ok := one.(object); {
				case ok && (key == "display" || key == "name" || key == "description"):
					v[key] = spokenIn(m, wanted)
				case key != "extensions":
					walk(one, key)
				}
			}
		}
	}
	walk(out, "")
	return out, failed
}

var activityLists = map[string]bool{"parent": true, "grouping": true, "category": true, "other": true}

// spokenIn is a language map of the one entry that fits best.
func spokenIn(m object, wanted []language.Tag) object {
	if len(m) < 2 {
		return m
	}
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	tags := make([]language.Tag, len(names))
	for i, name := range names {
		tags[i] = language.Make(name)
	}
	_, best, _ := language.NewMatcher(tags).Match(wanted...)
	return object{names[best]: m[names[best]]}
}
