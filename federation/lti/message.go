package lti

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strings"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/lang"
)

type locale = lang.Locale

// message is an ID token with LTI's claims (LTI 1.3 §5.3, appendix E).
type message struct {
	Issuer   string `json:"iss"`
	Subject  string `json:"sub"`
	Audience string `json:"aud"`
	Expires  int64  `json:"exp"`
	Issued   int64  `json:"iat"`
	Nonce    string `json:"nonce"`

	Given  string `json:"given_name,omitempty"`
	Family string `json:"family_name,omitempty"`
	Name   string `json:"name,omitempty"`
	Mail   string `json:"email,omitempty"`
	Locale string `json:"locale"`

	Type         string             `json:"https://purl.imsglobal.org/spec/lti/claim/message_type"`
	Version      string             `json:"https://purl.imsglobal.org/spec/lti/claim/version"`
	Deployment   string             `json:"https://purl.imsglobal.org/spec/lti/claim/deployment_id"`
	Target       string             `json:"https://purl.imsglobal.org/spec/lti/claim/target_link_uri"`
	ResourceLink *resourceLinkClaim `json:"https://purl.imsglobal.org/spec/lti/claim/resource_link,omitempty"`
	Roles        []string           `json:"https://purl.imsglobal.org/spec/lti/claim/roles"`
	Context      *contextClaim      `json:"https://purl.imsglobal.org/spec/lti/claim/context,omitempty"`
	Platform     platformClaim      `json:"https://purl.imsglobal.org/spec/lti/claim/tool_platform"`
	Presentation presentationClaim  `json:"https://purl.imsglobal.org/spec/lti/claim/launch_presentation"`
	Custom       map[string]string  `json:"https://purl.imsglobal.org/spec/lti/claim/custom,omitempty"`
	Settings     *settingsClaim     `json:"https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings,omitempty"`
	Roster       *rosterClaim       `json:"https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice,omitempty"`
	Grades       *gradesClaim       `json:"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint,omitempty"`
}

type resourceLinkClaim struct {
	ID          string `json:"id"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
}

type contextClaim struct {
	ID    ContextID `json:"id"`
	Label string    `json:"label"`
	Title string    `json:"title"`
	Type  []string  `json:"type"`
}

type platformClaim struct {
	GUID   string `json:"guid"`
	Name   string `json:"name"`
	Family string `json:"product_family_code"`
	URL    string `json:"url"`
}

type presentationClaim struct {
	Target string `json:"document_target"`
	Return string `json:"return_url"`
	Locale string `json:"locale"`
}

// The message types and the version (LTI 1.3 §5.3.1, §5.3.2).
const (
	resourceLinkRequest = "LtiResourceLinkRequest"
	version             = "1.3.0"
)

// message is what every message says of a person who enters: what was released, and nothing else.
func (p *Platform) message(e federation.Entry, a request, l Launch, locale locale) *message {
	now := p.Now()
	if locale == "" {
		locale = lang.French
	}
	who := personOf(e.Attributes)
	return &message{
		Issuer: p.Issuer, Subject: e.Pseudonym.Subject(), Audience: string(e.Client.ID),
		Expires: now.Add(messageLife).Unix(), Issued: now.Unix(), Nonce: a.nonce,
		Given: who.Given, Family: who.Family, Name: who.Name, Mail: who.Mail, Locale: string(locale),
		Type: resourceLinkRequest, Version: version, Deployment: e.Client.LTI.Deployment, Target: l.Target,
		Roles: who.Roles, Custom: custom(e.Attributes),
		Platform:     platformClaim{GUID: guid(p.Issuer), Name: "Pupitre", Family: "pupitre", URL: p.Issuer},
		Presentation: presentationClaim{Target: "window", Return: p.Issuer + "/mediacentre", Locale: string(locale)},
	}
}

// rosterClaim is where the list of a class is (Names and Roles 2.0 §2.1).
type rosterClaim struct {
	Address  string   `json:"context_memberships_url"`
	Versions []string `json:"service_versions"`
}

// gradesClaim is where a class's gradebook is (Assignment and Grade Services 2.0 §3.1).
type gradesClaim struct {
	Scope []string `json:"scope"`
	Items string   `json:"lineitems"`
	Item  string   `json:"lineitem,omitempty"`
}

// place adds the class that the message is in, and where its services are.
func (p *Platform) place(m *message, c directory.Cohort, id ContextID) {
	m.Roster = &rosterClaim{p.address(Context{ID: id}, "memberships"), []string{"2.0"}}
	m.Grades = &gradesClaim{Scope: gradeScopes, Items: p.address(Context{ID: id}, "lineitems")}
	kind := "http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"
	if c.Kind == directory.Group {
		kind = "http://purl.imsglobal.org/vocab/lis/v2/course#Group"
	}
	m.Context = &contextClaim{ID: id, Label: c.Code, Title: c.Label, Type: []string{kind}}
}

// of makes a message that of something opened: the resource itself, or a pinned link.
func (m *message) of(l Launch, e federation.Entry, link Link, id ContextID) {
	m.ResourceLink = &resourceLinkClaim{ID: linkName(l, e.Client.ID, id), Title: e.Declaration.Title}
	if l.Link != "" {
		m.ResourceLink.Title, m.ResourceLink.Description = link.Title, link.Text
		maps.Copy(m.Custom, link.Custom)
	}
}

// person is what was released of somebody, in the words of LTI.
type person struct {
	Given, Family, Name, Mail string
	Roles                     []string
}

func personOf(released federation.Attributes) person {
	out := person{Roles: []string{}} // §5.3.7: the claim is required, and may be empty
	for _, r := range released {
		switch r.Attribute {
		case federation.PRE:
			out.Given = r.Values[0]
		case federation.NOM:
			out.Family = r.Values[0]
		case federation.PMEL:
			out.Mail = r.Values[0]
		case federation.PRO:
			out.Roles = roles[r.Values[0]]
		}
	}
	if out.Given != "" && out.Family != "" {
		out.Name = out.Given + " " + out.Family
	}
	return out
}

// roles are a profile's (LTI 1.3 appendix A), by its national name.
var roles = func() map[string][]string {
	const membership, institution = "http://purl.imsglobal.org/vocab/lis/v2/membership#", "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
	out := map[string][]string{}
	for profile, list := range map[directory.Profile][]string{
		directory.Pupil:     {membership + "Learner", institution + "Student"},
		directory.Teacher:   {membership + "Instructor", institution + "Faculty"},
		directory.Librarian: {membership + "Instructor", institution + "Staff"},
		directory.Staff:     {institution + "Staff"},
	} {
		out[profile.National()] = list
	}
	return out
}()

// ours begins the names of the platform's own custom parameters: no tool can have one said that was not released.
const ours = "gar_"

// custom are the released attributes under the GAR's names, for which LTI mostly has no word of its own; so what the journal says was
// sent is what was sent. A list is written with « | » between its parts, for LTI's are texts.
func custom(released federation.Attributes) map[string]string {
	out := map[string]string{}
	for _, r := range released {
		out[ours+string(r.Attribute)] = strings.Join(r.Values, "|")
	}
	return out
}

// linkName is the name of the place from which something is opened (resource_link, LTI 1.3 §5.3.5): a pinned link's own, or the same
// each time for one address in one class.
func linkName(l Launch, client federation.ClientID, id ContextID) string {
	if l.Link != "" {
		return string(l.Link)
	}
	return digest(string(client), l.ARK, l.Target, string(id))
}

// guid names the platform: stable, and no address (LTI 1.3 §5.4.1: at most 255 characters).
func guid(issuer string) string { return digest("platform", issuer) }

func digest(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
