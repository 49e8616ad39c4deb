package harvest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"pupitre/internal/fault"
)

// Client asks sources. Its zero value is not ready: it needs HTTP.
type Client struct {
	HTTP *http.Client
	Now  func() time.Time
	Wait func(ctx context.Context, d time.Duration) error // nil: as long as that
}

const (
	tries       = 5
	firstWait   = time.Second
	longestWait = 10 * time.Minute // that a source may ask for; beyond, we come again another time
)

// get asks until there is an answer: a source that is overloaded says when to come again (§3.1.2.2, 503 with Retry-After).
func (c *Client) get(ctx context.Context, address string) ([]byte, error) {
	wait := firstWait
	var last error
	for try := range tries {
		if try > 0 {
			if err := c.wait(ctx, wait); err != nil {
				return nil, err
			}
			wait *= 2
		}
		body, later, err := c.once(ctx, address)
		if err == nil || !later.again || ctx.Err() != nil {
			return body, err
		}
		last = err
		if later.after > longestWait {
			break
		}
		wait = max(wait, later.after)
	}
	return nil, last
}

// later says whether to ask again, and when at the earliest.
type later struct {
	again bool
	after time.Duration
}

func (c *Client) once(ctx context.Context, address string) ([]byte, later, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, later{}, fault.Wrap(err, fault.Invalid, "harvest.address.form", "address", address)
	}
	r.Header.Set("Accept", "text/xml, application/xml")
	r.Header.Set("User-Agent", "Pupitre-OAI-PMH/2.0")
	answer, err := c.HTTP.Do(r)
	if err != nil {
		return nil, later{again: true}, fault.Wrap(err, fault.Unavailable, "harvest.unreachable", "address", address)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		err := fault.New(fault.Unavailable, "harvest.status", "address", address, "status", answer.StatusCode)
		return nil, later{answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests, c.retryAfter(answer.Header.Get("Retry-After"))}, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, largestPage+1))
	switch {
	case err != nil:
		return nil, later{again: true}, fault.Wrap(err, fault.Unavailable, "harvest.unreachable", "address", address)
	case len(body) > largestPage:
		return nil, later{}, fault.New(fault.Invalid, "harvest.answer.large", "most", largestPage>>20)
	}
	return body, later{}, nil
}

// retryAfter reads seconds or a date (RFC 9110 §10.2.3).
func (c *Client) retryAfter(text string) time.Duration {
	if n, err := strconv.Atoi(text); err == nil && n > 0 {
		return time.Duration(min(n, 1<<20)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(c.Now()))
	}
	return 0
}

func (c *Client) wait(ctx context.Context, d time.Duration) error {
	if c.Wait != nil {
		return c.Wait(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// ask returns one answer of a source.
func (c *Client) ask(ctx context.Context, address string) (page, error) {
	body, err := c.get(ctx, address)
	if err != nil {
		return page{}, err
	}
	p, err := readPage(body)
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return p, f
	} else if err != nil {
		return p, fmt.Errorf("read the answer of %s: %w", address, err)
	}
	return p, nil
}
