package partners

import (
	"io"
	"net/http"

	"pupitre/licensing"
)

// ReadSubscription reads an <abonnement> from a file, exactly as the service reads a request's body. It is the operator's door
// for a distributor's file.
func ReadSubscription(file io.Reader) (licensing.Subscription, error) {
	r, err := http.NewRequest(http.MethodPut, "/", file)
	if err != nil {
		return licensing.Subscription{}, err
	}
	r.Header.Set("Content-Type", "application/xml")
	sub, _, err := readSubscription(r)
	return sub, err
}
