package xapi

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
)

// checker reads a statement property by property (xAPI 1.0.3 Data 2; IEEE 9274.1.1 4.2). What is wrong is named by its path. It is pure.
type checker struct {
	two bool // xAPI 2.0
}

// Voided is the verb that takes a statement back.
const Voided = "http://adlnet.gov/expapi/verbs/voided"

// only refuses what is null, and names that the specification does not have: they are told apart by case.
func only(o object, path string, names ...string) error {
	for name, v := range o {
		if v == nil {
			return wrong(path+name, "not null")
		}
		if !slices.Contains(names, name) {
			return unknown(path + name)
		}
	}
	return nil
}

// all returns the first error of many.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// needed reads an object that must be there.
func needed(o object, path, name string) (object, error) {
	v, there := o[name]
	if !there {
		return nil, missing(path + name)
	}
	p, ok := v.(object)
	if !ok {
		return nil, wrong(path+name, "object")
	}
	return p, nil
}

// textual checks a property that, where it is there, is text of some form.
func textual(o object, path, name, want string, good func(string) bool) error {
	v, there := o[name]
	if !there {
		return nil
	}
	s, ok := v.(string)
	if !ok || good != nil && !good(s) {
		return wrong(path+name, want)
	}
	return nil
}

func boolean(o object, path, name string) error {
	if v, there := o[name]; there {
		if _, ok := v.(bool); !ok {
			return wrong(path+name, "true or false")
		}
	}
	return nil
}

// statement checks a statement, or a sub-statement.
func (c checker) statement(o object, path string, sub bool) error {
	names := []string{"objectType", "actor", "verb", "object", "result", "context", "timestamp", "attachments"}
	if !sub {
		names = append(names[1:], "id", "stored", "authority", "version")
	}
	if err := only(o, path, names...); err != nil {
		return err
	}
	actor, err := needed(o, path, "actor")
	if err != nil {
		return err
	}
	verb, err := needed(o, path, "verb")
	if err != nil {
		return err
	}
	thing, err := needed(o, path, "object")
	if err != nil {
		return err
	}
	err = firstOf(
		c.actor(actor, path+"actor."), c.verb(verb, path+"verb."), c.object(thing, path+"object.", sub),
		textual(o, path, "timestamp", "timestamp (RFC 3339)", c.timestamp), c.optional(o, path, "result", c.result),
		c.optional(o, path, "context", func(x object, path string) error { return c.context(x, path, thing) }), c.attachments(o, path),
	)
	if err != nil || sub {
		return err
	}
	if text(verb["id"]) == Voided && thing["objectType"] != "StatementRef" {
		return wrong(path+"object.objectType", "StatementRef, with the verb "+Voided)
	}
	return firstOf(
		textual(o, path, "id", "UUID", uuidForm.MatchString), textual(o, path, "stored", "timestamp (RFC 3339)", c.timestamp),
		textual(o, path, "version", "1.0.x, or 2.0.x", c.version), c.optional(o, path, "authority", c.authority),
	)
}

func (c checker) timestamp(s string) bool { _, ok := instant(s, c.two); return ok }

func (c checker) version(s string) bool {
	return oldVersion.MatchString(s) || c.two && newVersion.MatchString(s)
}

func (c checker) optional(o object, path, name string, check func(object, string) error) error {
	v, there := o[name]
	if !there {
		return nil
	}
	p, ok := v.(object)
	if !ok {
		return wrong(path+name, "object")
	}
	return check(p, path+name+".")
}

// identifiers are the four ways to say who: one and no more (Data 2.4.2.3).
var identifiers = []string{"mbox", "mbox_sha1sum", "openid", "account"}

func (c checker) actor(o object, path string) error {
	switch o["objectType"] {
	case "Group":
		return c.group(o, path)
	case nil, "Agent":
		return c.agent(o, path)
	}
	return wrong(path+"objectType", "Agent or Group")
}

func (c checker) agent(o object, path string) error {
	if err := only(o, path, "objectType", "name", "mbox", "mbox_sha1sum", "openid", "account"); err != nil {
		return err
	}
	if t, there := o["objectType"]; there && t != "Agent" {
		return wrong(path+"objectType", "Agent")
	}
	n, err := c.identified(o, path)
	if err == nil && n == 0 {
		err = missing(path + strings.Join(identifiers, " | "))
	}
	return err
}

