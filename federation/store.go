package federation

import (
	"context"
	"time"

	"pupitre/directory"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Reader is what federation asks of its store. What is not there is fault.NotFound.
type Reader interface {
	tx.Moment
	// FindSession finds a session by its token's hash, ended ones too.
	FindSession(ctx context.Context, token Hash) (Session, error)
	// FindVisitor finds a session by its token's hash, an ended one too, with what is known of it at a client's door. Subjects are not
	// among its Facts; classes and groups are where the session's profile is one of those given. It asks once.
	FindVisitor(ctx context.Context, token Hash, client Client, inCohorts []directory.Profile) (Known, error)
	// FindPresence finds, by a session's token's hash, the session (an ended one too), its person and where they are now, by school's
	// name then profile. fault.NotFound where there is none, and where they are nowhere.
	FindPresence(ctx context.Context, token Hash) (Presence, error)
	// SessionsByIndex lists the sessions, not ended, that a portal calls by this name.
	SessionsByIndex(ctx context.Context, project directory.ProjectID, index Hash) ([]Session, error)
	// SessionsOf lists a person's sessions that have not ended.
	SessionsOf(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]Session, error)

	// PersonByExternal finds a person by what their portal calls them: both parts must be equal, nothing is guessed.
	PersonByExternal(ctx context.Context, project directory.ProjectID, external string) (directory.Person, error)
	Person(ctx context.Context, person directory.PersonID) (directory.Person, error)
	// Secret is what makes the person's pseudonyms.
	Secret(ctx context.Context, project directory.ProjectID, person directory.PersonID) (directory.Secret, error)
	// SecretAt is Secret if the session's person is still at its place, fault.NotFound otherwise.
	SecretAt(ctx context.Context, s Session) (directory.Secret, error)
	// Places lists where the person is now, by school's name then profile.
	Places(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]Place, error)
	// Facts gathers what is known of the session's person at its place, as far as it is to be read; ARK and Sector are left to the
	// caller. fault.NotFound where they are there no longer. It asks once.
	Facts(ctx context.Context, s Session, reading Reading) (Facts, error)

	// Taught lists the pupils of the classes and groups that somebody teaches in a school now, by class and then by name.
	Taught(ctx context.Context, school directory.SchoolID, teacher directory.PersonID) ([]Taught, error)

	// Acquaintances lists the publishers that have seen the person.
	Acquaintances(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]Acquaintance, error)

	// Grades lists what publishers said of the person's work, in classes' gradebooks.
	Grades(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]Grade, error)

	FindClient(ctx context.Context, client ClientID) (Client, error)
	Clients(ctx context.Context) ([]Client, error)
	Keys(ctx context.Context) ([]Key, error)
}

// Writer is what federation changes.
type Writer interface {
	Reader
	journal.Appender

	AddSession(ctx context.Context, act journal.ActID, s Session, token Hash) error
	MoveSession(ctx context.Context, act journal.ActID, s Session, to Place) error
	// EndSession ends it unless it has ended already, and reports whether it did.
	EndSession(ctx context.Context, act journal.ActID, s Session) (bool, error)
	// ForgetBrowser forgets the browser that would sign the session's person in anew without a password, where they asked for that
	// (local.Browser).
	ForgetBrowser(ctx context.Context, act journal.ActID, s Session) error
	// SetToken gives a session another token, and reports false where it has ended or its token is not the old one any more. It is no
	// act: whoever has reason to do it records that.
	SetToken(ctx context.Context, s Session, old, token Hash) (bool, error)
	// TakeOnce uses up what a portal said, remembered until then, and reports whether it was the first time: of any number of callers one is.
	TakeOnce(ctx context.Context, project directory.ProjectID, hash Hash, until time.Time) (first bool, err error)
	// SeeSession notes that the session was used now. It is no act: nobody is told.
	SeeSession(ctx context.Context, s Session) error

	// Sweep removes at most limit sessions begun before an instant, with their visits, and returns how many. They are over:
	// the journal has what is to be kept of them. What portals said and could be shown no more goes too.
	Sweep(ctx context.Context, before time.Time, limit int) (int, error)

	// Forget removes everything here that is of one person, what the faces keep included.
	Forget(ctx context.Context, act journal.ActID, project directory.ProjectID, person directory.PersonID) error

	// QueueErased has a client told that somebody whom it knows by this pseudonym was erased.
	QueueErased(ctx context.Context, act journal.ActID, client ClientID, subject string) error

	// PutClient registers a client, or changes the one of that id.
	PutClient(ctx context.Context, act journal.ActID, c Client) error
	// DropClient removes a client, and EndClient what it was given: grants, tokens, tickets, what it was to be told. It returns how many sessions
	// that have not ended had entered it. Who knows whom (Acquaintances), and what it put into classes' gradebooks, stays.
	DropClient(ctx context.Context, act journal.ActID, client ClientID) error
	EndClient(ctx context.Context, act journal.ActID, client ClientID) (sessions int, err error)
	// AddKey keeps a new signing key; fault.Conflict where another node has made that serial first.
	AddKey(ctx context.Context, act journal.ActID, k Key) error
	// DropKeys removes the keys of an algorithm with a serial below that given.
	DropKeys(ctx context.Context, act journal.ActID, a Algorithm, below int) error
}

// Store keeps federation's things, and lets it follow what other areas tell.
type Store interface {
	tx.Store[Reader, Writer]
	tx.Looking[Reader]
	journal.Followed[Writer]
}

// Visit is one client entered in one session: who is to be told when the session ends.
// A face keeps it in the transaction of its own ticket.
type Visit struct {
	Session Session
	Client  ClientID
	Sector  Sector
	Again   bool // it is kept already
}
