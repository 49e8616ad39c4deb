package device

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
	"pupitre/internal/tx"
	"pupitre/journal"
)

// Checked (« reçu vérifié ») is a receipt that a teacher has seen: that a device held so much is certain from then on.
type Checked struct {
	offline.Receipt
	Learner exos.LearnerID
	By      exos.LearnerID
	SeenAt  time.Time // when it was first seen
}

// Standing is a checked receipt with what has come of it since.
type Standing struct {
	Checked
	Member  classroom.Member
	Title   string // of the homework, or of the module
	Missing int64  // acts until its last that are not here yet
	Other   bool   // what came under the number of its last act is not what it spoke of
	Arrived int    // exercises of the work of which answers are here and taken, however they came
}

// Complete reports whether all that the receipt counts is here.
func (s Standing) Complete() bool { return s.Missing == 0 && !s.Other && s.Arrived >= s.Count }

// The most receipts that are listed, and how long after it has closed a homework's are still looked for.
const (
	maxReceipts = 100
	receiptLife = 60 * 24 * time.Hour
)

var errNoReceipt = fault.New(fault.NotFound, "exos.receipt.unknown")

// Check reads a receipt, as a QR code has it or as it was typed, finds whose it is, and keeps that it was seen. It is told of the
// visitor's pupils alone, and of work that the visitor gave or modules that they have: any other is NotFound, as one is that no device
// gave. The same one again is no change.
func (s *Service) Check(ctx context.Context, v exos.Visitor, code string) (Checked, error) {
	read, signed, err := offline.SignedReceipt(code)
	typed := offline.Typed{}
	if err != nil {
		if typed, err = offline.TypedReceipt(code); err != nil {
			return Checked{}, err
		}
	}
	return tx.Answer(ctx, s.Store.Write, func(ctx context.Context, w Writer) (Checked, error) {
		pupils, err := pupilsOf(ctx, w, v)
		if err != nil {
			return Checked{}, err
		}
		works, err := worksOf(ctx, w, v)
		if err != nil {
			return Checked{}, err
		}
		out := Checked{Receipt: read, By: v.Learner.ID, SeenAt: w.Now()}
		if signed.Text != "" {
			d, err := w.Device(ctx, ID(read.Device))
			if err != nil && !fault.Is(err, fault.NotFound) {
				return Checked{}, err
			}
			_, own := pupils[d.Learner]
			if err != nil || !own || works[read.Work] == "" || !d.Key.Verify(signed, offline.ForReceipt) {
				return Checked{}, errNoReceipt
			}
			out.Learner = d.Learner
		} else if out.Receipt, out.Learner, err = s.find(ctx, w, typed, pupils, works); err != nil {
			return Checked{}, err
		}
		act, err := w.Record(ctx, journal.Entry{
			School: v.Learner.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(v.Learner.ID)}, Verb: "exos.receipt-checked",
			Subject: out.Device, Person: string(out.Learner), Class: journal.ClassChange,
		})
		if err != nil {
			return Checked{}, err
		}
		return out, w.AddReceipt(ctx, act, out)
	})
}

// find tries a typed receipt for every device of the pupils and every work.
func (s *Service) find(ctx context.Context, w Writer, typed offline.Typed, pupils map[exos.LearnerID]classroom.Member, works map[string]string) (offline.Receipt, exos.LearnerID, error) {
	var ids []exos.LearnerID
	for id := range pupils {
		ids = append(ids, id)
	}
	devices, err := w.Devices(ctx, ids)
	if err != nil {
		return offline.Receipt{}, "", err
	}
	signer, err := s.signer(ctx, w)
	if err != nil {
		return offline.Receipt{}, "", err
	}
	for _, d := range devices {
		secret, err := receiptSecret(signer, d.ID)
		if err != nil {
			return offline.Receipt{}, "", err
		}
		for work := range works {
			if r, ok := typed.Of(string(d.ID), work, secret); ok {
				return r, d.Learner, nil
			}
		}
	}
	return offline.Receipt{}, "", errNoReceipt
}

// Receipts lists those that the visitor has checked, the newest first, with what has come since.
func (s *Service) Receipts(ctx context.Context, v exos.Visitor) ([]Standing, error) {
	return tx.Answer(ctx, s.Store.Read, func(ctx context.Context, r Reader) ([]Standing, error) {
		pupils, err := pupilsOf(ctx, r, v)
		if err != nil {
			return nil, err
		}
		checked, err := r.Receipts(ctx, v.Learner.ID, maxReceipts)
		if err != nil {
			return nil, err
		}
		var out []Standing
		for _, c := range checked {
			member, own := pupils[c.Learner]
			if !own {
				continue // has left the class
			}
			one := Standing{Checked: c, Member: member}
			if one.Title, err = titleOf(ctx, r, c.Work); err != nil {
				return nil, err
			}
			if err := one.weigh(ctx, r); err != nil {
				return nil, err
			}
			out = append(out, one)
		}
		return out, nil
	})
}

// weigh looks at what is here of what the receipt speaks of.
func (s *Standing) weigh(ctx context.Context, r Reader) error {
	n, err := r.ActsUntil(ctx, ID(s.Device), s.Seq)
	if err != nil {
		return err
	}
	s.Missing = s.Seq - n
	last, err := r.DeviceAct(ctx, ID(s.Device), s.Seq)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	s.Other = err == nil && !s.Of(last)
	s.Arrived, err = r.AnsweredIn(ctx, s.Learner, s.Work)
	return err
}

// worksOf are what receipts may speak of before a teacher, with their titles: homework that they gave, modules that they have.
func worksOf(ctx context.Context, r Reader, v exos.Visitor) (map[string]string, error) {
	out := map[string]string{}
	given, err := r.HomeworkBy(ctx, v.Learner.School, v.Learner.ID, r.Now().Add(-receiptLife))
	if err != nil {
		return nil, err
	}
	for _, h := range given {
		out[string(h.ID)] = h.Title
	}
	arks := make([]exos.ARK, len(v.Rights))
	for i, right := range v.Rights {
		arks[i] = right.ARK
	}
	modules, err := r.ModulesOpenedBy(ctx, arks)
	for _, m := range modules {
		out[string(m.ID)] = m.Title
	}
	return out, err
}

// titleOf is a work's title; "" where there is no such work any more.
func titleOf(ctx context.Context, r Reader, work string) (string, error) {
	h, err := r.Homework(ctx, exos.HomeworkID(work))
	if !fault.Is(err, fault.NotFound) {
		return h.Title, err
	}
	m, err := r.ModuleByID(ctx, exos.ModuleID(work))
	if fault.Is(err, fault.NotFound) {
		return "", nil
	}
	return m.Title, err
}

// receiptSecret is what a device authenticates typed receipts by. It is drawn from the server's own key, and from it alone: no table
// has it.
func receiptSecret(signer offline.Signer, d ID) ([]byte, error) {
	secret, err := hkdf.Key(sha256.New, signer.Private.Seed(), nil, "biblio-exos receipt "+string(d), 32)
	if err != nil {
		return nil, fmt.Errorf("secret of receipts: %w", err)
	}
	return secret, nil
}
