package trial

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/lti"
)

// class is where messages are sent from: malo's, which helene teaches.
const class = directory.CohortID("essai-5b")

var helene = somebody{"helene", "essai-college", directory.Teacher} // who chooses content

// claimOf is the name of one of LTI's claims.
func claimOf(name string) string { return "https://purl.imsglobal.org/spec/lti/claim/" + name }

// elsewhere is an address that is nobody's.
const elsewhere = "https://autre-site.example/entrer"

// ltiChecks are those of an LTI 1.3 tool: what the message says, who signed it, how it comes to the tool, and what else a platform asks.
var ltiChecks = []check{
	{name: "lti.issuer", clause: "LTI Security Framework 1.0 §5.1.3 (2)", message: telling(func(b *Bench, c claims) { c["iss"] = "https://autre-portail.example" })},
	{name: "lti.audience", clause: "LTI Security Framework 1.0 §5.1.3 (3)", message: telling(func(b *Bench, c claims) { c["aud"] = "autre-outil" })},
	{name: "lti.expired", clause: "LTI Security Framework 1.0 §5.1.3 (7)", message: telling(func(b *Bench, c claims) {
		past := b.settings.Now().Unix() - 3600
		c["iat"], c["exp"] = past-60, past
	})},
	{name: "lti.nonce", clause: "OpenID Connect Core 1.0 §3.2.2.11", needs: asks("nonce"), message: telling(func(b *Bench, c claims) { c["nonce"] = "un-autre-nonce" })},
	{name: "lti.nonce.missing", clause: "LTI Security Framework 1.0 §5.1.3 (9)", message: telling(func(b *Bench, c claims) { delete(c, "nonce") })},
	{name: "lti.nonce.again", clause: "LTI Security Framework 1.0 §5.1.3 (9)", play: nonceAgain},
	{name: "lti.deployment", clause: "LTI 1.3 §5.3.3", message: telling(func(b *Bench, c claims) { c[claimOf("deployment_id")] = "autre-deploiement" })},
	{name: "lti.deployment.missing", clause: "LTI 1.3 §5.3.3", message: telling(func(b *Bench, c claims) { delete(c, claimOf("deployment_id")) })},
	{name: "lti.version", clause: "LTI 1.3 §5.3.2", message: telling(func(b *Bench, c claims) { c[claimOf("version")] = "1.1.0" })},
	{name: "lti.type", clause: "LTI 1.3 §5.3.1", message: telling(func(b *Bench, c claims) { c[claimOf("message_type")] = "LtiAutreMessage" })},

	{name: "lti.none", clause: "LTI Security Framework 1.0 §5.1.3 (1), (6); RFC 8725 §3.2", message: unsigned},
	{name: "lti.hmac", clause: "LTI Security Framework 1.0 §5.1.3 (6); RFC 8725 §2.1, §3.1", message: byPublicKey},
	{name: "lti.signature", clause: "LTI Security Framework 1.0 §5.1.3 (1); RFC 7515 §5.2", message: broken},
	{name: "lti.key", clause: "LTI Security Framework 1.0 §5.1.3 (1)", message: byStranger},

	{name: "lti.state", clause: "RFC 6749 §10.12; LTI Security Framework 1.0 §5.1.1.2", needs: asks("state"), bring: withField("state", "un-autre-etat")},
	{name: "lti.state.missing", clause: "RFC 6749 §10.12; LTI Security Framework 1.0 §5.1.1.2", needs: asks("state"), bring: withField("state", "")},
	{name: "lti.unasked", clause: "RFC 6749 §10.12; RFC 9700 §4.7", play: unasked},
	{name: "lti.again", clause: "LTI Security Framework 1.0 §5.1.3 (9)", play: again},

	{name: "lti.target", clause: "LTI 1.3 §5.3.4; RFC 9700 §4.11.1", play: goesElsewhere, about: sent,
		message: telling(func(b *Bench, c claims) { c[claimOf("target_link_uri")] = elsewhere })},
	{name: "lti.target.login", clause: "LTI Security Framework 1.0 §5.1.1.1; RFC 9700 §4.11.1", play: goesElsewhere, about: sent, answer: beginningElsewhere},

	{name: "lti.claims", clause: "RFC 7519 §4; LTI 1.3 §5.4.7", keeps: true, message: telling(func(b *Bench, c claims) {
		c["https://banc.example/claim/inconnue"] = map[string]any{"a": []int{1}}
		list, _ := c[claimOf("roles")].([]any)
		c[claimOf("roles")] = append(list, "https://banc.example/role#Inconnu")
	})},
	{name: "lti.teacher", clause: "LTI 1.3 §5.3.7", about: opened, keeps: true, play: func(ctx context.Context, t *tried) (bool, error) {
		return t.goes(ctx, t.begin)
	}},
	{name: "lti.choose", clause: "Deep Linking 2.0 §3.4.1", about: opened, keeps: true, needs: choosesContent, play: func(ctx context.Context, t *tried) (bool, error) {
		return t.goes(ctx, t.bench.choosing())
	}},
}

