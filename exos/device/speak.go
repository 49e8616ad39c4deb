package device

import (
	"context"
	"encoding/json"
	"time"

	"pupitre/exos"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
)

// Request is what a device says, and signs as a whole.
type Request struct {
	Device  ID               `json:"device"`
	Modules []exos.ModuleID  `json:"modules,omitempty"` // that it asks for
	Return  []exos.ModuleID  `json:"return,omitempty"`  // that it has let go of
	Acts    []offline.Signed `json:"acts,omitempty"`
	Stands  *SelfReport      `json:"stands,omitempty"` // how it stands once the acts were taken in; nil: it does not say
}

// Answer is what it gets. Number and At are what its next acts name.
type Answer struct {
	Number       int64             `json:"number"`
	At           time.Time         `json:"at"`
	Ended        bool              `json:"ended,omitempty"` // the device is a learner's no more: content goes, acts are still taken
	Stale        bool              `json:"-"`               // modules are closed until its learner's rights are read
	Verdicts     []offline.Verdict `json:"verdicts"`        // of the acts of the request, in its order; then of others that had waited
	Place        offline.Place     `json:"place"`
	Entitlements []string          `json:"entitlements"`
	Statuses     []string          `json:"statuses"`
	Receipts     []byte            `json:"receipts"` // the secret of the device's typed receipts
}

// The limits of one request.
const (
	MaxActs    = 500
	maxModules = 100
)

// Speak takes in what a device says, in one durable transaction, and answers, in its learner's words. Said again, it is answered again:
// acts count once. NotFound where there is no such device, Denied where it did not sign this.
func (s *Service) Speak(ctx context.Context, said offline.Signed, say exos.Say) (Answer, error) {
	var in Request
	if err := json.Unmarshal([]byte(said.Text), &in); err != nil {
		return Answer{}, fault.Wrap(err, fault.Invalid, "exos.device.form")
	}
	if len(in.Acts) > MaxActs || len(in.Modules) > maxModules || len(in.Return) > maxModules {
		return Answer{}, fault.New(fault.Invalid, "exos.events.many", "max", MaxActs)
	}
	if in.Stands != nil {
		if err := in.Stands.check(); err != nil {
			return Answer{}, err
		}
	}
	var answer Answer
	err := s.keeping(ctx, in.Acts, func(ctx context.Context, k *keeper) (err error) {
		answer, err = k.speak(ctx, said, in, say)
		return err
	})
	return answer, err
}

// keeping runs a transaction in which acts are taken in. It is run again where one that had been waiting turns out to be of an exercise
// that none of these names: exercises are read outside of transactions.
func (s *Service) keeping(ctx context.Context, acts []offline.Signed, do func(ctx context.Context, k *keeper) error) error {
	asked := exercisesIn(acts)
	for {
		ready, err := s.Exos.Prepare(ctx, asked)
		if err != nil {
			return err
		}
		var missing exos.ExerciseID
		err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
			k := &keeper{service: s, ready: ready, asked: set(asked), w: w, given: map[int64]time.Time{}, about: map[int64]what{}}
			err := do(ctx, k)
			missing = k.missing
			return err
		})
		if missing == "" {
			return err
		}
		asked = append(asked, missing)
	}
}

// keeper is an offline.Keeper in one transaction.
type keeper struct {
	service *Service
	ready   exos.Ready
	asked   map[exos.ExerciseID]bool

	w       Writer
	holder  Holder
	lent    []Lent
	graded  []exos.Homework
	given   map[int64]time.Time // answers of ours that acts have named
	about   map[int64]what      // of doubtful acts: where they would count
	missing exos.ExerciseID
}

// hold reads whose a device is, and what they hold, and keeps other transactions from it. NotFound where there is none.
func (k *keeper) hold(ctx context.Context, d ID) (err error) {
	if _, err := k.w.TakeDevice(ctx, d); err != nil {
		return orNone(err)
	}
	if k.holder, err = k.w.Holder(ctx, d); err != nil {
		return orNone(err)
	}
	if k.lent, err = k.w.Lent(ctx, d); err != nil {
		return err
	}
	k.graded, err = k.w.GradedWork(ctx, k.holder.Learner)
	return err
}

func (k *keeper) speak(ctx context.Context, said offline.Signed, in Request, say exos.Say) (Answer, error) {
	if err := k.hold(ctx, in.Device); err != nil {
		return Answer{}, err
	}
	d := &k.holder.Device
	if !d.Key.Verify(said, offline.ForRequest) {
		return Answer{}, fault.New(fault.Denied, "exos.device.proof")
	}
	verdicts, err := offline.Take(ctx, k, string(d.ID), d.Key, in.Acts, k.w.Now())
	if err != nil {
		return Answer{}, err
	}
	if err := k.giveBack(ctx, in.Return); err != nil {
		return Answer{}, err
	}
	if err := k.stand(ctx, in.Stands); err != nil {
		return Answer{}, err
	}
	asked := in.Modules
	if d.Ended() {
		asked = nil
	}
	lent, err := k.service.lend(ctx, k.w, lending{k.holder, asked, say})
	if err != nil {
		return Answer{}, err
	}
	place, err := offline.GoesOn(ctx, k)
	if err != nil {
		return Answer{}, err
	}
	d.SeenAt, d.Answers = k.w.Now(), d.Answers+1
	return Answer{
		Number: d.Answers, At: k.w.Now(), Ended: d.Ended(), Stale: k.holder.stale(), Verdicts: verdicts, Place: place,
		Entitlements: lent.entitlements, Statuses: lent.statuses, Receipts: lent.receipts,
	}, k.w.PutDevice(ctx, *d)
}

