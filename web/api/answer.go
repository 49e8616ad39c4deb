package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/token"
)

// list is a page of a list. Next is what to ask for after it, "" at the end.
type list[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// send answers with JSON and its entity tag; who has it already is told so.
func send(w http.ResponseWriter, r *http.Request, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	return sendText(w, r, status, hex.EncodeToString(sum[:16]), text)
}

func sendText(w http.ResponseWriter, r *http.Request, status int, tag string, text []byte) error {
	w.Header().Set("ETag", `"`+tag+`"`)
	if r.Method == http.MethodGet && matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, err := w.Write(text)
	return err
}

// matches reports whether a header of entity tags names this one (RFC 9110 §13.1).
func matches(header, tag string) bool {
	for one := range strings.SplitSeq(header, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == "*" || one == `"`+tag+`"` {
			return true
		}
	}
	return false
}

// entityTag is the single tag of an If-Match; "" for none.
func entityTag(r *http.Request) string {
	return strings.Trim(strings.TrimSpace(r.Header.Get("If-Match")), `"`)
}

// body reads a request's bytes; of JSON, into v too. What v does not know is refused: a slip of the pen is no wish.
func body(r *http.Request, v any) ([]byte, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, httpx.WithStatus(fault.New(fault.Invalid, "api.body.kind"), http.StatusUnsupportedMediaType)
	}
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	err = d.Decode(v)
	if err == nil && d.More() {
		err = errors.New("there is more after the value")
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "api.body.form", "what", strings.TrimPrefix(err.Error(), "json: "))
	}
	return text, nil
}

// once does a change under the request's key, and answers. The request is its route, its conditions and its body.
func (a *Room) once(w http.ResponseWriter, r *http.Request, p program, text []byte, do func(r *http.Request) (token.Answer, error)) error {
	key, err := token.ParseKey(r.Header.Get("Idempotency-Key"))
	if err != nil {
		return err
	}
	h := sha256.New()
	for _, part := range []string{r.Method, r.URL.RequestURI(), r.Header.Get("If-Match"), r.Header.Get("Content-Type")} {
		io.WriteString(h, part+"\n") // a hash takes everything
	}
	h.Write(text)
	answer, again, err := a.Tokens.Once(r.Context(), p.Token, token.Key{Name: key, Request: hex.EncodeToString(h.Sum(nil))}, func(ctx ctx) (token.Answer, error) {
		return do(r.WithContext(ctx))
	})
	if fault.CodeOf(err) == "token.key.other" {
		err = httpx.WithStatus(err, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	if again {
		w.Header().Set("Idempotency-Replayed", "true")
	}
	if answer.Location != "" {
		w.Header().Set("Location", answer.Location)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(answer.Status)
	_, err = io.WriteString(w, answer.Body)
	return err
}

// answered is an answer with a body in JSON.
func answered(status int, location string, v any) (token.Answer, error) {
	text, err := json.Marshal(v)
	return token.Answer{Status: status, Location: location, Body: string(text)}, err
}

// Pages of lists.
const (
	usualPage = 200
	mostPage  = 1000
)

// limit reads how many items a page is to have.
func limit(r *http.Request) (int, error) {
	text := r.URL.Query().Get("limit")
	if text == "" {
		return usualPage, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > mostPage {
		return 0, fault.New(fault.Invalid, "api.limit.range", "most", mostPage)
	}
	return n, nil
}

// cut is a page of a list that is whole in memory; after is a number of items.
func cut[T any](r *http.Request, all []T) (page []T, next string, err error) {
	from, n, err := span(r)
	if err != nil {
		return nil, "", err
	}
	from = min(from, len(all))
	to := min(from+n, len(all))
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return all[from:to], next, nil
}

// span reads where a page of a list begins, counted from 0, and how many it may hold.
func span(r *http.Request) (from, n int, err error) {
	if n, err = limit(r); err != nil {
		return 0, 0, err
	}
	if text := r.URL.Query().Get("after"); text != "" {
		if from, err = strconv.Atoi(text); err != nil || from < 0 {
			return 0, 0, fault.New(fault.Invalid, "api.after.form", "value", text)
		}
	}
	return from, n, nil
}
