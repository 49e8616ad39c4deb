package portal

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

var errService = fault.New(fault.Denied, "portal.service.unknown")

// login sends somebody signed in back to the service with a ticket, and shows the form to the others (CAS §2.1). The parameter
// « compte » is the demonstration's own: it fills the form for one of its people, also where another is signed in.
func (p *Portal) login(w http.ResponseWriter, r *http.Request) error {
	service := r.URL.Query().Get("service")
	if service != "" && !p.registered(service) {
		return errService
	}
	here, ok := p.present(r)
	wanted, _ := p.check(r.URL.Query().Get("compte"), "")
	switch renew, gateway := r.URL.Query().Has("renew"), r.URL.Query().Has("gateway"); {
	case ok && !renew && (wanted.Login == "" || wanted.Login == here.Login):
		return p.proceed(w, r, service)
	case gateway && !renew && service != "":
		http.Redirect(w, r, service, http.StatusSeeOther)
		return nil
	}
	httpx.AllowSource(w, httpx.FormAction, p.FormTo...)
	return p.Pages.Login(w, r, Login{Portal: p.Name, Service: service, Accounts: p.Accounts, Password: p.Password, Typed: wanted.Login, Present: here.Name})
}

// signIn is the form's answer (CAS §2.2).
func (p *Portal) signIn(w http.ResponseWriter, r *http.Request) error {
	service, login := r.PostFormValue("service"), r.PostFormValue("login")
	if service != "" && !p.registered(service) {
		return errService
	}
	account, ok := p.check(login, r.PostFormValue("password"))
	if !ok {
		httpx.AllowSource(w, httpx.FormAction, p.FormTo...)
		return p.Pages.Login(w, r, Login{Portal: p.Name, Service: service, Accounts: p.Accounts, Password: p.Password, Typed: login, Failed: true})
	}
	p.tellAll(r.Context(), p.begin(w, r, account))
	if service == "" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	// The session just begun is in the answer, not in the request: the ticket is made on the way back.
	http.Redirect(w, r, "/login?"+url.Values{"service": {service}}.Encode(), http.StatusSeeOther)
	return nil
}

// proceed goes on to the service, or home.
func (p *Portal) proceed(w http.ResponseWriter, r *http.Request, service string) error {
	if service == "" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, withTicket(service, p.issue(r, service)), http.StatusSeeOther)
	return nil
}

// validate tells a service whom a ticket vouches for (CAS §2.5, §2.8); attributes only where they are asked for by /p3.
func (p *Portal) validate(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	name, service := q.Get("ticket"), q.Get("service")
	var answer []byte
	switch account, known, good := p.take(name, service); {
	case name == "" || service == "":
		answer = failure("INVALID_REQUEST", "service and ticket are required")
	case !known:
		answer = failure("INVALID_TICKET", "the ticket is unknown, used or too old")
	case !good:
		answer = failure("INVALID_SERVICE", "the ticket is for another service")
	default:
		answer = p.success(account, strings.HasPrefix(r.URL.Path, "/p3/"))
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, err := w.Write(answer)
	return err
}

const opening = `<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">`

func failure(code, why string) []byte {
	return fmt.Appendf(nil, `%s<cas:authenticationFailure code="%s">%s</cas:authenticationFailure></cas:serviceResponse>`, opening, code, why)
}

func (p *Portal) success(a Account, attributes bool) []byte {
	var b bytes.Buffer
	b.WriteString(opening + "<cas:authenticationSuccess>")
	element(&b, "user", a.Login)
	if attributes {
		b.WriteString("<cas:attributes>")
		element(&b, "idEnt", p.Project)
		element(&b, "GARPersonIdentifiant", a.External)
		b.WriteString("</cas:attributes>")
	}
	b.WriteString("</cas:authenticationSuccess></cas:serviceResponse>")
	return b.Bytes()
}

func element(b *bytes.Buffer, name, value string) {
	b.WriteString("<cas:" + name + ">")
	xml.EscapeText(b, []byte(value)) // a buffer never fails
	b.WriteString("</cas:" + name + ">")
}

// logout ends the session here and tells every service entered (CAS §2.3). They are told in the background: one that is slow
// keeps nobody waiting.
func (p *Portal) logout(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	for name, service := range p.end(w, r) {
		go p.tell(context.WithoutCancel(r.Context()), name, service)
	}
	if service := r.URL.Query().Get("service"); p.registered(service) {
		http.Redirect(w, r, service, http.StatusSeeOther)
		return nil
	}
	return p.Pages.SignedOut(w, r, p.Name)
}

// tellAll tells the services that the last person of this browser had entered, and waits a moment: whoever takes a place must not
// find the pages of who was there.
func (p *Portal) tellAll(ctx context.Context, entered map[string]string) {
	told := make(chan struct{}, len(entered))
	for name, service := range entered {
		go func() {
			p.tell(context.WithoutCancel(ctx), name, service)
			told <- struct{}{}
		}()
	}
	enough := time.NewTimer(patience)
	defer enough.Stop()
	for range entered {
		select {
		case <-told:
		case <-enough.C:
			return
		}
	}
}

// tell posts the SAML LogoutRequest of CAS appendix C.
func (p *Portal) tell(ctx context.Context, name, service string) {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="LR-%s" Version="2.0" IssueInstant="%s">`+
		`<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">@NOT_USED@</saml:NameID>`+
		`<samlp:SessionIndex>%s</samlp:SessionIndex></samlp:LogoutRequest>`, name[3:], p.Now().Format(time.RFC3339), name)
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	body := strings.NewReader(url.Values{"logoutRequest": {b.String()}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, service, body)
	if err != nil {
		return
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := p.Client.Do(req)
	if err != nil {
		p.Log.WarnContext(ctx, "a service was not told that a sign-in is over", "error", err)
		return
	}
	res.Body.Close()
}
