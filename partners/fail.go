package partners

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
)

// placed is an error that knows which element of the body it is about.
type placed struct {
	error
	field string
	line  int
}

func (p placed) Unwrap() error { return p.error }

// failure is the error body (gar-protocol §1.6 and §3.3): the same three parts in XML and JSON.
type failure struct {
	XMLName  xml.Name `xml:"Erreur" json:"-"`
	Code     string   `xml:"Code"`     // the reason phrase of the status
	Message  string   `xml:"Message"`  // what, where, remedy
	Resource string   `xml:"Resource"` // the path that was asked for, without its first slash
}

// fail tells a refusal, and keeps to itself what is not the partner's business.
func (g *Gate) fail(w http.ResponseWriter, r *http.Request, err error) {
	if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = httpx.WithStatus(fault.Wrap(err, fault.Invalid, "partners.body.large", "limit", tooBig.Limit), http.StatusRequestEntityTooLarge)
	}
	status := httpx.StatusOf(err)
	event := httpx.Event(r.Context())
	event.Set("error", err.Error())
	body := failure{Code: http.StatusText(status), Message: g.message(r, err), Resource: strings.TrimPrefix(r.URL.Path, "/")}
	var text bytes.Buffer
	if wantsJSON(r) || g.JSON && !wantsXML(r) {
		w.Header().Set("Content-Type", jsonType)
		json.NewEncoder(&text).Encode(map[string]failure{"Erreur": body})
	} else {
		w.Header().Set("Content-Type", xmlType)
		text.WriteString(xml.Header)
		xml.NewEncoder(&text).Encode(body)
	}
	w.WriteHeader(status)
	w.Write(text.Bytes())
}

// message puts a refusal into words, French unless English is asked for, with its place in the body where it has one.
func (g *Gate) message(r *http.Request, err error) string {
	locale := lang.French
	if strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), string(lang.English)) {
		locale = lang.English
	}
	text := g.Words.Error(locale, err)
	if fault.CodeOf(err) == "licensing.subscription.exists" {
		// These two words, without their accents, are what distributors' programs look for (gar-protocol §1.2).
		text = g.Words.T(locale, "partners.subscription.exists", fault.ParamsOf(err)...)
	}
	if p, ok := errors.AsType[placed](err); ok && p.line > 0 {
		text = g.Words.T(locale, "partners.body.place", "message", text, "field", p.field, "line", p.line)
	}
	return text
}
