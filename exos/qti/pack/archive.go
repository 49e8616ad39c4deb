package pack

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"pupitre/exos/qti/report"
)

// Archive is an opened package: its files by path, all read and checked.
type Archive struct {
	paths []string // in the order of the zip
	files map[string][]byte
	// folded is each name without its capitals.
	folded map[string]string
	base   string // folder of imsmanifest.xml, "" or "folder/"
}

// Open reads a whole zip into memory, within limits. The finding, where there is one, is
// the refusal and names the entry.
func Open(data []byte, limits Limits) (*Archive, *report.Finding) {
	limits = limits.OrDefault()
	if int64(len(data)) > limits.Archive {
		return nil, refuse(report.PackageTooBig, "", "limit", strconv.FormatInt(limits.Archive, 10))
	}
	if manyEntries(data, limits.Entries) {
		return nil, refuse(report.PackageTooMany, "", "limit", strconv.Itoa(limits.Entries))
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	// An unsafe name is refused below, with the entry named.
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, refuse(report.PackageUnreadable, "", "reason", err.Error())
	}
	o := opener{limits: limits, a: &Archive{files: map[string][]byte{}}, seen: map[string]string{}}
	o.a.folded = o.seen
	for _, f := range z.File {
		if refusal := o.entry(f); refusal != nil {
			return nil, refusal
		}
	}
	return o.a, nil
}

func refuse(code report.Code, entry string, params ...string) *report.Finding {
	if entry != "" {
		params = append([]string{"entry", entry}, params...)
	}
	return &report.Finding{Severity: report.Refusal, Code: code, File: entry, Params: report.Params(params...)}
}

// manyEntries tells, before archive/zip allocates for each of them, whether the directory may
// hold more than limit entries: each has this signature. (Compressed data hardly ever does.)
func manyEntries(data []byte, limit int) bool {
	return bytes.Count(data, []byte("PK\x01\x02")) > limit
}

type opener struct {
	limits Limits
	a      *Archive
	seen   map[string]string // folded name → name
	total  int64
}

func (o *opener) entry(f *zip.File) *report.Finding {
	name := shown(f.Name)
	switch {
	case !safeName(f.Name):
		return refuse(report.PackageEntryName, name)
	case !f.Mode().IsRegular() && !f.Mode().IsDir() || f.Mode()&fs.ModeSymlink != 0:
		return refuse(report.PackageEntryLink, name)
	case f.Flags&1 != 0:
		return refuse(report.PackageEntryEncrypted, name)
	}
	if strings.HasSuffix(f.Name, "/") || f.Mode().IsDir() || junk(f.Name) {
		return nil
	}
	folded := strings.ToLower(f.Name)
	if other, ok := o.seen[folded]; ok {
		return refuse(report.PackageEntryTwice, name, "other", shown(other))
	}
	o.seen[folded] = f.Name
	return o.read(f, name)
}

// read unpacks one entry; the sizes that the zip declares are not believed.
func (o *opener) read(f *zip.File, name string) *report.Finding {
	r, err := f.Open()
	if err != nil {
		return refuse(report.PackageUnreadable, name, "reason", err.Error())
	}
	defer r.Close()
	most := min(o.limits.Entry, o.limits.Total-o.total)
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case errors.Is(err, zip.ErrChecksum):
		return refuse(report.PackageChecksum, name)
	case err != nil:
		return refuse(report.PackageUnreadable, name, "reason", err.Error())
	case int64(len(data)) > most:
		return refuse(report.PackageTooBig, name, "limit", strconv.FormatInt(most, 10))
	case int64(len(data)) > 1<<20 && int64(len(data)) > o.limits.Ratio*max(1, int64(f.CompressedSize64)):
		return refuse(report.PackageBomb, name, "limit", strconv.FormatInt(o.limits.Ratio, 10))
	}
	o.total += int64(len(data))
	o.a.paths = append(o.a.paths, f.Name)
	o.a.files[f.Name] = data
	return nil
}

// safeName: a plain relative path with forward slashes, nothing that leaves the folder or
// means a device or a drive anywhere.
func safeName(name string) bool {
	if name == "" || len(name) > 1000 || !utf8.ValidString(name) || strings.ContainsAny(name, "\\:") || strings.HasPrefix(name, "/") {
		return false
	}
	for _, r := range name {
		if unicode.IsControl(r) {
			return false
		}
	}
	for part := range strings.SplitSeq(strings.TrimSuffix(name, "/"), "/") {
		if part == "" || part == "." || part == ".." {
			return false
		}
	}
	return true
}

// junk is what desktop systems add to zips.
func junk(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(name, "__MACOSX/") || base == ".DS_Store" || base == "Thumbs.db"
}

// shown is a name fit for a message.
func shown(name string) string {
	name = strings.ToValidUTF8(name, "�")
	if r := []rune(name); len(r) > 120 {
		name = string(r[:119]) + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '�'
		}
		return r
	}, name)
}

// File is a file by its path, relative to the manifest's folder.
func (a *Archive) File(name string) ([]byte, bool) {
	data, ok := a.files[a.base+name]
	if !ok { // written on a system that does not mind capitals; no two names here differ by them alone
		data, ok = a.files[a.folded[strings.ToLower(a.base+name)]]
	}
	return data, ok
}

// Paths lists the files under the manifest's folder, in the order of the zip.
func (a *Archive) Paths() []string {
	out := make([]string, 0, len(a.paths))
	for _, p := range a.paths {
		if rest, ok := strings.CutPrefix(p, a.base); ok {
			out = append(out, rest)
		}
	}
	return out
}

// Root finds imsmanifest.xml: at the root, or in the only folder that has one. It answers
// that folder, and whether there is a manifest at all.
func (a *Archive) Root() (folder string, found bool) {
	if _, ok := a.files["imsmanifest.xml"]; ok {
		return "", true
	}
	for _, p := range a.paths {
		if path.Base(p) == "imsmanifest.xml" {
			if found {
				a.base = ""
				return "", false
			}
			found = true
			a.base = strings.TrimSuffix(p, "imsmanifest.xml")
		}
	}
	return strings.TrimSuffix(a.base, "/"), found
}
