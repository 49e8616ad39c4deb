package lti

import (
	"time"

	"pupitre/directory"
	"pupitre/federation"
)

// LineItemID identifies a column of a gradebook.
type LineItemID string

// LineItem (« colonne du carnet ») is something that is marked: a column of a class's gradebook (Assignment and Grade Services 2.0 §3.2).
type LineItem struct {
	ID       LineItemID
	School   directory.SchoolID
	Context  ContextID
	Label    string
	Maximum  float64
	Tag      string
	Resource string // the tool's own name of what is marked (resourceId)
	Link     string // resource_link_id, "" for none
	Starts   time.Time
	Ends     time.Time
}

// Score is what a tool last said of somebody's work (§3.4): a cell of the gradebook. Said is the tool's time, Received is ours; what the
// tool said later is never written over by what it said before.
type Score struct {
	Project  directory.ProjectID
	Person   directory.PersonID
	School   directory.SchoolID
	Item     LineItemID
	Marked   bool // false: no mark, only how far the work is
	Given    float64
	Maximum  float64
	Activity string
	Grading  string
	Remark   string
	Said     time.Time
	Received time.Time
}

// Final reports whether the mark is the tool's last word.
func (s Score) Final() bool { return s.Marked && s.Grading == fullyGraded }

// On is the mark on the scale of its column.
func (s Score) On(item LineItem) float64 {
	if s.Maximum == item.Maximum || s.Maximum == 0 {
		return s.Given
	}
	return s.Given * item.Maximum / s.Maximum
}

// fullyGraded is the grading progress of a mark that stands (§3.4.4).
const fullyGraded = "FullyGraded"

// What a tool may say of how far work and marking are (§3.4.3, §3.4.4).
var (
	activities = []string{"Initialized", "Started", "InProgress", "Submitted", "Completed"}
	gradings   = []string{fullyGraded, "Pending", "PendingManual", "Failed", "NotReady"}
)

// Limits of a gradebook.
const (
	mostLineItems = 200 // of a class, by one tool for one resource
	mostPoints    = 1e6
)

// kept is for how long.
const kept = federation.GradesKept
