package export

import (
	"crypto/sha256"
	"encoding/hex"
	"sort"
	"strings"

	"pupitre/exos/qti/quill"
)

// manifest lists the package: the test, which depends on the items, and all other files.
func (p *parcel) manifest() []byte {
	var q quill.Quill
	q.Raw(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	q.Open("manifest", "xmlns", "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1", "xmlns:lom", "http://ltsc.ieee.org/xsd/LOM",
		"identifier", nameOf(p.m.Identifier))
	q.Line()
	q.Open("metadata")
	q.Leaf("schema", "QTI Package")
	q.Leaf("schemaversion", "3.0.1")
	p.describe(&q)
	q.Close("metadata")
	q.Line()
	q.Empty("organizations")
	q.Line()
	q.Open("resources")
	q.Line()
	p.resource(&q, p.testAt, "imsqti_test_xmlv3p0", sortedKeys(p.items))
	shown := p.shown()
	for _, at := range sortedKeys(p.items) {
		p.resource(&q, at, "imsqti_item_xmlv3p0", shown[at])
	}
	for _, at := range sortedKeys(p.files) {
		if !p.items[at] && at != p.testAt && at != manifestPath {
			p.resource(&q, at, "webcontent", nil)
		}
	}
	q.Close("resources")
	q.Line()
	q.Close("manifest")
	q.Line()
	return []byte(q.String())
}

// shown lists the files that each exercise shows and that are in the package.
func (p *parcel) shown() map[string][]string {
	paths := map[string][]string{}
	for at, data := range p.files {
		sum := sha256.Sum256(data)
		paths[hex.EncodeToString(sum[:])] = append(paths[hex.EncodeToString(sum[:])], at)
	}
	out := map[string][]string{}
	for _, it := range p.m.Items() {
		if out[it.File] != nil {
			continue
		}
		for _, hash := range it.Assets {
			out[it.File] = append(out[it.File], paths[hash]...)
		}
		sort.Strings(out[it.File])
	}
	return out
}

// describe writes title and language as LOM has them (IEEE 1484.12.1).
func (p *parcel) describe(q *quill.Quill) {
	if p.m.Title == "" && p.m.Language == "" {
		return
	}
	q.Open("lom:lom")
	q.Open("lom:general")
	if p.m.Title != "" {
		q.Open("lom:title")
		q.Leaf("lom:string", p.m.Title, "language", p.m.Language)
		q.Close("lom:title")
	}
	if p.m.Language != "" {
		q.Leaf("lom:language", p.m.Language)
	}
	q.Close("lom:general")
	q.Close("lom:lom")
}

func (p *parcel) resource(q *quill.Quill, at, kind string, on []string) {
	href := strings.NewReplacer("%", "%25", " ", "%20", "#", "%23", "?", "%3F").Replace(at)
	q.Open("resource", "identifier", resourceName(at), "type", kind, "href", href)
	q.Empty("file", "href", href)
	for _, other := range on {
		q.Empty("dependency", "identifierref", resourceName(other))
	}
	q.Close("resource")
	q.Line()
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}
