package provision

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/internal/clock"
)

// rosterReader reads the files of a package, the manifest first, and puts every row that is right into one sort.
type rosterReader struct {
	limits   Limits
	found    *findings
	rows     *sorter
	manifest *manifest
	files    int
	records  map[string]int // rows, by table
	present  []string       // the files of tables that are there

	key, payload []byte
}

// read takes one file of the package.
func (g *rosterReader) read(name string, src io.Reader) error {
	if name == manifestFile {
		return g.readManifest(src)
	}
	i := slices.Index(rosterFiles(), name)
	if i < 0 {
		if !slices.Contains(rosterOthers, strings.TrimSuffix(name, ".csv")) {
			g.found.note("provision.oneroster.ignored", place{file: shorten(name)})
		}
		return nil
	}
	if g.manifest == nil {
		return nil // complete says so
	}
	g.present = append(g.present, rosterTables[i].name)
	return g.readTable(rosterTable(i), src)
}

func (g *rosterReader) readManifest(src io.Reader) error {
	g.files++
	m := manifestReader{found: g.found, seen: map[string]int{}, out: manifest{of: map[string]string{}}}
	err := g.lines(manifestFile, src, func(header []string) bool {
		ok := slices.Equal(header, []string{"propertyName", "value"})
		if !ok {
			g.found.refuse("provision.oneroster.manifest.header", place{file: manifestFile, line: 1})
		}
		return ok
	}, func(line int, cells []string) error { m.take(line, cells); return nil })
	m.complete()
	g.manifest = &m.out
	return err
}

func (g *rosterReader) readTable(number rosterTable, src io.Reader) error {
	g.files++
	t := rosterTables[number]
	delta := g.manifest.of[t.name] == fileDelta
	var at []int // where each of the table's columns stands, -1 where it does not
	return g.lines(t.file(), src, func(header []string) bool {
		var ok bool
		at, ok = g.header(t, header)
		return ok
	}, func(line int, cells []string) error {
		g.records[t.name]++
		r := raw{kind: kind(number), line: line}
		if !g.row(&r, t, at, cells, delta) {
			return nil
		}
		g.key = append(append(g.key[:0], byte(number)), r.one(fRowID)...)
		g.payload = r.encode(g.payload[:0])
		return g.rows.add(g.key, g.payload)
	})
}

// header finds the columns by their names. One that is not known is not read: a slip of the pen shows as two notes, or as a
// refusal where the column must be there.
func (g *rosterReader) header(t table, header []string) ([]int, bool) {
	where := place{file: t.file(), line: 1}
	ok := true
	for i, name := range header {
		if slices.Contains(header[:i], name) {
			g.found.refuse("provision.oneroster.column.twice", where, "column", shorten(name))
			ok = false
		}
		extension := strings.HasPrefix(name, "metadata.")
		if !extension && !slices.ContainsFunc(t.columns, func(c column) bool { return c.name == name }) {
			g.found.note("provision.oneroster.column.unknown", where, "column", shorten(name))
		}
	}
	at := make([]int, len(t.columns))
	for i, c := range t.columns {
		at[i] = slices.Index(header, c.name)
		switch {
		case at[i] >= 0:
		case c.must:
			g.found.refuse("provision.oneroster.column.missing", where, "column", c.name)
			ok = false
		case c.field != fNone:
			g.found.note("provision.oneroster.column.absent", where, "column", c.name)
		}
	}
	return at, ok
}

// row checks one row and keeps what we need of it. A row that says that something is to be deleted says no more.
func (g *rosterReader) row(r *raw, t table, at []int, cells []string, delta bool) bool {
	cell := func(i int) string {
		if at[i] < 0 {
			return ""
		}
		return cells[at[i]]
	}
	const status, modified = 1, 2 // places among the columns of every table
	deleted := cell(status) == statusDeleted
	where := place{t.file(), r.line, t.name + " " + shorten(cell(0))}
	right := true
	for i, c := range t.columns {
		text := cell(i)
		must := c.must && (!deleted || i == 0) || delta && (i == status || i == modified)
		if deleted && i > modified {
			break
		}
		right = g.right(c, text, must, where) && right
		switch {
		case c.field == fNone || text == "", c.field == fRowStatus && !deleted, c.field == fModified && !delta:
		default:
			r.add(c.field, []byte(text))
		}
	}
	return right
}

