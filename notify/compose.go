package notify

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"net/url"
	"strings"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/fault"
	"pupitre/internal/mail"
)

// Where a letter's links lead, below the broker's address. Whoever is of the trade has the same pages below their own space.
const (
	ConfirmPath = "/notifications/adresse/confirmer" // …/{token}
	StopPath    = "/notifications/arreter"           // …/{stop}/{kind}; without a kind all
	OpenPath    = "/notifications"                   // …/{id}
	TradePath   = "/professionnels" + OpenPath
)

// errUnwanted says that nobody wants a letter any more.
var errUnwanted = fault.New(fault.NotFound, "notify.letter.unwanted")

// Read returns a letter as it would be sent now; fault.NotFound (notify.letter.unwanted) where nobody wants it any more.
func (s *Service) Read(ctx context.Context, id LetterID) (mail.Message, error) {
	var m mail.Message
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		l, err := r.FindLetter(ctx, id)
		if err == nil {
			m, err = s.compose(ctx, r, l)
		}
		return err
	})
	return m, err
}

// written is a letter for its template.
type written struct {
	Language, Title, Lead string
	Told                  []told
	Do, Link              string // the link of a confirmation
	Settings, Stop        [2]string
	Foot, Open            string
}

// told is a notification in a letter.
type told struct {
	Title, Where, Link string
	Lines              []string
}

//go:embed letter.html
var files embed.FS

var page = template.Must(template.ParseFS(files, "letter.html"))

// compose writes a letter to the person's address of now. A digest leaves out what they have read.
func (s *Service) compose(ctx context.Context, r Reader, l Letter) (mail.Message, error) {
	is, err := r.FindSettings(ctx, l.Person)
	if err != nil {
		return mail.Message{}, err
	}
	a := is.Address
	m := mail.Message{ID: string(l.ID) + "@" + s.host(), To: a.Mail, Language: string(a.Locale), Date: l.Made}
	w := written{Language: m.Language}
	t := func(key string, args ...any) string { return s.Words.T(a.Locale, key, args...) }
	if l.Kind == Confirmation {
		if l.Secret == "" || federation.Token(l.Secret).Hash() != a.Hash || !r.Now().Before(a.Until) {
			return m, errUnwanted
		}
		m.To = a.Pending
		w.Title, w.Lead, w.Foot = t("notify.letter.confirm"), t("notify.letter.confirm.lead", "address", a.Pending), t("notify.letter.confirm.foot")
		w.Do, w.Link = t("notify.letter.confirm.do"), s.Base+ConfirmPath+"/"+l.Secret
		return s.whole(m, w)
	}
	notifications, err := r.ListTold(ctx, l)
	if err != nil {
		return m, err
	}
	only, open := Kind(""), s.Base+OpenPath
	if l.Project == local.Guests {
		open = s.Base + TradePath
	}
	for _, n := range notifications {
		if is.Cadence(n.Kind) == Never || l.Kind == Digest && !n.Read.IsZero() {
			continue
		}
		title, lines := n.Say(s.Words, a.Locale)
		w.Told = append(w.Told, told{title, t("notify.letter.where", "school", n.About.School, "code", string(n.About.UAI)), open + "/" + string(n.ID), lines})
		only = n.Kind
	}
	if m.To == "" || len(w.Told) == 0 {
		return m, errUnwanted
	}
	w.Title, w.Open = w.Told[0].Title, t("notify.letter.open")
	if l.Kind == Digest {
		only = ""
		w.Title, w.Lead = t("notify.letter.digest", "n", len(w.Told)), t("notify.letter.digest.lead")
	}
	m.Unsubscribe = s.Base + StopPath + "/" + url.PathEscape(a.Stop)
	stop := t("notify.letter.stop.all")
	if only != "" {
		m.Unsubscribe += "/" + string(only)
		stop = t("notify.letter.stop.kind", "kind", t("notify.kind."+string(only)))
	}
	w.Stop, w.Settings, w.Foot = [2]string{stop, m.Unsubscribe}, [2]string{t("notify.letter.settings"), open + "/choix"}, t("notify.letter.foot")
	return s.whole(m, w)
}

// whole writes subject and both bodies.
func (s *Service) whole(m mail.Message, w written) (mail.Message, error) {
	var html bytes.Buffer
	if err := page.ExecuteTemplate(&html, "letter.html", w); err != nil {
		return m, err
	}
	m.Subject, m.Text, m.HTML = w.Title, w.text(), html.String()
	return m, nil
}

// text is the letter without HTML.
func (w written) text() string {
	var b strings.Builder
	part := func(lines ...string) {
		for _, line := range lines {
			if line != "" {
				b.WriteString(line + "\n")
			}
		}
		b.WriteString("\n")
	}
	part(w.Title)
	part(w.Lead)
	for _, n := range w.Told {
		title := "— " + n.Title
		if n.Title == w.Title { // it is the letter's own
			title = ""
		}
		part(append(append([]string{title, n.Where}, n.Lines...), n.Link)...)
	}
	if w.Link != "" {
		part(w.Do, w.Link)
	}
	part("--", w.Foot)
	for _, link := range [][2]string{w.Settings, w.Stop} {
		if link[1] != "" {
			part(link[0], link[1])
		}
	}
	return b.String()
}

// host is the name that ids of letters end with.
func (s *Service) host() string {
	if u, err := url.Parse(s.Base); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "localhost"
}
