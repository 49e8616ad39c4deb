package exos

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"

	"pupitre/exos/qti"
	"pupitre/internal/fault"
	"pupitre/journal"
)

var errNoDeposit = fault.New(fault.NotFound, "exos.deposit.unknown")

// BeginDeposit announces a package. Exhausted where the publisher has left too many here.
func (s *Service) BeginDeposit(ctx context.Context, p Press, name string, size int64) (Deposit, error) {
	d := Deposit{ID: DepositID(s.IDs.New()), Publisher: p.Publisher.ID, By: p.Key.ID, Name: name, Size: size}
	if err := d.validate(); err != nil {
		return Deposit{}, err
	}
	return write(ctx, s, func(ctx context.Context, w Writer) (Deposit, error) {
		all, err := w.Deposits(ctx, p.Publisher.ID)
		if err != nil {
			return Deposit{}, err
		}
		if len(all) >= maxDeposits {
			return Deposit{}, fault.New(fault.Exhausted, "exos.deposit.many", "max", maxDeposits)
		}
		act, err := w.Record(ctx, journal.Entry{
			Actor: p.actor(), Verb: "exos.deposited", Subject: string(d.ID), Class: journal.ClassChange, Detail: map[string]any{"bytes": size},
		})
		if err != nil {
			return Deposit{}, err
		}
		next := d
		next.At, next.TouchedAt = w.Now(), w.Now()
		return next, w.AddDeposit(ctx, act, next)
	})
}

// AppendDeposit adds the bytes that come next, MaxPart at most. Conflict, with the deposit as it is, where they do not begin at what
// is here already: whoever was cut off asks for that place, and goes on from there.
func (s *Service) AppendDeposit(ctx context.Context, p Press, id DepositID, at int64, data []byte) (Deposit, error) {
	if len(data) == 0 || len(data) > MaxPart {
		return Deposit{}, fault.New(fault.Invalid, "exos.deposit.part", "max", MaxPart>>20)
	}
	return write(ctx, s, func(ctx context.Context, w Writer) (Deposit, error) {
		d, err := w.TakeDeposit(ctx, p.Publisher.ID, id)
		if err != nil {
			return Deposit{}, orNone(err, errNoDeposit)
		}
		if at != d.Received || d.Received+int64(len(data)) > d.Size {
			return d, d.misplaced()
		}
		d.Received += int64(len(data))
		d.TouchedAt = w.Now()
		if err := w.AddDepositPart(ctx, id, at, data); err != nil {
			return Deposit{}, err
		}
		return d, w.PutDeposit(ctx, d)
	})
}

// FinishDeposit says that every byte was sent. The same package sent again by the same publisher is the one that is here already: the
// second copy goes, and twin is true.
func (s *Service) FinishDeposit(ctx context.Context, p Press, id DepositID) (d Deposit, twin bool, err error) {
	d, err = s.Deposit(ctx, p, id)
	switch {
	case err != nil || d.Whole():
		return d, false, err
	case d.Received != d.Size:
		return d, false, d.misplaced()
	}
	data, err := s.parts(ctx, id)
	if err != nil {
		return d, false, err
	}
	sum := sha256.Sum256(data)
	hash := Hash(hex.EncodeToString(sum[:]))
	d, err = write(ctx, s, func(ctx context.Context, w Writer) (Deposit, error) {
		twin = false
		now, err := w.TakeDeposit(ctx, p.Publisher.ID, id)
		if err != nil {
			return Deposit{}, orNone(err, errNoDeposit)
		}
		before, err := maybe(w.DepositHashed(ctx, p.Publisher.ID, hash))
		if err != nil {
			return Deposit{}, err
		}
		if before != nil && before.ID != id {
			twin = true
			return *before, drop(ctx, w, p, id)
		}
		now.Hash = hash
		return now, w.PutDeposit(ctx, now)
	})
	return d, twin, err
}

// Deposit returns one of the publisher's, or NotFound.
func (s *Service) Deposit(ctx context.Context, p Press, id DepositID) (Deposit, error) {
	d, err := read(ctx, s, func(ctx context.Context, r Reader) (Deposit, error) { return r.Deposit(ctx, p.Publisher.ID, id) })
	return d, orNone(err, errNoDeposit)
}

// Deposits lists the publisher's, newest first, without the findings of each.
func (s *Service) Deposits(ctx context.Context, p Press) ([]Deposit, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) ([]Deposit, error) { return r.Deposits(ctx, p.Publisher.ID) })
}

