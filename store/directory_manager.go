package store

import (
	"context"

	"pupitre/directory"
	"pupitre/journal"
)

// KeepManager implements directory.Writer. Its source is the head from then on, so that no file of the portal changes it.
func (t directoryTx) KeepManager(ctx context.Context, _ journal.ActID, m directory.AssignmentManager) error {
	_, err := t.Exec(ctx, `insert into assignment_manager (school, person, state, source) values ($1, $2, $3, 'head')
		on conflict (school, person) do update set state = excluded.state, source = excluded.source`,
		string(m.School), string(m.Person), string(m.State))
	return err
}
