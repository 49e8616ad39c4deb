package classroom

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"pupitre/exos"
	"pupitre/internal/fault"
)

// Bucket counts the codes that somebody tried: a learner's, or an address's, whose school may be many. Key is a hash.
type Bucket struct {
	Learner exos.LearnerID // "" of an address
	Key     string
	free    int           // tries without a wait
	most    time.Duration // the longest wait
}

const (
	firstWait = 15 * time.Second
	longest   = 5 * time.Minute
	forgotten = time.Hour // after the last try
)

// bucketsOf are those that one try is counted in, in the same order everywhere. A whole school may be one address: many of its tries
// are free, and its wait is short.
func bucketsOf(v exos.Visitor, from string) []Bucket {
	key := func(s string) string {
		sum := sha256.Sum256([]byte("code\x00" + s))
		return hex.EncodeToString(sum[:])
	}
	var all []Bucket
	if from != "" {
		all = append(all, Bucket{Key: key(from), free: 100, most: time.Minute})
	}
	return append(all, Bucket{Learner: v.Learner.ID, Key: key(""), free: 5, most: longest})
}

// guess lets a code be tried: it is counted before anything is compared, and no more once it was right. from is the address that it
// comes from, "" where that is not known. Exhausted says how long to wait.
func (s *Service) guess(ctx context.Context, v exos.Visitor, from string, try func() error) error {
	buckets := bucketsOf(v, from)
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		for _, b := range buckets {
			n, until, err := w.CountGuess(ctx, b, w.Now().Add(-forgotten))
			if err != nil {
				return err
			}
			if until.After(w.Now()) {
				return errWait(until.Sub(w.Now())) // and is not counted: the transaction ends with it
			}
			if n > b.free {
				if err := w.DelayGuess(ctx, b, w.Now().Add(b.wait(n))); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := try(); err != nil {
		return err
	}
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		for _, b := range buckets {
			if err := w.TakeBackGuess(ctx, b, b.free); err != nil {
				return err
			}
		}
		return nil
	})
}

// wait is how long after the nth try: twice as long each time.
func (b Bucket) wait(n int) time.Duration {
	d := firstWait
	for range min(n-b.free-1, 10) {
		d *= 2
	}
	return min(d, b.most)
}

func errWait(d time.Duration) error {
	if d > time.Minute {
		return fault.New(fault.Exhausted, "exosclass.wait.minutes", "n", int((d+time.Minute-1)/time.Minute))
	}
	return fault.New(fault.Exhausted, "exosclass.wait.seconds", "n", int((d+time.Second-1)/time.Second))
}
