package desktop

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"net/url"
	"sync"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

const (
	// StartPath is where the start address leads, with its token.
	StartPath = "/ouvrir"
	// AlivePath answers whoever asks whether the program runs, and nothing else.
	AlivePath  = "/vivant"
	appPath    = "/appli/"
	seatCookie = "programme"
)

var errDoor = fault.New(fault.Denied, "exosdesktop.door")

// door lets one browser in: that which came last by the start address. Others that run on this computer, and pages that a browser shows
// beside, do not know the token. One browser at a time, because the chain of acts is written by one page at a time: tabs of a browser
// take turns by themselves, two browsers would not.
type door struct {
	token string

	mu   sync.Mutex
	seat string // of the browser that is in; "": none yet
}

func newDoor() *door { return &door{token: rand.Text()} }

// Start is the local address by which a browser comes in. code is what makes the device a learner's; it may be missing.
func (d *door) start(code string) string {
	q := url.Values{"jeton": {d.token}}
	if code != "" {
		q.Set("code", code)
	}
	return StartPath + "?" + q.Encode()
}

// enter takes the token, and gives the seat.
func (d *door) enter(w http.ResponseWriter, r *http.Request) error {
	if subtle.ConstantTimeCompare([]byte(r.FormValue("jeton")), []byte(d.token)) != 1 {
		return errDoor
	}
	seat := rand.Text()
	d.mu.Lock()
	d.seat = seat
	d.mu.Unlock()
	httpx.Private(w)
	httpx.SetCookie(w, r, seatCookie, seat, 0)
	to := appPath
	if code := r.FormValue("code"); code != "" {
		to += "#code=" + url.QueryEscape(code)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// seated reports whether a request is of the browser that is in.
func (d *door) seated(r *http.Request) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.seat != "" && subtle.ConstantTimeCompare([]byte(httpx.Cookie(r, seatCookie)), []byte(d.seat)) == 1
}

// only makes a handler one for the browser that is in.
func (d *door) only(h httpx.Handler) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !d.seated(r) {
			return errDoor
		}
		return h(w, r)
	}
}
