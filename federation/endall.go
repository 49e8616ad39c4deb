package federation

import (
	"context"

	"pupitre/directory"
	"pupitre/journal"
)

// AccountChanged ends the sessions of somebody whose local account was closed, or got a new password from somebody else.
const AccountChanged End = "account-changed"

// BrowserForgotten ends the session that a remembered browser began, once that is forgotten (local.Browser).
const BrowserForgotten End = "browser-forgotten"

// Ending is whose sessions end, why, and by whom.
type Ending struct {
	Project directory.ProjectID
	Person  directory.PersonID
	Why     End
	By      journal.Actor
	But     SessionID // goes on; "" for none
	Only    SessionID // this one alone ends; "" for all
}

// EndAll ends every session of a person but one, or one alone, in the transaction of what ends them.
func EndAll(ctx context.Context, w Writer, e Ending) error {
	sessions, err := w.SessionsOf(ctx, e.Project, e.Person)
	for _, session := range sessions {
		if session.ID == e.But || e.Only != "" && session.ID != e.Only {
			continue
		}
		if _, err := end(ctx, w, session, e.Why, e.By); err != nil {
			return err
		}
	}
	return err
}

// Rotate gives a session a new token, in the transaction of what its person has just proved or changed: the old one, whoever has it,
// opens nothing any more. fault.Unauthenticated where it opens nothing already.
func Rotate(ctx context.Context, w Writer, session Session, old Token) (Token, error) {
	token := NewToken()
	set, err := w.SetToken(ctx, session, old.Hash(), token.Hash())
	if err == nil && !set {
		err = errNoSession
	}
	return token, err
}
