package thumbnail

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// Service fetches and keeps. Build it as a literal; all its named fields are needed.
type Service struct {
	Store  Store
	Client *http.Client // httpx.Abroad
	Worker string       // its name, another for each process
	Log    *slog.Logger

	drawing sync.Mutex // one picture at a time is decoded: it takes memory
}

const (
	lease     = 2 * time.Minute
	firstWait = 10 * time.Minute
	mostTries = 4
)

// Next fetches one that is due; false where none is.
func (s *Service) Next(ctx context.Context) (bool, error) {
	waiting, err := tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) (bool, error) { return r.Waiting(ctx) })
	if err != nil || !waiting {
		return false, err
	}
	var task Task
	found := false
	if err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		task, found, err = w.Claim(ctx, s.Worker, w.Now().Add(lease))
		return err
	}); err != nil || !found {
		return false, err
	}
	done := s.bring(ctx, task)
	if ctx.Err() != nil {
		return false, ctx.Err() // the lease ends by itself
	}
	if done.Trouble != nil {
		s.Log.InfoContext(ctx, "thumbnail", "address", task.Address, "tries", task.Tries+1, "again", done.Again, "trouble", done.Trouble)
	}
	return true, s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		_, err := w.Keep(ctx, s.Worker, task, done)
		return err
	})
}

// bring fetches a picture and draws it.
func (s *Service) bring(ctx context.Context, t Task) (o Outcome) {
	body, passing, err := fetch(ctx, s.Client, t.Address)
	if err == nil {
		s.drawing.Lock()
		o.Small, o.Large, err = Draw(body)
		s.drawing.Unlock()
	}
	if err == nil {
		return o
	}
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		f = fault.Wrap(err, fault.Invalid, "thumbnail.damaged")
	}
	o = Outcome{Trouble: f}
	if passing && t.Tries+1 < mostTries {
		o.Again = firstWait << t.Tries
	}
	return o
}

// mostRefused is how many refusals are listed at a time.
const mostRefused = 200

// Refused lists of which addresses there is no picture, and why, the latest first, at most 200; of these only, where there are any.
func (s *Service) Refused(ctx context.Context, addresses ...string) ([]Refusal, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]Refusal, error) { return r.Refused(ctx, addresses, mostRefused) })
}

// Retry has an address asked for again; NotFound (thumbnail.unknown).
func (s *Service) Retry(ctx context.Context, address string) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error { return w.Retry(ctx, address) })
}

// Picture returns a picture by the hash of its content; NotFound (thumbnail.unknown).
func (s *Service) Picture(ctx context.Context, hash string) ([]byte, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]byte, error) { return r.Picture(ctx, hash) })
}

// Sweep removes addresses that no notice names any more, and their pictures.
func (s *Service) Sweep(ctx context.Context, limit int) (int, error) {
	return tx.Answer(ctx, s.Store.Write, func(ctx context.Context, w Writer) (int, error) { return w.Sweep(ctx, limit) })
}
