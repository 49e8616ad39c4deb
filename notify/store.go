package notify

import (
	"context"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/tx"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/orders"
)

// Store keeps notifications, addresses and letters, and follows facts.
type Store interface {
	tx.Store[Reader, Writer]
	journal.Followed[Writer]
}

// Reader is what is asked. What is not there is fault.NotFound; lists that find nothing are empty.
type Reader interface {
	tx.Moment
	Known

	CountUnread(ctx context.Context, of Person) (int, error)
	// ListNotifications returns a person's notifications, the latest first: those before one, if it is not "".
	ListNotifications(ctx context.Context, of Person, before NotificationID, limit int) ([]Notification, error)
	FindNotification(ctx context.Context, of Person, id NotificationID) (Notification, error)
	// ListTold returns the notifications that a letter tells, in their order.
	ListTold(ctx context.Context, l Letter) ([]Notification, error)

	// FindSettings returns a person's address and choices; an empty address for none.
	FindSettings(ctx context.Context, of Person) (Settings, error)
	// FindPending finds the address whose link says what has this hash; FindStopped whose letters may be stopped by this.
	FindPending(ctx context.Context, hash federation.Hash) (Address, error)
	FindStopped(ctx context.Context, stop string) (Address, error)

	// Due reports whether there may be something to Claim.
	Due(ctx context.Context) (bool, error)
	// CountLetters counts the letters of each state, those that are over as far as they are kept.
	CountLetters(ctx context.Context) (map[LetterState]int, error)
	// ListLetters returns letters, the latest first: those before one, if it is not "".
	ListLetters(ctx context.Context, before LetterID, limit int) ([]Letter, error)
	FindLetter(ctx context.Context, id LetterID) (Letter, error)
	// ListWatched returns schools that have an assignment manager and were not looked at on the day.
	ListWatched(ctx context.Context, day clock.Date, limit int) ([]directory.SchoolID, error)
}

// Known is what other areas know of what is told, and of whom it concerns: nobody who is there as a pupil alone.
type Known interface {
	FindSchool(ctx context.Context, id directory.SchoolID) (directory.School, error)
	FindOrder(ctx context.Context, key orders.Key) (orders.Order, error)
	FindRequest(ctx context.Context, school directory.SchoolID, id orders.RequestID) (orders.Request, error)
	FindClient(ctx context.Context, school directory.SchoolID, seller orders.BooksellerID) (orders.Client, error)
	FindSuggestions(ctx context.Context, school directory.SchoolID, ids []licensing.SuggestionID) ([]licensing.Suggestion, error)
	// Titles are those of resources.
	Titles(ctx context.Context, of []catalogue.ResourceID) (map[catalogue.ResourceID]string, error)

	// ListOrderers returns who orders for a school: who heads it, and whom the head named.
	ListOrderers(ctx context.Context, school directory.SchoolID) ([]Person, error)
	// ListManagers returns the confirmed assignment managers of a school.
	ListManagers(ctx context.Context, school directory.SchoolID) ([]Person, error)
	// FindAdult returns somebody of a school, unless they are there as a pupil alone, or have left.
	FindAdult(ctx context.Context, school directory.SchoolID, person directory.PersonID) (Person, error)
	// ListAgents returns who comes in for a house, a bookseller or a distributor: one of the two is "".
	ListAgents(ctx context.Context, seller orders.BooksellerID, distributor string) ([]Person, error)
	// FindAgentAddress returns the address that an agent of the trade was let in with; NotFound for none, or one who was closed.
	FindAgentAddress(ctx context.Context, agent directory.PersonID) (string, error)
	// ListAddressed returns who of a school confirmed an address, pupils left out.
	ListAddressed(ctx context.Context, school directory.SchoolID, address string) ([]Person, error)
}

// Writer changes them. Reading a notification and choosing a cadence are no acts that anybody needs to explain later: they have no entry.
type Writer interface {
	Reader
	journal.Appender

	AddNotification(ctx context.Context, n Notification) error
	// MarkRead notes that a person read one; MarkAllRead all of theirs up to one.
	MarkRead(ctx context.Context, of Person, id NotificationID) error
	MarkAllRead(ctx context.Context, of Person, upTo NotificationID) error

	KeepAddress(ctx context.Context, act journal.ActID, a Address) error
	// RemoveAddress removes a person's address, and the letters that wait for it.
	RemoveAddress(ctx context.Context, act journal.ActID, of Person) error
	KeepChoice(ctx context.Context, of Person, c Choice) error
	// KeepLocale writes in which language a person is written to, where they gave an address.
	KeepLocale(ctx context.Context, of Person, locale lang.Locale) error

	AddLetter(ctx context.Context, l Letter) error
	// FindDigest returns a person's digest that waits and has not been tried; fault.NotFound for none.
	FindDigest(ctx context.Context, of Person) (LetterID, error)
	// DropConfirmations drops the letters that ask a person for a confirmation and wait: another address was given.
	DropConfirmations(ctx context.Context, of Person) error
	// Claim gives the worker the letter that has been due longest and that nobody holds, until a time; false for none.
	Claim(ctx context.Context, worker string, until time.Time) (Letter, bool, error)
	// End ends the worker's lease with what became of the letter; false where it had lost it. An end forgets the letter's secret.
	End(ctx context.Context, l Letter, worker string, e Ending) (bool, error)

	// Watch takes a school's look of a day: what was told last, and false where it is taken already. Watched writes what is told now.
	Watch(ctx context.Context, school directory.SchoolID, day clock.Date) (told []string, first bool, err error)
	Watched(ctx context.Context, school directory.SchoolID, told []string) error

	// Forget removes what is kept of a person.
	Forget(ctx context.Context, act journal.ActID, of Person) error
	// SweepNotifications removes at most limit notifications of before an instant; SweepLetters letters that were over before it.
	SweepNotifications(ctx context.Context, before time.Time, limit int) (int, error)
	SweepLetters(ctx context.Context, before time.Time, limit int) (int, error)
}
