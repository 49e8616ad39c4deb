package delivery

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
	"pupitre/journal"
)

// Drop watches a folder that has a folder for each ENT project: DIR/A70. A portal puts its archive or package there, then the .md5,
// which says that it is all there. Both are taken away once the delivery is known. What is refused goes to DIR/A70/refus, with a note
// that says why, for the portal's engineer. Build it as a literal; all its fields are needed but Every and Patience.
type Drop struct {
	Dir     string
	Service *Service
	Words   *lang.Words
	Log     *slog.Logger
	Now     func() time.Time

	Every    time.Duration // how often it looks; 0: 2 s
	Patience time.Duration // how long a file whose checksum is wrong may still be growing; 0: 30 s
}

const (
	refusedDir    = "refus"
	usualPatience = 30 * time.Second
)

// Run looks until ctx ends.
func (d *Drop) Run(ctx context.Context) {
	every := d.Every
	if every == 0 {
		every = usualEvery
	}
	for {
		if err := d.Look(ctx); err != nil && ctx.Err() == nil {
			d.Log.ErrorContext(ctx, "the drop folder cannot be read", "dir", d.Dir, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
	}
}

// Look takes what has come in, once.
func (d *Drop) Look(ctx context.Context) error {
	projects, err := os.ReadDir(d.Dir)
	if err != nil {
		return fmt.Errorf("look into the drop folder: %w", err)
	}
	var errs []error
	for _, p := range projects {
		if p.IsDir() {
			errs = append(errs, d.project(ctx, directory.ProjectID(p.Name())))
		}
	}
	return errors.Join(errs...)
}

func (d *Drop) project(ctx context.Context, project directory.ProjectID) error {
	inside, err := os.OpenRoot(filepath.Join(d.Dir, string(project)))
	if err != nil {
		return err
	}
	defer inside.Close()
	entries, err := fs.ReadDir(inside.FS(), ".")
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, e := range entries {
		there[e.Name()] = true
	}
	var errs []error
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".md5")
		if !ok {
			continue
		}
		for _, archive := range []string{name, name + ".tar.gz", name + ".tgz", name + packaged} { // NAME.tar.gz.md5 or NAME.md5
			if there[archive] && archive != "" {
				errs = append(errs, d.take(ctx, inside, project, archive, e.Name()))
				break
			}
		}
	}
	return errors.Join(errs...)
}

// take hands one archive to the service, and clears it away.
func (d *Drop) take(ctx context.Context, inside *os.Root, project directory.ProjectID, archive, checksum string) error {
	refusal := d.receive(ctx, inside, project, archive, checksum)
	switch {
	case refusal == nil:
		return errors.Join(inside.Remove(archive), inside.Remove(checksum)) // the archive first: who dies between leaves nobody's data behind
	case fault.KindOf(refusal) != fault.Invalid:
		return refusal // ours, not the portal's: the files stay, and are tried again
	case strings.HasPrefix(fault.CodeOf(refusal), "delivery.checksum") && d.growing(inside, archive, checksum):
		return nil
	}
	d.Log.WarnContext(ctx, "a delivery was refused", "project", string(project), "name", archive, "code", fault.CodeOf(refusal))
	return d.refuse(inside, archive, checksum, refusal)
}

func (d *Drop) receive(ctx context.Context, inside *os.Root, project directory.ProjectID, archive, checksum string) error {
	sum, err := openPlain(inside, checksum)
	if err != nil {
		return err
	}
	defer sum.Close()
	digest, err := ReadChecksum(checksum, sum)
	if err != nil {
		return err
	}
	file, err := openPlain(inside, archive)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = d.Service.Receive(ctx, journal.Actor{Kind: journal.ByPortal, ID: string(project)},
		Arrival{Name: archive, Project: project, Door: ByDrop, Archive: file, Checksum: digest})
	return err
}

// openPlain opens a plain file: no link, which would lead to what is not the portal's, and no pipe, which would never end. What was
// looked at is what is open, even if somebody changes the folder meanwhile.
func openPlain(inside *os.Root, name string) (*os.File, error) {
	refused := fault.New(fault.Invalid, "delivery.plain", "name", shorten(name))
	seen, err := inside.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !seen.Mode().IsRegular() {
		return nil, refused
	}
	f, err := inside.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || !os.SameFile(seen, info) {
		f.Close()
		return nil, errors.Join(refused, err)
	}
	return f, nil
}

// growing reports whether either file was written a moment ago.
func (d *Drop) growing(inside *os.Root, names ...string) bool {
	patience := d.Patience
	if patience == 0 {
		patience = usualPatience
	}
	for _, name := range names {
		if info, err := inside.Lstat(name); err == nil && d.Now().Sub(info.ModTime()) < patience {
			return true
		}
	}
	return false
}

// refuse puts both files aside, and a note beside them in the two languages. A later refusal of the same name replaces it.
func (d *Drop) refuse(inside *os.Root, archive, checksum string, why error) error {
	if err := inside.Mkdir(refusedDir, 0o750); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	note := d.Words.Error(lang.French, why) + "\n" + d.Words.Error(lang.English, why) + "\n"
	if err := inside.WriteFile(filepath.Join(refusedDir, archive+".txt"), []byte(note), 0o640); err != nil {
		return err
	}
	return errors.Join(inside.Rename(checksum, filepath.Join(refusedDir, checksum)), inside.Rename(archive, filepath.Join(refusedDir, archive)))
}
