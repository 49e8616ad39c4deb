package lti

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/exos"
	"pupitre/internal/fault"
)

// message is what we read of an ID token with LTI's claims (LTI 1.3 §5.3). Names and addresses of persons are among those that we do not.
type message struct {
	Issuer   string   `json:"iss"`
	Subject  string   `json:"sub"`
	Audience audience `json:"aud"`
	Party    string   `json:"azp"`
	Expires  float64  `json:"exp"`
	Issued   float64  `json:"iat"`
	Nonce    string   `json:"nonce"`

	Type       string       `json:"https://purl.imsglobal.org/spec/lti/claim/message_type"`
	Version    string       `json:"https://purl.imsglobal.org/spec/lti/claim/version"`
	Deployment string       `json:"https://purl.imsglobal.org/spec/lti/claim/deployment_id"`
	Target     string       `json:"https://purl.imsglobal.org/spec/lti/claim/target_link_uri"`
	Link       linkClaim    `json:"https://purl.imsglobal.org/spec/lti/claim/resource_link"`
	Roles      *[]string    `json:"https://purl.imsglobal.org/spec/lti/claim/roles"`
	Context    contextClaim `json:"https://purl.imsglobal.org/spec/lti/claim/context"`
	Settings   *settings    `json:"https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"`
	Roster     rosterClaim  `json:"https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"`
	Grades     gradesClaim  `json:"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"`
}

type linkClaim struct {
	ID string `json:"id"`
}

type contextClaim struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Title string `json:"title"`
}

// settings are what a platform takes as an answer, and where (Deep Linking 2.0 §3.4.1.1).
type settings struct {
	Return   string   `json:"deep_link_return_url"`
	Types    []string `json:"accept_types"`
	Targets  []string `json:"accept_presentation_document_targets"`
	Multiple *bool    `json:"accept_multiple"`
	LineItem *bool    `json:"accept_lineitem"`
	Data     *string  `json:"data"`
}

type rosterClaim struct {
	Address string `json:"context_memberships_url"`
}

type gradesClaim struct {
	Scopes []string `json:"scope"`
	Items  string   `json:"lineitems"`
	Item   string   `json:"lineitem"`
}

// audience is one or many (RFC 7519 §4.1.3).
type audience []string

// UnmarshalJSON reads either form.
func (a *audience) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(a))
}

const (
	version      = "1.3.0"
	launchType   = "LtiResourceLinkRequest"
	deepType     = "LtiDeepLinkingRequest"
	linkType     = "ltiResourceLink"
	openPath     = "/lti/ouvrir"
	tolerance    = time.Minute // between clocks
	oldest       = time.Hour   // of a message, whatever its exp says
	maxID        = 255         // characters of an id (LTI 1.3 §5.3.2 and others)
	membership   = "http://purl.imsglobal.org/vocab/lis/v2/membership"
	institution  = "http://purl.imsglobal.org/vocab/lis/v2/institution/person"
	system       = "http://purl.imsglobal.org/vocab/lis/v2/system/person"
	scopeItems   = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
	scopeScore   = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
	scopeMembers = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
)

// check refuses a message whose signature was verified but which is not, to the letter, one for us now (OpenID Connect Core §3.1.3.7,
// Security Framework §5.1.3, LTI 1.3 §5.3). What it is wrong in is named by its claim. It is pure.
func (m message) check(p Platform, base string, now time.Time) error {
	bad := func(claim string) error { return fault.New(fault.Denied, "exoslti.message", "claim", claim) }
	at := func(seconds float64) time.Time { return time.UnixMicro(int64(seconds * 1e6)) }
	switch {
	case m.Issuer != p.Issuer:
		return bad("iss")
	case !slices.Contains(m.Audience, p.ClientID):
		return bad("aud")
	case len(m.Audience) > 1 && m.Party == "", m.Party != "" && m.Party != p.ClientID:
		return bad("azp")
	case !(m.Expires > 0 && m.Expires < 1e11) || !now.Before(at(m.Expires).Add(tolerance)):
		return bad("exp")
	case !(m.Issued > 0 && m.Issued < 1e11) || at(m.Issued).After(now.Add(tolerance)) || at(m.Issued).Before(now.Add(-oldest)):
		return bad("iat")
	case m.Nonce == "" || len(m.Nonce) > maxID:
		return bad("nonce")
	case m.Version != version:
		return bad("version")
	case m.Type != launchType && m.Type != deepType:
		return bad("message_type")
	case !slices.Contains(p.Deployments, m.Deployment):
		return bad("deployment_id")
	case !identifier(m.Subject):
		return bad("sub")
	case m.Roles == nil:
		return bad("roles")
	case m.Context.ID != "" && utf8.RuneCountInString(m.Context.ID) > maxID:
		return bad("context")
	}
	if m.Type == deepType {
		return m.Settings.check(bad)
	}
	if m.Link.ID == "" || utf8.RuneCountInString(m.Link.ID) > maxID {
		return bad("resource_link")
	}
	if _, ok := targetOf(m.Target, base); !ok {
		return bad("target_link_uri")
	}
	return nil
}

