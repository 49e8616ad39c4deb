package xapi

import (
	"context"
	"time"

	"pupitre/exos"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Store runs the transactions of the registers.
type Store = tx.Store[Reader, Writer]

// Reader is all that the registers ask.
type Reader interface {
	tx.Moment
	// Registers lists all, by name.
	Registers(ctx context.Context) ([]Register, error)
	// ClientByID returns a client, also one that is over, or NotFound.
	ClientByID(ctx context.Context, c ClientID) (Client, error)
	// Clients lists a register's, newest first.
	Clients(ctx context.Context, r RegisterID) ([]Client, error)
	// Statement returns one, voided or not, or NotFound.
	Statement(ctx context.Context, r RegisterID, s StatementID) (Statement, error)
	// Statements lists what a query finds, at most q.Limit.
	Statements(ctx context.Context, r RegisterID, q Query) ([]Statement, error)
	// Definition returns what is known of an activity, or nothing.
	Definition(ctx context.Context, r RegisterID, activity string) ([]byte, error)
	// Attachment returns its bytes, or NotFound.
	Attachment(ctx context.Context, r RegisterID, sha2 string) ([]byte, error)
	// Document returns NotFound where there is none.
	Document(ctx context.Context, d DocumentKey) (Document, error)
	// DocumentNames lists the documents of a key without name, changed after a time.
	DocumentNames(ctx context.Context, d DocumentKey, since time.Time) ([]string, error)
	// Done lists at most limit events of learners after a place in their order, in that order.
	Done(ctx context.Context, after Position, limit int) ([]Act, error)
}

// Writer is all that it changes.
type Writer interface {
	Reader
	journal.Appender
	AddRegister(ctx context.Context, act journal.ActID, r Register) error
	// DropRegister removes a register and all that is in it.
	DropRegister(ctx context.Context, act journal.ActID, r RegisterID) error
	AddClient(ctx context.Context, act journal.ActID, c Client) error
	// RevokeClient returns NotFound where there is no such client.
	RevokeClient(ctx context.Context, act journal.ActID, c ClientID) error
	// AddStatement reports false, and changes nothing, where the register has one of that id. It voids what it voids, and is void where
	// what voids it came before.
	AddStatement(ctx context.Context, s Statement) (bool, error)
	PutDefinition(ctx context.Context, r RegisterID, activity string, definition []byte) error
	AddAttachment(ctx context.Context, r RegisterID, sha2, media string, data []byte) error
	// TakeDocument is Document, and keeps other transactions from it until this one ends.
	TakeDocument(ctx context.Context, d DocumentKey) (Document, error)
	PutDocument(ctx context.Context, d Document) error
	// DropDocuments removes one, or all of a key without name.
	DropDocuments(ctx context.Context, d DocumentKey) error
	// PutPosition notes up to where a register's own statements were made.
	PutPosition(ctx context.Context, r RegisterID, p Position) error
}

// RegisterID is ours.
type RegisterID string

// Register (« registre ») is where statements lie: a publisher's, or the operator's. Nobody reads in another one.
type Register struct {
	ID        RegisterID
	Name      string
	Publisher exos.PublisherID // "": the operator's, of every module
	Prefix    exos.ARK         // the publisher's; only read
	Secret    []byte           // from which pseudonyms are made: another register's are others
	Own       bool             // our own statements are made for it
	Position  Position
}

// Position is a place among events: by the time they came.
type Position struct {
	At time.Time
}

// Query is what statements are asked by (Communication 2.1.3).
type Query struct {
	Agent, Verb, Activity string
	Session               string // registration
	RelatedAgents         bool
	RelatedActivities     bool
	Since, Until          time.Time
	Ascending             bool
	Limit                 int
	After                 *Cursor  // the last one of the page before
	Mine                  ClientID // "": everybody's
}

// Cursor is the place of a statement.
type Cursor struct {
	Stored time.Time
	Place  string
}

// DocumentKey says where a document lies. Name "": all of them.
type DocumentKey struct {
	Register RegisterID
	Kind     string // state, activity, agent
	Activity string
	Agent    string
	Session  string // registration, of a state
	Any      bool   // of states: whatever their registration
	Name     string
}

// Document is one, with its bytes.
type Document struct {
	DocumentKey
	Media   string
	Data    []byte
	ETag    string
	Changed time.Time
}

// Act is an event of a learner, with what a statement says of it.
type Act struct {
	Kept     exos.Kept
	ARK      exos.ARK
	Module   exos.ModuleID
	Title    string // of the exercise
	Workbook string
	Max      float64
	Homework exos.HomeworkID
	Graded   bool
	Profile  exos.Profile
}
