package notification

import (
	"net/http"

	"pupitre/federation"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/notify"
)

// askPage asks whoever comes by a letter's link before anything is done, and says that it was.
type askPage struct {
	look.Shell
	Text, Do string // Do is "" once it is done
	Icon     string
}

func (s *Room) say(w http.ResponseWriter, r *http.Request, title, text, do string, args ...any) error {
	httpx.Private(w) // the address is a secret: no browser keeps the page, nor tells another where it comes from
	w.Header().Set("Referrer-Policy", "no-referrer")
	p := &askPage{Shell: s.shell(r, title), Icon: "check"}
	if p.Text = p.T(text, args...); do != "" {
		p.Do, p.Icon = p.T(do), ""
	}
	return s.ask.Send(w, r, http.StatusOK, p)
}

func token(r *http.Request) federation.Token { return federation.Token(r.PathValue("token")) }

func (s *Room) askConfirm(w http.ResponseWriter, r *http.Request) error {
	address, err := s.Notifications.Pending(r.Context(), token(r))
	if err != nil {
		return err
	}
	return s.say(w, r, "notify.confirm.title", "notify.confirm.text", "notify.confirm.do", "address", address)
}

func (s *Room) confirm(w http.ResponseWriter, r *http.Request) error {
	address, err := s.Notifications.Confirm(r.Context(), token(r))
	if err != nil {
		return err
	}
	return s.say(w, r, "notify.confirm.done", "notify.confirm.done.text", "", "address", address)
}

// stopped is what a letter's link is about: whose letters, and of which kind; "" for all.
func (s *Room) stopped(r *http.Request) (stop string, kind notify.Kind, err error) {
	if text := r.PathValue("kind"); text != "" {
		if kind, err = notify.ParseKind(text); err != nil {
			return "", "", err
		}
	}
	stop = r.PathValue("stop")
	_, err = s.Notifications.Stoppable(r.Context(), stop)
	return stop, kind, err
}

func (s *Room) askStop(w http.ResponseWriter, r *http.Request) error {
	_, kind, err := s.stopped(r)
	if err != nil {
		return err
	}
	if kind == "" {
		return s.say(w, r, "notify.stop.title", "notify.stop.all", "notify.stop.do")
	}
	return s.say(w, r, "notify.stop.title", "notify.stop.kind", "notify.stop.do", "kind", s.Words.T(httpx.Locale(r), "notify.kind."+string(kind)))
}

// stop is the button, and a mail program's one click (RFC 8058 §3.1), which says so in its body and shows nobody the answer.
func (s *Room) stop(w http.ResponseWriter, r *http.Request) error {
	stop, kind, err := s.stopped(r)
	if err == nil {
		err = s.Notifications.Stop(r.Context(), stop, kind)
	}
	if err != nil {
		return err
	}
	return s.say(w, r, "notify.stop.done", "notify.stop.done.text", "")
}
