package partners

import (
	"io"
	"iter"
	"net/http"
	"time"

	"pupitre/licensing"
)

// PackReport writes the ZIP of the global report.
func PackReport(to io.Writer, distributor string, lines iter.Seq2[licensing.Movement, error]) error {
	return Report{}.pack(to, distributor, time.Unix(0, 0), lines)
}

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
