package partners

import (
	"errors"
	"io"
	"net/http"

	"pupitre/licensing"
)

// ReadSubscription reads an <abonnement> from a file, exactly as the service reads a request's body. It is the operator's door
// for a distributor's file. locate gives a later refusal of that subscription its place in the file, for LineOf.
func ReadSubscription(file io.Reader) (sub licensing.Subscription, locate func(error) error, err error) {
	r, err := http.NewRequest(http.MethodPut, "/", file)
	if err != nil {
		return licensing.Subscription{}, nil, err
	}
	r.Header.Set("Content-Type", "application/xml")
	sub, fs, err := readSubscription(r)
	return sub, fs.locate, err
}

// LineOf is the line that a refusal is about, from 1; 0 where it is about none, or says so itself.
func LineOf(err error) int {
	if p, ok := errors.AsType[placed](err); ok {
		return p.line
	}
	return 0
}
