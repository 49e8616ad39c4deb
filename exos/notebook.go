package exos

import (
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/exos/author"
	"pupitre/exos/qti/question"
	"pupitre/internal/fault"
)

// NotebookID is ours.
type NotebookID string

// Notebook (« recueil ») is a teacher's own exercises, as they have them now. What pupils may have of it is a module, in versions like
// any other; it opens to its author, and to those classes and groups to which its author gave something of it.
type Notebook struct {
	ID        NotebookID
	Owner     LearnerID
	Title     string
	Drafts    int
	ChangedAt time.Time
	// Module and Version are what pupils have, "" before the first time; Number is the version's.
	Module      ModuleID
	Version     VersionID
	Number      int
	PublishedAt time.Time
	Origin      string // of a copy: what it was copied from, and whose; "" of one's own
}

// Changed reports whether the notebook says something else than what pupils have.
func (n Notebook) Changed() bool { return n.Version == "" || n.ChangedAt.After(n.PublishedAt) }

// DraftID is ours.
type DraftID string

// Draft (« brouillon ») is one exercise of a notebook as its author has it now.
type Draft struct {
	ID       DraftID
	Notebook NotebookID
	Place    int          // from 1
	Edition  int          // grows with each change; a form says which one it shows
	Form     *author.Form // nil where it came in a file: then the file's question is what there is
	Question question.Question
	Files    map[string]Hash // that the question shows, by path in its file
}

// Name is what the list calls it.
func (d Draft) Name() string {
	if d.Question.Name != "" {
		return d.Question.Name
	}
	return d.Question.DefaultName()
}

// The limits of what a teacher may keep here.
const (
	MaxNotebooks = 200
	maxDrafts    = 300     // of one notebook
	MaxImport    = 8 << 20 // bytes of a file of questions
	ownARK       = "exos:" // begins the resource of a module that no broker knows
)

func titled(title string) (string, error) {
	title = strings.TrimSpace(title)
	if n := utf8.RuneCountInString(title); n == 0 || n > maxTitle {
		return "", fault.New(fault.Invalid, "exos.notebook.title", "max", maxTitle)
	}
	return title, nil
}
