package federation

import (
	"context"

	"pupitre/directory"
	"pupitre/journal"
)

// AccountChanged ends the sessions of somebody whose local account was closed, or got a new password from somebody else.
const AccountChanged End = "account-changed"

// Ending is whose sessions end, why, and by whom.
type Ending struct {
	Project directory.ProjectID
	Person  directory.PersonID
	Why     End
	By      journal.Actor
}

// EndAll ends every session of a person, in the transaction of what ends them.
func EndAll(ctx context.Context, w Writer, e Ending) error {
	sessions, err := w.SessionsOf(ctx, e.Project, e.Person)
	for _, session := range sessions {
		if _, err := end(ctx, w, session, e.Why, e.By); err != nil {
			return err
		}
	}
	return err
}
