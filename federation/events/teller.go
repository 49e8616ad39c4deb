package events

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Teller tells publishers. Fill it as a struct literal, then Run it, on any number of nodes.
type Teller struct {
	Federation *federation.Service
	Keys       *federation.Keyring
	Store      Store
	Now        func() time.Time
	Issuer     string       // the broker's own address, as in the provider
	Client     *http.Client // redirects are not followed
	Log        *slog.Logger
}

const (
	round     = 16               // pushes leased at once
	abreast   = 8                // told to one client at the same time
	patience  = 5 * time.Second  // for one answer
	leaseLife = 60 * time.Second // more than a round can take
	giveUp    = 72 * time.Hour   // after which a push is dropped
	longest   = 15 * time.Minute // between two tries
	idle      = 200 * time.Millisecond
)

// Run follows and delivers until ctx ends.
func (t *Teller) Run(ctx context.Context) {
	r := runner{teller: t, busy: map[federation.ClientID]bool{}}
	tick := time.NewTicker(idle)
	defer tick.Stop()
	for {
		if err := r.turn(ctx); err != nil && ctx.Err() == nil {
			t.Log.ErrorContext(ctx, "publishers could not be told", "error", err)
		}
		select {
		case <-ctx.Done():
			r.all.Wait()
			return
		case <-tick.C:
		}
	}
}

// runner keeps a goroutine for each client that has something due.
type runner struct {
	teller *Teller
	all    sync.WaitGroup

	mu   sync.Mutex
	busy map[federation.ClientID]bool
}

// turn queues what is new, and starts a goroutine for each client that has something due and none yet.
func (r *runner) turn(ctx context.Context) error {
	for {
		n, err := r.teller.Follow(ctx)
		if err != nil {
			return err
		}
		if n < 100 {
			break
		}
	}
	due, err := r.teller.due(ctx)
	if err != nil {
		return err
	}
	for _, client := range due {
		r.mu.Lock()
		started := r.busy[client]
		r.busy[client] = true
		r.mu.Unlock()
		if started {
			continue
		}
		r.all.Go(func() {
			defer func() {
				r.mu.Lock()
				defer r.mu.Unlock()
				delete(r.busy, client)
			}()
			if _, err := r.teller.deliver(ctx, client); err != nil && ctx.Err() == nil {
				r.teller.Log.ErrorContext(ctx, "a publisher could not be told", "client", client, "error", err)
			}
		})
	}
	return nil
}

// Deliver tells every client what is due now, and returns how many pushes were taken up: for tests and commands; Run does it for ever.
func (t *Teller) Deliver(ctx context.Context) (int, error) {
	due, err := t.due(ctx)
	if err != nil {
		return 0, err
	}
	var told atomic.Int64
	var all sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for _, client := range due {
		all.Go(func() {
			n, err := t.deliver(ctx, client)
			told.Add(int64(n))
			mu.Lock()
			defer mu.Unlock()
			failed = errors.Join(failed, err)
		})
	}
	all.Wait()
	return int(told.Load()), failed
}

func (t *Teller) due(ctx context.Context) (due []federation.ClientID, err error) {
	err = t.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		due, err = r.Due(ctx)
		return err
	})
	return due, err
}

// deliver tells one client until nothing is due, or it fails, and returns how many it was told.
func (t *Teller) deliver(ctx context.Context, id federation.ClientID) (int, error) {
	client, err := t.Federation.FindClient(ctx, id)
	gone := fault.Is(err, fault.NotFound)
	if err != nil && !gone {
		return 0, err
	}
	told := 0
	for {
		var pushes []Push
		err := t.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
			pushes, err = w.Lease(ctx, id, round, leaseLife)
			return err
		})
		if err != nil || len(pushes) == 0 {
			return told, err
		}
		ok, err := t.tellAll(ctx, client, pushes, gone)
		told += ok
		if err != nil || ok < len(pushes) {
			return told, err
		}
	}
}

