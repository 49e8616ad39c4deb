package provision

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pupitre/directory"
	"pupitre/internal/fault"
)

// Source is a file set, in the form in which it is sent. It can be read more than once.
type Source interface {
	// Name is the last part of its path.
	Name() string
	// stage reads the whole set, checks it, and puts it in order. The findings say whether the set is refused; what is staged is
	// complete only if it is not. Its error is the machine's or the source's.
	stage(ctx context.Context, d delivery) (*staged, error)
}

// delivery is what a set is read for, and within which bounds.
type delivery struct {
	project directory.ProjectID
	limits  Limits
	found   *findings
	kept    keptRows // nil where there is no database
}

// files are a set's files: in an archive or a folder.
type files interface {
	Name() string
	// each hands every file to read, in the source's own order. What is wrong with the source is a finding, and then it may stop
	// early; its error is the machine's, or read's.
	each(ctx context.Context, limits Limits, found *findings, read func(name string, src io.Reader) error) error
}

// entSet is a set of GAR-ENT files.
type entSet struct{ files }

// Open opens a set of GAR-ENT files, an archive (.tar.gz, .tgz) or a folder, by its path. Only what is there is looked at; nothing is read yet.
func Open(path string) (Source, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.Wrap(err, fault.NotFound, "provision.source.unknown", "path", path)
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", path)
	case info.IsDir():
		return entSet{folder{path, ".xml"}}, nil
	case info.Mode().IsRegular() && (strings.HasSuffix(path, ".tar.gz") || strings.HasSuffix(path, ".tgz")):
		return entSet{archive(path)}, nil
	}
	return nil, fault.New(fault.Invalid, "provision.source.kind", "path", path)
}

// folder is a folder of files whose names end alike. Links are not followed out of it, nor taken for files.
type folder struct{ path, ending string }

func (f folder) Name() string { return filepath.Base(f.path) }

func (f folder) each(ctx context.Context, limits Limits, found *findings, read func(name string, src io.Reader) error) error {
	inside, err := os.OpenRoot(f.path)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", f.path)
	}
	defer inside.Close()
	entries, err := fs.ReadDir(inside.FS(), ".")
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", f.path)
	}
	if len(entries) > limits.Entries {
		found.refuse("provision.archive.entries", place{}, "limit", limits.Entries)
		return nil
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return readingOrder(a.Name(), b.Name()) })
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !strings.HasSuffix(e.Name(), f.ending) {
			continue // the archive itself, its .md5, a note
		}
		if !e.Type().IsRegular() {
			found.refuse("provision.archive.link", place{file: e.Name()})
			continue
		}
		if err := readFile(inside, e.Name(), read); err != nil {
			return err
		}
	}
	return nil
}

// readingOrder is that of the names, but for the manifest of a OneRoster package, which says how to read the others.
func readingOrder(a, b string) int {
	switch manifestFile {
	case a:
		return -1
	case b:
		return 1
	}
	return strings.Compare(a, b)
}

func readFile(inside *os.Root, name string, read func(name string, src io.Reader) error) error {
	f, err := inside.Open(name)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", name)
	}
	defer f.Close()
	return read(name, f)
}