func choosesContent(t *tried) bool { return t.bench.client.LTI.DeepLinking != "" }

// telling changes what a message says, and has it signed as it should be.
func telling(change func(b *Bench, c claims)) signer {
	return func(ctx context.Context, b *Bench, _ string, c claims) (string, error) {
		change(b, c)
		return rightly(ctx, b, "", c)
	}
}

// begins is where a sign-in begins: LTI's at the platform, all others at the site.
func (b *Bench) begins(start string) string {
	c := b.client
	if c.LTI == nil || len(c.Redirects)+len(c.Services) > 0 || c.SAML != nil {
		return start
	}
	return b.settings.Base + lti.LaunchPath(c.ID, b.resource(), class)
}

// choosing is where a teacher begins to choose content for the class.
func (b *Bench) choosing() string {
	q := url.Values{"client_id": {string(b.client.ID)}, "idRessource": {b.resource()}, "classe": {string(class)}}
	return b.settings.Base + "/lti/choose?" + q.Encode()
}

// resource is the one that is opened: what the first target was registered with, else the program's.
func (b *Bench) resource() string {
	if ark := b.client.LTI.Targets[0].ARK; ark != "" {
		return ark
	}
	return b.client.Resource
}

// post spoils a form with a message in it, and remembers the nonce of one that it leaves alone.
func (b *Bench) post(ctx context.Context, f *federation.Form) (bool, error) {
	i := slices.IndexFunc(f.Fields, func(one federation.Field) bool { return one.Name == "id_token" })
	if i < 0 {
		return false, nil // a refusal
	}
	was := f.Fields[i].Value
	said, err := read(was)
	if err != nil {
		return false, err
	}
	b.mu.Lock()
	spoil := b.message
	if spoil == nil {
		b.spent, _ = said["nonce"].(string)
	}
	b.mu.Unlock()
	if spoil == nil {
		return false, nil
	}
	f.Fields[i].Value, err = spoil(ctx, b, was, said)
	return true, err
}

func (b *Bench) lastNonce() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent
}

// nonceAgain signs somebody in, then once more by a message with the nonce of the first.
func nonceAgain(ctx context.Context, t *tried) (bool, error) {
	if _, _, err := t.enter(ctx, malo, nil); err != nil {
		return false, err
	}
	t.bench.arm(check{message: telling(func(b *Bench, c claims) { c["nonce"] = b.lastNonce() })})
	return t.spoilt(ctx, check{})
}

// withField has the browser bring another value of a field; "" is none.
func withField(name, value string) func(*step) bool {
	return func(s *step) bool {
		s.form.Set(name, value)
		if value == "" {
			s.form.Del(name)
		}
		return true
	}
}

// beginningElsewhere has the launch name another target, which nobody signed.
func beginningElsewhere(_ context.Context, _ *Bench, x *exchange) (bool, error) {
	to, err := url.Parse(x.header.Get("Location"))
	if err != nil || x.request.URL.Path != "/lti/launch" || !to.Query().Has("target_link_uri") {
		return false, err
	}
	q := to.Query()
	q.Set("target_link_uri", elsewhere)
	to.RawQuery = q.Encode()
	x.header.Set("Location", to.String())
	return true, nil
}

