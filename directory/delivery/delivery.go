package delivery

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/internal/fault"
)

// ID identifies a delivery; later ones are greater.
type ID string

// State is where a delivery stands.
type State string

// The states.
const (
	Waiting State = "waiting" // for a worker
	Running State = "running" // a worker holds its lease
	Done    State = "done"    // the report says what became of it, school by school
	Refused State = "refused" // the report says why; nothing was applied
	Failed  State = "failed"  // the machine was at fault, several times; somebody may try again
)

// Door is the way that a delivery came by.
type Door string

// The doors.
const (
	ByDrop Door = "drop" // the drop folder of the project
	ByPage Door = "page" // the operator's page
)

// Delivery (« livraison ») is a file set that a portal handed in, and what became of it.
type Delivery struct {
	ID       ID
	Project  directory.ProjectID
	Degree   directory.Degree // where the name says it: the two degrees come in deliveries of their own
	Delta    bool             // it says only what has changed
	Name     string           // of the archive or package
	Door     Door
	Bytes    int64
	SHA256   string
	Arrived  time.Time
	Confirm  []directory.UAI // schools where more may leave: somebody has said so
	State    State
	Attempts int
	Done     int // schools
	Total    int
	Ended    time.Time
	Report   json.RawMessage // a provision.Report, once it is done
	Trouble  string          // of the last attempt, for the operator
}

// Findings reads the report; the zero report where there is none yet.
func (d Delivery) Findings() (r provision.Report, err error) {
	if len(d.Report) > 0 {
		err = json.Unmarshal(d.Report, &r)
	}
	return r, err
}

// Asks lists the schools where the import stopped and that nobody has let go on yet.
func (d Delivery) Asks() ([]directory.UAI, error) {
	r, err := d.Findings()
	var asks []directory.UAI
	for _, s := range r.Schools {
		if s.Outcome == provision.Waiting && !slices.Contains(d.Confirm, s.UAI) {
			asks = append(asks, s.UAI)
		}
	}
	return asks, err
}

// parseName holds the name of a file to those that portals give.
func parseName(name string) (provision.Named, error) {
	n, ok := provision.ParseName(name)
	switch {
	case ok:
		return n, nil
	case strings.HasSuffix(name, packaged):
		return n, fault.New(fault.Invalid, "delivery.name.package", "name", shorten(name))
	}
	return n, fault.New(fault.Invalid, "delivery.name.form", "name", shorten(name))
}

// packaged is how the name of a OneRoster package ends.
const packaged = ".zip"

// open opens the set at a path, as it stands at the instant now.
func open(path string, now time.Time) (provision.Source, error) {
	if strings.HasSuffix(path, packaged) {
		return provision.OpenOneRoster(path, now)
	}
	return provision.Open(path)
}

// shorten keeps what a stranger wrote from filling a page.
func shorten(s string) string {
	const enough = 120
	r := []rune(strings.ToValidUTF8(s, "?"))
	if len(r) > enough {
		return string(r[:enough]) + "…"
	}
	return string(r)
}