// tellAll tells a round, some at the same time: they are of different persons. It returns how many were taken.
func (t *Teller) tellAll(ctx context.Context, c federation.Client, pushes []Push, gone bool) (int, error) {
	var taken atomic.Int64
	var mu sync.Mutex
	var failed error
	var all sync.WaitGroup
	gate := make(chan struct{}, abreast)
	for _, p := range pushes {
		all.Go(func() {
			gate <- struct{}{}
			defer func() { <-gate }()
			ok, err := t.tell(ctx, c, p, gone)
			if ok {
				taken.Add(1)
			}
			mu.Lock()
			defer mu.Unlock()
			failed = errors.Join(failed, err)
		})
	}
	all.Wait()
	return int(taken.Load()), failed
}

// tell makes one push and notes what came of it. Its error is ours; the publisher's failures only put the push off.
func (t *Teller) tell(ctx context.Context, c federation.Client, p Push, gone bool) (bool, error) {
	sent := error(nil)
	if !gone && p.Kind == CASLogout {
		entered, err := t.entered(ctx, p)
		if err != nil {
			return false, err
		}
		sent = t.signOut(ctx, entered)
	} else if !gone && p.Kind == PersonErased && c.EventsURL != "" {
		token, err := t.erased(ctx, p, c)
		if err != nil {
			return false, err
		}
		sent = t.send(ctx, c, p.Kind, token)
	} else if !gone && takes(c, p.Kind) { // else there is nobody left to tell
		secret, err := t.secret(ctx, p)
		switch {
		case fault.Is(err, fault.NotFound): // erased: nobody left to tell of
		case err != nil:
			return false, err
		case p.Kind == SAMLLogout:
			sent = t.endSAML(ctx, c, p, secret)
		default:
			token, err := t.token(ctx, p, c, secret)
			if err != nil {
				return false, err
			}
			sent = t.send(ctx, c, p.Kind, token)
		}
	}
	now := t.Now()
	if sent != nil && now.Sub(p.At) < giveUp {
		t.Log.WarnContext(ctx, "a publisher did not take an event", "client", c.ID, "kind", p.Kind, "tries", p.Tries+1, "error", sent)
		return false, t.Store.Write(context.WithoutCancel(ctx), func(ctx context.Context, w Writer) error {
			return w.Later(ctx, p, now.Add(pause(p.Tries)))
		})
	}
	if sent != nil {
		t.Log.ErrorContext(ctx, "an event is given up", "client", c.ID, "kind", p.Kind, "tries", p.Tries+1, "error", sent)
	}
	// WithoutCancel: what was told must not be told again only because we are being stopped.
	return true, t.Store.Write(context.WithoutCancel(ctx), func(ctx context.Context, w Writer) error { return w.Done(ctx, p) })
}

// pause is how long to wait after so many failures: 1 s, 2 s, 4 s … 15 min.
func pause(tries int) time.Duration {
	if tries > 10 {
		return longest
	}
	return min(time.Second<<tries, longest)
}

func (t *Teller) secret(ctx context.Context, p Push) (s directory.Secret, err error) {
	err = t.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		s, err = r.Secret(ctx, p.Project, p.Person)
		return err
	})
	return s, err
}

// takes reports whether a client still takes a kind of push.
func takes(c federation.Client, k Kind) bool {
	if k == SAMLLogout {
		return c.SAML != nil
	}
	return address(c, k) != ""
}

// address is where a client takes a kind of token.
func address(c federation.Client, k Kind) string {
	if k == Logout {
		return c.LogoutURL
	}
	return c.EventsURL
}

// send posts a token: as the body (RFC 8935 §2.1), or as a form's field (Back-Channel Logout §2.5).
func (t *Teller) send(ctx context.Context, c federation.Client, k Kind, token string) error {
	body, media := token, "application/secevent+jwt"
	if k == Logout {
		body, media = url.Values{"logout_token": {token}}.Encode(), form
	}
	return t.post(ctx, address(c, k), media, body, http.StatusMultipleChoices)
}

const form = "application/x-www-form-urlencoded"

// post sends a body. A status from 200 up to below another is an acknowledgement.
func (t *Teller) post(ctx context.Context, address, media, body string, below int) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", media)
	req.Header.Set("Accept", "application/json")
	res, err := httpx.FollowsNothing(t.Client).Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	io.Copy(io.Discard, io.LimitReader(res.Body, 4<<10)) // read, so that the connection can be used again
	if res.StatusCode < http.StatusOK || res.StatusCode >= below {
		return fmt.Errorf("%s", res.Status)
	}
	return nil
}
