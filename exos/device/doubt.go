package device

import (
	"context"
	"slices"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

var errNoHomework = fault.New(fault.NotFound, "exos.homework.unknown")

// Doubts lists what is doubtful in a homework of the visitor's.
func (s *Service) Doubts(ctx context.Context, v exos.Visitor, h exos.HomeworkID) ([]Doubt, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]Doubt, error) {
		if err := gives(ctx, r, v, h); err != nil {
			return nil, err
		}
		return r.Doubts(ctx, h, "")
	})
}

// DoubtsOf lists what waits for the visitor's word, of all homework that they gave, with the pupils whom they teach.
func (s *Service) DoubtsOf(ctx context.Context, v exos.Visitor) (doubts []Doubtful, pupils map[exos.LearnerID]classroom.Member, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		if pupils, err = pupilsOf(ctx, r, v); err != nil {
			return err
		}
		if doubts, err = r.DoubtsFor(ctx, v.Learner.School, v.Learner.ID); err != nil || len(doubts) == 0 {
			return err
		}
		checked, err := r.Receipts(ctx, v.Learner.ID, maxReceipts)
		if err != nil {
			return err
		}
		for i := range doubts {
			if doubts[i].Receipt, err = vouched(ctx, r, doubts[i], checked); err != nil {
				return err
			}
		}
		return nil
	})
	return doubts, pupils, err
}

// vouched returns when the last of what is doubtful had been seen in receipts, before the end of its homework; zero where one was not. Of a
// receipt whose last act is not the one that came, nothing is known.
func vouched(ctx context.Context, r Reader, d Doubtful, checked []Checked) (last time.Time, err error) {
	checked = slices.DeleteFunc(slices.Clone(checked), func(c Checked) bool { return c.Learner != d.Learner || !c.SeenAt.Before(d.Due) })
	if len(checked) == 0 {
		return last, nil
	}
	doubts, err := r.Doubts(ctx, d.Homework, d.Learner)
	if err != nil {
		return last, err
	}
	for _, one := range doubts {
		var seen time.Time
		for _, c := range checked {
			if c.Device != string(one.Device) || c.Seq < one.Seq || !seen.IsZero() && !c.SeenAt.Before(seen) {
				continue
			}
			act, err := r.DeviceAct(ctx, one.Device, c.Seq)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return last, err
			}
			if err == nil && c.Of(act) {
				seen = c.SeenAt
			}
		}
		if seen.IsZero() {
			return time.Time{}, nil
		}
		if seen.After(last) {
			last = seen
		}
	}
	return last, nil
}

// Settle says of all that is doubtful of a pupil in a homework of the visitor's whether it was done in time. What is believed is scored
// now, in its order; the rest stays kept, and counts for nothing. It returns how many answers were settled.
func (s *Service) Settle(ctx context.Context, v exos.Visitor, h exos.HomeworkID, l exos.LearnerID, inTime bool) (int, error) {
	doubts, err := s.Doubts(ctx, v, h)
	if err != nil {
		return 0, err
	}
	var asked []exos.ExerciseID
	for _, d := range doubts {
		asked = append(asked, d.Exercise)
	}
	ready, err := s.Exos.Prepare(ctx, asked)
	if err != nil {
		return 0, err
	}
	return tx.Answer(ctx, s.Store.Write, func(ctx context.Context, w Writer) (int, error) {
		if err := gives(ctx, w, v, h); err != nil {
			return 0, err
		}
		now, err := w.Doubts(ctx, h, l)
		if err != nil || len(now) == 0 {
			return 0, err
		}
		verb := "exos.doubt-refused"
		if inTime {
			verb = "exos.doubt-believed"
		}
		if _, err := w.Record(ctx, journal.Entry{
			School: v.Learner.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(v.Learner.ID)}, Verb: verb, Subject: string(h),
			Person: string(l), Class: journal.ClassChange,
		}); err != nil {
			return 0, err
		}
		for _, d := range now {
			if err := s.settle(ctx, w, d, ready, set(asked), inTime); err != nil {
				return 0, err
			}
		}
		return len(now), nil
	})
}

func (s *Service) settle(ctx context.Context, w Writer, d Doubt, ready exos.Ready, asked map[exos.ExerciseID]bool, inTime bool) error {
	if _, err := w.TakeDevice(ctx, d.Device); err != nil {
		return err
	}
	kept, err := w.DeviceAct(ctx, d.Device, d.Seq)
	if err != nil || kept.Word.Outcome != offline.Doubtful { // another page was first
		return err
	}
	kept.Word = offline.Refusal(fault.New(fault.Denied, "exos.act.disbelieved"))
	if inTime {
		k := &keeper{service: s, ready: ready, asked: asked, w: w, about: map[int64]what{}}
		if k.holder, err = w.Holder(ctx, d.Device); err != nil {
			return err
		}
		if k.lent, err = w.Lent(ctx, d.Device); err != nil {
			return err
		}
		if k.graded, err = w.GradedWork(ctx, k.holder.Learner); err != nil {
			return err
		}
		if kept.Word, err = k.apply(ctx, kept.Act, kept.Moment, true); err != nil {
			return err
		}
	}
	return w.PutDeviceAct(ctx, d.Device, d.Homework, d.Exercise, kept)
}

// gives refuses whoever did not give the homework.
func gives(ctx context.Context, r Reader, v exos.Visitor, id exos.HomeworkID) error {
	h, err := r.Homework(ctx, id)
	if fault.Is(err, fault.NotFound) || err == nil && (h.By != v.Learner.ID || h.School != v.Learner.School) {
		return errNoHomework
	}
	return err
}
