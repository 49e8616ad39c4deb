package provision

import (
	"slices"
	"strings"
)

// manifestFile says which version a package is of, and of each file whether it holds everything (bulk), what changed (delta) or
// is not there (absent).
const manifestFile = "manifest.csv"

const (
	fileAbsent = "absent"
	fileBulk   = "bulk"
	fileDelta  = "delta"
)

// manifest is what manifest.csv says of the files that are read.
type manifest struct {
	of    map[string]string // by table
	delta bool              // one at least is a delta: what is not said is as it was
}

func (m *manifest) mode() string {
	if m.delta {
		return fileDelta
	}
	return fileBulk
}

// manifestReader checks the properties of a manifest as they come.
type manifestReader struct {
	found *findings
	seen  map[string]int // the line of each property
	out   manifest
}

// versions are the properties with one right value.
var versions = map[string]string{"manifest.version": "1.0", "oneroster.version": "1.2"}

// take reads one line: a property and its value.
func (m *manifestReader) take(line int, cells []string) {
	name, value := cells[0], cells[1]
	at := place{manifestFile, line, shorten(name)}
	if first, twice := m.seen[name]; twice {
		m.found.refuse("provision.schema.key", at, "other", first)
		return
	}
	m.seen[name] = line
	file, isFile := strings.CutPrefix(name, "file.")
	switch {
	case versions[name] != "":
		if value != versions[name] {
			m.found.refuse("provision.oneroster.manifest.version", at, "found", shorten(value), "wanted", versions[name])
		}
	case isFile && slices.ContainsFunc(rosterTables[:], func(t table) bool { return t.name == file }):
		if modes := []string{fileAbsent, fileBulk, fileDelta}; !slices.Contains(modes, value) {
			m.found.refuse("provision.oneroster.choice", at, "column", "value", "value", shorten(value), "wanted", strings.Join(modes, ", "))
			return
		}
		m.out.of[file] = value
		m.out.delta = m.out.delta || value == fileDelta
	case isFile && slices.Contains(rosterOthers, file), name == "source.systemName", name == "source.systemCode":
	default:
		m.found.note("provision.oneroster.manifest.unknown", at)
	}
}

// complete says which version is not given.
func (m *manifestReader) complete() {
	for _, name := range []string{"manifest.version", "oneroster.version"} {
		if m.seen[name] == 0 {
			m.found.refuse("provision.oneroster.manifest.lacks", place{file: manifestFile}, "property", name, "wanted", versions[name])
		}
	}
}
