package classroom

import (
	"context"
	"crypto/rand"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/journal"
)

// GroupID is ours.
type GroupID string

// OwnGroup is a group that a teacher made, beside those that the school tells. Pupils of the school join it by its code.
type OwnGroup struct {
	ID        GroupID
	School    string
	Owner     exos.LearnerID
	Label     string
	Code      string // what pupils type to join
	CreatedAt time.Time
}

// Cohort is the group as learners have it among theirs.
func (g OwnGroup) Cohort() exos.Cohort {
	return exos.Cohort{Kind: exos.Own, Code: string(g.ID), Label: g.Label}
}

var (
	errNoGroup = fault.New(fault.NotFound, "exos.group.unknown")
	errNoCode  = fault.New(fault.Invalid, "exos.group.code")
)

// maxLabel bounds a group's name, in characters; maxOwn how many groups one teacher makes.
const (
	maxLabel = 60
	maxOwn   = 100
)

// MakeGroup makes a group with a code to join it by.
func (s *Service) MakeGroup(ctx context.Context, v exos.Visitor, label string) (OwnGroup, error) {
	if !v.Learner.Profile.Teaches() {
		return OwnGroup{}, errTeachers
	}
	label = strings.Join(strings.Fields(label), " ")
	if label == "" || utf8.RuneCountInString(label) > maxLabel {
		return OwnGroup{}, fault.New(fault.Invalid, "exos.group.label", "max", maxLabel)
	}
	made := OwnGroup{ID: GroupID(s.IDs.New()), School: v.Learner.School, Owner: v.Learner.ID, Label: label}
	return write(ctx, s, func(ctx context.Context, w Writer) (OwnGroup, error) {
		g := made
		g.CreatedAt = w.Now()
		own, err := w.OwnGroups(ctx, g.School, g.Owner)
		if err != nil {
			return OwnGroup{}, err
		}
		if len(own) >= maxOwn {
			return OwnGroup{}, fault.New(fault.Exhausted, "exos.group.many", "max", maxOwn)
		}
		return s.putGroup(ctx, w, v, "exos.group-made", g)
	})
}

// putGroup writes a group under a new code, which no other of its school has.
func (s *Service) putGroup(ctx context.Context, w Writer, v exos.Visitor, verb string, g OwnGroup) (OwnGroup, error) {
	act, err := recordGroup(ctx, w, v, verb, g)
	if err != nil {
		return OwnGroup{}, err
	}
	for {
		g.Code = newCode()
		if added, err := w.PutGroup(ctx, act, g); added || err != nil {
			return g, err
		}
	}
}

// RenewCode gives a group another code: the old one lets nobody in any more. Who has joined stays.
func (s *Service) RenewCode(ctx context.Context, v exos.Visitor, id GroupID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		g, err := myGroup(ctx, w, v, id)
		if err != nil {
			return err
		}
		_, err = s.putGroup(ctx, w, v, "exos.group-code", g)
		return err
	})
}

// Group returns one of the teacher's own groups, and who has joined.
func (s *Service) Group(ctx context.Context, v exos.Visitor, id GroupID) (g OwnGroup, members []Member, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		if g, err = myGroup(ctx, r, v, id); err != nil {
			return err
		}
		members, err = r.Members(ctx, g.School, []exos.Cohort{g.Cohort()})
		return err
	})
	return g, members, err
}

// Join makes a pupil a member of the group of a code, at their own school; from is the address that they come from, "" where that is
// not known. Joined already, nothing changes. Invalid where no group has the code; Exhausted where too many were tried.
func (s *Service) Join(ctx context.Context, v exos.Visitor, code, from string) (OwnGroup, error) {
	if v.Learner.Profile.Teaches() {
		return OwnGroup{}, fault.New(fault.Denied, "exos.group.pupils")
	}
	var joined OwnGroup
	err := s.guess(ctx, v, from, func() (err error) {
		joined, err = s.join(ctx, v, code)
		return err
	})
	return joined, err
}

func (s *Service) join(ctx context.Context, v exos.Visitor, code string) (OwnGroup, error) {
	return write(ctx, s, func(ctx context.Context, w Writer) (OwnGroup, error) {
		g, err := w.GroupCoded(ctx, v.Learner.School, plainCode(code))
		if fault.Is(err, fault.NotFound) {
			return OwnGroup{}, errNoCode
		}
		if err != nil {
			return OwnGroup{}, err
		}
		act, err := recordGroup(ctx, w, v, "exos.group-joined", g)
		if err != nil {
			return OwnGroup{}, err
		}
		return g, w.AddMember(ctx, act, g, v.Learner.ID)
	})
}

// Remove takes a pupil out of a group: its teacher may, and the pupil themselves. What they did for its homework stays theirs.
func (s *Service) Remove(ctx context.Context, v exos.Visitor, id GroupID, l exos.LearnerID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		g, err := w.OwnGroup(ctx, v.Learner.School, id)
		if fault.Is(err, fault.NotFound) || err == nil && g.Owner != v.Learner.ID && l != v.Learner.ID {
			return errNoGroup
		}
		if err != nil {
			return err
		}
		act, err := recordGroup(ctx, w, v, "exos.group-left", g)
		if err != nil {
			return err
		}
		return w.DropMember(ctx, act, g, l)
	})
}

// DropGroup ends a group. Homework that was given to it stays with those who have begun it.
func (s *Service) DropGroup(ctx context.Context, v exos.Visitor, id GroupID) error {
	return s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		g, err := myGroup(ctx, w, v, id)
		if err != nil {
			return err
		}
		act, err := recordGroup(ctx, w, v, "exos.group-dropped", g)
		if err != nil {
			return err
		}
		return w.DropGroup(ctx, act, g)
	})
}

// myGroup finds a group that the visitor made.
func myGroup(ctx context.Context, r Reader, v exos.Visitor, id GroupID) (OwnGroup, error) {
	g, err := r.OwnGroup(ctx, v.Learner.School, id)
	if fault.Is(err, fault.NotFound) || err == nil && g.Owner != v.Learner.ID {
		return OwnGroup{}, errNoGroup
	}
	return g, err
}

func recordGroup(ctx context.Context, w Writer, v exos.Visitor, verb string, g OwnGroup) (journal.ActID, error) {
	return w.Record(ctx, journal.Entry{
		School: g.School, Actor: journal.Actor{Kind: journal.ByPerson, ID: string(v.Learner.ID)}, Verb: verb, Subject: string(g.ID), Class: journal.ClassChange,
	})
}

// A code is six signs that are not taken for one another when they are read aloud or from a board.
const (
	codeSigns  = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	codeLength = 6
)

func newCode() string {
	out := make([]byte, 0, codeLength)
	var b [1]byte
	for len(out) < codeLength {
		rand.Read(b[:])
		if n := int(b[0]); n < 256/len(codeSigns)*len(codeSigns) { // every sign as often as any other
			out = append(out, codeSigns[n%len(codeSigns)])
		}
	}
	return string(out)
}

// plainCode is a code as it is kept, however it was typed: « k4m-7p2 ».
func plainCode(typed string) string {
	return strings.Map(func(c rune) rune {
		if c = unicode.ToUpper(c); strings.ContainsRune(codeSigns, c) {
			return c
		}
		if unicode.IsSpace(c) || c == '-' {
			return -1
		}
		return '?'
	}, typed)
}
