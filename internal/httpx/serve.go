package httpx

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// drain is how long requests under way are waited for once the server is told to stop.
const drain = 15 * time.Second

// Server returns an http.Server with limits that suit pages and services. A handler that streams, or takes a large file,
// lifts its own deadlines through http.ResponseController.
func Server(handler http.Handler, log *slog.Logger) *http.Server {
	s := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	if log != nil {
		s.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	}
	return s
}

// Serve answers on listener until ctx ends, then lets the requests under way finish, for at most 15 seconds.
// With a TLS configuration that holds certificates it speaks TLS. It returns nil after a clean stop.
func Serve(ctx context.Context, s *http.Server, listener net.Listener) error {
	done := make(chan error, 1)
	go func() {
		if s.TLSConfig != nil {
			done <- s.ServeTLS(listener, "", "")
			return
		}
		done <- s.Serve(listener)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := s.Shutdown(limit); err != nil {
		return errors.Join(err, s.Close())
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
