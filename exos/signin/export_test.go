package signin

import (
	"net/http"
	"time"

	"pupitre/exos"
)

// ReadRights lets fuzzing give answers of GET /rights directly.
func ReadRights(data []byte, school string) ([]exos.Right, error) { return readRights(data, school) }

// ReadEvent lets fuzzing give verified payloads directly.
func ReadEvent(now time.Time, payload []byte) ([]exos.Notice, error) {
	p := &Party{Issuer: "i", ClientID: "c", Now: func() time.Time { return now }}
	return p.parse(payload)
}

// ReadState lets fuzzing give state parameters directly.
func ReadState(r *http.Request, now time.Time, state string) error {
	_, err := (&Party{Now: func() time.Time { return now }}).arrived(r, state)
	return err
}
