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

	"pupitre/internal/fault"
)

// Source is where a file set comes from: an archive or a folder. It can be read more than once.
type Source interface {
	// Name is the last part of its path.
	Name() string
	// each hands every file to read, in the source's own order. What is wrong with the source is a finding, and then it may stop
	// early; its error is the machine's, or read's.
	each(ctx context.Context, limits Limits, found *findings, read func(name string, src io.Reader) error) error
}

// Open opens an archive (.tar.gz, .tgz) or a folder by its path. Only what is there is looked at; nothing is read yet.
func Open(path string) (Source, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fault.Wrap(err, fault.NotFound, "provision.source.unknown", "path", path)
	case err != nil:
		return nil, fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", path)
	case info.IsDir():
		return folder(path), nil
	case info.Mode().IsRegular() && (strings.HasSuffix(path, ".tar.gz") || strings.HasSuffix(path, ".tgz")):
		return archive(path), nil
	}
	return nil, fault.New(fault.Invalid, "provision.source.kind", "path", path)
}

// folder is a folder of files. Links are not followed out of it, nor taken for files.
type folder string

func (f folder) Name() string { return filepath.Base(string(f)) }

func (f folder) each(ctx context.Context, limits Limits, found *findings, read func(name string, src io.Reader) error) error {
	inside, err := os.OpenRoot(string(f))
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", string(f))
	}
	defer inside.Close()
	entries, err := fs.ReadDir(inside.FS(), ".")
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", string(f))
	}
	if len(entries) > limits.Entries {
		found.refuse("provision.archive.entries", place{}, "limit", limits.Entries)
		return nil
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !strings.HasSuffix(e.Name(), ".xml") {
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

func readFile(inside *os.Root, name string, read func(name string, src io.Reader) error) error {
	f, err := inside.Open(name)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", name)
	}
	defer f.Close()
	return read(name, f)
}
