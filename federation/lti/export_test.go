package lti

import (
	"encoding/json"
	"time"

	"pupitre/federation"
)

// ReadItem is readItem, as far as a test looks.
func ReadItem(raw []byte, client federation.Client) (address, title string, err error) {
	one, err := readItem(raw, client)
	return one.URL, one.Title, err
}

// ReadScore reads a score as it is posted.
func ReadScore(body []byte, now time.Time) (Score, error) {
	var b scoreBody
	if err := json.Unmarshal(body, &b); err != nil {
		return Score{}, err
	}
	return b.read(now)
}
