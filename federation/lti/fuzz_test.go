package lti_test

import (
	"strings"
	"testing"
	"time"

	"pupitre/federation"
	"pupitre/federation/lti"
)

// Whatever a tool says was chosen: what is pinned is at the tool's own address, and bounded.
func FuzzContentItem(f *testing.F) {
	for _, seed := range []string{
		`{"type":"ltiResourceLink","url":"` + toolTarget + `/a?b=1","title":"t","custom":{"a":"b"},"lineItem":{"scoreMaximum":1}}`,
		`{"type":"ltiResourceLink"}`, `{"type":"link","url":"javascript:alert(1)"}`, `[]`, `{"type":"ltiResourceLink","url":"` + toolTarget + `/%2e%2e/"}`,
		`{"type":"ltiResourceLink","url":"https://labo.example@mechant.example/lti/grammaire"}`,
	} {
		f.Add([]byte(seed))
	}
	client := federation.Client{ID: toolID, Name: "Le labo", LTI: &federation.LTI{Targets: []federation.LTITarget{{Address: toolTarget}}}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		address, title, err := lti.ReadItem(raw, client)
		if err != nil {
			return
		}
		rest, ok := strings.CutPrefix(address, toolTarget)
		if !ok || rest != "" && rest[0] != '/' && rest[0] != '?' || strings.Contains(address, "..") || title == "" || len(title) > 800 {
			t.Errorf("%q %q", address, title)
		}
	})
}

// Whatever a tool says of somebody's work: a mark is a number from 0 on, and its time is one that we keep.
func FuzzScore(f *testing.F) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for _, seed := range []string{
		scored("x", 1, 2, now), `{"timestamp":"2026-11-23T08:00:00Z","activityProgress":"Completed","gradingProgress":"Pending"}`,
		`{"timestamp":"2026-11-23T08:00:00+24:00","scoreGiven":1e308,"scoreMaximum":1e-308}`, `null`, `{"scoreGiven":-0}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s, err := lti.ReadScore(body, now)
		if err != nil {
			return
		}
		if s.Said.After(now.Add(time.Minute)) || s.Said.Before(now.Add(-federation.GradesKept)) || s.Marked && !(s.Given >= 0 && s.Maximum > 0 && s.Maximum <= 1e6) || !s.Marked && s.Given != 0 {
			t.Errorf("%+v", s)
		}
	})
}
