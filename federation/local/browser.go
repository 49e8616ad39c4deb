package local

import (
	"context"
	"fmt"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// BrowserID names a remembered browser. Knowing it opens nothing.
type BrowserID string

// Browser (« navigateur mémorisé ») is one in which somebody asked to be remembered (« Se souvenir de moi »). For a while it stands for
// their password, and for nothing else: a second factor is asked for as ever. What it holds is another each time that it is used.
type Browser struct {
	Project directory.ProjectID
	Person  directory.PersonID
	ID      BrowserID
	Hash    federation.Hash // of the token that it holds
	Before  federation.Hash // of the one before, "" at first
	Turned  time.Time       // since when it holds its token
	Name    string          // « Firefox, Windows »
	Session federation.SessionID
	Since   time.Time // the password was typed
	Used    time.Time
	Until   time.Time
}

// How long a browser is remembered: from the password on, whatever happens, and without being used. Where a sign-in has turned the token,
// another window may still be on its way with the one before.
const (
	RememberedFor = 30 * 24 * time.Hour
	unusedFor     = 14 * 24 * time.Hour
	turning       = time.Minute
	maxBrowsers   = 10 // of one person: the one that was used longest ago makes room
)

// Unnamed is the name of a browser that says nothing of itself that is known.
const Unnamed = "-"

// Mark is what a remembered browser holds: which one it is, and its token.
type Mark struct {
	ID    BrowserID
	Token federation.Token
}

// String is the mark as a cookie has it.
func (m Mark) String() string { return string(m.ID) + "." + string(m.Token) }

// ParseMark reads a cookie; the zero Mark for anything else.
func ParseMark(s string) Mark {
	id, token, ok := strings.Cut(s, ".")
	if !ok || id == "" || token == "" || len(s) > 200 {
		return Mark{}
	}
	return Mark{BrowserID(id), federation.Token(token)}
}

// until is until when a browser is remembered that is used now.
func (b Browser) until(now time.Time) time.Time {
	end := b.Since.Add(RememberedFor)
	if unused := now.Add(unusedFor); unused.Before(end) {
		return unused
	}
	return end
}

var (
	errForgotten = fault.New(fault.NotFound, "local.browser.none")
	errCopied    = fault.New(fault.Denied, "local.browser.copied")
)

// Recalling is a remembered browser at the door.
type Recalling struct {
	Project directory.ProjectID
	Mark    Mark
	State   string // of the browser's attempt
}

// Recalled is what comes of it: a passage, and what the browser holds from now on, the zero Mark where that is on its way already.
type Recalled struct {
	Passage federation.Token
	Step    Step
	Mark    Mark
}

// Recall begins a passage for the person of a remembered browser, at the step that follows the password. fault.NotFound
// (local.browser.none) where the browser is not remembered, or not any more; fault.Denied (local.browser.copied) where it holds a token
// that was used already: somebody has a copy, so neither is remembered any more, and what was begun there last ends.
func (s *Service) Recall(ctx context.Context, in Recalling) (Recalled, error) {
	// Looked at first, for anybody may ask: a stranger's word costs no turn at the writer.
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		_, err := r.FindBrowser(ctx, in.Project, in.Mark.ID)
		return err
	})
	if err != nil {
		return Recalled{}, err
	}
	var out Recalled
	var refused error // kept apart: what is forgotten stays forgotten
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		out, refused = Recalled{}, nil
		b, err := w.FindBrowser(ctx, in.Project, in.Mark.ID)
		if err != nil {
			return err
		}
		if !b.Until.After(w.Now()) {
			return errForgotten
		}
		fresh := in.Mark.Token.Hash() == b.Hash
		if !fresh && (in.Mark.Token.Hash() != b.Before || w.Now().Sub(b.Turned) >= turning) {
			refused = errCopied
			return b.copied(ctx, w)
		}
		out, err = s.recall(ctx, w, b, in.State, fresh)
		return err
	})
	if err = orErr(err, refused); err != nil {
		return Recalled{}, err
	}
	return out, nil
}

// recall begins the passage and, where the browser showed its present token, turns that.
func (s *Service) recall(ctx context.Context, w Writer, b Browser, state string, fresh bool) (Recalled, error) {
	a, err := w.Account(ctx, b.Project, b.Person)
	if err != nil {
		return Recalled{}, err
	}
	places, err := w.Places(ctx, b.Project, b.Person)
	if err != nil || len(places) == 0 {
		return Recalled{}, orErr(err, errForgotten)
	}
	if used, err := w.UseAccount(ctx, a); err != nil || !used { // whoever closes it, or changes its password, waits until this has ended
		return Recalled{}, orErr(err, errForgotten)
	}
	out := Recalled{Passage: federation.NewToken()}
	if fresh {
		mark := Mark{b.ID, federation.NewToken()}
		turned, err := w.TurnBrowser(ctx, b, mark.Token.Hash(), b.until(w.Now()))
		if err != nil {
			return Recalled{}, err
		}
		if turned {
			out.Mark = mark
		}
	}
	p := Passage{Project: b.Project, Person: b.Person, Hash: out.Passage.Hash(), Attempt: federation.Token(state).Hash(), Browser: b.ID, Until: w.Now().Add(passageLife)}
	s.settleAs(hasStaff(places), a, &p)
	out.Step = p.Step
	return out, w.AddPassage(ctx, p)
}

