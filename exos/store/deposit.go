package store

import (
	"context"
	"time"

	"pupitre/exos"
	"pupitre/exos/qti/report"
	"pupitre/internal/db"
	"pupitre/journal"
)

const depositColumns = `publisher, id, made_with, name, size, received, hash, at, touched_at, module, version, summary`

func scanDeposit(row db.Row, more ...any) (d exos.Deposit, err error) {
	var at, touched int64
	err = row.Scan(append([]any{&d.Publisher, &d.ID, &d.By, &d.Name, &d.Size, &d.Received, &d.Hash, &at, &touched, &d.Module, &d.Version,
		unpacked{&d.Found}}, more...)...)
	d.At, d.TouchedAt = db.FromMicros(at), db.FromMicros(touched)
	return d, err
}

// scanWhole scans a deposit with its report.
func scanWhole(row db.Row) (exos.Deposit, error) {
	var found report.Report
	d, err := scanDeposit(row, unpacked{&found})
	if d.Found != nil {
		d.Found.Report = found
	}
	return d, err
}

// Deposit implements exos.PressReader.
func (t exosTx) Deposit(ctx context.Context, p exos.PublisherID, d exos.DepositID) (exos.Deposit, error) {
	return one(ctx, t, `select `+depositColumns+`, report from deposit where publisher = $1 and id = $2`, []any{string(p), string(d)}, scanWhole)
}

// TakeDeposit implements exos.PressWriter. SQLite has one writer; PostgreSQL locks the row.
func (t exosTx) TakeDeposit(ctx context.Context, p exos.PublisherID, d exos.DepositID) (exos.Deposit, error) {
	return one(ctx, t, db.For(t.Engine, `select `+depositColumns+`, report from deposit where publisher = $1 and id = $2 /*postgres: for update */`),
		[]any{string(p), string(d)}, scanWhole)
}

// DepositHashed implements exos.PressReader.
func (t exosTx) DepositHashed(ctx context.Context, p exos.PublisherID, h exos.Hash) (exos.Deposit, error) {
	return one(ctx, t, `select `+depositColumns+`, report from deposit where publisher = $1 and hash = $2`, []any{string(p), string(h)}, scanWhole)
}

// Deposits implements exos.PressReader.
func (t exosTx) Deposits(ctx context.Context, p exos.PublisherID) ([]exos.Deposit, error) {
	return list(ctx, t, `select `+depositColumns+` from deposit where publisher = $1 order by id desc`, []any{string(p)},
		func(row db.Row) (exos.Deposit, error) { return scanDeposit(row) })
}

// DepositParts implements exos.PressReader.
func (t exosTx) DepositParts(ctx context.Context, d exos.DepositID) ([][]byte, error) {
	return list(ctx, t, `select data from deposit_part where deposit = $1 order by start`, []any{string(d)}, func(row db.Row) (data []byte, err error) {
		err = row.Scan(&data)
		return data, err
	})
}

// AddDeposit implements exos.PressWriter.
func (t exosTx) AddDeposit(ctx context.Context, act journal.ActID, d exos.Deposit) error {
	_, err := t.Exec(ctx, `insert into deposit (publisher, id, made_with, name, size, at, touched_at, act) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		string(d.Publisher), string(d.ID), string(d.By), d.Name, d.Size, db.Micros(d.At), db.Micros(d.TouchedAt), string(act))
	return err
}

// AddDepositPart implements exos.PressWriter.
func (t exosTx) AddDepositPart(ctx context.Context, d exos.DepositID, at int64, data []byte) error {
	_, err := t.Exec(ctx, `insert into deposit_part (deposit, start, data) values ($1, $2, $3)`, string(d), at, data)
	return err
}

// PutDeposit implements exos.PressWriter.
func (t exosTx) PutDeposit(ctx context.Context, d exos.Deposit) error {
	var summary, found string
	if d.Found != nil {
		short := *d.Found
		short.Report = report.Report{}
		var err error
		if summary, err = packed(short); err == nil {
			found, err = packed(d.Found.Report)
		}
		if err != nil {
			return err
		}
	}
	_, err := t.Exec(ctx, `
		update deposit set received = $3, hash = $4, touched_at = $5, summary = $6, report = $7, module = $8, version = $9
		where publisher = $1 and id = $2`,
		string(d.Publisher), string(d.ID), d.Received, string(d.Hash), db.Micros(d.TouchedAt), summary, found, string(d.Module), string(d.Version))
	return err
}

// DropDeposit implements exos.PressWriter.
func (t exosTx) DropDeposit(ctx context.Context, _ journal.ActID, d exos.DepositID) error {
	if _, err := t.Exec(ctx, `delete from deposit_part where deposit = $1`, string(d)); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `delete from deposit where id = $1`, string(d))
	return err
}

// SweepDeposits implements exos.PressWriter.
func (t exosTx) SweepDeposits(ctx context.Context, before time.Time) (int64, error) {
	if _, err := t.Exec(ctx, `delete from deposit_part where deposit in (select id from deposit where hash = '' and touched_at < $1)`, db.Micros(before)); err != nil {
		return 0, err
	}
	return t.Exec(ctx, `delete from deposit where hash = '' and touched_at < $1`, db.Micros(before))
}
