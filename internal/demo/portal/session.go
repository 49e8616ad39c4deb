package portal

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"time"

	"pupitre/internal/httpx"
)

const (
	cookie      = "portail"
	sessionLife = 8 * time.Hour
	ticketLife  = 10 * time.Second
	patience    = time.Second // how long a sign-in waits for services to be told that the last one is over
)

// session is somebody signed in at the portal, with the services that they entered.
type session struct {
	account Account
	until   time.Time
	entered map[string]string // ticket → service: whom to tell at the end
}

// ticket is a service ticket that nobody has tried yet.
type ticket struct {
	session string
	service string
	until   time.Time
}

// check finds the account of a login and password.
func (p *Portal) check(login, password string) (Account, bool) {
	right := subtle.ConstantTimeCompare([]byte(password), []byte(p.Password)) == 1
	for _, a := range p.Accounts {
		if a.Login == login {
			return a, right
		}
	}
	return Account{}, false
}

// begin opens a session, under a new id, in place of the browser's last one; it returns the services that the last one entered.
func (p *Portal) begin(w http.ResponseWriter, r *http.Request, a Account) (left map[string]string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep()
	if last, ok := p.sessions[httpx.Cookie(r, cookie)]; ok {
		left = last.entered
		delete(p.sessions, httpx.Cookie(r, cookie))
	}
	id := rand.Text() + rand.Text() // 2 × 130 random bits
	p.sessions[id] = &session{account: a, until: p.Now().Add(sessionLife), entered: map[string]string{}}
	httpx.SetCookie(w, r, cookie, id, 0)
	return left
}

// sweep makes the maps if need be and drops what is over.
func (p *Portal) sweep() {
	if p.sessions == nil {
		p.sessions, p.tickets = map[string]*session{}, map[string]ticket{}
	}
	now := p.Now()
	for id, s := range p.sessions {
		if !now.Before(s.until) {
			delete(p.sessions, id)
		}
	}
	for id, t := range p.tickets {
		if !now.Before(t.until) {
			delete(p.tickets, id)
		}
	}
}

// present finds who reads.
func (p *Portal) present(r *http.Request) (Account, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.sessions[httpx.Cookie(r, cookie)]
	if !ok || !p.Now().Before(s.until) {
		return Account{}, false
	}
	return s.account, true
}

// issue makes a ticket for the reader's session, "" where there is none.
func (p *Portal) issue(r *http.Request, service string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep()
	id := httpx.Cookie(r, cookie)
	s, ok := p.sessions[id]
	if !ok {
		return ""
	}
	name := "ST-" + rand.Text() + rand.Text()
	p.tickets[name] = ticket{session: id, service: service, until: p.Now().Add(ticketLife)}
	s.entered[name] = service
	return name
}

// take uses a ticket up, whatever comes of it, and returns its account where it is good for that service.
func (p *Portal) take(name, service string) (a Account, known, good bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t, ok := p.tickets[name]
	delete(p.tickets, name)
	s, lasts := p.sessions[t.session]
	if !ok || !lasts || !p.Now().Before(t.until) {
		return Account{}, false, false
	}
	return s.account, true, t.service == service
}

// end closes the reader's session and returns the services entered, by ticket.
func (p *Portal) end(w http.ResponseWriter, r *http.Request) map[string]string {
	p.mu.Lock()
	defer p.mu.Unlock()
	id := httpx.Cookie(r, cookie)
	httpx.ClearCookie(w, r, cookie)
	s, ok := p.sessions[id]
	delete(p.sessions, id)
	if !ok {
		return nil
	}
	return s.entered
}
