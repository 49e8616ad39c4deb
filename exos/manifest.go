package exos

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"strings"

	"pupitre/internal/fault"
)

// manifest is what a package's metadata (IEEE LOM in imsmanifest.xml) says of the workbook. The engine has read the package
// before: its limits hold, its XML is sound.
type manifest struct {
	Title     string
	Publisher string
	Level     string
}

const (
	manifestFile  = "imsmanifest.xml"
	maxManifest   = 4 << 20
	maxMetaLength = 300 // bytes of a title, a publisher's name, a level
)

// lom is the part of IEEE 1484.12.1 that is read. Names without a space match both of the namespaces in use.
type lom struct {
	Title    []langString `xml:"metadata>lom>general>title>string"`
	Keywords []langString `xml:"metadata>lom>general>keyword>string"`
	Parts    []struct {
		Role   string   `xml:"role>value"`
		Entity []string `xml:"entity"`
	} `xml:"metadata>lom>lifeCycle>contribute"`
}

type langString struct {
	Text string `xml:",chardata"`
}

// readManifest reads the metadata of a package; a package without a manifest (one bare exercise) has none.
func readManifest(data []byte) (manifest, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return manifest{}, nil // a bare XML file, which the engine accepts
	}
	file, err := archive.Open(manifestFile)
	if err != nil {
		return manifest{}, nil
	}
	defer file.Close()
	var l lom
	if err := xml.NewDecoder(io.LimitReader(file, maxManifest)).Decode(&l); err != nil {
		return manifest{}, fault.Wrap(err, fault.Invalid, "exos.package.manifest", "file", manifestFile)
	}
	return l.manifest(), nil
}

func (l lom) manifest() manifest {
	var out manifest
	if len(l.Title) > 0 {
		out.Title = short(l.Title[0].Text)
	}
	for _, part := range l.Parts {
		if strings.TrimSpace(part.Role) == "publisher" && len(part.Entity) > 0 {
			out.Publisher = vcardName(part.Entity[0])
		}
	}
	for _, k := range l.Keywords {
		if level := short(k.Text); levels[level] {
			out.Level = level
			break
		}
	}
	return out
}

// levels are the classes of collège and lycée, as publishers write them on a cover and in their keywords.
var levels = map[string]bool{"6e": true, "5e": true, "4e": true, "3e": true, "2de": true, "1re": true, "Tle": true, "CM1": true, "CM2": true}

// vcardName is the formatted name of a vCard (RFC 6350 §6.2.1).
func vcardName(card string) string {
	for line := range strings.Lines(card) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "FN:"); ok {
			return short(name)
		}
	}
	return ""
}

func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > maxMetaLength {
		s = strings.ToValidUTF8(s[:maxMetaLength], "")
	}
	return s
}
