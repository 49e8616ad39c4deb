package local

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Reader is what local accounts ask of their store. What is not there is fault.NotFound.
type Reader interface {
	federation.Reader

	// Locals lists the projects whose persons may have accounts here.
	Locals(ctx context.Context) ([]directory.ProjectID, error)
	// Account finds a person's account, AccountByLogin the one of an identifier; closed ones too.
	Account(ctx context.Context, project directory.ProjectID, person directory.PersonID) (Account, error)
	AccountByLogin(ctx context.Context, project directory.ProjectID, login Login) (Account, error)
	// AccountsIn lists the accounts of those who are in a school now.
	AccountsIn(ctx context.Context, school directory.SchoolID) ([]Account, error)
	// FindPassage finds one by its token's hash.
	FindPassage(ctx context.Context, project directory.ProjectID, hash federation.Hash) (Passage, error)
	// Passkeys lists a person's, the oldest first; PasskeyByID finds the one of a credential id.
	Passkeys(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]Passkey, error)
	PasskeyByID(ctx context.Context, project directory.ProjectID, id []byte) (Passkey, error)
	// Browsers lists a person's that are remembered still, the one used last first; FindBrowser finds one, of whomever.
	Browsers(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]Browser, error)
	FindBrowser(ctx context.Context, project directory.ProjectID, id BrowserID) (Browser, error)
	// RecoveryLeft counts the recovery codes that were not used.
	RecoveryLeft(ctx context.Context, project directory.ProjectID, person directory.PersonID) (int, error)
	// PupilsChoose reports whether a school lets its pupils change their pass phrases.
	PupilsChoose(ctx context.Context, school directory.SchoolID) (bool, error)
	// Abandoned lists at most limit accounts of those who were in no school on a day, nor since.
	Abandoned(ctx context.Context, day string, limit int) ([]Account, error)

	School(ctx context.Context, id directory.SchoolID) (directory.School, error)
	SchoolByUAI(ctx context.Context, uai directory.UAI) (directory.School, error)
	Managers(ctx context.Context, school directory.SchoolID) ([]directory.AssignmentManager, error)
	Cohorts(ctx context.Context, school directory.SchoolID) ([]directory.Cohort, error)
	CohortsOf(ctx context.Context, school directory.SchoolID, person directory.PersonID) ([]directory.Cohort, error)
	Members(ctx context.Context, school directory.SchoolID, filter directory.Filter, page directory.Page) ([]directory.Member, error)
}

// Writer is what local accounts change. Each change of an account needs the act that explains it.
type Writer interface {
	Reader
	federation.Writer

	// SetLocals makes these the projects whose persons may have accounts here.
	SetLocals(ctx context.Context, act journal.ActID, projects []directory.ProjectID) error

	// AddAccount adds it, and reports false where its person has one already or its identifier is another's.
	AddAccount(ctx context.Context, act journal.ActID, a Account) (bool, error)
	// Renew gives an account a new password in place of the old one, and opens it; false where the old one is no more.
	Renew(ctx context.Context, act journal.ActID, a Account, password Kept, change bool) (bool, error)
	// CloseAccount closes it, and reports whether it was open.
	CloseAccount(ctx context.Context, act journal.ActID, a Account) (bool, error)
	// RemoveAccount removes it with all that hangs on it.
	RemoveAccount(ctx context.Context, act journal.ActID, project directory.ProjectID, person directory.PersonID) error

	// Rehash keeps the same password under a better hash. It is no act: nobody is told.
	Rehash(ctx context.Context, a Account, password Kept) error
	// UseAccount notes that somebody signed in, and reports false where the account is closed or its password another by now. Whoever
	// changes it waits until this transaction ends.
	UseAccount(ctx context.Context, a Account) (bool, error)

	// SetFactor keeps an account's second factor (Factor, Step) with the hashes of its recovery codes; nil takes both away.
	SetFactor(ctx context.Context, act journal.ActID, a Account, codes []federation.Hash) error
	// UseStep uses up a time step and those before it, and reports whether it was still good: of any number of callers one is told so.
	UseStep(ctx context.Context, a Account, step int64) (bool, error)
	// UseRecovery uses up a recovery code, and reports whether there was such a one.
	UseRecovery(ctx context.Context, a Account, code federation.Hash) (bool, error)

	// SetRecovery replaces the hashes of an account's recovery codes.
	SetRecovery(ctx context.Context, act journal.ActID, a Account, codes []federation.Hash) error

	// AddPasskey adds it, and reports false where its credential id is known.
	AddPasskey(ctx context.Context, act journal.ActID, k Passkey) (bool, error)
	// UsePasskey notes a use with the count that came with it, and reports false where it is gone or was used since it was read. Whoever
	// removes it waits until this transaction ends.
	UsePasskey(ctx context.Context, k Passkey, count uint32) (bool, error)
	RemovePasskey(ctx context.Context, act journal.ActID, k Passkey) (bool, error)
	// SetChallenge keeps what a passkey is to sign, in place of an earlier one; TakeChallenge uses it up: of any number of callers one has
	// it, the others fault.NotFound.
	SetChallenge(ctx context.Context, project directory.ProjectID, hash federation.Hash, challenge []byte, until time.Time) error
	TakeChallenge(ctx context.Context, project directory.ProjectID, hash federation.Hash) ([]byte, error)

	// SetPupilsChoose lets a school's pupils change their pass phrases, or no more.
	SetPupilsChoose(ctx context.Context, act journal.ActID, school directory.SchoolID, may bool) error

	AddBrowser(ctx context.Context, act journal.ActID, b Browser) error
	// TurnBrowser gives a browser another token in place of the one that it was found with, until when it is remembered, and that it was
	// used now; false where somebody else has done so meanwhile.
	TurnBrowser(ctx context.Context, b Browser, token federation.Hash, until time.Time) (bool, error)
	// SeatBrowser notes the last session that a browser began, if it is still remembered.
	SeatBrowser(ctx context.Context, b Browser, session federation.SessionID) error
	RemoveBrowser(ctx context.Context, act journal.ActID, b Browser) error

	AddPassage(ctx context.Context, p Passage) error
	// Advance moves a passage on, and reports whether it was still at the step from.
	Advance(ctx context.Context, p Passage, from Step) (bool, error)
	// Bar ends the passages of a person: none of them opens a session any more (federation.Writer.TakeOnce). No browser of theirs is
	// remembered any more.
	Bar(ctx context.Context, project directory.ProjectID, person directory.PersonID) error

	// CountTry counts one attempt unless those of this key must wait still, and returns how many there were since the last pause that
	// began before an instant, and until when the next must wait.
	CountTry(ctx context.Context, project directory.ProjectID, key string, since time.Time) (n int, until time.Time, err error)
	// Delay makes the next attempt of this key wait.
	Delay(ctx context.Context, project directory.ProjectID, key string, until time.Time) error
	// ForgetTries begins anew; TakeBackTry has one less, and no wait where free or fewer are left.
	ForgetTries(ctx context.Context, project directory.ProjectID, key string) error
	TakeBackTry(ctx context.Context, project directory.ProjectID, key string, free int) error

	// SweepTries removes passages, challenges and remembered browsers that are over, and what was counted before an instant, at most limit of each.
	SweepTries(ctx context.Context, before time.Time, limit int) (int, error)
}

// Store keeps the accounts.
type Store = tx.Store[Reader, Writer]
