package store

import (
	"context"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
)

const shareColumns = `s.school, s.kind, s.thing, s.owner, s.everyone, s.code, s.shared_at`

func scanShare(row db.Row, more ...any) (s classroom.Share, err error) {
	var at int64
	err = row.Scan(append([]any{&s.School, &s.Kind, &s.Thing, &s.Owner, &s.Everyone, &s.Code, &at}, more...)...)
	s.At = db.FromMicros(at)
	return s, err
}

// Share implements classroom.Reader.
func (t exosTx) Share(ctx context.Context, kind classroom.ShareKind, thing string) (classroom.Share, error) {
	return one(ctx, t, `select `+shareColumns+` from share s where s.kind = $1 and s.thing = $2`, []any{string(kind), thing},
		func(row db.Row) (classroom.Share, error) { return scanShare(row) })
}

// sharedThings are shares with what is shared; what is there no more is left out.
const sharedThings = `
	select ` + shareColumns + `, coalesce(n.title, h.title), l.given_name, coalesce(h.parts, ''),
		(select count(*) from draft d where s.kind = 'notebook' and d.learner = s.owner and d.notebook = s.thing)
	from share s join learner l on l.id = s.owner
	left join notebook n on s.kind = 'notebook' and n.learner = s.owner and n.id = s.thing
	left join homework h on s.kind = 'homework' and h.school = s.school and h.id = s.thing
	where coalesce(n.title, h.title) is not null and `

func scanShared(row db.Row) (s classroom.Shared, err error) {
	var parts []exos.Part
	s.Share, err = scanShare(row, &s.Title, &s.Author, unpacked{&parts}, &s.Exercises)
	if s.Kind == classroom.SharedHomework {
		s.Exercises = len(parts)
	}
	return s, err
}

// SharedIn implements classroom.Reader.
func (t exosTx) SharedIn(ctx context.Context, school string, but exos.LearnerID) ([]classroom.Shared, error) {
	return list(ctx, t, sharedThings+`s.school = $1 and s.everyone and s.owner <> $2 order by 8, s.thing`, []any{school, string(but)}, scanShared)
}

// SharedUnder implements classroom.Reader.
func (t exosTx) SharedUnder(ctx context.Context, code string) (classroom.Shared, error) {
	if code == "" {
		return classroom.Shared{}, errNone
	}
	return one(ctx, t, sharedThings+`s.code = $1`, []any{code}, scanShared)
}

// PutShare implements classroom.Writer.
func (t exosTx) PutShare(ctx context.Context, act journal.ActID, s classroom.Share) (bool, error) {
	if s.Code != "" {
		other, err := one(ctx, t, `select `+shareColumns+` from share s where s.code = $1`, []any{s.Code},
			func(row db.Row) (classroom.Share, error) { return scanShare(row) })
		if err == nil && other.Thing != s.Thing {
			return false, nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return false, err
		}
	}
	if err := t.DropShare(ctx, act, s.Kind, s.Thing); err != nil {
		return false, err
	}
	_, err := t.Exec(ctx, `insert into share (school, kind, thing, owner, everyone, code, shared_at, act) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.School, string(s.Kind), s.Thing, string(s.Owner), s.Everyone, s.Code, db.Micros(s.At), string(act))
	return err == nil, err
}

// DropShare implements classroom.Writer.
func (t exosTx) DropShare(ctx context.Context, _ journal.ActID, kind classroom.ShareKind, thing string) error {
	return t.unshare(ctx, kind, thing)
}

func (t exosTx) unshare(ctx context.Context, kind classroom.ShareKind, thing string) error {
	_, err := t.Exec(ctx, `delete from share where kind = $1 and thing = $2`, string(kind), thing)
	return err
}

// CountGuess implements classroom.Writer.
func (t exosTx) CountGuess(ctx context.Context, b classroom.Bucket, since time.Time) (n int, until time.Time, err error) {
	if _, err = t.Exec(ctx, `
		insert into guess (learner, bucket, tries, last_at) values ($1, $2, 1, $3)
		on conflict (learner, bucket) do update set tries = case when guess.last_at < $4 then 1 else guess.tries + 1 end, last_at = $3
		where guess.wait_until <= $3`, string(b.Learner), b.Key, db.Micros(t.Now()), db.Micros(since)); err != nil {
		return 0, time.Time{}, err
	}
	var at int64
	err = t.One(ctx, `select tries, wait_until from guess where learner = $1 and bucket = $2`, []any{string(b.Learner), b.Key}, &n, &at)
	return n, db.FromMicros(at), err
}

// DelayGuess implements classroom.Writer.
func (t exosTx) DelayGuess(ctx context.Context, b classroom.Bucket, until time.Time) error {
	_, err := t.Exec(ctx, `update guess set wait_until = $3 where learner = $1 and bucket = $2`, string(b.Learner), b.Key, db.Micros(until))
	return err
}

// TakeBackGuess implements classroom.Writer.
func (t exosTx) TakeBackGuess(ctx context.Context, b classroom.Bucket, free int) error {
	_, err := t.Exec(ctx, `
		update guess set tries = tries - 1, wait_until = case when tries - 1 <= $3 then 0 else wait_until end
		where learner = $1 and bucket = $2 and tries > 0`, string(b.Learner), b.Key, free)
	return err
}
