package storetest

import (
	"pupitre/directory"
	"pupitre/licensing"
)

// Kept is what a database holds after a crash.
type Kept struct {
	Acts     int // batches in the ledger
	Missing  int // acknowledged acts that journal or ledger do not have
	Assigned int64
}

// Batches reads what became of batches on one resource, and of the acts that were acknowledged.
func (w *World) Batches(school directory.School, r licensing.Work, acknowledged []string) Kept {
	w.TB.Helper()
	k := Kept{
		Acts:     int(w.count(`select count(*) from ledger where school = $1 and cause in ('assigned', 'released', 'undone')`, string(school.ID))),
		Assigned: w.count(`select assigned from pool where school = $1 and resource = $2`, string(school.ID), string(r.ID)),
	}
	for _, act := range acknowledged {
		if w.count(`select count(*) from ledger l join journal j on j.school = l.school and j.id = l.act where l.school = $1 and l.act = $2`,
			string(school.ID), act) != 1 {
			k.Missing++
		}
	}
	return k
}
