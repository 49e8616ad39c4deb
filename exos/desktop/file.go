package desktop

import (
	"context"

	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

// File is a picture or a sound of a workbook.
type File struct {
	Media string
	Data  []byte
}

// KeepFile keeps a file under the hash that it was verified by.
func (s *Shelf) KeepFile(ctx context.Context, sha256 string, f File) error {
	return s.db.Write(ctx, func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `insert into file (sha256, media, data) values ($1, $2, $3) on conflict (sha256) do nothing`, sha256, f.Media, f.Data)
		return err
	})
}

// FileOf returns a file; fault.NotFound where it is not kept.
func (s *Shelf) FileOf(ctx context.Context, sha256 string) (File, error) {
	return tx.Answer(ctx, s.db.Read, func(ctx context.Context, t *db.Tx) (File, error) {
		var f File
		err := t.One(ctx, `select media, data from file where sha256 = $1`, []any{sha256}, &f.Media, &f.Data)
		if fault.Is(err, fault.NotFound) {
			return f, errNone
		}
		return f, err
	})
}

// DropFile lets go of a file, where there is one.
func (s *Shelf) DropFile(ctx context.Context, sha256 string) error {
	return s.db.Write(ctx, func(ctx context.Context, t *db.Tx) error {
		_, err := t.Exec(ctx, `delete from file where sha256 = $1`, sha256)
		return err
	})
}
