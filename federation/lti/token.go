package lti

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/proof"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// What a tool may ask of the services (Names and Roles 2.0 §2.2, Assignment and Grade Services 2.0 §3.1).
const (
	readMembers   = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
	writeItems    = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem"
	readItems     = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
	readResults   = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
	writeScores   = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
	tokenLife     = time.Hour
	problemAccept = "application/problem+json"
)

var (
	gradeScopes = []string{writeItems, readItems, readResults, writeScores}
	allScopes   = append([]string{readMembers}, gradeScopes...)
)

// ServiceToken is an access token of a tool itself: of no person.
type ServiceToken struct {
	Client federation.ClientID
	Scope  []string
	Until  time.Time
}

// token gives a tool an access token for its own signed word (Security Framework §4.1, RFC 7523 §2.2).
func (p *Platform) token(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return tell(w, proof.Refuse("invalid_request", "the form cannot be read"))
	}
	for _, values := range r.PostForm {
		if len(values) > 1 {
			return tell(w, proof.Refuse("invalid_request", "a parameter is given twice"))
		}
	}
	caller, refused, err := p.Proofs.Authenticate(r, r.PostForm, p.Issuer+"/lti/token", p.Issuer)
	switch {
	case err != nil:
		return err
	case refused != nil:
		return tell(w, refused)
	case caller.LTI == nil:
		return tell(w, proof.Refuse("unauthorized_client", "this program is no LTI tool"))
	case r.PostForm.Get("grant_type") != "client_credentials":
		return tell(w, proof.Refuse("unsupported_grant_type", "grant_type must be client_credentials"))
	}
	httpx.Event(r.Context()).Set("client", string(caller.ID))
	scope := slices.DeleteFunc(strings.Fields(r.PostForm.Get("scope")), func(s string) bool { return !slices.Contains(allScopes, s) })
	if len(scope) == 0 {
		return tell(w, proof.Refuse("invalid_scope", "scope must be among "+strings.Join(allScopes, " ")))
	}
	access := federation.NewToken()
	err = p.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		return w.AddToken(ctx, ServiceToken{Client: caller.ID, Scope: scope, Until: w.Now().Add(tokenLife)}, access.Hash())
	})
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, "application/json", struct {
		Access    federation.Token `json:"access_token"`
		Type      string           `json:"token_type"`
		ExpiresIn int              `json:"expires_in"`
		Scope     string           `json:"scope"`
	}{access, "Bearer", int(tokenLife.Seconds()), strings.Join(scope, " ")})
}

// tell answers a program with a refusal (RFC 6749 §5.2).
func tell(w http.ResponseWriter, why *proof.Refusal) error {
	status := http.StatusBadRequest
	if why.Error == "invalid_client" {
		status = http.StatusUnauthorized
	}
	return sendJSON(w, status, "application/json", why)
}

func sendJSON(w http.ResponseWriter, status int, media string, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", media)
	w.WriteHeader(status)
	_, err = w.Write(body)
	return err
}

var errToken = fault.New(fault.Unauthenticated, "federation.lti.token")

// asked is a request of a tool to a service, for a class of its own.
type asked struct {
	client  federation.Client
	context Context
	cohort  directory.Cohort
}

// service makes an answer of a service a handler: the tool must come with a token of its own that has one of these scopes, for a class
// that it knows. What goes wrong is told as to a program, whatever it says that it accepts.
func (p *Platform) service(answer func(w http.ResponseWriter, r *http.Request, a asked) error, scopes ...string) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		r.Header.Set("Accept", problemAccept)
		a, err := p.asks(r, scopes)
		if err != nil {
			if fault.Is(err, fault.Unauthenticated) {
				w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`) // RFC 6750 §3
			}
			return err
		}
		return answer(w, r, a)
	}
}

func (p *Platform) asks(r *http.Request, scopes []string) (asked, error) {
	t, err := p.bearer(r)
	if err != nil {
		return asked{}, err
	}
	httpx.Event(r.Context()).Set("client", string(t.Client))
	a := asked{}
	if a.client, err = p.tool(r.Context(), t.Client); fault.Is(err, fault.Invalid) {
		return a, errToken // it is registered no more
	} else if err != nil {
		return a, err
	}
	if !slices.ContainsFunc(scopes, func(s string) bool { return slices.Contains(t.Scope, s) }) {
		return a, fault.New(fault.Denied, "federation.lti.scope", "scope", scopes[0])
	}
	err = p.Store.Read(r.Context(), func(ctx context.Context, rd Reader) (err error) {
		if a.context, err = rd.FindContext(ctx, ContextID(r.PathValue("context"))); err != nil {
			return err
		}
		a.cohort, err = rd.FindCohort(ctx, a.context.School, a.context.Cohort)
		return err
	})
	if err == nil && a.context.Client != a.client.ID {
		err = fault.New(fault.NotFound, "federation.lti.context") // another tool's class looks like none
	}
	return a, err
}

// bearer finds the token that a request carries, in its header only (RFC 6750 §2.1), while it lasts.
func (p *Platform) bearer(r *http.Request) (ServiceToken, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return ServiceToken{}, errToken
	}
	var t ServiceToken
	err := p.Store.Read(r.Context(), func(ctx context.Context, rd Reader) (err error) {
		t, err = rd.FindToken(ctx, federation.Token(strings.TrimSpace(token)).Hash())
		return err
	})
	if fault.Is(err, fault.NotFound) || err == nil && !p.Now().Before(t.Until) {
		return t, errToken
	}
	return t, err
}
