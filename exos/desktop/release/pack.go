package release

import (
	"archive/tar"
	"archive/zip"
	"compress/flate"
	"compress/gzip"
	"io"
	"io/fs"
	"time"
)

// File is one file of an archive.
type File struct {
	Name string
	Text []byte
	Runs bool // it is a program
}

// epoch is when every file of an archive was made, so that the same program gives the same archive (ZIP begins in 1980).
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// Pack writes an archive as the target's system opens it.
func Pack(w io.Writer, t Target, files []File) error {
	if t.System == "linux" {
		return packTar(w, files)
	}
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.BestCompression) })
	for _, f := range files {
		h := &zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: epoch}
		h.SetMode(modeOf(f)) // macOS keeps it
		out, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := out.Write(f.Text); err != nil {
			return err
		}
	}
	return z.Close()
}

func packTar(w io.Writer, files []File) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	for _, f := range files {
		if err := t.WriteHeader(&tar.Header{Name: f.Name, Mode: int64(modeOf(f)), Size: int64(len(f.Text)), ModTime: epoch, Format: tar.FormatPAX}); err != nil {
			return err
		}
		if _, err := t.Write(f.Text); err != nil {
			return err
		}
	}
	if err := t.Close(); err != nil {
		return err
	}
	return z.Close()
}

func modeOf(f File) fs.FileMode {
	if f.Runs {
		return 0o755
	}
	return 0o644
}
