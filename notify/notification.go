package notify

import (
	"strings"
	"time"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
)

// Person is who is told: somebody of a school, or of a house of the trade.
type Person struct {
	Project directory.ProjectID
	ID      directory.PersonID
}

// NotificationID identifies a notification of a person; ids sort by the time of making.
type NotificationID string

// Notification (« notification ») is one thing that one person is told.
type Notification struct {
	Person
	ID      NotificationID
	Kind    Kind
	School  directory.SchoolID // where it happened
	Subject string             // of what it is: an order, a request, a suggestion, a bookseller; "" for a school's stock
	About   About
	At      time.Time
	Read    time.Time // zero: not yet
	Letter  LetterID  // "" where none tells it
}

// About is what a notification says: words of our own, numbers, titles, schools and houses. It names no person.
type About struct {
	What   string        `json:"what"`             // what happened: a word of its kind's own
	Number string        `json:"number,omitempty"` // of an order
	Title  string        `json:"title,omitempty"`  // of a resource
	House  string        `json:"house,omitempty"`  // of a bookseller
	UAI    directory.UAI `json:"uai"`
	School string        `json:"school"`
	N      int64         `json:"n,omitempty"`
	Stock  []StockItem   `json:"stock,omitempty"`
}

// StockItem is one thing to look at among a school's copies.
type StockItem struct {
	What  string      `json:"what"` // « ending », « short » or « waiting »
	Title string      `json:"title"`
	N     int64       `json:"n,omitempty"`
	Day   *clock.Date `json:"day,omitempty"` // of what ends
	For   string      `json:"for,omitempty"` // whom it is short for, where another public has copies of its own: profiles, commas between
}

// Say puts a notification into words: what happened, then where, and what of it.
func (n Notification) Say(words *lang.Words, locale lang.Locale) (title string, lines []string) {
	a, key := n.About, string(n.Kind)+"."+n.About.What
	args := []any{"number", a.Number, "title", a.Title, "house", a.House, "school", a.School, "n", a.N}
	title = words.T(locale, "notify.title."+key, args...)
	if len(a.Stock) == 0 {
		return title, []string{words.T(locale, "notify.text."+key, args...)}
	}
	for _, i := range a.Stock {
		args := []any{"title", i.Title, "n", i.N}
		if i.Day != nil {
			args = append(args, "day", *i.Day)
		}
		line := words.T(locale, "notify.item."+i.What, args...)
		if i.For != "" {
			line = words.T(locale, "notify.item.for", "item", line, "publics", publics(words, locale, i.For))
		}
		lines = append(lines, line)
	}
	if more := a.N - int64(len(a.Stock)); more > 0 {
		lines = append(lines, words.T(locale, "notify.item.more", "n", more))
	}
	return title, lines
}

// publics names profiles: « élèves, enseignants ».
func publics(words *lang.Words, locale lang.Locale, profiles string) string {
	var names []string
	for _, p := range strings.Split(profiles, ",") {
		names = append(names, words.T(locale, "notify.public."+p))
	}
	return strings.Join(names, ", ")
}

// NotificationsKept is for how long notifications are kept, read or not.
const NotificationsKept = 180 * 24 * time.Hour
