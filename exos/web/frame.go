package web

import (
	"net/http"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

const signOutPath = "/deconnexion"

// frame fills the masthead from what the request already knows: it asks nobody, for it also frames failures.
func frame(r *http.Request, s *look.Shell) {
	if isPress(r) {
		pressFrame(r, s, pressOf(r))
		return
	}
	s.Area = s.T("exosweb.area")
	v := visitorOf(r)
	s.Airy = v == nil || isPupil(v.Learner)
	if v == nil {
		return
	}
	entries := []struct{ key, href string }{
		{"exosweb.nav.home", "/"}, {"exosweb.nav.modules", "/modules"}, {"exosweb.nav.groups", "/groupes"},
		{"exosweb.nav.homework", "/devoirs"},
	}
	if v.Learner.Profile.Teaches() {
		entries = append(entries, struct{ key, href string }{"exosweb.nav.own", notebooksPath})
	}
	for _, entry := range append(entries, struct{ key, href string }{"exosweb.nav.help", "/aide"}) {
		current := r.URL.Path == entry.href || entry.href == notebooksPath && strings.HasPrefix(r.URL.Path, libraryPath) || entry.href != "/" && strings.HasPrefix(r.URL.Path, entry.href+"/")
		s.Nav = append(s.Nav, look.Link{Text: s.T(entry.key), Href: entry.href, Current: current})
	}
	role := s.T("exosweb.profile." + string(v.Learner.Profile))
	s.Who = &look.Who{Name: role, Initials: lang.Initials(role, ""), SignOut: signOutPath}
	if class := classOf(v.Learner); class != "" && isPupil(v.Learner) {
		s.Who.Name = s.T("exosweb.who.in-class", "role", role, "class", class)
	}
	if v.Learner.GivenName != "" {
		s.Who.Role, s.Who.Name, s.Who.Initials = s.Who.Name, v.Learner.GivenName, lang.Initials(v.Learner.GivenName, "")
	}
}

// isPupil reports whether pages say « tu ».
func isPupil(l exos.Learner) bool { return l.Profile == exos.Pupil }

// you says a message that addresses the reader. key ends in a dot: its two forms are key + "tu" and key + "vous".
func you(s *look.Shell, l exos.Learner, key string, args ...any) string {
	if isPupil(l) {
		return s.T(key+"tu", args...)
	}
	return s.T(key+"vous", args...)
}

func classOf(l exos.Learner) string {
	for _, c := range l.Cohorts {
		if c.Kind == exos.Class {
			return c.Label
		}
	}
	return ""
}

// unsure warns where the broker could not say what is open.
func (room *Room) unsure(s *look.Shell, v exos.Visitor) {
	if v.Unsure != nil {
		s.Messages = append(s.Messages, look.Message{Tone: look.Amber, Text: said(s, v.Unsure)})
	}
}

// said puts a refusal into words.
func said(s *look.Shell, err error) string { return s.T(fault.CodeOf(err), fault.ParamsOf(err)...) }

// when is a moment as a pupil remembers it: « aujourd’hui », « hier », « le 12 novembre 2026 ».
func (room *Room) when(s *look.Shell, l exos.Learner, at time.Time) string {
	zone := clock.ZoneOfUAI(l.School)
	day, today := clock.On(at, zone), clock.On(room.Service.Now(), zone)
	switch day {
	case today:
		return s.T("exosweb.when.today")
	case today.AddDays(-1):
		return s.T("exosweb.when.yesterday")
	}
	return s.T("exosweb.when.on", "day", day)
}
