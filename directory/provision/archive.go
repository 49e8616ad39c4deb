package provision

import (
	"archive/tar"
	"bufio"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"pupitre/internal/fault"
)

// archive is a .tar.gz, with its checksum in a .md5 beside it. Portals put the archive first and the .md5 second, so the .md5
// also says that the archive is all there.
type archive string

func (a archive) Name() string { return filepath.Base(string(a)) }

func (a archive) each(ctx context.Context, limits Limits, found *findings, read func(name string, src io.Reader) error) error {
	f, err := os.Open(string(a))
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", string(a))
	}
	defer f.Close()
	ok, err := a.verify(f, found)
	if err != nil || !ok {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read %s again: %w", a.Name(), err)
	}
	return unpack(ctx, f, limits, found, read)
}

// verify holds the archive to its checksum. Without one the import goes on, and says so.
func (a archive) verify(f io.Reader, found *findings) (bool, error) {
	want, at, err := a.checksum()
	if err != nil {
		return false, err
	}
	if want == "" {
		found.note("provision.archive.no-checksum", place{file: a.Name()}, "checksum", a.Name()+".md5")
		return true, nil
	}
	h := md5.New() // the portals' choice; it guards against accidents of transfer, the connection against people
	if _, err := io.Copy(h, f); err != nil {
		return false, fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", a.Name())
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		found.refuse("provision.archive.checksum", place{file: at}, "archive", a.Name(), "wanted", shorten(want), "found", got)
		return false, nil
	}
	return true, nil
}

// checksum reads NAME.tar.gz.md5 or NAME.md5: the lower-case digest alone, or as md5sum writes it.
func (a archive) checksum() (digest, name string, err error) {
	plain := strings.TrimSuffix(strings.TrimSuffix(string(a), ".tar.gz"), ".tgz")
	for _, path := range []string{string(a) + ".md5", plain + ".md5"} {
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", "", fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", path)
		}
		defer f.Close()
		const more = 1024 // than a digest and a name take
		b, err := io.ReadAll(io.LimitReader(f, more))
		if err != nil {
			return "", "", fault.Wrap(err, fault.Invalid, "provision.source.unreadable", "path", path)
		}
		words := strings.Fields(string(b))
		if len(words) == 0 {
			return "?", filepath.Base(path), nil // an empty file is no right checksum
		}
		return strings.ToLower(words[0]), filepath.Base(path), nil
	}
	return "", "", nil
}

// unpack reads the entries of a .tar.gz without writing anything to disk.
func unpack(ctx context.Context, src io.Reader, limits Limits, found *findings, read func(name string, src io.Reader) error) error {
	u := &unpacking{limits: limits, found: found, packed: &counter{src: src}}
	z, err := gzip.NewReader(bufio.NewReaderSize(u.packed, 256<<10))
	if err != nil {
		return u.damaged(err)
	}
	u.plain = &counter{src: z, allowed: u.allowed}
	t := tar.NewReader(u.plain)
	for n := 0; ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := t.Next()
		if err == io.EOF {
			return u.rest()
		}
		if err != nil {
			return u.damaged(err)
		}
		if n == limits.Entries {
			found.refuse("provision.archive.entries", place{file: u.name}, "limit", limits.Entries)
			return nil
		}
		name, ok := u.entry(h)
		if !ok {
			return nil
		}
		if name == "" {
			continue
		}
		u.name = name
		if err := read(name, t); err != nil {
			return u.damaged(err)
		}
	}
}

// unpacking is the state of one archive being read.
type unpacking struct {
	limits Limits
	found  *findings
	packed *counter
	plain  *counter
	name   string // of the entry being read, or the last one
}

// entry checks the header of an entry. It returns "" for what is passed over; !ok means that the archive is refused.
func (u *unpacking) entry(h *tar.Header) (string, bool) {
	name := strings.TrimPrefix(h.Name, "./")
	at := place{file: shorten(h.Name)}
	switch {
	case h.Typeflag == tar.TypeXGlobalHeader, h.Typeflag == tar.TypeDir && name == "":
		return "", true
	case strings.ContainsAny(name, "/\\\x00") || name == ".." || name == "." || name == "":
		u.found.refuse("provision.archive.path", at)
		return "", false
	case h.Typeflag == tar.TypeSymlink || h.Typeflag == tar.TypeLink:
		u.found.refuse("provision.archive.link", at)
		return "", false
	case h.Typeflag != tar.TypeReg:
		u.found.refuse("provision.archive.kind", at)
		return "", false
	case h.Size > u.limits.FileBytes:
		u.found.refuse("provision.archive.large", at, "limit", u.limits.FileBytes)
		return "", false
	}
	if !strings.HasSuffix(name, ".xml") {
		u.found.note("provision.file.ignored", at)
		return "", true
	}
	return name, true
}

// errBomb ends the reading of an archive that grows too much.
var errBomb = errors.New("the archive unpacks to too much")

// allowed is asked as the archive is unpacked.
func (u *unpacking) allowed(plain int64) error {
	const free = 16 << 20
	if plain > u.limits.TotalBytes || plain > free && plain > u.limits.Ratio*max(u.packed.n, 1) {
		return errBomb
	}
	return nil
}

// rest reads what follows the last entry, so that the checksum inside the gzip is checked, and a bomb behind it found.
func (u *unpacking) rest() error {
	if _, err := io.Copy(io.Discard, u.plain); err != nil {
		return u.damaged(err)
	}
	return nil
}

// damaged tells the archive's own faults, which are findings, from those of the machine and of whoever read an entry.
func (u *unpacking) damaged(err error) error {
	at := place{file: u.name}
	switch {
	case errors.Is(err, errBomb):
		u.found.refuse("provision.archive.bomb", at, "limit", u.limits.TotalBytes, "ratio", u.limits.Ratio)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		u.found.refuse("provision.archive.truncated", at)
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), errors.Is(err, tar.ErrHeader), isFlate(err):
		u.found.refuse("provision.archive.damaged", at)
	default:
		return err
	}
	return nil
}

// counter counts the bytes that pass.
type counter struct {
	src     io.Reader
	n       int64
	allowed func(n int64) error
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	c.n += int64(n)
	if c.allowed != nil {
		if refused := c.allowed(c.n); refused != nil {
			return n, refused
		}
	}
	return n, err
}

func isFlate(err error) bool {
	_, ok := errors.AsType[flate.CorruptInputError](err)
	return ok
}
