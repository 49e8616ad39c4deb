package export

import (
	"archive/zip"
	"bytes"
	"encoding/hex"
	"path"
	"sort"
	"strings"

	"pupitre/exos/qti"
	"pupitre/exos/qti/parse"
	"pupitre/exos/qti/program"
	"pupitre/exos/qti/render"
	"pupitre/exos/qti/report"
	"pupitre/exos/qti/write"
)

const (
	manifestPath = "imsmanifest.xml"
	testPath     = "test.xml"
)

// QTI is the module as a content package of QTI 3. The findings name what could not leave as it came.
func QTI(m *qti.Module) ([]byte, []report.Finding, error) {
	p := &parcel{m: m, files: map[string][]byte{}, items: map[string]bool{}}
	if p.untouched() {
		for _, f := range m.Files {
			p.put(f.Path, f.Data)
		}
	} else {
		p.exercises()
		p.others()
		p.test()
		p.put(manifestPath, p.manifest())
	}
	data, err := p.zip()
	return data, p.findings, err
}

// parcel is a package being put together.
type parcel struct {
	m        *qti.Module
	files    map[string][]byte
	items    map[string]bool // paths of exercises
	testAt   string
	findings []report.Finding
}

func (p *parcel) put(at string, data []byte) { p.files[at] = data }

// untouched tells whether the package is QTI 3 already, all of it.
func (p *parcel) untouched() bool {
	manifest, ok := p.m.File(manifestPath)
	if !ok || !bytes.Contains(manifest, []byte("imsqti_item_xmlv3p0")) {
		return false
	}
	for _, it := range p.m.Items() {
		if !p.third(it.File) {
			return false
		}
	}
	return true
}

// third tells whether a file is QTI 3.
func (p *parcel) third(at string) bool {
	data, ok := p.m.File(at)
	return ok && isThird(data)
}

// isThird looks for QTI 3's prefix on the root element.
func isThird(data []byte) bool {
	for rest := data; ; {
		_, after, ok := bytes.Cut(rest, []byte("<"))
		if !ok {
			return false
		}
		if len(after) > 0 && after[0] != '?' && after[0] != '!' {
			return bytes.HasPrefix(after, []byte("qti-"))
		}
		rest = after
	}
}

// exercises puts each exercise in, once, as it came or written anew.
func (p *parcel) exercises() {
	for _, it := range p.m.Items() {
		if p.items[it.File] {
			continue
		}
		p.items[it.File] = true
		if data, ok := p.m.File(it.File); ok && isThird(data) {
			p.put(it.File, data)
			continue
		}
		p.findings = append(p.findings, report.Finding{Severity: report.Note, Code: report.ExportRewritten, File: it.File, Item: it.Identifier})
		p.put(it.File, p.rewritten(it))
	}
}

// rewritten writes an exercise from its program and tree, and puts in the pictures that stood in its XML.
func (p *parcel) rewritten(it *qti.Item) []byte {
	return write.Item(write.Exercise{
		Identifier: it.Program.Identifier, Title: it.Title, Language: it.Language, Program: it.Program, Tree: it.Tree, Feedback: it.Feedback, Notes: it.Notes,
		Address: func(a render.Asset) string {
			at := a.Path
			if strings.HasPrefix(at, "data:") {
				at = "media/" + a.SHA256[:min(12, len(a.SHA256))] + extension(a.Media)
			}
			for i := range p.m.Assets {
				if p.m.Assets[i].SHA256 == a.SHA256 {
					p.put(at, p.m.Assets[i].Data)
				}
			}
			return relative(it.File, at)
		},
	})
}

// extension is what parse knows a media type by.
func extension(media string) string {
	_, kind, _ := strings.Cut(media, "/")
	switch kind {
	case "jpeg":
		return ".jpg"
	case "svg+xml":
		return ".svg"
	}
	return "." + kind
}

// relative is the address of a file as seen from another.
func relative(from, to string) string {
	up := strings.Count(path.Clean(from), "/")
	return strings.Repeat("../", up) + to
}

// others takes along all other files: pictures, texts, style sheets. Those that a manifest or a test of QTI 2 wrote stay behind.
func (p *parcel) others() {
	for _, f := range p.m.Files {
		if _, have := p.files[f.Path]; have || f.Path == manifestPath {
			continue
		}
		if strings.HasSuffix(f.Path, ".xml") {
			switch root := parse.Root(f.Data, qti.DefaultLimits()); {
			case root == "assessment-item" || root == "":
				continue // an exercise that is in no section, or was refused
			case root == "assessment-test" || root == "assessment-section":
				if isThird(f.Data) {
					p.testAt = f.Path
				} else {
					continue
				}
			}
		}
		p.put(f.Path, f.Data)
	}
}

// test writes the frame, unless one came along.
func (p *parcel) test() {
	if p.testAt != "" {
		return
	}
	p.testAt = testPath
	for n := "x"; p.files[p.testAt] != nil; n += "x" {
		p.testAt = "test-" + n + ".xml"
	}
	t := p.m.Test
	if t == nil {
		t = frame(p.m)
	}
	p.put(p.testAt, write.Test(t, func(href string) string {
		if !p.items[href] {
			return ""
		}
		return href
	}))
}

// frame is a test of the sections that a module without test has.
func frame(m *qti.Module) *program.Test {
	part := program.Part{Identifier: "part", NonLinear: true}
	for i := range m.Sections {
		part.Sections = append(part.Sections, sectionOf(&m.Sections[i]))
	}
	return &program.Test{Identifier: nameOf(m.Identifier), Title: m.Title, Parts: []program.Part{part}}
}

func sectionOf(s *qti.Section) program.Section {
	out := program.Section{Identifier: nameOf(s.Identifier), Title: s.Title, Visible: true}
	for i := range s.Items {
		out.Members = append(out.Members, program.Member{Item: &program.ItemRef{Identifier: s.Items[i].Identifier, Href: s.Items[i].File}})
	}
	for i := range s.Sections {
		inner := sectionOf(&s.Sections[i])
		out.Members = append(out.Members, program.Member{Section: &inner})
	}
	return out
}

func nameOf(identifier string) string {
	if identifier == "" {
		return "module"
	}
	return identifier
}

// zip packs the files, the manifest first, the others by name: the same module is the same package, byte for byte.
func (p *parcel) zip() ([]byte, error) {
	paths := make([]string, 0, len(p.files))
	for at := range p.files {
		paths = append(paths, at)
	}
	sort.Slice(paths, func(i, j int) bool {
		if first := paths[i] == manifestPath; first != (paths[j] == manifestPath) {
			return first
		}
		return paths[i] < paths[j]
	})
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, at := range paths {
		f, err := z.CreateHeader(&zip.FileHeader{Name: at, Method: zip.Deflate})
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(p.files[at]); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// resourceName is an identifier for a file of the package.
func resourceName(at string) string { return "R-" + hex.EncodeToString([]byte(at)) }