func (c checker) identified(o object, path string) (n int, err error) {
	for _, name := range identifiers {
		if _, there := o[name]; there {
			n++
		}
	}
	if n > 1 {
		return n, wrong(strings.TrimSuffix(path, "."), "one of "+strings.Join(identifiers, ", "))
	}
	return n, firstOf(
		textual(o, path, "name", "text", nil), textual(o, path, "mbox", "mailto:…@…", mailForm.MatchString),
		textual(o, path, "mbox_sha1sum", "SHA-1 in hexadecimal", sha1Form.MatchString), textual(o, path, "openid", "URI", isIRI),
		c.optional(o, path, "account", func(a object, path string) error {
			if err := only(a, path, "homePage", "name"); err != nil {
				return err
			}
			for _, name := range []string{"homePage", "name"} {
				if _, there := a[name]; !there {
					return missing(path + name)
				}
			}
			return firstOf(textual(a, path, "homePage", "IRL", isIRL), textual(a, path, "name", "text", func(s string) bool { return s != "" }))
		}),
	)
}

func (c checker) group(o object, path string) error {
	if err := only(o, path, "objectType", "name", "mbox", "mbox_sha1sum", "openid", "account", "member"); err != nil {
		return err
	}
	n, err := c.identified(o, path)
	if err != nil {
		return err
	}
	members, there := o["member"]
	if !there && n == 0 {
		return missing(path + "member")
	}
	list, ok := members.([]any)
	if there && !ok {
		return wrong(path+"member", "array of agents")
	}
	for i, m := range list {
		at := path + "member[" + strconv.Itoa(i) + "]"
		agent, ok := m.(object)
		if !ok {
			return wrong(at, "agent")
		}
		if err := c.agent(agent, at+"."); err != nil {
			return err
		}
	}
	return nil
}

// authority is an agent, or two of them where one speaks for the other (Data 2.4.9).
func (c checker) authority(o object, path string) error {
	if o["objectType"] != "Group" {
		return c.actor(o, path)
	}
	n, err := c.identified(o, path)
	if err == nil && (n > 0 || len(items(o, "member")) != 2) {
		err = wrong(strings.TrimSuffix(path, "."), "an agent, or an anonymous group of two")
	}
	if err != nil {
		return err
	}
	return c.group(o, path)
}

func (c checker) verb(o object, path string) error {
	if err := only(o, path, "id", "display"); err != nil {
		return err
	}
	if _, there := o["id"]; !there {
		return missing(path + "id")
	}
	return firstOf(textual(o, path, "id", "IRI", isIRI), c.optional(o, path, "display", c.words))
}

// words is a language map (Data 4.2).
func (c checker) words(o object, path string) error {
	for tag, v := range o {
		if !languageForm.MatchString(tag) {
			return wrong(path+tag, "language tag (RFC 5646)")
		}
		if _, ok := v.(string); !ok {
			return wrong(path+tag, "text")
		}
	}
	return nil
}

// extensions have IRIs for names, and may hold anything (Data 4.1).
func (c checker) extensions(o object, path string) error {
	for name := range o {
		if !isIRI(name) {
			return wrong(path+name, "IRI as its name")
		}
	}
	return nil
}

func (c checker) object(o object, path string, sub bool) error {
	switch o["objectType"] {
	case nil, "Activity":
		return c.activity(o, path)
	case "Agent", "Group":
		return c.actor(o, path)
	case "StatementRef":
		return c.reference(o, path)
	case "SubStatement":
		if !sub { // a sub-statement holds no other (Data 2.4.4.3)
			return c.statement(o, path, true)
		}
	}
	return wrong(path+"objectType", "Activity, Agent, Group, StatementRef or SubStatement")
}

func (c checker) reference(o object, path string) error {
	if err := only(o, path, "objectType", "id"); err != nil {
		return err
	}
	if o["objectType"] != "StatementRef" {
		return wrong(path+"objectType", "StatementRef")
	}
	if _, there := o["id"]; !there {
		return missing(path + "id")
	}
	return textual(o, path, "id", "UUID", uuidForm.MatchString)
}

