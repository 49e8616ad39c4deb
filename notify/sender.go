package notify

import (
	"context"
	"errors"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/mail"
	"pupitre/internal/tx"
)

// Sender sends letters as they become due, one at a time. Any number of nodes may run one. Build it as a literal; all its fields are needed
// but the last three.
type Sender struct {
	Service *Service
	Open    func(ctx context.Context) (Line, error) // dials the server
	Worker  string                                  // its name, another for each process
	Log     *slog.Logger

	Lease time.Duration // how long a worker that says nothing is believed to live; 0: 10 min
	Every time.Duration // how often it looks for work; 0: 1 s
	Most  time.Duration // between two attempts to reach a server that is not there; 0: 5 min
}

// Line is a connection to the server. *mail.Line is one.
type Line interface {
	// Send hands a letter over. mail.Refused is the server's no to this one; after any other error the line is of no use.
	Send(ctx context.Context, m mail.Message) error
	Close() error
}

const (
	usualLease = 10 * time.Minute // a letter is five steps of a minute at most
	usualEvery = time.Second
	usualMost  = 5 * time.Minute
	maxTrouble = 300 // bytes of what a server said
)

// addressed is an address in what a server said: whom a letter goes to is not the operator's to read.
var addressed = regexp.MustCompile(`[^\s<>@]+@[^\s<>@]+`)

func or(d, usual time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return usual
}

// Run sends until ctx ends. A server that is not there is asked again after 1 s, 2 s, 4 s …: letters wait meanwhile, and none is held
// against it.
func (s *Sender) Run(ctx context.Context) {
	wait := or(s.Every, usualEvery)
	for {
		n, err := s.Round(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.Log.ErrorContext(ctx, "letters cannot be sent: they wait", "error", err, "again", wait.String())
			wait = min(2*wait, or(s.Most, usualMost))
		default:
			wait = or(s.Every, usualEvery)
		}
		if n > 0 && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// Round sends what is due over one line, and returns how many letters came to an end or were put off. The server is dialled before a
// letter is taken: one that does not answer costs the database nothing but a look.
func (s *Sender) Round(ctx context.Context) (n int, err error) {
	due, err := tx.Answer(ctx, s.Service.Store.Read, func(ctx context.Context, r Reader) (bool, error) { return r.Due(ctx) })
	if err != nil || !due {
		return 0, err
	}
	line, err := s.Open(ctx)
	if err != nil {
		return 0, err
	}
	defer line.Close()
	for {
		l, found, err := s.claim(ctx)
		if err != nil || !found {
			return n, err
		}
		if err := s.send(ctx, line, l); err != nil {
			return n, err
		}
		n++
	}
}

func (s *Sender) claim(ctx context.Context) (l Letter, found bool, err error) {
	err = s.Service.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		l, found, err = w.Claim(ctx, s.Worker, w.Now().Add(or(s.Lease, usualLease)))
		return err
	})
	return l, found, err
}

// send sends one letter and notes what came of it. Its error ends the line.
func (s *Sender) send(ctx context.Context, line Line, l Letter) error {
	m, err := s.Service.Read(ctx, l.ID)
	if fault.Is(err, fault.NotFound) {
		return s.end(ctx, l, Ending{State: Dropped})
	} else if err != nil {
		return err
	}
	err = line.Send(ctx, m)
	refused, answered := errors.AsType[mail.Refused](err)
	switch {
	case err == nil:
		return s.end(ctx, l, Ending{State: Sent})
	case answered && refused.ForGood():
		return s.end(ctx, l, Ending{State: Failed, Trouble: refused.Error()})
	case answered:
		return s.end(ctx, l, Ending{State: Waiting, Trouble: refused.Error()})
	}
	// Whether it arrived is not known: it is sent again, a little later, with the same id.
	return errors.Join(err, s.end(ctx, l, Ending{State: Waiting, Trouble: err.Error()}))
}

// end notes what came of a letter, even where we are being stopped: what was sent must not be sent again for that alone.
func (s *Sender) end(ctx context.Context, l Letter, e Ending) error {
	ctx = context.WithoutCancel(ctx)
	e.Trouble = addressed.ReplaceAllString(e.Trouble, "…@…")
	e.Trouble = strings.ToValidUTF8(e.Trouble[:min(len(e.Trouble), maxTrouble)], "")
	err := s.Service.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if e.State == Waiting {
			if e.Due = w.Now().Add(pause(l.Attempts)); w.Now().Sub(l.Made) >= givenUp {
				e.State = Failed
			}
		}
		_, err := w.End(ctx, l, s.Worker, e)
		return err
	})
	if err == nil && e.State == Failed { // nobody's address in the log: the operator's page says it
		s.Log.ErrorContext(ctx, "a letter is given up", "letter", string(l.ID), "attempts", l.Attempts)
	}
	return err
}
