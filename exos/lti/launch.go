package lti

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"pupitre/exos"
	"pupitre/exos/signin"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/tx"
)

// waitingLife is how long a message waits for its browser: the one redirection that follows.
const waitingLife = time.Minute

// waiting is a message that was checked, as it waits: what we need of it, and no more.
type waiting struct {
	Platform   PlatformID     `json:"p"`
	State      string         `json:"s"`
	Nonce      string         `json:"n"`
	Subject    exos.Pseudonym `json:"u"`
	Profile    exos.Profile   `json:"r"`
	School     string         `json:"c"`
	Cohort     *exos.Cohort   `json:"g,omitempty"`
	Deployment string         `json:"d"`
	Target     string         `json:"t,omitempty"`
	Link       string         `json:"l,omitempty"`
	Members    string         `json:"m,omitempty"`
	Items      string         `json:"is,omitempty"`
	Item       string         `json:"i,omitempty"`
	Settings   *settings      `json:"dl,omitempty"`
}

// launch takes a platform's message, which the browser posts from the platform's site: without our cookie, so what it says waits until the
// browser is back with it. Its nonce is used up here: of one message that is shown many times at once, one waits.
func (t *Tool) launch(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "exoslti.login")
	}
	if refused := r.PostForm.Get("error"); refused != "" { // OpenID Connect Core §3.1.2.6
		httpx.Event(r.Context()).Set("refused", bounded(refused))
		return fault.New(fault.Denied, "exoslti.refused")
	}
	if len(r.PostForm["id_token"]) != 1 || len(r.PostForm["state"]) != 1 {
		return errState
	}
	p, m, err := t.verify(r.Context(), r.PostForm.Get("id_token"))
	if err != nil {
		return err
	}
	httpx.Event(r.Context()).Set("platform", string(p.ID))
	body, err := json.Marshal(m.reduced(p, r.PostForm.Get("state")))
	if err != nil {
		return err
	}
	token := exos.NewToken()
	err = t.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		first, err := w.Heard(ctx, "lti "+string(p.ID), m.Nonce, w.Now().Add(oldest+2*tolerance))
		if err == nil && !first {
			err = fault.New(fault.Denied, "exoslti.message", "claim", "nonce")
		}
		if err != nil {
			return err
		}
		return w.AddWaiting(ctx, token.Hash(), string(body), w.Now().Add(waitingLife))
	})
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/lti/entree?"+url.Values{"jeton": {string(token)}}.Encode(), http.StatusSeeOther)
	return nil
}

// algorithms are those that messages may be signed with: asymmetric, of the two that the Security Framework names (§6.1).
var algorithms = []jose.SignatureAlgorithm{jose.RS256, jose.ES256}

// verify checks a message: the issuer and the audience choose the registration, its key set the key, then every claim is read. A key is
// never taken from the message itself, nor from another platform's set.
func (t *Tool) verify(ctx context.Context, token string) (Platform, message, error) {
	var m message
	bad := func(err error, claim string) (Platform, message, error) {
		return Platform{}, m, fault.Wrap(err, fault.Denied, "exoslti.message", "claim", claim)
	}
	signed, err := jose.ParseSignedCompact(token, algorithms)
	if err != nil || len(signed.Signatures) != 1 {
		return bad(err, "alg")
	}
	if err := json.Unmarshal(signed.UnsafePayloadWithoutVerification(), &m); err != nil {
		return bad(err, "id_token")
	}
	all, err := t.Platforms(ctx)
	if err != nil {
		return Platform{}, m, err
	}
	i := slices.IndexFunc(all, func(p Platform) bool {
		return p.Issuer == m.Issuer && (m.Party == p.ClientID || m.Party == "" && slices.Contains(m.Audience, p.ClientID))
	})
	if i < 0 {
		return bad(nil, "iss")
	}
	p := all[i]
	if err := ended(p, t.Now()); err != nil {
		return p, m, err
	}
	key, err := t.key(ctx, p, signed.Signatures[0].Header)
	if err != nil {
		return p, m, err
	}
	if _, err := signed.Verify(key); err != nil {
		return bad(err, "signature")
	}
	return p, m, m.check(p, t.Base, t.Now())
}

// reduced is what is kept of a message while it waits.
func (m message) reduced(p Platform, state string) waiting {
	out := waiting{
		Platform: p.ID, State: state, Nonce: m.Nonce, Subject: exos.Pseudonym(m.Subject), Profile: profile(*m.Roles), School: school(p, m.Deployment),
		Deployment: m.Deployment, Target: m.Target, Link: m.Link.ID,
	}
	if c, ok := m.cohort(); ok {
		out.Cohort = &c
	}
	if p.serves(m.Roster.Address) {
		out.Members = m.Roster.Address
	}
	if slices.Contains(m.Grades.Scopes, scopeScore) {
		if p.serves(m.Grades.Item) {
			out.Item = m.Grades.Item
		}
		if slices.Contains(m.Grades.Scopes, scopeItems) && p.serves(m.Grades.Items) {
			out.Items = m.Grades.Items
		}
	}
	if m.Type == deepType {
		out.Settings = m.Settings
	}
	return out
}