// giveBack ends what the device has let go of itself.
func (k *keeper) giveBack(ctx context.Context, modules []exos.ModuleID) error {
	for _, l := range k.lent {
		for _, m := range modules {
			if l.Module != m || final(l.State) {
				continue
			}
			l.State, l.ChangedAt = offline.Returned, k.w.Now()
			if err := k.w.PutLent(ctx, l); err != nil {
				return err
			}
		}
	}
	return nil
}

func orNone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return errNoDevice
	}
	return err
}

func (k *keeper) Chain(context.Context) (offline.Chain, error) { return k.holder.Device.Chain, nil }

func (k *keeper) PutChain(_ context.Context, c offline.Chain) error {
	k.holder.Device.Chain = c // written with the device
	return nil
}

func (k *keeper) Kept(ctx context.Context, seq int64) (offline.Kept, error) {
	return k.w.DeviceAct(ctx, k.holder.Device.ID, seq)
}

func (k *keeper) Waiting(ctx context.Context) ([]offline.Kept, error) {
	return k.w.WaitingActs(ctx, k.holder.Device.ID)
}

func (k *keeper) Keep(ctx context.Context, a offline.Kept) error {
	about := k.about[a.Act.Seq]
	return k.w.PutDeviceAct(ctx, k.holder.Device.ID, about.Homework, about.Exercise, a)
}

func (k *keeper) Report(ctx context.Context, s offline.Signed, code string) error {
	return k.w.AddReport(ctx, k.holder.Device.ID, s, code)
}

func (k *keeper) Answered(ctx context.Context, number int64) (time.Time, error) {
	if number == 0 {
		return k.holder.Device.MadeAt, nil
	}
	at, known := k.given[number]
	if known {
		return at, nil
	}
	at, err := k.w.Answered(ctx, k.holder.Device.ID, number)
	k.given[number] = at
	return at, err
}

// what is an act as exercises know it.
type what struct {
	Attempt  exos.AttemptID  `json:"attempt"`
	Exercise exos.ExerciseID `json:"exercise"`
	Homework exos.HomeworkID `json:"homework,omitempty"`
	Version  string          `json:"version"`
	Seed     exos.Seed       `json:"seed"`
	Kind     exos.Kind       `json:"kind"`
	Payload  json.RawMessage `json:"payload,omitempty"`
}

// lost is the kind of an act that stands for one that is damaged on its device: those after it are not to wait for ever.
const lost exos.Kind = "lost"

func (k *keeper) Apply(ctx context.Context, a offline.Act, m offline.Moment) (offline.Word, error) {
	return k.apply(ctx, a, m, false)
}

// apply makes an event of an act; believed takes the device at its word on the time.
func (k *keeper) apply(ctx context.Context, a offline.Act, m offline.Moment, believed bool) (offline.Word, error) {
	var said what
	if err := json.Unmarshal(a.What, &said); err != nil {
		return offline.Refusal(fault.New(fault.Invalid, "exos.act.form")), nil
	}
	if said.Kind == lost {
		return offline.Refusal(fault.New(fault.Invalid, "exos.act.lost")), nil
	}
	if !k.asked[said.Exercise] {
		k.missing = said.Exercise
		return offline.Word{}, fault.New(fault.Internal, "exos.act.form")
	}
	if module, ok := k.ready.Module(said.Exercise); ok && !k.covered(module, m) {
		return offline.Refusal(fault.New(fault.Denied, "exos.act.lease")), nil
	}
	verdict, doubt, err := k.service.Exos.TakeAway(ctx, k.w, k.holder.Learner, exos.Away{
		Event: exos.Event{
			ID: exos.EventID(a.ID), Attempt: said.Attempt, Exercise: said.Exercise, Version: said.Version, Seed: said.Seed, Kind: said.Kind,
			Payload: said.Payload, At: a.At, Device: string(k.holder.Device.ID), Seq: a.Seq,
		},
		Homework: said.Homework, When: m, Believed: believed, Graded: k.graded,
	}, k.ready)
	if err != nil {
		return offline.Word{}, err
	}
	if doubt {
		if k.about[a.Seq], err = k.placed(ctx, said); err != nil {
			return offline.Word{}, err
		}
		return offline.Word{Outcome: offline.Doubtful, Code: "exos.act.doubtful"}, nil
	}
	word := offline.Word{Outcome: offline.Taken, Code: verdict.Code, Params: verdict.Params}
	if verdict.Status == exos.Refused {
		word.Outcome = offline.Refused
	}
	if verdict.Result != nil {
		if word.Said, err = json.Marshal(verdict.Result); err != nil {
			return offline.Word{}, err
		}
	}
	return word, nil
}

// placed is an act with the homework of its attempt: only the opening names it.
func (k *keeper) placed(ctx context.Context, said what) (what, error) {
	attempt, err := k.w.Attempt(ctx, k.holder.Learner.ID, said.Attempt)
	said.Homework = attempt.Homework
	return said, err
}

func (k *keeper) covered(m exos.ModuleID, done offline.Moment) bool {
	for _, l := range k.lent {
		if l.Module == m {
			return l.covers(done)
		}
	}
	return false
}

// exercisesIn are the exercises that acts name, as far as they can be read: what they are worth is seen later.
func exercisesIn(acts []offline.Signed) []exos.ExerciseID {
	var out []exos.ExerciseID
	for _, s := range acts {
		var a struct {
			What struct {
				Exercise exos.ExerciseID `json:"exercise"`
			} `json:"what"`
		}
		if json.Unmarshal([]byte(s.Text), &a) == nil && a.What.Exercise != "" {
			out = append(out, a.What.Exercise)
		}
	}
	return out
}

func set(ids []exos.ExerciseID) map[exos.ExerciseID]bool {
	out := map[exos.ExerciseID]bool{}
	for _, e := range ids {
		out[e] = true
	}
	return out
}
