package store

import (
	"context"
	"sync"
	"time"

	"pupitre/catalogue"
	"pupitre/internal/db"
	"pupitre/internal/recent"
)

// resources keeps in memory what was read of the catalogue, whose notices are long, seldom change and are on every page. What was read
// or asked about a moment ago is believed (internal/recent); of the rest the same transaction reads the state first, so that another
// node's import is felt as this one's is. Its zero value is empty and ready.
type resources struct {
	mu   sync.RWMutex
	byID map[catalogue.ResourceID]resourceRead
}

type resourceRead struct {
	state    resourceState
	resource *catalogue.Resource // shared: to be read only
	until    time.Time           // it is believed without asking
}

// resourceState is what tells one reading of a resource from the next: the act that last wrote it, and its publisher's name and its picture,
// which are written by others.
type resourceState struct{ act, publisher, picture string }

// resourcesKept bounds the memory: about 2 KiB each. Beyond, all are forgotten and read again as they are asked for.
const resourcesKept = 8192

func (t catalogueTx) states(ctx context.Context, ids []catalogue.ResourceID) (map[catalogue.ResourceID]resourceState, error) {
	states := make(map[catalogue.ResourceID]resourceState, len(ids))
	err := t.Each(ctx, db.For(t.Engine, `select r.id, r.act, p.name, coalesce(t.small, '')`+resourceTables+`where r.id in (`+named("$1")+`)`), []any{jsonArray(ids)}, func(row db.Row) error {
		var id catalogue.ResourceID
		var s resourceState
		err := row.Scan(&id, &s.act, &s.publisher, &s.picture)
		states[id] = s
		return err
	})
	return states, err
}

// believe adds to found what was asked about a moment before now, and returns the others.
func (k *resources) believe(ids []catalogue.ResourceID, now time.Time, found map[catalogue.ResourceID]*catalogue.Resource) (doubtful []catalogue.ResourceID) {
	if k == nil {
		return ids
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	for _, id := range ids {
		if kept, ok := k.byID[id]; ok && now.Before(kept.until) {
			found[id] = kept.resource
		} else {
			doubtful = append(doubtful, id)
		}
	}
	return doubtful
}

// take adds to found what is kept in these states, as they were at an instant, and returns the others.
func (k *resources) take(states map[catalogue.ResourceID]resourceState, at time.Time, found map[catalogue.ResourceID]*catalogue.Resource) (unread []catalogue.ResourceID) {
	if k != nil {
		k.mu.Lock()
		defer k.mu.Unlock()
	}
	for id, state := range states {
		if k != nil {
			if kept, ok := k.byID[id]; ok && kept.state == state {
				found[id], kept.until = kept.resource, at.Add(recent.Moment)
				k.byID[id] = kept
				continue
			}
		}
		unread = append(unread, id)
	}
	return unread
}

func (k *resources) put(states map[catalogue.ResourceID]resourceState, at time.Time, read []catalogue.Resource) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.byID == nil || len(k.byID)+len(read) > resourcesKept {
		k.byID = make(map[catalogue.ResourceID]resourceRead, len(read))
	}
	for i := range read {
		k.byID[read[i].ID] = resourceRead{states[read[i].ID], &read[i], at.Add(recent.Moment)}
	}
}

// doubt has every resource asked about again: for whoever changes one here.
func (k *resources) doubt() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, kept := range k.byID {
		kept.until = time.Time{}
		k.byID[id] = kept
	}
}
