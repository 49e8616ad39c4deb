package local

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// Bucket counts attempts of one sort: its key is a hash of what they have in common.
type Bucket struct {
	Key  string
	free int           // attempts without a wait
	most time.Duration // the longest wait
}

const (
	firstWait = 15 * time.Second
	longest   = 5 * time.Minute
	forgotten = time.Hour // after the last attempt: nobody waits for what others did yesterday
)

// bucketsOf are those that one attempt is counted in: the identifier from this address, the identifier from anywhere, the address. A
// classmate who guesses makes the pupil wait at school, for minutes and not at home; many addresses that guess one identifier, or one
// address that guesses many, wait too. A whole school may be one address, so many of its attempts are free, and its wait is short.
func bucketsOf(project directory.ProjectID, login Login, from string) []Bucket {
	all := []Bucket{
		{bucketKey(project, "login", string(login), from), 5, longest},
		loginBucket(project, login),
	}
	if from != "" {
		all = append(all, Bucket{bucketKey(project, "address", from), 100, time.Minute})
	}
	return all
}

func loginBucket(project directory.ProjectID, login Login) Bucket {
	return Bucket{bucketKey(project, "login", string(login)), 30, longest}
}

// factorBucket counts codes: a million of them, and three are right at a time.
func factorBucket(project directory.ProjectID, person directory.PersonID) Bucket {
	return Bucket{bucketKey(project, "factor", string(person)), 5, longest}
}

// questionBucket counts what is asked before anybody is known: each question is a row, for whoever asks. A school may be one address, and
// takes back what came to something.
func questionBucket(project directory.ProjectID, from string) Bucket {
	return Bucket{bucketKey(project, "question", from), 300, time.Minute}
}

func bucketKey(project directory.ProjectID, parts ...string) string {
	sum := sha256.Sum256([]byte(string(project) + "\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:])
}

// reserve counts an attempt in each bucket before anything is compared, and sets the waits that follow it; fault.Unavailable with how
// long to wait where one has not passed: that attempt is not counted, for its transaction ends with the error.
func reserve(ctx context.Context, w Writer, project directory.ProjectID, buckets ...Bucket) error {
	now := w.Now()
	for _, b := range inOrder(buckets) {
		n, until, err := w.CountTry(ctx, project, b.Key, now.Add(-forgotten))
		if err != nil {
			return err
		}
		if until.After(now) {
			return errWait(until.Sub(now))
		}
		if n > b.free {
			if err := w.Delay(ctx, project, b.Key, now.Add(b.wait(n))); err != nil {
				return err
			}
		}
	}
	return nil
}

// inOrder is the same order everywhere, so that no two transactions wait for each other.
func inOrder(buckets []Bucket) []Bucket {
	return slices.SortedFunc(slices.Values(buckets), func(a, b Bucket) int { return strings.Compare(a.Key, b.Key) })
}

// wait is how long after the nth attempt: twice as long each time.
func (b Bucket) wait(n int) time.Duration {
	d := firstWait
	for range min(n-b.free-1, 10) {
		d *= 2
	}
	return min(d, b.most)
}

// forgive takes back what was counted of an attempt that was right: the identifier begins anew, the address has one less, for whoever
// has an account of their own must not guess others' for free.
func forgive(ctx context.Context, w Writer, project directory.ProjectID, login Login, from string) error {
	address := bucketKey(project, "address", from)
	for _, b := range inOrder(bucketsOf(project, login, from)) {
		var err error
		if b.Key == address {
			err = w.TakeBackTry(ctx, project, b.Key, b.free)
		} else {
			err = w.ForgetTries(ctx, project, b.Key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// errWait says when to come back.
func errWait(d time.Duration) error {
	if d > time.Minute {
		return fault.New(fault.Unavailable, "local.wait.minutes", "n", int((d+time.Minute-1)/time.Minute))
	}
	return fault.New(fault.Unavailable, "local.wait.seconds", "n", int((d+time.Second-1)/time.Second))
}

// WaitOf reports whether an error asks to come back in a while, and in how long.
func WaitOf(err error) (time.Duration, bool) {
	unit := map[string]time.Duration{"local.wait.minutes": time.Minute, "local.wait.seconds": time.Second}[fault.CodeOf(err)]
	if unit == 0 {
		return 0, false
	}
	n, _ := fault.ParamsOf(err)[1].(int)
	return time.Duration(n) * unit, true
}
