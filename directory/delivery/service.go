package delivery

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/journal"
)

// Service takes deliveries in, shows them, and lets an operator decide. Build it as a literal; Wake is optional.
type Service struct {
	Store Store
	IDs   *id.Maker
	Spool string // folder of the files; where several nodes work, one that they share
	Limit int64  // bytes of an archive; 0: 8 GiB

	Wake func() // is called when there is work
}

const usualLimit = 8 << 30

// Arrival is a file that comes in by a door.
type Arrival struct {
	Name     string
	Project  directory.ProjectID // that the door is for; "" takes the one of the name
	Door     Door
	Archive  io.Reader
	Checksum string // MD5 of the archive in hexadecimal, as a .md5 file has it; "" for none
}

// Receive keeps the archive in the spool and adds its delivery: both, or neither. Refusals are fault.Invalid: a name that no portal
// gives, another project's file, a checksum that is not the archive's, too large.
func (s *Service) Receive(ctx context.Context, by journal.Actor, a Arrival) (d Delivery, err error) {
	d = Delivery{ID: ID(s.IDs.New()), Name: a.Name, Door: a.Door, State: Waiting}
	named, err := parseName(a.Name)
	if err != nil {
		return d, err
	}
	d.Project, d.Degree, d.Delta = named.Project, named.Degree, named.Delta()
	if a.Project != "" && a.Project != d.Project {
		return d, fault.New(fault.Invalid, "delivery.project.other", "name", a.Name, "project", string(a.Project), "other", string(d.Project))
	}
	dir := s.dir(d.ID)
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return d, fmt.Errorf("keep a delivery: %w", err)
	}
	sum, plain := sha256.New(), md5.New() // MD5 is the portals' choice; it guards against accidents of transfer
	if d.Bytes, err = s.keep(s.File(d), a.Archive, sum, plain); err != nil {
		return d, err
	}
	d.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if found := hex.EncodeToString(plain.Sum(nil)); a.Checksum != "" {
		if !strings.EqualFold(a.Checksum, found) {
			return d, fault.New(fault.Invalid, "delivery.checksum", "name", a.Name, "wanted", shorten(a.Checksum), "found", found)
		}
		if err := os.WriteFile(s.File(d)+".md5", []byte(found+"\n"), 0o600); err != nil {
			return d, fmt.Errorf("keep a delivery: %w", err)
		}
	}
	err = s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: "delivery.received", Subject: string(d.ID), Class: journal.ClassChange,
			Detail: map[string]any{"project": d.Project, "bytes": d.Bytes}})
		if err != nil {
			return err
		}
		d.Arrived = w.Now()
		return w.Add(ctx, act, d)
	})
	if err == nil {
		s.wake()
	}
	return d, err
}

// ReadChecksum reads the .md5 file of that name: the digest alone, or as md5sum writes it. An empty file is fault.Invalid.
func ReadChecksum(name string, r io.Reader) (string, error) {
	const more = 1024 // bytes, than a digest and a name take
	text, err := io.ReadAll(io.LimitReader(r, more))
	if err != nil {
		return "", err
	}
	words := strings.Fields(string(text))
	if len(words) == 0 {
		return "", fault.New(fault.Invalid, "delivery.checksum.empty", "name", shorten(name))
	}
	return words[0], nil
}

