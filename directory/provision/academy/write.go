package academy

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"pupitre/directory"
)

// Generate writes the archive (.tar.gz) of an invented academy.
func Generate(w io.Writer, o Options) error {
	o = o.filled()
	if err := o.check(); err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	t := tar.NewWriter(z)
	err = write(o, func(name string, data []byte) error {
		h := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), ModTime: o.Date, Format: tar.FormatPAX}
		if err := t.WriteHeader(h); err != nil {
			return err
		}
		_, err := t.Write(data)
		return err
	})
	if err != nil {
		return fmt.Errorf("write the academy %s: %w", o.Name(), err)
	}
	if err := t.Close(); err != nil {
		return fmt.Errorf("write the academy %s: %w", o.Name(), err)
	}
	return z.Close()
}

// WriteArchive writes the archive into a folder, then its .md5, as portals deliver them, and returns the archive's path.
func WriteArchive(dir string, o Options) (string, error) {
	o = o.filled()
	if err := o.check(); err != nil {
		return "", err
	}
	path := filepath.Join(dir, o.Name()+".tar.gz")
	f, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := md5.New()
	if err := Generate(io.MultiWriter(f, h), o); err != nil {
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	return path, os.WriteFile(path+".md5", []byte(hex.EncodeToString(h.Sum(nil))), 0o644)
}

// WriteFolder writes the same files into a folder, unpacked.
func WriteFolder(dir string, o Options) error {
	o = o.filled()
	if err := o.check(); err != nil {
		return err
	}
	return write(o, func(name string, data []byte) error { return os.WriteFile(filepath.Join(dir, name), data, 0o644) })
}

// write makes the files of a set, each with at most so many records, and hands them on as they fill.
func write(o Options, file func(name string, data []byte) error) error {
	files := map[string]*document{}
	for _, root := range []string{"Etab", "Eleve", "Enseignant", "Groupe", "RespAff"} {
		files[root] = &document{options: o, root: root, file: file}
	}
	for n := range o.Schools {
		s := invent(o, n)
		for _, put := range []struct {
			root string
			do   func(*document, *school)
		}{{"Etab", putSchool}, {"Eleve", putPupils}, {"Enseignant", putTeachers}, {"Groupe", putGroups}, {"RespAff", putManagers}} {
			d := files[put.root]
			put.do(d, s)
			if d.err != nil {
				return d.err
			}
		}
	}
	for _, root := range []string{"Etab", "Eleve", "Enseignant", "Groupe", "RespAff"} {
		d := files[root]
		if d.flush(true); d.err != nil {
			return d.err
		}
	}
	return nil
}

// document is one root's file being filled: a section for each kind of record, since the schema wants them together.
type document struct {
	options  Options
	root     string
	file     func(name string, data []byte) error
	sections [4]bytes.Buffer
	records  int
	index    int
	err      error
}

// field is an element with a text, or with children.
type field struct {
	name   string
	text   string
	inside []field
}

func text(name, value string) field             { return field{name: name, text: value} }
func inside(name string, fields ...field) field { return field{name: name, inside: fields} }

// put adds a record to a section.
func (d *document) put(section int, name string, fields ...field) {
	writeField(&d.sections[section], inside(name, fields...), "  ")
	if d.records++; d.records >= d.options.PerFile {
		d.flush(false)
	}
}

func writeField(b *bytes.Buffer, f field, indent string) {
	b.WriteString(indent + "<men:" + f.name + ">")
	if f.inside == nil {
		xml.EscapeText(b, []byte(f.text)) // a Buffer does not fail
		b.WriteString("</men:" + f.name + ">\n")
		return
	}
	b.WriteByte('\n')
	for _, child := range f.inside {
		writeField(b, child, indent+"  ")
	}
	b.WriteString(indent + "</men:" + f.name + ">\n")
}

// flush writes the file; the last one even if it is empty, where it is also the first.
func (d *document) flush(last bool) {
	if d.err != nil || d.records == 0 && !(last && d.index == 0) {
		return
	}
	space, schema := "http://data.education.fr/ns/gar", "GAR-ENT.xsd"
	if d.options.Degree == directory.FirstDegree {
		space, schema = space+"/1d", "GAR-ENT-1D.xsd"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<men:GAR-ENT-%s xmlns:men=%q xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"%s %s\" Version=\"1.0\">\n",
		d.root, space, space, schema)
	for i := range d.sections {
		b.Write(d.sections[i].Bytes())
		d.sections[i].Reset()
	}
	fmt.Fprintf(&b, "</men:GAR-ENT-%s>\n", d.root)
	d.err = d.file(fmt.Sprintf("%s_%s_%04d.xml", d.options.Name(), d.root, d.index), b.Bytes())
	d.index++
	d.records = 0
}
