package proof

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"pupitre/federation"
	"pupitre/internal/keyset"
	"pupitre/internal/lang"
)

// Checker checks what programs prove and sign. Fill it as a struct literal; safe for concurrent use.
type Checker struct {
	Federation *federation.Service
	Store      Store
	Client     *http.Client // fetches key sets; redirects are not followed
	Now        func() time.Time
	Words      *lang.Words // what programs' authors are told, in English; nil: the codes alone

	sets keyset.Memory
}

// Spend uses up something that a client may show once, until it is too old anyway, and reports whether this was the first time.
func (c *Checker) Spend(ctx context.Context, client federation.ClientID, kind Kind, name string, until time.Time) (bool, error) {
	var first bool
	err := c.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		first, err = w.Spend(ctx, client, kind, federation.Token(name).Hash(), until)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("spend a %s of %s: %w", kind, client, err)
	}
	return first, nil
}

// Sweep removes what nobody could show any more, at most limit, and returns how many; call it again while it returns limit.
func (c *Checker) Sweep(ctx context.Context, limit int) (int, error) {
	var n int
	err := c.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		n, err = w.Sweep(ctx, w.Now().Add(-2*Skew), limit)
		return err
	})
	return n, err
}