func (c checker) activity(o object, path string) error {
	if err := only(o, path, "objectType", "id", "definition"); err != nil {
		return err
	}
	if t, there := o["objectType"]; there && t != "Activity" {
		return wrong(path+"objectType", "Activity")
	}
	if _, there := o["id"]; !there {
		return missing(path + "id")
	}
	return firstOf(textual(o, path, "id", "IRI", isIRI), c.optional(o, path, "definition", c.definition))
}

var (
	interactions = []string{"true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric", "other"}
	components   = []string{"choices", "scale", "source", "target", "steps"}
)

func (c checker) definition(o object, path string) error {
	err := only(o, path, append([]string{"name", "description", "type", "moreInfo", "extensions", "interactionType", "correctResponsesPattern"}, components...)...)
	if err != nil {
		return err
	}
	_, interactive := o["interactionType"]
	for _, name := range append([]string{"correctResponsesPattern"}, components...) {
		v, there := o[name]
		if !there {
			continue
		}
		if !interactive {
			return missing(path + "interactionType")
		}
		list, ok := v.([]any)
		if !ok {
			return wrong(path+name, "array")
		}
		check := c.component
		if name == "correctResponsesPattern" {
			check = func(v any, at string, _ map[string]bool) error {
				if _, ok := v.(string); !ok {
					return wrong(at, "text")
				}
				return nil
			}
		}
		seen := map[string]bool{}
		for i, v := range list {
			if err := check(v, path+name+"["+strconv.Itoa(i)+"]", seen); err != nil {
				return err
			}
		}
	}
	return firstOf(
		c.optional(o, path, "name", c.words), c.optional(o, path, "description", c.words), textual(o, path, "type", "IRI", isIRI),
		textual(o, path, "moreInfo", "IRL", isIRL), c.optional(o, path, "extensions", c.extensions),
		textual(o, path, "interactionType", strings.Join(interactions, ", "), func(s string) bool { return slices.Contains(interactions, s) }),
	)
}

func (c checker) component(v any, at string, seen map[string]bool) error {
	o, ok := v.(object)
	if !ok {
		return wrong(at, "object")
	}
	if err := only(o, at+".", "id", "description"); err != nil {
		return err
	}
	name, ok := o["id"].(string)
	if !ok {
		return missing(at + ".id")
	}
	if seen[name] {
		return wrong(at+".id", "an id that stands there once")
	}
	seen[name] = true
	return c.optional(o, at+".", "description", c.words)
}

func (c checker) result(o object, path string) error {
	if err := only(o, path, "score", "success", "completion", "response", "duration", "extensions"); err != nil {
		return err
	}
	return firstOf(
		boolean(o, path, "success"), boolean(o, path, "completion"), textual(o, path, "response", "text", nil),
		textual(o, path, "duration", "duration (ISO 8601)", isDuration), c.optional(o, path, "score", c.score), c.optional(o, path, "extensions", c.extensions),
	)
}

func (c checker) score(o object, path string) error {
	if err := only(o, path, "scaled", "raw", "min", "max"); err != nil {
		return err
	}
	value := map[string]float64{"scaled": 0, "raw": math.NaN(), "min": math.Inf(-1), "max": math.Inf(1)}
	for name, v := range o {
		n, ok := v.(json.Number)
		f, err := n.Float64()
		if !ok || err != nil {
			return wrong(path+name, "number")
		}
		value[name] = f
	}
	switch {
	case value["scaled"] < -1 || value["scaled"] > 1:
		return wrong(path+"scaled", "-1 … 1")
	case value["min"] >= value["max"]:
		return wrong(path+"min", "less than max")
	case value["raw"] < value["min"] || value["raw"] > value["max"]:
		return wrong(path+"raw", "min … max")
	}
	return nil
}

