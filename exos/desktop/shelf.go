package desktop

import (
	"context"
	"embed"
	"encoding/json"
	"io/fs"
	"regexp"
	"strings"
	"time"

	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// Product is the name by which the database knows whose it is.
const Product = "Biblio Exos, program"

//go:embed migrations/*.sql
var migrations embed.FS

// Shelf (« étagère ») is what one learner's program keeps, in one SQLite file. Close it once.
type Shelf struct{ db *db.DB }

// OpenShelf opens the file, making it where there is none. An unreadable one, or one that is another product's, is fault.Invalid.
func OpenShelf(ctx context.Context, file string, now func() time.Time) (*Shelf, error) {
	d, err := db.Open(ctx, "sqlite:"+file, now)
	if err != nil {
		return nil, err
	}
	own, err := fs.Sub(migrations, "migrations")
	if err != nil {
		panic(err) // embedded
	}
	if err = d.Claim(ctx, Product); err == nil {
		err = d.Migrate(ctx, own)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return &Shelf{d}, nil
}

// Close closes the file.
func (s *Shelf) Close() error { return s.db.Close() }

// Change is one thing to do to a store.
type Change struct {
	Do    string          `json:"do"` // put, add (there must be none yet), delete
	Store string          `json:"store"`
	Key   json.RawMessage `json:"key"` // a string, or a whole number from 0
	Value json.RawMessage `json:"value,omitempty"`
}

var (
	errForm = fault.New(fault.Invalid, "exosdesktop.form")
	errNone = fault.New(fault.NotFound, "exosdesktop.none")
	errHere = fault.New(fault.Conflict, "exosdesktop.here")
)

var (
	storeName   = regexp.MustCompile(`^[a-z]{1,30}$`) // which there are is the app's to say
	wholeNumber = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})$`)
)

// nameOf writes a key so that names sort as browsers sort keys: numbers by size, then texts (Indexed Database API §2.4).
func nameOf(key json.RawMessage) (string, error) {
	if wholeNumber.Match(key) {
		return "0" + strings.Repeat("0", 15-len(key)) + string(key), nil
	}
	var text string
	if err := json.Unmarshal(key, &text); err != nil || text == "" {
		return "", errForm
	}
	return "1" + text, nil
}

// Get returns a record; fault.NotFound where there is none.
func (s *Shelf) Get(ctx context.Context, store string, key json.RawMessage) (json.RawMessage, error) {
	name, err := nameOf(key)
	if err != nil || !storeName.MatchString(store) {
		return nil, errForm
	}
	return tx.Answer(ctx, s.db.Read, func(ctx context.Context, t *db.Tx) (json.RawMessage, error) {
		var value string
		err := t.One(ctx, `select value from kept where store = $1 and name = $2`, []any{store, name}, &value)
		if fault.Is(err, fault.NotFound) {
			return nil, errNone
		}
		return json.RawMessage(value), err
	})
}

// All returns a store's records, in the order of their keys.
func (s *Shelf) All(ctx context.Context, store string) ([]json.RawMessage, error) {
	if !storeName.MatchString(store) {
		return nil, errForm
	}
	return tx.Answer(ctx, s.db.Read, func(ctx context.Context, t *db.Tx) ([]json.RawMessage, error) {
		out := []json.RawMessage{}
		err := t.Each(ctx, `select value from kept where store = $1 order by name`, []any{store}, func(row db.Row) error {
			var value string
			if err := row.Scan(&value); err != nil {
				return err
			}
			out = append(out, json.RawMessage(value))
			return nil
		})
		return out, err
	})
}

// Write does all the changes, or none: on the disk once it returns. An add where there is a record already is fault.Conflict.
func (s *Shelf) Write(ctx context.Context, changes []Change) error {
	return s.db.Write(ctx, func(ctx context.Context, t *db.Tx) error {
		for _, c := range changes {
			if err := apply(ctx, t, c); err != nil {
				return err
			}
		}
		return nil
	})
}

func apply(ctx context.Context, t *db.Tx, c Change) error {
	name, err := nameOf(c.Key)
	if err != nil || !storeName.MatchString(c.Store) {
		return errForm
	}
	if c.Do != "delete" && !json.Valid(c.Value) {
		return errForm
	}
	switch c.Do {
	case "put":
		_, err = t.Exec(ctx, `insert into kept (store, name, value) values ($1, $2, $3) on conflict (store, name) do update set value = excluded.value`, c.Store, name, string(c.Value))
	case "add":
		var n int64
		n, err = t.Exec(ctx, `insert into kept (store, name, value) values ($1, $2, $3) on conflict (store, name) do nothing`, c.Store, name, string(c.Value))
		if err == nil && n == 0 {
			return errHere
		}
	case "delete":
		_, err = t.Exec(ctx, `delete from kept where store = $1 and name = $2`, c.Store, name)
	default:
		return errForm
	}
	return err
}

// owned reports whether the program is a learner's.
func owned(ctx context.Context, t *db.Tx) (is bool, err error) {
	err = t.One(ctx, `select exists (select 1 from kept where store = 'self')`, nil, &is)
	return is, err
}

// Size is what the shelf holds, in bytes, as far as SQLite says.
func (s *Shelf) Size(ctx context.Context) (int64, error) {
	return tx.Answer(ctx, s.db.Read, func(ctx context.Context, t *db.Tx) (int64, error) {
		var pages, size int64
		if err := t.One(ctx, `select page_count from pragma_page_count`, nil, &pages); err != nil {
			return 0, err
		}
		err := t.One(ctx, `select page_size from pragma_page_size`, nil, &size)
		return pages * size, err
	})
}
