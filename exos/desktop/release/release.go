package release

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"pupitre/internal/fault"
)

// The names of the list and of the sums in a folder.
const (
	listName = "programmes.json"
	sumsName = "SHA256SUMS"
)

// Target is a system and a processor, as Go names them.
type Target struct {
	System    string `json:"system"`    // windows, darwin, linux
	Processor string `json:"processor"` // amd64, arm64
}

// Targets are those that a release is made for, in the order in which a page names them.
var Targets = []Target{{"windows", "amd64"}, {"windows", "arm64"}, {"darwin", "arm64"}, {"darwin", "amd64"}, {"linux", "amd64"}, {"linux", "arm64"}}

// Archive is the program for one target.
type Archive struct {
	Target
	File   string `json:"file"`
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// Release is what a folder holds.
type Release struct {
	Version  string    `json:"version"`
	Archives []Archive `json:"archives"`

	folder string
}

var fileName = regexp.MustCompile(`^biblio-exos-[0-9A-Za-z.+-]+\.(zip|tar\.gz)$`)

// Read reads a folder that Write wrote. A list that is not there or cannot be read, a file that is not there, or is not what the list
// says, is fault.Invalid with the file's name: what is offered to pupils is what was built.
func Read(folder string) (*Release, error) {
	text, err := os.ReadFile(filepath.Join(folder, listName))
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "exosdesktop.release.none", "path", folder)
	}
	out := &Release{folder: folder}
	if err := json.Unmarshal(text, out); err != nil || out.Version == "" {
		return nil, fault.Wrap(err, fault.Invalid, "exosdesktop.release.list", "path", filepath.Join(folder, listName))
	}
	for _, a := range out.Archives {
		size, sum, err := measured(filepath.Join(folder, a.File))
		if !fileName.MatchString(a.File) || err != nil || size != a.Size || sum != a.SHA256 {
			return nil, fault.Wrap(err, fault.Invalid, "exosdesktop.release.file", "file", a.File, "path", folder)
		}
	}
	return out, nil
}

// Open opens an archive by its name; fault.NotFound where the list does not have it.
func (r *Release) Open(name string) (*os.File, error) {
	for _, a := range r.Archives {
		if a.File == name {
			return os.Open(filepath.Join(r.folder, a.File))
		}
	}
	return nil, fault.New(fault.NotFound, "exosdesktop.release.unknown")
}

// Name is how a target's archive is called: zip where the system opens that, tar.gz where it keeps who may run a file.
func Name(version string, t Target) string {
	ext := ".zip"
	if t.System == "linux" {
		ext = ".tar.gz"
	}
	return strings.Join([]string{"biblio-exos", version, t.System, t.Processor}, "-") + ext
}

// Write writes the list and the sums of the archives that are in a folder.
func Write(folder, version string, targets []Target) (*Release, error) {
	out := &Release{Version: version, Archives: []Archive{}, folder: folder}
	var sums strings.Builder
	for _, t := range targets {
		name := Name(version, t)
		size, sum, err := measured(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		out.Archives = append(out.Archives, Archive{t, name, size, sum})
		sums.WriteString(sum + "  " + name + "\n")
	}
	list, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return nil, err
	}
	return out, errors.Join(
		os.WriteFile(filepath.Join(folder, sumsName), []byte(sums.String()), 0o644),
		os.WriteFile(filepath.Join(folder, listName), append(list, '\n'), 0o644))
}

func measured(path string) (size int64, sum string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	h := sha256.New()
	if size, err = io.Copy(h, f); err != nil {
		return 0, "", err
	}
	return size, hex.EncodeToString(h.Sum(nil)), nil
}
