package xapi

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// keyOf is by what an agent or an identified group is the same as another (Data 2.4.2.3); "" of an anonymous group.
func keyOf(o object) string {
	switch {
	case text(o["mbox"]) != "":
		return text(o["mbox"])
	case text(o["mbox_sha1sum"]) != "":
		return "sha1 " + strings.ToLower(text(o["mbox_sha1sum"]))
	case text(o["openid"]) != "":
		return "openid " + text(o["openid"])
	}
	if a := part(o, "account"); a != nil {
		return "account " + text(a["homePage"]) + " " + text(a["name"])
	}
	return ""
}

// handle is a name as it is found by: itself, or where it is long or no plain text its hash, so that any index takes it.
func handle(name string) string {
	const most = 400 // bytes
	plain := utf8.ValidString(name) && !strings.ContainsFunc(name, func(c rune) bool { return c < ' ' })
	if len(name) <= most && plain {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	return "sha256 " + hex.EncodeToString(sum[:])
}

// mention is that a statement speaks of an agent or an activity. Near: as its actor or its object.
type mention struct {
	Kind  string // agent, activity
	Value string
	Near  bool
}

// mentions lists what a statement can be found by (Communication 2.1.3).
func mentions(s object) []mention {
	found := map[mention]bool{}
	agent := func(v any, near bool) {
		o, ok := v.(object)
		if !ok {
			return
		}
		all := []object{o}
		for _, m := range items(o, "member") { // a group is found by its members
			if member, ok := m.(object); ok {
				all = append(all, member)
			}
		}
		for _, one := range all {
			if k := keyOf(one); k != "" {
				found[mention{"agent", handle(k), near}] = true
			}
		}
	}
	var walk func(s object, near bool)
	walk = func(s object, near bool) {
		agent(s["actor"], near)
		agent(s["authority"], false)
		thing := part(s, "object")
		switch thing["objectType"] {
		case "Agent", "Group":
			agent(thing, near)
		case "SubStatement":
			walk(thing, false)
		case nil, "Activity":
			found[mention{"activity", handle(text(thing["id"])), near}] = true
		}
		context := part(s, "context")
		agent(context["instructor"], false)
		agent(context["team"], false)
		for _, one := range items(context, "contextAgents") {
			agent(part(one.(object), "agent"), false)
		}
		for _, one := range items(context, "contextGroups") {
			agent(part(one.(object), "group"), false)
		}
		for _, list := range part(context, "contextActivities") {
			for _, one := range listOf(list) {
				found[mention{"activity", handle(text(one.(object)["id"])), false}] = true
			}
		}
	}
	walk(s, true)
	for m := range maps.Clone(found) { // near is found from afar too, and once
		if m.Near {
			delete(found, mention{m.Kind, m.Value, false})
		}
	}
	return slices.Collect(maps.Keys(found))
}

func listOf(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

// activities lists the definitions that a statement brings, by activity.
func activities(s object) map[string]object {
	out := map[string]object{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				walk(one)
			}
		case object:
			if t := v["objectType"]; t == nil || t == "Activity" {
				if d := part(v, "definition"); d != nil {
					out[handle(text(v["id"]))] = d
				}
			}
			for name, one := range v {
				if name != "extensions" && name != "definition" {
					walk(one)
				}
			}
		}
	}
	walk(s["object"])
	walk(s["context"])
	return out
}

// merged is a definition with what another adds; where both say something, the newer is right (Data 2.4.4.1).
func merged(old, fresh object) object {
	out := clone(old).(object)
	for name, v := range fresh {
		was, both := out[name].(object)
		now, is := v.(object)
		if both && is && (name == "name" || name == "description" || name == "extensions") {
			for k, one := range now {
				was[k] = one
			}
			continue
		}
		out[name] = v
	}
	return out
}