func (c checker) context(o object, path string, thing object) error {
	names := []string{"registration", "instructor", "team", "contextActivities", "revision", "platform", "language", "statement", "extensions"}
	if c.two {
		names = append(names, "contextAgents", "contextGroups")
	}
	if err := only(o, path, names...); err != nil {
		return err
	}
	if t, there := thing["objectType"]; there && t != "Activity" { // Data 2.4.6
		for _, name := range []string{"revision", "platform"} {
			if _, there := o[name]; there {
				return wrong(path+name, "absent where the object is no Activity")
			}
		}
	}
	return firstOf(
		textual(o, path, "registration", "UUID", uuidForm.MatchString), c.optional(o, path, "instructor", c.actor),
		c.optional(o, path, "team", func(g object, path string) error {
			if g["objectType"] != "Group" {
				return wrong(path+"objectType", "Group")
			}
			return c.group(g, path)
		}),
		c.optional(o, path, "contextActivities", c.contextActivities), textual(o, path, "revision", "text", nil), textual(o, path, "platform", "text", nil),
		textual(o, path, "language", "language tag (RFC 5646)", languageForm.MatchString), c.optional(o, path, "statement", c.reference),
		c.optional(o, path, "extensions", c.extensions), c.involved(o, path, "contextAgents", "contextAgent", "agent", c.agent),
		c.involved(o, path, "contextGroups", "contextGroup", "group", c.group),
	)
}

func (c checker) contextActivities(o object, path string) error {
	if err := only(o, path, "parent", "grouping", "category", "other"); err != nil {
		return err
	}
	for name, v := range o {
		list, many := v.([]any)
		if !many {
			list = []any{v} // 1.0 wrote one without brackets (Data 2.4.6.2)
		}
		for i, one := range list {
			at := path + name + "[" + strconv.Itoa(i) + "]"
			activity, ok := one.(object)
			if !ok {
				return wrong(at, "Activity")
			}
			if err := c.activity(activity, at+"."); err != nil {
				return err
			}
		}
	}
	return nil
}

// involved checks contextAgents or contextGroups (IEEE 9274.1.1 4.2.2.5).
func (c checker) involved(o object, path, name, kind, whom string, check func(object, string) error) error {
	v, there := o[name]
	if !there {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		return wrong(path+name, "array")
	}
	for i, one := range list {
		at := path + name + "[" + strconv.Itoa(i) + "]."
		entry, ok := one.(object)
		if !ok {
			return wrong(strings.TrimSuffix(at, "."), kind)
		}
		if err := only(entry, at, "objectType", whom, "relevantTypes"); err != nil {
			return err
		}
		if entry["objectType"] != kind {
			return wrong(at+"objectType", kind)
		}
		who, err := needed(entry, at, whom)
		if err != nil {
			return err
		}
		if t := who["objectType"]; whom == "group" && t != "Group" {
			return wrong(at+"group.objectType", "Group")
		}
		if err := check(who, at+whom+"."); err != nil {
			return err
		}
		types, there := entry["relevantTypes"]
		kinds, _ := types.([]any)
		if there && (len(kinds) == 0 || slices.ContainsFunc(kinds, func(k any) bool { return !isIRI(text(k)) })) {
			return wrong(at+"relevantTypes", "array of IRIs, not empty")
		}
	}
	return nil
}

func (c checker) attachments(o object, path string) error {
	v, there := o["attachments"]
	if !there {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		return wrong(path+"attachments", "array")
	}
	for i, one := range list {
		at := path + "attachments[" + strconv.Itoa(i) + "]."
		a, ok := one.(object)
		if !ok {
			return wrong(strings.TrimSuffix(at, "."), "object")
		}
		if err := only(a, at, "usageType", "display", "description", "contentType", "length", "sha2", "fileUrl"); err != nil {
			return err
		}
		for _, name := range []string{"usageType", "display", "contentType", "length", "sha2"} {
			if _, there := a[name]; !there {
				return missing(at + name)
			}
		}
		n, ok := a["length"].(json.Number)
		if size, err := n.Int64(); !ok || err != nil || size < 0 {
			return wrong(at+"length", "whole number of bytes")
		}
		err := firstOf(
			textual(a, at, "usageType", "IRI", isIRI), c.optional(a, at, "display", c.words), c.optional(a, at, "description", c.words),
			textual(a, at, "contentType", "media type", mediaForm.MatchString), textual(a, at, "sha2", "SHA-2 in hexadecimal", sha2Form.MatchString),
			textual(a, at, "fileUrl", "IRL", isIRL),
		)
		if err != nil {
			return err
		}
	}
	return nil
}
