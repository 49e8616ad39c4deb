package thumbnail

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// mostBytes is what a picture's file may have.
const mostBytes = 8 << 20

// fetch returns the file at an address. again says that the trouble may pass.
func fetch(ctx context.Context, client *http.Client, address string) (body []byte, again bool, err error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil {
		return nil, false, fault.New(fault.Invalid, "thumbnail.address")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, false, fault.Wrap(err, fault.Invalid, "thumbnail.address")
	}
	r.Header.Set("Accept", "image/png, image/jpeg, image/gif, image/webp")
	r.Header.Set("User-Agent", "Pupitre-thumbnail/1")
	answer, err := client.Do(r)
	switch {
	case errors.Is(err, httpx.ErrInside):
		return nil, false, fault.Wrap(err, fault.Invalid, "thumbnail.inside")
	case err != nil:
		return nil, true, fault.Wrap(err, fault.Unavailable, "thumbnail.unreachable")
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		passing := answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests
		return nil, passing, fault.New(fault.Invalid, "thumbnail.status", "status", answer.StatusCode)
	}
	if err := named(answer.Header.Get("Content-Type")); err != nil {
		return nil, false, err
	}
	tooLarge := fault.New(fault.Invalid, "thumbnail.large", "most", mostBytes>>20)
	if answer.ContentLength > mostBytes { // nothing of it is read
		return nil, false, tooLarge
	}
	body, err = io.ReadAll(io.LimitReader(answer.Body, mostBytes+1))
	switch {
	case err != nil:
		return nil, true, fault.Wrap(err, fault.Unavailable, "thumbnail.unreachable")
	case len(body) > mostBytes:
		return nil, false, tooLarge
	case isSVG(body):
		return nil, false, errSVG
	}
	return body, false, nil
}

var errSVG = fault.New(fault.Invalid, "thumbnail.svg")

// named refuses what its server says is no picture. A server that does not know is not held to it: what the file is decides.
func named(header string) error {
	kind, _, err := mime.ParseMediaType(header)
	switch {
	case header == "" || err == nil && kind == "application/octet-stream":
		return nil
	case strings.HasPrefix(kind, "image/svg"):
		return errSVG
	case err != nil || !strings.HasPrefix(kind, "image/"):
		return fault.New(fault.Invalid, "thumbnail.type", "type", header)
	}
	return nil
}

// isSVG knows the beginning of a drawing, with or without a declaration.
func isSVG(body []byte) bool {
	head := bytes.ToLower(body[:min(len(body), 1024)])
	return bytes.HasPrefix(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"), []byte("<")) && bytes.Contains(head, []byte("<svg"))
}
