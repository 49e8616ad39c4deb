package worldtest_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"pupitre/internal/clock"
)

// wire carries requests for a benchmark, to whichever server: the client shares the processors with what is measured, and the standard
// one hands each request from goroutine to goroutine. It keeps connections open, and follows and decides nothing.
type wire struct {
	address func(host string) string // where a host is; nil: where it says

	mu   sync.Mutex
	idle map[string][]*held
}

// held is a connection between two requests.
type held struct {
	net.Conn
	r     *bufio.Reader
	w     *bufio.Writer
	since time.Time
}

// longestIdle is less than any server waits for the next request.
const longestIdle = 500 * time.Millisecond

// RoundTrip implements http.RoundTripper. The answer's body has come with it.
func (w *wire) RoundTrip(req *http.Request) (*http.Response, error) {
	c, err := w.take(req.URL.Host)
	if err != nil {
		return nil, err
	}
	res, body, err := c.ask(req)
	if err != nil {
		c.Close()
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	if res.Close {
		c.Close()
		return res, nil
	}
	c.since = clock.System()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.idle == nil {
		w.idle = map[string][]*held{}
	}
	w.idle[req.URL.Host] = append(w.idle[req.URL.Host], c)
	return res, nil
}

// take finds a connection that is open, the last used first, or opens one.
func (w *wire) take(host string) (*held, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for n := len(w.idle[host]); n > 0; n = len(w.idle[host]) {
		c := w.idle[host][n-1]
		w.idle[host] = w.idle[host][:n-1]
		if clock.System().Sub(c.since) < longestIdle {
			return c, nil
		}
		c.Close()
	}
	address := host
	if w.address != nil {
		address = w.address(host)
	}
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &held{Conn: conn, r: bufio.NewReader(conn), w: bufio.NewWriter(conn)}, nil
}

func (c *held) ask(req *http.Request) (*http.Response, []byte, error) {
	if err := req.Write(c.w); err != nil {
		return nil, nil, err
	}
	if err := c.w.Flush(); err != nil {
		return nil, nil, err
	}
	res, err := http.ReadResponse(c.r, req)
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(res.Body)
	return res, body, err
}

// CloseIdleConnections closes what http.Client asks to be closed.
func (w *wire) CloseIdleConnections() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, all := range w.idle {
		for _, c := range all {
			c.Close()
		}
	}
	w.idle = nil
}