// enter lets the person in, in the browser that began, once.
func (t *Tool) enter(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	if err := httpx.Meant(r, "exoslti.ahead"); err != nil {
		return err
	}
	token := exos.Token(r.URL.Query().Get("jeton"))
	body, err := tx.Answer(r.Context(), t.Store.Write, func(ctx context.Context, w Writer) (string, error) { return w.TakeWaiting(ctx, token.Hash()) })
	if fault.Is(err, fault.NotFound) {
		return errState
	}
	if err != nil {
		return err
	}
	var in waiting
	if err := json.Unmarshal([]byte(body), &in); err != nil {
		return err
	}
	begun, err := t.arrived(r, in.State)
	if err != nil {
		return err
	}
	if begun.Platform != in.Platform || begun.Nonce != in.Nonce {
		return errState
	}
	p, err := t.platform(r.Context(), in.Platform)
	if err != nil {
		return err
	}
	session, v, err := t.arrive(r, p, in)
	if err != nil {
		return err
	}
	httpx.SetCookie(w, r, signin.SessionCookie, string(session), 0)
	to, err := t.onward(r.Context(), v, p, in)
	if err != nil {
		return err
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// arrive begins a session. Whoever was here before is not here any more: a shared tablet has one learner at a time.
func (t *Tool) arrive(r *http.Request, p Platform, in waiting) (exos.Token, exos.Visitor, error) {
	ctx := r.Context()
	asked := t.Now()
	rights, err := t.rights(ctx, p)
	if err != nil {
		return "", exos.Visitor{}, err
	}
	claims, err := t.claims(ctx, p, in)
	if err != nil {
		return "", exos.Visitor{}, err
	}
	if old := signin.Token(r); old != "" {
		if _, err := t.Service.Leave(ctx, old); err != nil {
			return "", exos.Visitor{}, err
		}
	}
	session, err := t.Service.SignIn(ctx, exos.SignIn{
		Claims: claims, Credential: exos.Credential(credential + string(p.ID)), Rights: rights, RightsAt: asked,
	})
	if err != nil {
		return "", exos.Visitor{}, err
	}
	v, err := t.Service.Enter(ctx, session)
	return session, v, err
}

// maxCohorts bounds the groups that somebody is known in.
const maxCohorts = 50

// claims are what is known of a person afterwards: a message speaks of one context, so the others that they came from stay theirs, until
// nobody comes from those any more (Sweep).
func (t *Tool) claims(ctx context.Context, p Platform, in waiting) (exos.Claims, error) {
	out := exos.Claims{Issuer: p.issuer(), Subject: in.Subject, School: in.School, Profile: in.Profile}
	var there []Context
	known, err := tx.Answer(ctx, t.Store.Read, func(ctx context.Context, r Reader) (exos.Learner, error) {
		known, err := r.LearnerCalled(ctx, out.Issuer, out.Subject)
		if err != nil {
			return known, err
		}
		there, err = r.Contexts(ctx, in.School, codesOf(known.Cohorts))
		return known, err
	})
	if err != nil && !fault.Is(err, fault.NotFound) {
		return out, err
	}
	if in.Cohort != nil {
		out.Cohorts = append(out.Cohorts, *in.Cohort)
	}
	for _, c := range known.Cohorts {
		same := in.Cohort != nil && c.Code == in.Cohort.Code
		stays := slices.ContainsFunc(there, func(k Context) bool { return k.Code == c.Code })
		if known.School == in.School && c.Kind == exos.Group && !same && stays && len(out.Cohorts) < maxCohorts {
			out.Cohorts = append(out.Cohorts, c)
		}
	}
	return out, nil
}

func codesOf(cohorts []exos.Cohort) []string {
	codes := make([]string, len(cohorts))
	for i, c := range cohorts {
		codes[i] = c.Code
	}
	return codes
}

// onward is where a person goes who has come in, and notes where what they do there is to be told.
func (t *Tool) onward(ctx context.Context, v exos.Visitor, p Platform, in waiting) (string, error) {
	if in.Cohort != nil {
		err := t.Store.Write(ctx, func(ctx context.Context, w Writer) error {
			return w.PutContext(ctx, Context{School: in.School, Code: in.Cohort.Code, Platform: p.ID, Members: in.Members})
		})
		if err != nil {
			return "", err
		}
	}
	if in.Settings != nil {
		return t.toChoice(ctx, v, p, in)
	}
	to, ok := targetOf(in.Target, t.Base)
	if !ok {
		return "", errState
	}
	if to == (target{}) && len(v.Rights) == 1 { // there is nothing else to choose
		to.ARK = v.Rights[0].ARK
	}
	if to.ARK != "" {
		module, err := t.Service.Launch(ctx, v, to.ARK)
		if err != nil {
			return "", err
		}
		to.Module = module
	}
	if to.Module == "" {
		return "/modules", nil
	}
	contents, err := t.Service.Module(ctx, v, to.Module)
	if err != nil {
		return "", err
	}
	path, title := "/modules/"+string(to.Module), contents.Title
	if to.Exercise != "" {
		if _, entry, ok := entryOf(contents, to.Exercise); ok {
			path, title = path+"/exercices/"+string(to.Exercise), entry.Title
		} else { // another edition has it no more: its module is the nearest
			to.Exercise = ""
		}
	}
	if v.Learner.Profile == exos.Pupil && (in.Item != "" || in.Items != "") {
		err = t.Store.Write(ctx, func(ctx context.Context, w Writer) error {
			return w.PutGrade(ctx, Grade{
				Learner: v.Learner.ID, Platform: p.ID, Link: in.Link, Module: to.Module, Exercise: to.Exercise, Title: title, Item: in.Item, Items: in.Items,
			})
		})
	}
	return path, err
}

// entryOf finds an exercise in a table of contents.
func entryOf(c exos.Contents, e exos.ExerciseID) (section string, entry exos.Entry, ok bool) {
	for _, chapter := range c.Sections {
		for _, one := range chapter.Entries {
			if one.Exercise == e {
				return chapter.Title, one, true
			}
		}
	}
	return "", exos.Entry{}, false
}
