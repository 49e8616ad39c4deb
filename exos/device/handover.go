package device

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Received (« fichier reçu ») is what came of a file that a pupil without a network handed to a teacher, in answers.
type Received struct {
	Device   Device
	Member   classroom.Member
	At       time.Time      // when it was made, by the device's clock
	New      int            // taken in now
	Again    int            // had come before
	Doubtful int            // kept; the homework's teacher says whether they count
	Waiting  int            // kept; others come before them
	Refused  map[string]int // by the code of the reason
}

var errNotTheirs = fault.New(fault.NotFound, "exos.handover.whose")

// Receive opens a file and takes in what a pupil of the visitor's did, in the way in which it takes what devices send themselves: what
// came already counts once, and what is sent later too. The device is not heard by this, nor answered. Invalid says what is wrong with the
// file; NotFound, where it is no file of a pupil of the visitor's, and no more.
func (s *Service) Receive(ctx context.Context, v exos.Visitor, file []byte) (Received, error) {
	opener, err := tx.Answer(ctx, s.Store.Write, s.opener)
	if err != nil {
		return Received{}, err
	}
	signed, err := opener.Open(file)
	if err != nil {
		return Received{}, err
	}
	in, err := offline.ReadHandover(signed)
	if err != nil {
		return Received{}, err
	}
	out := Received{At: in.At, Refused: map[string]int{}}
	for first, chunks := true, slices.Collect(slices.Chunk(in.Acts, MaxActs)); first || len(chunks) > 0; first = false {
		var acts []offline.Signed
		if len(chunks) > 0 {
			acts, chunks = chunks[0], chunks[1:]
		}
		var verdicts []offline.Verdict
		err := s.keeping(ctx, acts, func(ctx context.Context, k *keeper) (err error) {
			pupils, err := pupilsOf(ctx, k.w, v)
			if err != nil {
				return err
			}
			if err := k.hold(ctx, ID(in.Device)); fault.Is(err, fault.NotFound) {
				return errNotTheirs
			} else if err != nil {
				return err
			}
			d := &k.holder.Device
			member, own := pupils[d.Learner]
			if !own {
				return errNotTheirs
			}
			if !d.Key.Verify(signed, offline.ForHandover) {
				return fault.New(fault.Invalid, "exos.handover.proof")
			}
			out.Device, out.Member = *d, member
			if first {
				if _, err := k.w.Record(ctx, journal.Entry{
					School: v.Learner.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(v.Learner.ID)}, Verb: "exos.handover-received",
					Subject: string(d.ID), Person: string(d.Learner), Class: journal.ClassChange,
				}); err != nil {
					return err
				}
			}
			if verdicts, err = offline.Take(ctx, k, string(d.ID), d.Key, acts, k.w.Now()); err != nil {
				return err
			}
			return k.w.PutChain(ctx, d.ID, d.Chain)
		})
		if err != nil {
			return Received{}, err
		}
		out.count(acts, verdicts)
	}
	return out, nil
}

// count adds what was said of acts, and of those that had been waiting for them.
func (r *Received) count(acts []offline.Signed, verdicts []offline.Verdict) {
	for i, v := range verdicts {
		if v.Outcome == offline.Refused && !v.Known {
			r.Refused[v.Code]++
			continue
		}
		answer := v.Said != nil
		if i < len(acts) {
			answer = answers(acts[i])
		}
		switch {
		case !answer:
		case v.Outcome == offline.Waiting, v.Outcome == offline.Later:
			r.Waiting++
		case v.Known && i < len(acts):
			r.Again++
		case v.Outcome == offline.Doubtful:
			r.Doubtful++
		default:
			r.New++
		}
	}
}

// answers reports whether an act says that it is an answer, not an opening.
func answers(s offline.Signed) bool {
	var a struct {
		What struct{ Kind exos.Kind } `json:"what"`
	}
	return json.Unmarshal([]byte(s.Text), &a) == nil && a.What.Kind == exos.Answered
}

// Reasons are the codes of what was refused, in a fixed order.
func (r Received) Reasons() []string { return slices.Sorted(maps.Keys(r.Refused)) }

// opener is the server's key that opens files, made when it is first needed.
func (s *Service) opener(ctx context.Context, w Writer) (offline.Opener, error) {
	found, err := w.SealingKey(ctx)
	if !fault.Is(err, fault.NotFound) {
		return found, err
	}
	made, err := offline.NewOpener(s.IDs.New())
	if err != nil {
		return made, err
	}
	if err := w.AddSealingKey(ctx, made); err != nil {
		return made, err
	}
	return w.SealingKey(ctx)
}
