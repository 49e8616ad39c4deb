package httpx

import (
	"context"
	"log/slog"
	"sync"
)

// Record is the one log line of a request. It is filled as the request goes and written when the answer is sent.
// Safe for concurrent use.
type Record struct {
	id     string
	secure bool

	mu    sync.Mutex
	route string // the mux pattern that answered, "" for none
	attrs []slog.Attr
}

// at notes the route. The mux tells the request that it was given, which is seldom the one that the edge holds.
func (e *Record) at(pattern string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.route = pattern
}

func (e *Record) where() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.route
}

// Set adds one fact: an id, a count, a decision. Never a name, an e-mail, an answer or a token.
// Setting the same key again replaces its value.
func (e *Record) Set(key string, value any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range e.attrs {
		if e.attrs[i].Key == key {
			e.attrs[i].Value = slog.AnyValue(value)
			return
		}
	}
	e.attrs = append(e.attrs, slog.Any(key, value))
}

// facts returns what was set, in order.
func (e *Record) facts() []slog.Attr {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]slog.Attr(nil), e.attrs...)
}

type recordKey struct{}

// Event returns the record of the request that ctx belongs to. Outside a request it returns one that nobody reads.
func Event(ctx context.Context) *Record {
	if e, ok := ctx.Value(recordKey{}).(*Record); ok {
		return e
	}
	return &Record{}
}

// RequestID returns the request's number, which the answer's X-Request-Id and the log line carry too; "" outside a request.
func RequestID(ctx context.Context) string { return Event(ctx).id }
