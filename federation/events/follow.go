package events

import (
	"context"
	"encoding/json"
	"fmt"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/journal"
)

// topicRightChanged is licensing's, with a body of this form (licensing.RightChanged). An opening changes nobody's rights.
const (
	topicRightChanged = "licensing.right.changed"
	causeOpened       = "opened"
)

type rightChanged struct {
	Persons   []directory.PersonID `json:"persons"`
	Resources []string             `json:"resources"`
	Cause     string               `json:"cause"`
	Everybody bool                 `json:"everybody"`
}

// follower is the name under which telling remembers how far it has read the facts.
const follower = "federation.events"

// Follow queues what the other areas told, at most 100 facts; call it again while it returns 100. Only queues: nobody is told yet.
func (t *Teller) Follow(ctx context.Context) (int, error) {
	return t.Store.Follow(ctx, follower, 100, func(ctx context.Context, w Writer, f journal.Fact) error {
		prefix := fmt.Sprintf("%016d", f.Seq) // in the order of the facts, and the same if the fact comes again
		switch f.Topic {
		case topicRightChanged:
			return queueRights(ctx, w, prefix, f)
		case federation.TopicSessionEnded:
			var ended federation.Ended
			if err := json.Unmarshal(f.Body, &ended); err != nil {
				return fmt.Errorf("read fact %d: %w", f.Seq, err)
			}
			return w.QueueEnd(ctx, prefix, f.At, ended.Project, directory.PersonID(f.Person), ended.Session)
		}
		return nil
	})
}

func queueRights(ctx context.Context, w Writer, prefix string, f journal.Fact) error {
	var body rightChanged
	if err := json.Unmarshal(f.Body, &body); err != nil {
		return fmt.Errorf("read fact %d: %w", f.Seq, err)
	}
	if body.Cause == causeOpened {
		return nil
	}
	if f.Person != "" && len(body.Persons) == 0 && !body.Everybody {
		body.Persons = []directory.PersonID{directory.PersonID(f.Person)}
	}
	for i, resource := range body.Resources {
		change := Change{resource, directory.SchoolID(f.School), body.Persons, body.Everybody}
		if err := w.QueueChange(ctx, fmt.Sprintf("%s.%04d", prefix, i), f.At, change); err != nil {
			return err
		}
	}
	return nil
}
