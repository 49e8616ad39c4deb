package web

import (
	"net/http"
	"strings"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// aids (« aides à la lecture ») are how the reader likes to read an exercise. A cookie on the device keeps them: it is necessary to
// what the reader asked for, and nobody else learns of it. The zero aids are the page as it is.
type aids struct {
	Size  int  // 0 as the device says, 1 larger, 2 very large
	Wide  bool // more space between letters, words and lines
	Easy  bool // « lecture facilitée »: short lines, no italics, a ground that does not dazzle
	Ruler bool // a band of light on the line that is read
}

const (
	aidsPath   = "/lecture"
	aidsCookie = "lecture"
	aidsAge    = 365 * 24 * time.Hour
)

// aidsOf are the reader's.
func aidsOf(r *http.Request) aids { return parseAids(httpx.Cookie(r, aidsCookie)) }

// parseAids reads what String wrote; letters that mean nothing are passed over.
func parseAids(letters string) (a aids) {
	for _, letter := range letters {
		switch letter {
		case '1', '2':
			a.Size = int(letter - '0')
		case 'w':
			a.Wide = true
		case 'e':
			a.Easy = true
		case 'r':
			a.Ruler = true
		}
	}
	return a
}

// String is the cookie's value: a letter for each aid.
func (a aids) String() string {
	var b strings.Builder
	if a.Size > 0 {
		b.WriteByte(byte('0' + a.Size))
	}
	for _, aid := range []struct {
		on     bool
		letter byte
	}{{a.Wide, 'w'}, {a.Easy, 'e'}, {a.Ruler, 'r'}} {
		if aid.on {
			b.WriteByte(aid.letter)
		}
	}
	return b.String()
}

// sizes are the sizes of text to choose from.
func (aids) Sizes() []int { return []int{0, 1, 2} }

// saveAids answers one of the aids' buttons, then leads back to the page. A script sends them all as they now are: buttons pressed in
// quick succession cross on the way, and each would be added to the cookie of before.
func (room *Room) saveAids(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return fault.Wrap(err, fault.Invalid, "exosweb.form.unreadable")
	}
	a := aidsOf(r)
	switch r.PostFormValue("aid") {
	case "":
		if !r.PostForm.Has("aids") {
			return fault.New(fault.Invalid, "exosweb.form.unreadable")
		}
		a = parseAids(r.PostFormValue("aids"))
	case "size-0", "size-1", "size-2":
		a.Size = int(r.PostFormValue("aid")[len("size-")] - '0')
	case "wide":
		a.Wide = !a.Wide
	case "easy":
		a.Easy = !a.Easy
	case "ruler":
		a.Ruler = !a.Ruler
	default:
		return fault.New(fault.Invalid, "exosweb.form.unreadable")
	}
	if value := a.String(); value != "" {
		httpx.SetCookie(w, r, aidsCookie, value, aidsAge)
	} else {
		httpx.ClearCookie(w, r, aidsCookie)
	}
	http.Redirect(w, r, httpx.Next(r, "/modules"), http.StatusSeeOther)
	return nil
}
