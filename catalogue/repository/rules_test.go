package repository_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const oaiSpace = "http://www.openarchives.org/OAI/2.0/"

var (
	second  = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)
	setSpec = regexp.MustCompile(`^[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*$`)
	prefix  = regexp.MustCompile(`^[A-Za-z0-9\-_.!~*'()]+$`)
)

// children says which elements an element of OAI-PMH has, in this order: "name" once, "name?" at most once, "name+" at least once.
var children = map[string][]string{
	"OAI-PMH":             {"responseDate", "request", "error?", "Identify?", "ListMetadataFormats?", "ListSets?", "GetRecord?", "ListIdentifiers?", "ListRecords?"},
	"Identify":            {"repositoryName", "baseURL", "protocolVersion", "adminEmail", "earliestDatestamp", "deletedRecord", "granularity", "compression?"},
	"ListMetadataFormats": {"metadataFormat+"},
	"metadataFormat":      {"metadataPrefix", "schema", "metadataNamespace"},
	"ListSets":            {"set+"},
	"set":                 {"setSpec", "setName"},
	"GetRecord":           {"record"},
	"ListRecords":         {"record+", "resumptionToken?"},
	"ListIdentifiers":     {"header+", "resumptionToken?"},
	"record":              {"header", "metadata?"},
	"header":              {"identifier", "datestamp", "setSpec"},
}

// holds holds an answer to what OAI-PMH's schema says (OAI-PMH §3.2 and its XSD): which elements, in which order, and what they may say;
// and by that schema itself where PUPITRE_OAI_XSD names the folder that has it.
func holds(t testing.TB, body []byte) {
	t.Helper()
	if !bytes.HasPrefix(body, []byte(`<?xml version="1.0" encoding="UTF-8"?>`)) {
		t.Errorf("no declaration: %.80s", body)
	}
	type open struct {
		name string
		kids []string
		text string
	}
	var stack []*open
	inside := 0 // metadata: others' elements
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		switch x := token.(type) {
		case xml.StartElement:
			if inside > 0 {
				if inside++; x.Name.Space == oaiSpace || x.Name.Space == "" {
					t.Errorf("%s in metadata: it must be of another namespace, and of one", x.Name.Local)
				}
				continue
			}
			if x.Name.Space != oaiSpace {
				t.Errorf("%v is not OAI-PMH's", x.Name)
			}
			if len(stack) > 0 {
				top := stack[len(stack)-1]
				top.kids = append(top.kids, x.Name.Local)
			}
			stack = append(stack, &open{name: x.Name.Local})
			if x.Name.Local == "metadata" {
				inside = 1
			}
		case xml.CharData:
			if inside == 0 && len(stack) > 0 {
				stack[len(stack)-1].text += string(x)
			}
		case xml.EndElement:
			if inside > 1 {
				inside--
				continue
			}
			inside = 0
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			check(t, top.name, top.kids, top.text)
		}
	}
	bySchema(t, body)
}

func check(t testing.TB, name string, kids []string, text string) {
	t.Helper()
	if want, ok := children[name]; ok {
		rest := kids
		for _, one := range want {
			kid := strings.TrimRight(one, "?+")
			n := 0
			for len(rest) > 0 && rest[0] == kid {
				rest, n = rest[1:], n+1
			}
			if n == 0 && !strings.HasSuffix(one, "?") || n > 1 && !strings.HasSuffix(one, "+") {
				t.Errorf("%s has %d %s: %v", name, n, kid, kids)
			}
		}
		if len(rest) > 0 || strings.TrimSpace(text) != "" {
			t.Errorf("%s has %v, and text %q", name, kids, text)
		}
		if name == "OAI-PMH" && len(kids) != 3 {
			t.Errorf("an answer or an error, and one: %v", kids)
		}
		return
	}
	bad := false
	switch name {
	case "responseDate", "datestamp", "earliestDatestamp":
		bad = !second.MatchString(text)
	case "setSpec":
		bad = !setSpec.MatchString(text)
	case "metadataPrefix":
		bad = !prefix.MatchString(text)
	case "adminEmail":
		_, err := mail.ParseAddress(text)
		bad = err != nil
	case "identifier", "baseURL", "setName", "repositoryName", "schema", "metadataNamespace":
		bad = strings.TrimSpace(text) == ""
	case "protocolVersion", "deletedRecord", "granularity", "compression":
		bad = !slices.Contains([]string{"2.0", "persistent", "YYYY-MM-DDThh:mm:ssZ", "gzip"}, text)
	case "request", "error", "resumptionToken", "metadata":
	default:
		t.Errorf("an element %s", name)
	}
	if bad {
		t.Errorf("%s says %q", name, text)
	}
}

func bySchema(t testing.TB, body []byte) {
	t.Helper()
	folder := os.Getenv("PUPITRE_OAI_XSD")
	if folder == "" {
		return
	}
	c := exec.Command("xmllint", "--nonet", "--noout", "--schema", filepath.Join(folder, "OAI-PMH.xsd"), "-")
	c.Stdin = bytes.NewReader(body)
	if said, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s in %s", err, said, body)
	}
}
