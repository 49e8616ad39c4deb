package partners

import (
	"io"
	"net/http"
)

// TrySubscription and TryQuery read a body alone, for fuzzing.
func TrySubscription(body io.Reader) error {
	r, _ := http.NewRequest(http.MethodPut, "/x", body)
	_, _, err := readSubscription(r)
	return err
}

// TryQuery reads the filters of a list.
func TryQuery(body io.Reader) error {
	r, _ := http.NewRequest(http.MethodPost, "/abonnements", body)
	_, err := readQuery(r)
	return err
}