func (s *settings) check(bad func(string) error) error {
	switch {
	case s == nil:
		return bad("deep_linking_settings")
	case !secure(s.Return):
		return bad("deep_link_return_url")
	case !slices.Contains(s.Types, linkType):
		return bad("accept_types")
	}
	return nil
}

// identifier reports whether s may be a sub: visible ASCII, at most 255 (LTI 1.3 §5.3.6.1).
func identifier(s string) bool {
	return s != "" && len(s) <= maxID && !strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' })
}

// target is what a link opens: a module, an exercise of it, or a resource; none of them: the only one that opens, or « Mes modules ».
type target struct {
	Module   exos.ModuleID
	Exercise exos.ExerciseID
	ARK      exos.ARK
}

// targetOf reads an address as ours: scheme, host and port are compared as they are written, and of the rest only our own words are
// understood. So whatever a platform writes, nobody is led elsewhere.
func targetOf(address, base string) (target, bool) {
	rest, ours := strings.CutPrefix(address, base+openPath)
	if !ours || len(address) > maxAddress {
		return target{}, false
	}
	rest, _, _ = strings.Cut(rest, "?") // what a platform adds for itself
	path, err := url.PathUnescape(rest)
	if err != nil {
		return target{}, false
	}
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch {
	case path == "" || path == "/":
		return target{}, true
	case !strings.HasPrefix(path, "/"):
		return target{}, false
	case parts[0] == "ark:":
		ark, err := exos.ParseARK(strings.TrimPrefix(path, "/"))
		return target{ARK: ark}, err == nil
	case len(parts) == 2 && parts[0] == "modules":
		return target{Module: exos.ModuleID(parts[1])}, true
	case len(parts) == 4 && parts[0] == "modules" && parts[2] == "exercices":
		return target{Module: exos.ModuleID(parts[1]), Exercise: exos.ExerciseID(parts[3])}, true
	}
	return target{}, false
}

// address is where a target is opened from.
func (t target) address(base string) string {
	address := base + openPath + "/modules/" + url.PathEscape(string(t.Module))
	if t.Exercise != "" {
		address += "/exercices/" + url.PathEscape(string(t.Exercise))
	}
	return address
}

// profile reads the roles (LTI 1.3 §A.2). What somebody is in the context decides; where that is not said, what they are in the
// institution. Whoever is nothing that we know is a pupil: the profile that may do least.
func profile(roles []string) exos.Profile {
	is := func(vocabulary string, names ...string) bool {
		return slices.ContainsFunc(roles, func(role string) bool {
			if strings.HasPrefix(role, vocabulary+"/") { // a sub-role: membership/Instructor#TeachingAssistant
				role = vocabulary + "#" + strings.SplitN(strings.TrimPrefix(role, vocabulary+"/"), "#", 2)[0]
			}
			return slices.ContainsFunc(names, func(n string) bool {
				return role == vocabulary+"#"+n || vocabulary == membership && role == n // the short form, for the context alone
			})
		})
	}
	switch {
	case is(membership, "Instructor", "ContentDeveloper"):
		return exos.Teacher
	case is(membership, "Learner", "Mentor", "Member"):
		return exos.Pupil
	case is(membership, "Administrator", "Manager", "Officer"), is(system, "Administrator", "SysAdmin"):
		return exos.Staff
	case is(institution, "Instructor", "Faculty"):
		return exos.Teacher
	case is(institution, "Administrator", "Staff"):
		return exos.Staff
	}
	return exos.Pupil
}

// school is the name space of a deployment's groups: a context's id is unique in its deployment alone.
func school(p Platform, deployment string) string {
	sum := sha256.Sum256([]byte(deployment))
	return exos.AbroadSchool + string(p.ID) + "." + hex.EncodeToString(sum[:4])
}

// cohort is the group that a context becomes; false where the message is in none.
func (m message) cohort() (exos.Cohort, bool) {
	if m.Context.ID == "" {
		return exos.Cohort{}, false
	}
	c := exos.Cohort{Kind: exos.Group, Code: m.Context.ID}
	if bounded(c.Code) != c.Code || len(c.Code) > 100 {
		sum := sha256.Sum256([]byte(c.Code))
		c.Code = hex.EncodeToString(sum[:])
	}
	for _, label := range []string{m.Context.Title, m.Context.Label, m.Context.ID} {
		if c.Label = bounded(label); c.Label != "" {
			break
		}
	}
	return c, true
}

// bounded keeps a text short, valid and without control characters: both databases take it.
func bounded(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, strings.ToValidUTF8(s, ""))
	if runes := []rune(s); len(runes) > maxName {
		s = string(runes[:maxName])
	}
	return strings.TrimSpace(s)
}
