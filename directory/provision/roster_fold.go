package provision

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"time"

	"pupitre/directory"
)

// KeptRow is a row of the last OneRoster package of a project, as the next delta finds it: the columns that we use, no others, as
// a JSON object. Text "" stands for a row that is kept no longer.
type KeptRow struct{ Table, ID, Text string }

// keptRows reads what is kept of a project. It may begin again; the revision is 0 where nothing was ever kept.
type keptRows func(ctx context.Context, begin func(), take func(KeptRow) error) (revision int64, err error)

// keeping is what a package changes of the kept rows, and the revision that it was compared with.
type keeping struct {
	revision int64
	changes  *spool
}

func (m *Importer) keptRows(project directory.ProjectID) keptRows {
	return func(ctx context.Context, begin func(), take func(KeptRow) error) (revision int64, err error) {
		err = m.Store.Read(ctx, func(ctx context.Context, r Reader) error {
			begin()
			revision, err = r.KeptRows(ctx, project, take)
			return err
		})
		return revision, err
	}
}

// keep writes the rows before any school is touched: an import that is cut short then is completed by the next package, whichever
// that is. The rows are the portal's own words, so they have no entry in the journal; what they do to a school has.
func (m *Importer) keep(ctx context.Context, project directory.ProjectID, k *keeping) error {
	if k.changes.rows == 0 && k.revision > 0 {
		return nil
	}
	return m.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if err := w.Admit(ctx, project); err != nil {
			return err
		}
		return w.KeepRows(ctx, project, k.revision, k.changes.all())
	})
}

// base begins the sort of rows with those that are kept. They have no line.
func (g *roster) base(ctx context.Context, kept keptRows) error {
	begin := func() {
		if g.rows != nil {
			g.rows.close()
		}
		g.rows = newSorter(g.limits.Dir, g.limits.SortBuffer/2)
	}
	begin()
	if kept == nil {
		return nil
	}
	var err error
	g.revision, err = kept(ctx, begin, func(k KeptRow) error {
		for i, t := range rosterTables {
			if t.name == k.Table {
				r, err := t.row(rosterTable(i), k)
				if err != nil {
					return err
				}
				return g.rows.add(append([]byte{byte(i)}, k.ID...), r.encode(nil))
			}
		}
		return nil // of a table that we used to read
	})
	return err
}

// row reads a kept row back.
func (t table) row(number rosterTable, k KeptRow) (raw, error) {
	var cells map[string]string
	if err := json.Unmarshal([]byte(k.Text), &cells); err != nil {
		return raw{}, fmt.Errorf("read the kept row %s %s: %w", k.Table, k.ID, err)
	}
	r := raw{kind: kind(number)}
	for _, c := range t.columns {
		if text := cells[c.name]; text != "" && c.field != fNone {
			r.add(c.field, []byte(text))
		}
	}
	return r, nil
}

// text writes a row as it is kept, always the same way for the same row; "" for none.
func (t table) text(r *raw) string {
	if r == nil {
		return ""
	}
	cells := map[string]string{}
	for _, c := range t.columns {
		if c.field != fNone {
			if text := r.one(c.field); text != "" {
				cells[c.name] = text
			}
		}
	}
	b, _ := json.Marshal(cells) // texts always marshal
	return string(b)
}

// fold goes through the rows by table and sourcedId, the kept one before the new one, and decides which stands.
func (g *roster) fold(ctx context.Context, s *staged) error {
	var key []byte
	var old, now *raw
	flush := func() error {
		if old == nil && now == nil {
			return nil
		}
		return g.settle(rosterTable(key[0]), string(key[1:]), old, now, s)
	}
	for e, err := range g.rows.all() {
		if err != nil {
			return fmt.Errorf("read the sorted rows: %w", err)
		}
		if string(e.key) != string(key) {
			if err := flush(); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			key, old, now = append(key[:0], e.key...), nil, nil
		}
		switch r := decode(e.payload); {
		case r.line == 0:
			old = &r
		case now == nil:
			now = &r
		default:
			g.found.refuse("provision.schema.key", rosterPlace(&r), "other", now.line)
		}
	}
	return flush()
}

// settle takes the row that stands, and notes what that changes of the kept ones.
func (g *roster) settle(number rosterTable, id string, old, now *raw, s *staged) error {
	t := rosterTables[number]
	stands := g.standing(t, old, now)
	if text := t.text(stands); text != t.text(old) {
		if err := s.keep.changes.add(KeptRow{t.name, id, text}); err != nil {
			return err
		}
	}
	if stands == nil || stands.one(fRowStatus) == statusDeleted {
		return nil
	}
	return g.take(stands)
}

// standing decides between the row that is kept and the one that has come. A delta's deletion is kept, too, with its date: what
// comes late must not bring the row back.
func (g *roster) standing(t table, old, now *raw) *raw {
	deleted := now != nil && now.one(fRowStatus) == statusDeleted
	switch mode := g.manifest.of[t.name]; {
	case mode == fileBulk && deleted:
		return nil
	case mode == fileBulk:
		return now
	case mode != fileDelta && !g.manifest.delta: // a whole package without this file
		return nil
	case now == nil:
		return old
	case old != nil && modified(now).Before(modified(old)):
		g.found.aside("provision.oneroster.stale", rosterPlace(now), "since", old.one(fModified))
		return old
	case deleted && old == nil:
		g.found.note("provision.oneroster.unknown", rosterPlace(now))
	}
	return now
}

// modified is when a row of a delta was changed; the zero time for one of a bulk file, which does not say.
func modified(r *raw) time.Time {
	t, _ := time.Parse(time.RFC3339, r.one(fModified))
	return t
}

// spool holds kept rows in a temporary file, to be read from the beginning as often as a transaction is tried.
type spool struct {
	file *os.File
	w    *bufio.Writer
	rows int
}

func newSpool(dir string) (*spool, error) {
	f, err := temporary(dir)
	if err != nil {
		return nil, fmt.Errorf("stage the rows: %w", err)
	}
	return &spool{file: f, w: bufio.NewWriterSize(f, 64<<10)}, nil
}

func (s *spool) add(row KeptRow) error {
	s.rows++
	for _, text := range []string{row.Table, row.ID, row.Text} {
		s.w.Write(binary.AppendUvarint(nil, uint64(len(text)))) // a bufio.Writer remembers its first error
		if _, err := s.w.WriteString(text); err != nil {
			return fmt.Errorf("stage the rows: %w", err)
		}
	}
	return nil
}

// all yields the rows in the order in which they were added.
func (s *spool) all() iter.Seq2[KeptRow, error] {
	return func(yield func(KeptRow, error) bool) {
		if err := s.w.Flush(); err != nil {
			yield(KeptRow{}, err)
			return
		}
		src := bufio.NewReader(io.NewSectionReader(s.file, 0, math.MaxInt64))
		for range s.rows {
			var texts [3]string
			for i := range texts {
				n, err := binary.ReadUvarint(src)
				if err != nil {
					yield(KeptRow{}, ended(err))
					return
				}
				b := make([]byte, n)
				if _, err := io.ReadFull(src, b); err != nil {
					yield(KeptRow{}, ended(err))
					return
				}
				texts[i] = string(b)
			}
			if !yield(KeptRow{texts[0], texts[1], texts[2]}, nil) {
				return
			}
		}
	}
}

func (s *spool) close() { s.file.Close() }
