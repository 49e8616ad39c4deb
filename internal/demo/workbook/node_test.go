package workbook_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"testing"

	"pupitre/internal/demo/workbook"
)

// node is an XML element with its attributes and its content in order, or a run of text,
// which has no name.
type node struct {
	name  string
	attrs map[string]string
	nodes []*node
	text  string
}

// open unpacks the workbook: path to content.
func open(t *testing.T) map[string][]byte {
	t.Helper()
	data, err := workbook.Package()
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(reader)
		if err != nil {
			t.Fatalf("%s: %v", file.Name, err)
		}
		files[file.Name] = content
	}
	return files
}

// items are the exercises, by path.
func items(t *testing.T) map[string]*node {
	t.Helper()
	out := map[string]*node{}
	for path, content := range open(t) {
		if strings.HasPrefix(path, "items/") {
			out[path] = parse(t, path, content)
		}
	}
	return out
}

// parse is strict: one that is not well-formed fails the test.
func parse(t *testing.T, path string, content []byte) *node {
	t.Helper()
	root := &node{}
	open := []*node{root}
	decoder := xml.NewDecoder(bytes.NewReader(content))
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			child := &node{name: token.Name.Local, attrs: map[string]string{}}
			for _, attr := range token.Attr {
				child.attrs[attr.Name.Local] = attr.Value
			}
			top.nodes = append(top.nodes, child)
			open = append(open, child)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.nodes = append(top.nodes, &node{text: string(token)})
		case xml.Directive:
			t.Errorf("%s: a DOCTYPE has no place in a package", path)
		}
	}
	for _, n := range root.nodes {
		if n.name != "" {
			return n
		}
	}
	t.Fatalf("%s: no element", path)
	return nil
}

// all lists the descendants with one of the names, in document order.
func (n *node) all(names ...string) []*node {
	var out []*node
	for _, child := range n.nodes {
		if slices.Contains(names, child.name) {
			out = append(out, child)
		}
		out = append(out, child.all(names...)...)
	}
	return out
}

// first is the first descendant with that name; an empty node where there is none.
func (n *node) first(name string) *node {
	if found := n.all(name); len(found) > 0 {
		return found[0]
	}
	return &node{}
}

// words is all the text of the element, in reading order, without the layout of the file
// around it. A no-break space is not layout.
func (n *node) words() string { return strings.Trim(n.run(), " \n") }

func (n *node) run() string {
	out := n.text
	for _, child := range n.nodes {
		out += child.run()
	}
	return out
}

// attributes lists the values of one attribute over some nodes.
func attributes(nodes []*node, name string) []string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.attrs[name])
	}
	return out
}

// values lists the qti-value texts below.
func (n *node) values() []string {
	var out []string
	for _, value := range n.all("qti-value") {
		out = append(out, value.words())
	}
	return out
}