// goesElsewhere reports whether the tool sends the browser to an address that is neither its own nor the bench's.
func goesElsewhere(ctx context.Context, t *tried) (bool, error) {
	_, landed, err := t.enter(ctx, malo, nil)
	return landed.outside && strings.HasPrefix(elsewhere, "https://"+landed.at.Host+"/"), err
}

// goes has the teacher go somewhere, and reports whether a page of the tool's is shown there, or the tool has answered with content at
// once: whether the platform takes that is another question.
func (t *tried) goes(ctx context.Context, address string) (bool, error) {
	token, err := t.arrive(ctx, helene)
	if err != nil {
		return false, err
	}
	p, err := t.browser(token).visit(ctx, address)
	if err != nil || p.outside || p.endless {
		return false, err
	}
	return p.status < 400 && !p.bench || p.bench && isOneOf(p.at.Path, "/lti/chosen", lti.ClassPath(class)), nil
}

// calibrateOnce is for a tool that answers the message with its page, without a session of its own: whether that page is shown is what
// tells, if what is no message at all is answered otherwise.
func (t *tried) calibrateOnce(ctx context.Context, landed page) (bool, error) {
	b, _, err := t.enter(ctx, malo, withField("id_token", "rien"))
	if err != nil {
		return false, err
	}
	t.sight, t.once = t.sightOf(landed), true
	return t.sightOf(b.last) != t.sight, nil
}

// isService reports whether a call is a tool's own, to a service of the platform's.
func (c Call) isService() bool {
	return isOneOf(c.Path, "/lti/token", "/lti/chosen") || strings.HasPrefix(c.Path, "/lti/contexts/")
}

// ltiServices judges what the tool asked of the services during the whole trial: a tool may ask after its page is shown.
func (b *Bench) ltiServices(a *Asked) []Finding {
	b.mu.Lock()
	calls := slices.Clone(b.served)
	b.mu.Unlock()
	used := map[string]bool{}
	about := func(name, clause string, is func(c Call) bool) Finding {
		f := Finding{Check: name, Clause: clause, Outcome: NotApplicable}
		for _, c := range calls {
			switch {
			case !is(c):
			case c.Status >= http.StatusBadRequest:
				f.Outcome, f.Refused = Failed, c.Method+" "+c.Path+": "+c.Refused
			case f.Outcome != Failed:
				f.Outcome = Passed
			}
		}
		used[name] = f.Outcome != NotApplicable
		return f
	}
	part := func(name string) func(c Call) bool {
		return func(c Call) bool {
			return strings.HasPrefix(c.Path, "/lti/contexts/") && strings.Contains(c.Path, "/"+name)
		}
	}
	out := []Finding{
		about("lti.token", "LTI Security Framework 1.0 §4.1; RFC 7523 §3", func(c Call) bool { return c.Path == "/lti/token" }),
		about("lti.roster", "Names and Roles Provisioning Services 2.0 §2.4", part("memberships")),
		about("lti.grades", "Assignment and Grade Services 2.0 §3", part("lineitems")),
		about("lti.chosen", "Deep Linking 2.0 §3.4.2", func(c Call) bool { return c.Path == "/lti/chosen" }),
	}
	for _, c := range calls {
		for _, scope := range strings.Fields(c.form.Get("scope")) {
			if c.Path == "/lti/token" && !slices.Contains(a.Services, scope) {
				a.Services = append(a.Services, scope)
			}
		}
	}
	unused := slices.ContainsFunc(a.Services, func(scope string) bool {
		return strings.Contains(scope, "/lti-nrps/") && !used["lti.roster"] || strings.Contains(scope, "/lti-ags/") && !used["lti.grades"]
	})
	scopes := judge("lti.scopes", minimal, Remark, !unused)
	if len(a.Services) == 0 {
		scopes.Outcome = NotApplicable
	}
	return append(out, scopes)
}

// ltiSetUp are findings about what a tool asked, without spoiling anything.
func ltiSetUp(t *tried) []Finding {
	a, c := t.asked, t.bench.client
	return []Finding{
		judge("lti.csrf", "LTI Security Framework 1.0 §5.1.1.2; RFC 9700 §4.7", Remark, a.has("state")),
		judge("lti.keys", "LTI Security Framework 1.0 §6.3", Remark, c.Proof.KeysAt != ""),
	}
}
