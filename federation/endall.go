package federation

import (
	"context"

	"pupitre/directory"
	"pupitre/journal"
)

// AccountChanged ends the sessions of somebody whose local account was closed, or got a new password from somebody else.
const AccountChanged End = "account-changed"

// EndAll ends every session of a person, in the transaction of what ends them, and returns how many there were.
func EndAll(ctx context.Context, w Writer, project directory.ProjectID, person directory.PersonID, why End, actor journal.Actor) (int, error) {
	sessions, err := w.SessionsOf(ctx, project, person)
	n := 0
	for _, session := range sessions {
		ended, err := end(ctx, w, session, why, actor)
		if err != nil {
			return n, err
		}
		if ended {
			n++
		}
	}
	return n, err
}
