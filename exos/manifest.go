package exos

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"slices"
	"strings"

	"pupitre/internal/fault"
)

// manifest is what a package's metadata (IEEE LOM in imsmanifest.xml) says of the workbook. The engine has read the package
// before: its limits hold, its XML is sound.
type manifest struct {
	Title     string
	Publisher string
	Level     string
	Skills    map[string][]string // of each exercise, by its path
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
	Resources []resource `xml:"resources>resource"`
}

// resource is what is said of one exercise: by curriculum standards (1EdTech's CSM 1.0, in a QTI 3 package's metadata), by a
// classification of IEEE LOM, or by its keywords.
type resource struct {
	Href      string       `xml:"href,attr"`
	Standards []string     `xml:"metadata>curriculumStandardsMetadataSet>curriculumStandardsMetadata>setOfGUIDs>labelledGUID>label"`
	Keywords  []langString `xml:"metadata>lom>general>keyword>string"`
	Classes   []struct {
		Purpose string       `xml:"purpose>value"`
		Taxa    []taxon      `xml:"taxonPath"`
		Words   []langString `xml:"keyword>string"`
	} `xml:"metadata>lom>classification"`
}

type taxon struct {
	Entries []struct {
		Name []langString `xml:"entry>string"`
	} `xml:"taxon"`
}

// skills are what the exercise trains: what a curriculum calls it, else its classes, else its keywords that are no level.
func (r resource) skills() []string {
	out := slices.Clone(r.Standards)
	for _, c := range r.Classes {
		if purpose := strings.TrimSpace(c.Purpose); purpose != "competency" && purpose != "educational objective" && purpose != "skill" {
			continue
		}
		for _, path := range c.Taxa {
			if n := len(path.Entries); n > 0 && len(path.Entries[n-1].Name) > 0 { // the narrowest
				out = append(out, path.Entries[n-1].Name[0].Text)
			}
		}
		for _, w := range c.Words {
			out = append(out, w.Text)
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, k := range r.Keywords {
		if !levels[short(k.Text)] {
			out = append(out, k.Text)
		}
	}
	return out
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
	for _, r := range l.Resources {
		if skills := r.skills(); len(skills) > 0 {
			if out.Skills == nil {
				out.Skills = map[string][]string{}
			}
			out.Skills[path.Clean(r.Href)] = skills
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
