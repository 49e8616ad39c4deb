package xapi

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"

	"pupitre/internal/fault"
)

// file is an attachment's bytes.
type file struct {
	sha2  string // lower case
	media string
	data  []byte
}

var errParts = fault.New(fault.Invalid, "exosxapi.parts")

// statements reads a request's body: JSON, or JSON with the attachments' bytes behind it (Communication 1.5.2).
func (r *request) statements() (any, map[string]file, error) {
	media, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && media == "application/json":
		v, err := decode(r.body)
		return v, nil, err
	case err != nil || media != "multipart/mixed" || params["boundary"] == "":
		return nil, nil, fault.New(fault.Invalid, "exosxapi.media")
	}
	parts := multipart.NewReader(bytes.NewReader(r.body), params["boundary"])
	first, err := parts.NextRawPart()
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Invalid, errParts.Code)
	}
	if media, _, err := mime.ParseMediaType(first.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return nil, nil, errParts
	}
	body, err := io.ReadAll(first)
	if err != nil {
		return nil, nil, fault.Wrap(err, fault.Invalid, errParts.Code)
	}
	v, err := decode(body)
	if err != nil {
		return nil, nil, err
	}
	files := map[string]file{}
	for {
		p, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return v, files, nil
		}
		if err != nil {
			return nil, nil, fault.Wrap(err, fault.Invalid, errParts.Code)
		}
		f, err := readPart(p)
		if err != nil {
			return nil, nil, err
		}
		files[f.sha2] = f
	}
}

func readPart(p *multipart.Part) (file, error) {
	f := file{sha2: strings.ToLower(p.Header.Get(hashHeader)), media: p.Header.Get("Content-Type")}
	if f.sha2 == "" || p.Header.Get("Content-Transfer-Encoding") != "binary" {
		return f, errParts
	}
	if f.media == "" {
		f.media = "application/octet-stream"
	}
	var err error
	if f.data, err = io.ReadAll(p); err != nil {
		return f, fault.Wrap(err, fault.Invalid, errParts.Code)
	}
	if sha2(f.data, len(f.sha2)) != f.sha2 {
		return f, fault.New(fault.Invalid, "exosxapi.parts.hash", "hash", f.sha2)
	}
	return f, nil
}

// sha2 is the hash of that many hexadecimal digits.
func sha2(data []byte, digits int) string {
	var sum []byte
	switch digits {
	case 2 * sha256.Size224:
		s := sha256.Sum224(data)
		sum = s[:]
	case 2 * sha256.Size:
		s := sha256.Sum256(data)
		sum = s[:]
	case 2 * sha512.Size384:
		s := sha512.Sum384(data)
		sum = s[:]
	case 2 * sha512.Size:
		s := sha512.Sum512(data)
		sum = s[:]
	}
	return hex.EncodeToString(sum)
}

// attachmentsOf lists the attachments of a statement and of its sub-statement.
func attachmentsOf(s object) []object {
	var out []object
	for _, a := range items(s, "attachments") {
		out = append(out, a.(object))
	}
	if thing := part(s, "object"); thing["objectType"] == "SubStatement" {
		out = append(out, attachmentsOf(thing)...)
	}
	return out
}

// fits refuses bytes that belong to no attachment, and attachments that are neither here nor anywhere (Data 2.4.11, Communication 1.5.2).
func fits(list []object, files map[string]file) error {
	meant := map[string]bool{}
	for _, s := range list {
		for _, a := range attachmentsOf(s) {
			hash := strings.ToLower(text(a["sha2"]))
			meant[hash] = true
			_, here := files[hash]
			if _, there := a["fileUrl"]; !here && !there {
				return missing("attachments.fileUrl")
			}
		}
	}
	for hash := range files {
		if !meant[hash] {
			return fault.New(fault.Invalid, "exosxapi.parts.stray", "hash", hash)
		}
	}
	return nil
}

// sendParts answers with JSON and the attachments behind it (Communication 1.5.2.s2).
func sendParts(w http.ResponseWriter, v any, files []file) error {
	body, err := encode(v)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	parts := multipart.NewWriter(&b)
	put := func(header textproto.MIMEHeader, data []byte) error {
		p, err := parts.CreatePart(header)
		if err == nil {
			_, err = p.Write(data)
		}
		return err
	}
	if err := put(textproto.MIMEHeader{"Content-Type": {"application/json"}}, body); err != nil {
		return err
	}
	for _, f := range files {
		header := textproto.MIMEHeader{"Content-Type": {f.media}, "Content-Transfer-Encoding": {"binary"}, hashHeader: {f.sha2}}
		if err := put(header, f.data); err != nil {
			return err
		}
	}
	if err := parts.Close(); err != nil {
		return err
	}
	return sendBytes(w, http.StatusOK, "multipart/mixed; boundary="+parts.Boundary(), b.Bytes())
}
