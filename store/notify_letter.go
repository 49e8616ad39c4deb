package store

import (
	"context"
	"time"

	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/notify"
)

const letterColumns = `project, person, id, kind, state, due_at, attempts, trouble, secret, made_at, ended_at`

func scanLetter(row db.Row) (l notify.Letter, err error) {
	err = row.Scan(&l.Project, &l.Person.ID, &l.ID, &l.Kind, &l.State, (*instant)(&l.Due), &l.Attempts, &l.Trouble, &l.Secret, (*instant)(&l.Made), (*instant)(&l.Ended))
	return l, err
}

// Due implements notify.Reader.
func (t notifyTx) Due(ctx context.Context) (due bool, err error) {
	err = t.One(ctx, `select exists (select 1 from letter where state = 'waiting' and due_at <= $1 and leased_until <= $1)`, []any{db.Micros(t.Now())}, &due)
	return due, err
}

// CountLetters implements notify.Reader.
func (t notifyTx) CountLetters(ctx context.Context) (map[notify.LetterState]int, error) {
	out := map[notify.LetterState]int{}
	err := t.Each(ctx, `select state, count(*) from letter group by state`, nil, func(row db.Row) error {
		var state notify.LetterState
		var n int
		err := row.Scan(&state, &n)
		out[state] = n
		return err
	})
	return out, err
}

// ListLetters implements notify.Reader.
func (t notifyTx) ListLetters(ctx context.Context, before notify.LetterID, limit int) ([]notify.Letter, error) {
	return list(ctx, t.Tx, `select `+letterColumns+` from letter where $1 = '' or id < $1 order by id desc limit $2`, []any{string(before), limit}, scanLetter)
}

// FindLetter implements notify.Reader.
func (t notifyTx) FindLetter(ctx context.Context, id notify.LetterID) (notify.Letter, error) {
	return one(ctx, t.Tx, `select `+letterColumns+` from letter where id = $1`, []any{string(id)}, scanLetter, fault.New(fault.NotFound, "notify.letter.unknown", "value", string(id)))
}

// AddLetter implements notify.Writer.
func (t notifyTx) AddLetter(ctx context.Context, l notify.Letter) error {
	_, err := t.Exec(ctx, `insert into letter (project, person, id, kind, state, due_at, secret, made_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		append(reached(l.Person), string(l.ID), string(l.Kind), string(l.State), db.Micros(l.Due), l.Secret, db.Micros(l.Made))...)
	return err
}

// FindDigest implements notify.Reader. It is one that nobody has taken: what is added to one that is being sent might not be told. On
// PostgreSQL the row is locked, so that nobody takes it meanwhile.
func (t notifyTx) FindDigest(ctx context.Context, of notify.Person) (notify.LetterID, error) {
	return one(ctx, t.Tx, db.For(t.Engine, `select l.id from letter l where l.project = $1 and l.person = $2 and l.kind = 'digest' and l.state = 'waiting' and l.attempts = 0 and l.due_at > $3
		order by l.id limit 1 /*postgres: for update */`), append(reached(of), db.Micros(t.Now())), func(row db.Row) (id notify.LetterID, err error) { err = row.Scan(&id); return id, err },
		fault.New(fault.NotFound, "notify.letter.unknown"))
}

// DropConfirmations implements notify.Writer.
func (t notifyTx) DropConfirmations(ctx context.Context, of notify.Person) error {
	_, err := t.Exec(ctx, `update letter set state = 'dropped', secret = '', ended_at = $3 where project = $1 and person = $2 and kind = 'confirm' and state = 'waiting'`,
		append(reached(of), db.Micros(t.Now()))...)
	return err
}

// Claim implements notify.Writer. The condition is said twice: the outer one is asked again, on PostgreSQL, of a row that another worker
// has just taken.
func (t notifyTx) Claim(ctx context.Context, worker string, until time.Time) (l notify.Letter, found bool, err error) {
	const free = `state = 'waiting' and due_at <= $1 and leased_until <= $1`
	taken, err := list(ctx, t.Tx, db.For(t.Engine, `update letter set leased_until = $3, worker = $2, attempts = attempts + 1 where `+free+` and (project, person, id) = (
		select project, person, id from letter where `+free+` order by due_at, id limit 1 /*postgres: for update skip locked */) returning `+letterColumns),
		[]any{db.Micros(t.Now()), worker, db.Micros(until)}, scanLetter)
	if err != nil || len(taken) == 0 {
		return l, false, err
	}
	return taken[0], true, nil
}

// End implements notify.Writer.
func (t notifyTx) End(ctx context.Context, l notify.Letter, worker string, e notify.Ending) (bool, error) {
	var n int64
	var err error
	key := append(reached(l.Person), string(l.ID), worker, e.Trouble)
	if e.State == notify.Waiting {
		n, err = t.Exec(ctx, `update letter set due_at = $6, leased_until = 0, worker = '', trouble = $5 where project = $1 and person = $2 and id = $3 and worker = $4 and state = 'waiting'`,
			append(key, db.Micros(e.Due))...)
	} else {
		n, err = t.Exec(ctx, `update letter set state = $6, ended_at = $7, leased_until = 0, worker = '', trouble = $5, secret = ''
			where project = $1 and person = $2 and id = $3 and worker = $4 and state = 'waiting'`, append(key, string(e.State), db.Micros(t.Now()))...)
	}
	return n > 0, err
}

// SweepLetters implements notify.Writer.
func (t notifyTx) SweepLetters(ctx context.Context, before time.Time, limit int) (int, error) {
	n, err := t.Exec(ctx, `delete from letter where (project, person, id) in (select project, person, id from letter where ended_at > 0 and ended_at < $1 order by ended_at limit $2)`,
		db.Micros(before), limit)
	return int(n), err
}