// copied forgets a browser of which there are two.
func (b Browser) copied(ctx context.Context, w Writer) error {
	act, err := record(ctx, w, b.Person, "local.browser-copied", journal.ClassChange)
	if err != nil {
		return err
	}
	return b.forget(ctx, w, act, "")
}

// forget forgets a browser and ends the session that it began, unless that is the one given.
func (b Browser) forget(ctx context.Context, w Writer, act journal.ActID, but federation.SessionID) error {
	if err := w.RemoveBrowser(ctx, act, b); err != nil || b.Session == "" || b.Session == but {
		return err
	}
	return federation.EndAll(ctx, w, federation.Ending{
		Project: b.Project, Person: b.Person, Why: federation.BrowserForgotten, By: by(b.Person), Only: b.Session,
	})
}

// Arrived notes which session a passage has begun, and remembers its browser where that was asked: then it returns what the browser is to
// hold, else the zero Mark. held is what the browser came with: of another person, or of an earlier time, it is forgotten.
func (s *Service) Arrived(ctx context.Context, v Visit, session federation.SessionID, held Mark) (Mark, error) {
	// Looked at first, as in Recall: where nothing is remembered, there is nothing to write.
	var begun Passage
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		begun, _, err = passage(ctx, r, v, Done)
		return err
	})
	if err != nil {
		return Mark{}, fmt.Errorf("remember a browser: %w", err)
	}
	if begun.Browser == "" && begun.Remember == "" && held == (Mark{}) {
		return Mark{}, nil
	}
	var mark Mark
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		mark = Mark{}
		p, _, err := passage(ctx, w, v, Done)
		if err != nil {
			return err
		}
		if p.Browser != "" {
			return w.SeatBrowser(ctx, Browser{Project: p.Project, Person: p.Person, ID: p.Browser}, session)
		}
		if err := drop(ctx, w, p.Project, held); err != nil || p.Remember == "" {
			return err
		}
		if err := makeRoom(ctx, w, p); err != nil {
			return err
		}
		act, err := record(ctx, w, p.Person, "local.browser-remembered", journal.ClassChange)
		if err != nil {
			return err
		}
		mark = Mark{BrowserID(federation.NewToken()), federation.NewToken()}
		b := Browser{Project: p.Project, Person: p.Person, ID: mark.ID, Hash: mark.Token.Hash(), Turned: w.Now(), Name: p.Remember,
			Session: session, Since: w.Now(), Used: w.Now()}
		b.Until = b.until(w.Now())
		return w.AddBrowser(ctx, act, b)
	})
	if err != nil {
		return Mark{}, fmt.Errorf("remember a browser: %w", err)
	}
	return mark, nil
}

// makeRoom forgets the browsers that were used longest ago, where one more would be too many.
func makeRoom(ctx context.Context, w Writer, p Passage) error {
	all, err := w.Browsers(ctx, p.Project, p.Person)
	if err != nil || len(all) < maxBrowsers {
		return err
	}
	act, err := record(ctx, w, p.Person, "local.browser-forgotten", journal.ClassChange)
	if err != nil {
		return err
	}
	for _, b := range all[maxBrowsers-1:] {
		if err := w.RemoveBrowser(ctx, act, b); err != nil {
			return err
		}
	}
	return nil
}

// drop forgets the browser of a mark, if it is one that opens something or has just done so.
func drop(ctx context.Context, w Writer, project directory.ProjectID, m Mark) error {
	if m == (Mark{}) {
		return nil
	}
	b, err := w.FindBrowser(ctx, project, m.ID)
	if fault.Is(err, fault.NotFound) || err == nil && m.Token.Hash() != b.Hash && m.Token.Hash() != b.Before {
		return nil
	} else if err != nil {
		return err
	}
	act, err := record(ctx, w, b.Person, "local.browser-forgotten", journal.ClassChange)
	if err != nil {
		return err
	}
	return w.RemoveBrowser(ctx, act, b)
}

// Forget forgets the browser of a mark, at the word of whoever sits there. One that is not remembered stays so.
func (s *Service) Forget(ctx context.Context, project directory.ProjectID, m Mark) error {
	if m == (Mark{}) {
		return nil
	}
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error { return drop(ctx, w, project, m) })
}

// ForgetOwn forgets one of somebody's browsers, and ends the session that it began: a device may be lost. Nothing else is asked: it takes
// a way in away, and opens none. fault.NotFound (local.browser.none) for one that is not theirs.
func (s *Service) ForgetOwn(ctx context.Context, me Me, id BrowserID) error {
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		b, err := w.FindBrowser(ctx, me.Session.Project, id)
		if err != nil {
			return err
		}
		if b.Person != me.Session.Person {
			return errForgotten
		}
		act, err := record(ctx, w, b.Person, "local.browser-forgotten", journal.ClassChange)
		if err != nil {
			return err
		}
		return b.forget(ctx, w, act, me.Session.ID)
	})
	if err != nil {
		return fmt.Errorf("forget a browser of %s: %w", me.Session.Person, err)
	}
	return nil
}
