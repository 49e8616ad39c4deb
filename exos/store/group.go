package store

import (
	"context"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
)

const groupColumns = `id, school, owner, label, code, created_at`

func scanGroup(row db.Row) (g classroom.OwnGroup, err error) {
	var created int64
	err = row.Scan(&g.ID, &g.School, &g.Owner, &g.Label, &g.Code, &created)
	g.CreatedAt = db.FromMicros(created)
	return g, err
}

// OwnGroup implements classroom.Reader.
func (t exosTx) OwnGroup(ctx context.Context, school string, g classroom.GroupID) (classroom.OwnGroup, error) {
	return one(ctx, t, `select `+groupColumns+` from own_group where school = $1 and id = $2`, []any{school, string(g)}, scanGroup)
}

// GroupCoded implements classroom.Reader.
func (t exosTx) GroupCoded(ctx context.Context, school, code string) (classroom.OwnGroup, error) {
	return one(ctx, t, `select `+groupColumns+` from own_group where school = $1 and code = $2`, []any{school, code}, scanGroup)
}

// OwnGroups implements classroom.Reader.
func (t exosTx) OwnGroups(ctx context.Context, school string, owner exos.LearnerID) ([]classroom.OwnGroup, error) {
	return list(ctx, t, `select `+groupColumns+` from own_group where owner = $1 and school = $2 order by label, id`, []any{string(owner), school}, scanGroup)
}

// PutGroup implements classroom.Writer.
func (t exosTx) PutGroup(ctx context.Context, act journal.ActID, g classroom.OwnGroup) (bool, error) {
	_, err := t.GroupCoded(ctx, g.School, g.Code)
	if err == nil {
		return false, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return false, err
	}
	_, err = t.Exec(ctx, `
		insert into own_group (school, id, owner, label, code, created_at, act) values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (school, id) do update set label = excluded.label, code = excluded.code, act = excluded.act`,
		g.School, string(g.ID), string(g.Owner), g.Label, g.Code, db.Micros(g.CreatedAt), string(act))
	return err == nil, err
}

// AddMember implements classroom.Writer.
func (t exosTx) AddMember(ctx context.Context, _ journal.ActID, g classroom.OwnGroup, l exos.LearnerID) error {
	_, err := t.Exec(ctx, `
		insert into membership (school, kind, code, learner, label, pupil) values ($1, $2, $3, $4, $5, true)
		on conflict (school, kind, code, learner) do nothing`, g.School, string(exos.Own), string(g.ID), string(l), g.Label)
	return err
}

// DropMember implements classroom.Writer.
func (t exosTx) DropMember(ctx context.Context, _ journal.ActID, g classroom.OwnGroup, l exos.LearnerID) error {
	_, err := t.Exec(ctx, `delete from membership where school = $1 and kind = $2 and code = $3 and learner = $4`,
		g.School, string(exos.Own), string(g.ID), string(l))
	return err
}

// DropGroup implements classroom.Writer.
func (t exosTx) DropGroup(ctx context.Context, _ journal.ActID, g classroom.OwnGroup) error {
	if _, err := t.Exec(ctx, `delete from membership where school = $1 and kind = $2 and code = $3`, g.School, string(exos.Own), string(g.ID)); err != nil {
		return err
	}
	_, err := t.Exec(ctx, `delete from own_group where school = $1 and id = $2`, g.School, string(g.ID))
	return err
}