// DropDeposit removes a package; what was published of it stays.
func (s *Service) DropDeposit(ctx context.Context, p Press, id DepositID) error {
	s.bench.drop(id)
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		if _, err := w.TakeDeposit(ctx, p.Publisher.ID, id); err != nil {
			return orNone(err, errNoDeposit)
		}
		return drop(ctx, w, p, id)
	})
}

func drop(ctx context.Context, w Writer, p Press, id DepositID) error {
	act, err := w.Record(ctx, journal.Entry{Actor: p.actor(), Verb: "exos.deposit-dropped", Subject: string(id), Class: journal.ClassChange})
	if err != nil {
		return err
	}
	return w.DropDeposit(ctx, act, id)
}

// Examine opens a package as publishing it would, changes nothing that is published, and keeps what it found the first time.
// The module holds what could be read, also of a package that is refused. Conflict where bytes are missing still.
func (s *Service) Examine(ctx context.Context, p Press, id DepositID) (Deposit, *qti.Module, error) {
	d, err := s.Deposit(ctx, p, id)
	if err != nil {
		return d, nil, err
	}
	if !d.Whole() {
		return d, nil, d.misplaced()
	}
	on, err := s.bench.open(id, func() (examined, error) {
		data, err := s.parts(ctx, id)
		if err != nil {
			return examined{}, err
		}
		m, found, err := s.CheckModule(Package{Data: data})
		return examined{m, foundIn(data, m, found, err)}, nil
	})
	if err != nil || d.Found != nil {
		return d, on.module, err
	}
	d, err = write(ctx, s, func(ctx context.Context, w Writer) (Deposit, error) {
		now, err := w.TakeDeposit(ctx, p.Publisher.ID, id)
		if err != nil {
			return Deposit{}, orNone(err, errNoDeposit)
		}
		now.Found = &on.found
		return now, w.PutDeposit(ctx, now)
	})
	return d, on.module, err
}

// foundIn is what is kept of an examination.
func foundIn(data []byte, m *qti.Module, r *qti.Report, err error) Found {
	out := Found{Identifier: m.Identifier, Title: m.Title, Language: m.Language, Refused: err != nil, Exercises: len(m.Items())}
	if about, err := readManifest(data); err == nil {
		out.Title, out.Publisher, out.Level = first(about.Title, m.Title), about.Publisher, about.Level
	}
	out.Report, out.Left = kept(*r)
	return out
}

// PublishDeposit publishes a package as the next version of its module; ark is the resource that opens it, "" for that of the version
// before. Denied where the resource, or the module of that identifier, is not the publisher's.
func (s *Service) PublishDeposit(ctx context.Context, p Press, id DepositID, ark ARK) (Published, error) {
	d, err := s.Deposit(ctx, p, id)
	if err != nil {
		return Published{}, err
	}
	if !d.Whole() {
		return Published{}, d.misplaced()
	}
	data, err := s.parts(ctx, id)
	if err != nil {
		return Published{}, err
	}
	return s.importModule(ctx, p.actor(), Package{Data: data, ARK: ark, Publisher: p.Publisher.Name, For: &p.Publisher},
		func(ctx context.Context, w Writer, out Published) error {
			now, err := w.TakeDeposit(ctx, p.Publisher.ID, id)
			if err != nil {
				return orNone(err, errNoDeposit)
			}
			now.Module, now.Version = out.Module.ID, out.Version.ID
			return w.PutDeposit(ctx, now)
		})
}

// parts is the package as it came.
func (s *Service) parts(ctx context.Context, id DepositID) ([]byte, error) {
	parts, err := read(ctx, s, func(ctx context.Context, r Reader) ([][]byte, error) { return r.DepositParts(ctx, id) })
	return bytes.Join(parts, nil), err
}

// bench keeps the packages that were examined last, so that a preview does not open one for every page. One is opened at a time: a
// large one takes as much memory as it has bytes unpacked.
type bench struct {
	mu   sync.Mutex
	last []shown
}

// benchSize is how many are kept.
const benchSize = 2

type examined struct {
	module *qti.Module
	found  Found
}

// shown is a package that was examined, and whose.
type shown struct {
	id DepositID
	examined
}

func (b *bench) open(id DepositID, load func() (examined, error)) (examined, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.last {
		if e.id == id {
			return e.examined, nil
		}
	}
	e, err := load()
	if err != nil {
		return examined{}, err
	}
	e.module.Files = nil // bytes that nobody asks for again
	b.last = append([]shown{{id, e}}, b.last...)
	if len(b.last) > benchSize {
		b.last = slices.Clone(b.last[:benchSize])
	}
	return e, nil
}

func (b *bench) drop(id DepositID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = slices.DeleteFunc(b.last, func(e shown) bool { return e.id == id })
}