// keep writes a file durably: once the delivery is known, its file outlives a power cut.
func (s *Service) keep(path string, from io.Reader, hashes ...hash.Hash) (n int64, err error) {
	limit := s.Limit
	if limit == 0 {
		limit = usualLimit
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, fmt.Errorf("keep a delivery: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	to := []io.Writer{f}
	for _, h := range hashes {
		to = append(to, h)
	}
	source := &source{Reader: from}
	if n, err = io.Copy(io.MultiWriter(to...), io.LimitReader(source, limit+1)); source.broken {
		return n, fault.Wrap(err, fault.Invalid, "delivery.interrupted", "name", filepath.Base(path))
	} else if err != nil { // a full disk is not the portal's fault
		return n, fmt.Errorf("keep a delivery: %w", err)
	}
	if n > limit {
		return n, fault.New(fault.Invalid, "delivery.large", "name", filepath.Base(path), "limit", limit)
	}
	return n, f.Sync()
}

// source remembers that it broke off, which io.Copy does not tell from a disk that is full.
type source struct {
	io.Reader
	broken bool
}

func (s *source) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.broken = s.broken || err != nil && !errors.Is(err, io.EOF)
	return n, err
}

func (s *Service) dir(id ID) string { return filepath.Join(s.Spool, string(id)) }

// File is where a delivery's archive lies.
func (s *Service) File(d Delivery) string { return filepath.Join(s.dir(d.ID), d.Name) }

// forget removes the archives that nobody will ask for again: those before a delivery that was applied, but for deltas that failed
// where it is one itself, and its own unless it asks.
func (s *Service) forget(ctx context.Context, d Delivery, asks bool) error {
	var over []ID
	err := s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		over, err = r.Before(ctx, d)
		return err
	})
	if !asks {
		over = append(over, d.ID)
	}
	errs := []error{err}
	for _, id := range over {
		errs = append(errs, os.RemoveAll(s.dir(id)))
	}
	return errors.Join(errs...)
}

func (s *Service) wake() {
	if s.Wake != nil {
		s.Wake()
	}
}

// List returns the latest deliveries first, without their reports.
func (s *Service) List(ctx context.Context, limit int) (list []Delivery, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		list, err = r.List(ctx, limit)
		return err
	})
	return list, err
}

// Find returns a delivery with its report.
func (s *Service) Find(ctx context.Context, id ID) (d Delivery, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		d, err = r.Find(ctx, id)
		return err
	})
	return d, err
}

// Confirm lets more persons leave in these schools than may by themselves, and imports the delivery again: the other schools are then
// unchanged. It is refused (fault.Conflict) where a later delivery of the project has come, for it would bring yesterday back, and
// asks itself if need be.
func (s *Service) Confirm(ctx context.Context, by journal.Actor, id ID, schools []directory.UAI) error {
	return s.again(ctx, by, id, "delivery.confirmed", func(d Delivery) ([]directory.UAI, error) {
		asks, err := d.Asks()
		if err != nil {
			return nil, err
		}
		if d.State != Done || len(schools) == 0 {
			return nil, fault.New(fault.Conflict, "delivery.asks.not")
		}
		for _, uai := range schools {
			if !slices.Contains(asks, uai) {
				return nil, fault.New(fault.Conflict, "delivery.asks.not")
			}
		}
		return append(d.Confirm, schools...), nil
	})
}

// Retry imports a delivery again that failed by the machine's fault. It is refused (fault.Conflict) where a later one has come; but
// what a delta says nobody else does, so it is refused only after a whole set.
func (s *Service) Retry(ctx context.Context, by journal.Actor, id ID) error {
	return s.again(ctx, by, id, "delivery.repeated", func(d Delivery) ([]directory.UAI, error) {
		if d.State != Failed {
			return nil, fault.New(fault.Conflict, "delivery.failed.not")
		}
		return d.Confirm, nil
	})
}

func (s *Service) again(ctx context.Context, by journal.Actor, id ID, verb string, confirm func(Delivery) ([]directory.UAI, error)) error {
	err := s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		d, err := w.Find(ctx, id)
		if err != nil {
			return err
		}
		schools, err := confirm(d)
		if err != nil {
			return err
		}
		if overtaken, err := w.Overtaken(ctx, d); err != nil || overtaken {
			return errors.Join(err, fault.New(fault.Conflict, "delivery.later"))
		}
		if _, err := os.Stat(s.File(d)); errors.Is(err, fs.ErrNotExist) {
			return fault.Wrap(err, fault.Conflict, "delivery.file.gone", "name", d.Name)
		}
		act, err := w.Record(ctx, journal.Entry{Actor: by, Verb: verb, Subject: string(id), Class: journal.ClassChange, Detail: map[string]any{"schools": schools}})
		if err != nil {
			return err
		}
		return w.Again(ctx, act, id, schools)
	})
	if err == nil {
		s.wake()
	}
	return err
}
