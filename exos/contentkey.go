package exos

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"

	"pupitre/internal/fault"
)

// ContentKey signs the addresses of publishers' content (exos/content). It is the installation's, the same on every node.
type ContentKey string

// LogValue hides it.
func (ContentKey) LogValue() slog.Value { return slog.StringValue("…") }

// ContentKey returns the installation's key, made where there is none yet; of two nodes that make it at once, one is followed.
func (s *Service) ContentKey(ctx context.Context) (ContentKey, error) {
	k, err := read(ctx, s, func(ctx context.Context, r Reader) (ContentKey, error) { return r.ContentKey(ctx) })
	if !fault.Is(err, fault.NotFound) {
		return k, err
	}
	var b [32]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return write(ctx, s, func(ctx context.Context, w Writer) (ContentKey, error) {
		if err := w.AddContentKey(ctx, ContentKey(hex.EncodeToString(b[:]))); err != nil {
			return "", err
		}
		return w.ContentKey(ctx)
	})
}
