package provision

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"

	"pupitre/directory"
)

// staged is a file set put in order: one model per school in a temporary file. Close it.
type staged struct {
	common  setName
	degrees map[directory.Degree]bool // whose schools the set describes all of
	mode    string                    // of a OneRoster package: bulk or delta
	files   int
	records map[string]int
	schools []stagedSchool
	file    *os.File
	keep    *keeping // what a OneRoster package changes of the rows that are kept; nil for other sets
}

// stagedSchool is where one model is, and its digest.
type stagedSchool struct {
	uai    directory.UAI
	name   string
	people int
	digest string
	start  int64
	size   int
}

// model is a school as it is read back: its persons stay closed until somebody needs them. Of a next day's set that is two in a hundred.
type model struct {
	School // without People
	digest string
	people []stagedPerson
}

// stagedPerson is a person with what an import asks of everybody.
type stagedPerson struct {
	external string
	digest   string // whether anything about the person changed
	manager  bool
	visitor  bool // nothing but a manager here

	text   []byte // JSON
	opened *Person
}

// open reads the person. What it returns is shared.
func (p *stagedPerson) open() (*Person, error) {
	if p.opened == nil {
		var person Person
		if err := json.Unmarshal(p.text, &person); err != nil {
			return nil, fmt.Errorf("read the staged person %s: %w", p.external, err)
		}
		p.opened = &person
	}
	return p.opened, nil
}

// need is how much of a school an import needs.
type need uint8

const (
	nothing need = iota // it is as it was
	changes             // its persons closed: few of them will be opened
	everything
)

// models reads back every school in order; nil for one that is not needed.
func (s *staged) models(needed func(stagedSchool) need) iter.Seq2[*model, error] {
	return func(yield func(*model, error) bool) {
		for _, at := range s.schools {
			var m *model
			var err error
			if n := needed(at); n != nothing {
				if m, err = s.load(at); err == nil && n == everything {
					err = m.open()
				}
			}
			if !yield(m, err) {
				return
			}
		}
	}
}

// load reads one school back.
func (s *staged) load(at stagedSchool) (*model, error) {
	b := make([]byte, at.size)
	if _, err := s.file.ReadAt(b, at.start); err != nil {
		return nil, fmt.Errorf("read the staged school %s: %w", at.uai, err)
	}
	m := &model{digest: at.digest, people: make([]stagedPerson, 0, at.people)}
	head, b, err := cut(b)
	if err == nil {
		err = json.Unmarshal(head, &m.School)
	}
	for err == nil && len(b) > 0 {
		var p stagedPerson
		p, b, err = decodePerson(b)
		m.people = append(m.people, p)
	}
	if err != nil {
		return nil, fmt.Errorf("read the staged school %s: %w", at.uai, err)
	}
	return m, nil
}

// open opens every person.
func (m *model) open() error {
	for i := range m.people {
		if _, err := m.people[i].open(); err != nil {
			return err
		}
	}
	return nil
}

func (s *staged) close() {
	if s.file != nil {
		s.file.Close()
	}
	if s.keep != nil {
		s.keep.changes.close()
	}
}

// stagedWriter appends models to the staging file: the school, then each person, all with their lengths.
type stagedWriter struct {
	staged *staged
	w      *bufio.Writer
	at     int64
	text   []byte
}

// What is known of a person without opening their text.
const (
	isManager byte = 1 << iota
	isVisitor
)

func (s *stagedWriter) write(school *School) error {
	people := school.People
	school.People = nil
	head, err := json.Marshal(school)
	if err != nil {
		return fmt.Errorf("stage the school %s: %w", school.UAI, err)
	}
	whole := sha256.New()
	whole.Write(head)
	s.text = appendCut(s.text[:0], head)
	for i := range people {
		p := &people[i]
		text, err := json.Marshal(p)
		if err != nil {
			return fmt.Errorf("stage the school %s: %w", school.UAI, err)
		}
		sum := sha256.Sum256(text)
		whole.Write(sum[:digestBytes])
		var flags byte
		if p.Manager {
			flags |= isManager
		}
		if len(p.Profiles) == 0 {
			flags |= isVisitor
		}
		s.text = append(append(s.text, flags), sum[:digestBytes]...)
		s.text = appendCut(appendCut(s.text, []byte(p.External)), text)
	}
	if _, err := s.w.Write(s.text); err != nil {
		return fmt.Errorf("stage the school %s: %w", school.UAI, err)
	}
	s.staged.schools = append(s.staged.schools,
		stagedSchool{school.UAI, school.Name, len(people), hex.EncodeToString(whole.Sum(nil)[:digestBytes]), s.at, len(s.text)})
	s.at += int64(len(s.text))
	return nil
}

// digestBytes is how much of a SHA-256 tells two states of a school or of a person apart: nobody gains by a collision with their own data.
const digestBytes = 16

func decodePerson(b []byte) (p stagedPerson, rest []byte, err error) {
	const fixed = 1 + digestBytes
	if len(b) < fixed {
		return p, nil, errCut
	}
	p.manager, p.visitor = b[0]&isManager != 0, b[0]&isVisitor != 0
	p.digest = hex.EncodeToString(b[1:fixed])
	external, b, err := cut(b[fixed:])
	if err != nil {
		return p, nil, err
	}
	p.external = string(external)
	p.text, b, err = cut(b)
	return p, b, err
}

var errCut = errors.New("the staging file is cut short")

// appendCut appends a text with its length; cut takes it off again.
func appendCut(b, text []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

func cut(b []byte) (text, rest []byte, err error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, errCut
	}
	b = b[size:]
	return b[:n:n], b[n:], nil
}
