package catalogue

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"

	"pupitre/internal/fault"
)

// ZipLimits bound what a .zip of notices may hold.
type ZipLimits struct {
	Entries int
	Bytes   int64 // of all notices together, unpacked
	Ratio   int64 // how many times as long as the file they may be, unpacked, beyond the first mebibyte
}

// UsualZip is for catalogues of every size that there is: 15,600 resources in all of the GAR in 2026.
var UsualZip = ZipLimits{Entries: 100_000, Bytes: 512 << 20, Ratio: 100}

// ReadZip returns the .xml files of a .zip; everything else in it is passed over. A file that is damaged, or that unpacks to too much, is
// refused whole. Nothing is believed of what its directory says, and nothing is written to disk.
func ReadZip(name string, body []byte, limits ZipLimits) ([]NoticeFile, error) {
	damaged := func(err error) error { return fault.Wrap(err, fault.Invalid, "catalogue.zip.damaged", "file", name) }
	r, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, damaged(err)
	}
	if len(r.File) > limits.Entries {
		return nil, fault.New(fault.Invalid, "catalogue.zip.entries", "file", name, "most", limits.Entries)
	}
	left := min(limits.Bytes, 1<<20+limits.Ratio*int64(len(body)))
	var files []NoticeFile
	for _, f := range r.File {
		if !strings.HasSuffix(strings.ToLower(f.Name), ".xml") || strings.HasPrefix(path.Base(f.Name), ".") { // ._ files of some systems
			continue
		}
		entry, err := f.Open()
		if err != nil {
			return nil, damaged(err)
		}
		text, err := io.ReadAll(io.LimitReader(entry, left+1)) // to the end of what is whole: the checksum is looked at there
		if closed := entry.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return nil, damaged(err)
		}
		if left -= int64(len(text)); left < 0 {
			return nil, fault.New(fault.Invalid, "catalogue.zip.large", "file", name)
		}
		files = append(files, NoticeFile{Name: name + ": " + f.Name, Body: text})
	}
	if len(files) == 0 {
		return nil, fault.New(fault.Invalid, "catalogue.zip.none", "file", name)
	}
	return files, nil
}
