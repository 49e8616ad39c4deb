package provision

import (
	"archive/zip"
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

// zipped is a .zip. It is read entry by entry; nothing is written to disk.
type zipped string

func (z zipped) Name() string { return filepath.Base(string(z)) }

func (z zipped) each(ctx context.Context, limits Limits, found *findings, read func(name string, src io.Reader) error) error {
	f, err := os.Open(string(z))
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", string(z))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", string(z))
	}
	return unzip(ctx, f, info.Size(), limits, found, read)
}

// unzip reads the entries of a .zip, the manifest first. Whatever its directory claims, what is unpacked in all is held to the
// size of the file, so that entries which share their bytes are no way around.
func unzip(ctx context.Context, src io.ReaderAt, size int64, limits Limits, found *findings, read func(name string, src io.Reader) error) error {
	r, err := zip.NewReader(within{src, size}, size)
	if err != nil {
		found.refuse("provision.zip.damaged", place{})
		return nil
	}
	if len(r.File) > limits.Entries {
		found.refuse("provision.archive.entries", place{}, "limit", limits.Entries)
		return nil
	}
	slices.SortStableFunc(r.File, func(a, b *zip.File) int { return readingOrder(a.Name, b.Name) })
	u := &unpacking{limits: limits, found: found, packed: &counter{n: size}}
	u.plain = &counter{allowed: u.allowed}
	before := ""
	for _, f := range r.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		if !zipEntry(f, before, limits, found) {
			return nil
		}
		before, u.name = f.Name, f.Name
		if !strings.HasSuffix(f.Name, ".csv") {
			found.note("provision.oneroster.ignored", place{file: shorten(f.Name)})
			continue
		}
		if err := u.open(f, read); err != nil {
			return u.unzipped(err)
		}
	}
	return nil
}

// within reads a file of so many bytes: a directory may claim that an entry is where no file has anything.
type within struct {
	src  io.ReaderAt
	size int64
}

func (w within) ReadAt(p []byte, at int64) (int, error) {
	if at < 0 || at > w.size {
		return 0, zip.ErrFormat
	}
	return w.src.ReadAt(p, at)
}

// zipEntry checks what the directory says of an entry; false means that the package is refused.
func zipEntry(f *zip.File, before string, limits Limits, found *findings) bool {
	at := place{file: shorten(f.Name)}
	const encrypted = 1
	switch {
	case f.Name == "" || f.Name == "." || f.Name == ".." || strings.ContainsAny(f.Name, "/\\\x00"):
		found.refuse("provision.archive.path", at)
	case f.Mode()&fs.ModeSymlink != 0:
		found.refuse("provision.archive.link", at)
	case !f.Mode().IsRegular():
		found.refuse("provision.archive.kind", at)
	case f.Flags&encrypted != 0:
		found.refuse("provision.zip.damaged", at)
	case f.Name == before:
		found.refuse("provision.set.twice", at)
	case f.UncompressedSize64 > uint64(limits.FileBytes):
		found.refuse("provision.oneroster.large", at, "limit", limits.FileBytes)
	default:
		return true
	}
	return false
}

// open reads one entry to its end, so that its checksum is looked at whatever its reader left.
func (u *unpacking) open(f *zip.File, read func(name string, src io.Reader) error) error {
	entry, err := f.Open()
	if err != nil {
		return err
	}
	defer entry.Close()
	u.plain.src = entry
	if err := read(f.Name, u.plain); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, u.plain)
	return err
}

// unzipped tells the package's own faults, which are findings, from those of the machine and of whoever read an entry.
func (u *unpacking) unzipped(err error) error {
	at := place{file: u.name}
	switch {
	case errors.Is(err, errBomb):
		u.found.refuse("provision.archive.bomb", at, "limit", u.limits.TotalBytes, "ratio", u.limits.Ratio)
	case errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrAlgorithm), errors.Is(err, zip.ErrChecksum), isFlate(err),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		u.found.refuse("provision.zip.damaged", at)
	default:
		return err
	}
	return nil
}