// right checks the text of one cell.
func (g *rosterReader) right(c column, text string, must bool, where place) bool {
	const most = 4000 // characters of a list of terms or subjects
	limit := most
	if c.form == rosterID {
		limit = longCode
	} else if c.field == fName || c.field == fGiven || c.field == fFamily {
		limit = longName
	}
	switch {
	case text == "":
		if must {
			g.found.refuse("provision.oneroster.blank", where, "column", c.name)
		}
		return !must
	case strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f }):
		g.found.refuse("provision.oneroster.control", where, "column", c.name)
	case len(text) > limit && utf8.RuneCountInString(text) > limit && c.field != fNone:
		g.found.refuse("provision.schema.length", where, "element", c.name, "limit", limit, "length", utf8.RuneCountInString(text))
	case (c.form == oneOf || c.form == onlyOf) && !slices.Contains(c.words, text) && !(c.form == oneOf && strings.HasPrefix(text, "ext:") && text != "ext:"):
		g.found.refuse("provision.oneroster.choice", where, "column", c.name, "value", shorten(text), "wanted", strings.Join(c.words, ", "))
	case c.form == aDay && !isDay(text):
		g.found.refuse("provision.schema.date", where, "element", c.name)
	case c.form == anInstant && !isInstant(text):
		g.found.refuse("provision.oneroster.instant", where, "column", c.name)
	default:
		return true
	}
	return false
}

func isDay(s string) bool {
	_, err := clock.ParseDate(s)
	return err == nil
}

func isInstant(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	return err == nil
}

// complete holds the files to the manifest. hasStore says that there is a database, hasBase that it keeps an earlier package.
func (g *rosterReader) complete(hasStore, hasBase bool) {
	if g.manifest == nil {
		g.found.refuse("provision.oneroster.manifest.missing", place{file: manifestFile})
		return
	}
	m := g.manifest
	for i, t := range rosterTables {
		at, there := place{file: t.file()}, slices.Contains(g.present, t.name)
		said := m.of[t.name] == fileBulk || m.of[t.name] == fileDelta
		switch {
		case said && !there:
			g.found.refuse("provision.oneroster.file.missing", at, "mode", m.of[t.name])
		case !said && there:
			g.found.refuse("provision.oneroster.file.unsaid", at)
		case !m.delta && !there && slices.Contains([]rosterTable{rosterOrgs, rosterUsers, rosterRoles}, rosterTable(i)):
			g.found.refuse("provision.oneroster.file.needed", at)
		}
	}
	switch {
	case m.delta && !hasStore:
		g.found.note("provision.oneroster.delta.alone", place{file: manifestFile})
	case m.delta && !hasBase:
		g.found.refuse("provision.oneroster.delta.first", place{file: manifestFile})
	}
}

// lines reads a file of comma-separated values (RFC 4180) in UTF-8, with or without its mark. header may refuse to go on. What is
// wrong with the file is a finding; the error is the source's or take's.
func (g *rosterReader) lines(name string, src io.Reader, header func([]string) bool, take func(line int, cells []string) error) error {
	const longest = 1 << 20 // bytes of a record: a quote that is never closed would take in the whole file
	guard := &recordGuard{src: &counter{src: src, allowed: func(n int64) error {
		if n > g.limits.FileBytes {
			return errLarge
		}
		return nil
	}}, left: longest}
	b := bufio.NewReader(guard)
	if mark, _ := b.Peek(3); string(mark) == "\uFEFF" {
		b.Discard(3)
	}
	r := csv.NewReader(b)
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	width := 0
	for {
		cells, err := r.Read()
		line := 1
		if len(cells) > 0 {
			line, _ = r.FieldPos(0)
		}
		at := place{file: name, line: line}
		guard.left = longest
		switch bad, isBad := errors.AsType[*csv.ParseError](err); {
		case err == io.EOF:
			if width == 0 {
				g.found.refuse("provision.oneroster.empty", place{file: name})
			}
			return nil
		case isBad:
			g.found.refuse("provision.oneroster.quote", place{file: name, line: bad.Line})
			return nil
		case errors.Is(err, errLong):
			g.found.refuse("provision.oneroster.long", place{file: name}, "limit", longest)
			return nil
		case errors.Is(err, errLarge):
			g.found.refuse("provision.oneroster.large", place{file: name}, "limit", g.limits.FileBytes)
			return nil
		case err != nil:
			return err
		case !allUTF8(cells):
			g.found.refuse("provision.oneroster.encoding", at)
			return nil
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case width == 0:
			width = len(cells)
			if !header(cells) {
				return nil
			}
		case len(cells) != width:
			g.found.refuse("provision.oneroster.width", at, "found", len(cells), "wanted", width)
		default:
			if err := take(line, cells); err != nil {
				return err
			}
		}
	}
}

func allUTF8(cells []string) bool {
	return !slices.ContainsFunc(cells, func(s string) bool { return !utf8.ValidString(s) })
}

var (
	errLong  = errors.New("the record is too long")
	errLarge = errors.New("the file is too large")
)

// recordGuard lets so many bytes pass for one record.
type recordGuard struct {
	src  io.Reader
	left int
}

func (g *recordGuard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errLong
	}
	n, err := g.src.Read(p[:min(len(p), g.left)])
	g.left -= n
	return n, err
}
