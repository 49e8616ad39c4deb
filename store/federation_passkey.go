package store

import (
	"context"
	"encoding/hex"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
)

const passkeyColumns = `k.project, k.person, k.id, k.name, k.public_key, k.flags, k.sign_count, k.created_at, k.used_at`

func scanPasskey(row db.Row) (k local.Passkey, err error) {
	err = row.Scan(&k.Project, &k.Person, (*hexed)(&k.ID), &k.Name, (*hexed)(&k.Key), &k.Flags, &k.Count, (*instant)(&k.Created), (*instant)(&k.Used))
	return k, err
}

// Passkeys implements local.Reader.
func (t localTx) Passkeys(ctx context.Context, project directory.ProjectID, person directory.PersonID) ([]local.Passkey, error) {
	return list(ctx, t.Tx, `select `+passkeyColumns+` from local_passkey k where k.project = $1 and k.person = $2 order by k.created_at, k.id`,
		[]any{string(project), string(person)}, scanPasskey)
}

// PasskeyByID implements local.Reader.
func (t localTx) PasskeyByID(ctx context.Context, project directory.ProjectID, id []byte) (local.Passkey, error) {
	return one(ctx, t.Tx, `select `+passkeyColumns+` from local_passkey k where k.project = $1 and k.id = $2`,
		[]any{string(project), hex.EncodeToString(id)}, scanPasskey, fault.New(fault.NotFound, "local.passkey.wrong"))
}

// AddPasskey implements local.Writer.
func (t localTx) AddPasskey(ctx context.Context, act journal.ActID, k local.Passkey) (bool, error) {
	n, err := t.Exec(ctx, `
		insert into local_passkey (project, person, id, name, public_key, flags, sign_count, created_at, act)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
		string(k.Project), string(k.Person), hex.EncodeToString(k.ID), k.Name, hex.EncodeToString(k.Key), int64(k.Flags), int64(k.Count),
		db.Micros(t.Now()), string(act))
	return n == 1, err
}

// UsePasskey implements local.Writer. The guard is the count that was looked at.
func (t localTx) UsePasskey(ctx context.Context, k local.Passkey, count uint32) (bool, error) {
	n, err := t.Exec(ctx, `
		update local_passkey set sign_count = $5, used_at = $6 where project = $1 and person = $2 and id = $3 and sign_count = $4`,
		string(k.Project), string(k.Person), hex.EncodeToString(k.ID), int64(k.Count), int64(count), db.Micros(t.Now()))
	return n == 1, err
}

// RemovePasskey implements local.Writer.
func (t localTx) RemovePasskey(ctx context.Context, _ journal.ActID, k local.Passkey) (bool, error) {
	n, err := t.Exec(ctx, `delete from local_passkey where project = $1 and person = $2 and id = $3`,
		string(k.Project), string(k.Person), hex.EncodeToString(k.ID))
	return n == 1, err
}

// SetChallenge implements local.Writer.
func (t localTx) SetChallenge(ctx context.Context, project directory.ProjectID, hash federation.Hash, challenge []byte, until time.Time) error {
	_, err := t.Exec(ctx, `
		insert into local_challenge (project, hash, challenge, until_at) values ($1, $2, $3, $4)
		on conflict (project, hash) do update set challenge = $3, until_at = $4`,
		string(project), string(hash), hex.EncodeToString(challenge), db.Micros(until))
	return err
}

// TakeChallenge implements local.Writer. Whoever deletes it has it.
func (t localTx) TakeChallenge(ctx context.Context, project directory.ProjectID, hash federation.Hash) ([]byte, error) {
	none := fault.New(fault.NotFound, "local.passkey.wrong")
	challenge, err := one(ctx, t.Tx, `select challenge from local_challenge where project = $1 and hash = $2 and until_at > $3`,
		[]any{string(project), string(hash), db.Micros(t.Now())}, func(row db.Row) (c hexed, err error) {
			err = row.Scan(&c)
			return c, err
		}, none)
	if err != nil {
		return nil, err
	}
	n, err := t.Exec(ctx, `delete from local_challenge where project = $1 and hash = $2 and challenge = $3`,
		string(project), string(hash), hex.EncodeToString(challenge))
	if err == nil && n == 0 {
		err = none
	}
	return challenge, err
}

// RecoveryLeft implements local.Reader.
func (t localTx) RecoveryLeft(ctx context.Context, project directory.ProjectID, person directory.PersonID) (n int, err error) {
	err = t.One(ctx, `select count(*) from local_recovery where project = $1 and person = $2`, []any{string(project), string(person)}, &n)
	return n, err
}

// SetRecovery implements local.Writer.
func (t localTx) SetRecovery(ctx context.Context, _ journal.ActID, a local.Account, codes []federation.Hash) error {
	if _, err := t.Exec(ctx, `delete from local_recovery where project = $1 and person = $2`, string(a.Project), string(a.Person)); err != nil {
		return err
	}
	for _, code := range codes {
		if _, err := t.Exec(ctx, `insert into local_recovery (project, person, hash) values ($1, $2, $3)`,
			string(a.Project), string(a.Person), string(code)); err != nil {
			return err
		}
	}
	return nil
}

// PupilsChoose implements local.Reader.
func (t localTx) PupilsChoose(ctx context.Context, school directory.SchoolID) (bool, error) {
	may, err := list(ctx, t.Tx, `select pupils_choose from local_school where school = $1`, []any{string(school)}, func(row db.Row) (may bool, err error) {
		err = row.Scan(&may)
		return may, err
	})
	return err == nil && len(may) == 1 && may[0], err
}

// SetPupilsChoose implements local.Writer.
func (t localTx) SetPupilsChoose(ctx context.Context, act journal.ActID, school directory.SchoolID, may bool) error {
	_, err := t.Exec(ctx, `
		insert into local_school (school, pupils_choose, act) values ($1, $2, $3)
		on conflict (school) do update set pupils_choose = $2, act = $3`, string(school), may, string(act))
	return err
}
