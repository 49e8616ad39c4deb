package xapi

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"regexp"
	"strings"
	"time"

	"pupitre/internal/fault"
)

// object is a JSON object as it was sent: numbers keep their digits.
type object = map[string]any

// decode reads one JSON value and nothing after it.
func decode(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errTrailing
		}
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "exosxapi.json")
	}
	return v, nil
}

var errTrailing = fault.New(fault.Invalid, "exosxapi.json")

// What a property is refused for. The property is named by its path.
func missing(path string) error {
	return fault.New(fault.Invalid, "exosxapi.property.missing", "property", path)
}

func unknown(path string) error {
	return fault.New(fault.Invalid, "exosxapi.property.unknown", "property", path)
}

func wrong(path, want string) error {
	return fault.New(fault.Invalid, "exosxapi.property.form", "property", path, "want", want)
}

var (
	uuidForm     = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	iriForm      = regexp.MustCompile("^[A-Za-z][A-Za-z0-9+.-]*:[^\\s<>\"{}|\\\\^`]+$")
	mailForm     = regexp.MustCompile(`^mailto:[^\s@:/]+@[^\s@:/]+\.?[^\s@:/]*$`)
	sha1Form     = regexp.MustCompile(`^[0-9a-fA-F]{40}$`)
	sha2Form     = regexp.MustCompile(`^([0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})$`)
	mediaForm    = regexp.MustCompile(`^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+\s*(;.*)?$`)
	languageForm = regexp.MustCompile(`^(?i:(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+|i-[a-z]+)$`)
	// ISO 8601 durations; of the parts one at least, and T only before a time (Data 4.6).
	durationForm = regexp.MustCompile(`^P(?:\d+(?:[.,]\d+)?W|(?:\d+(?:[.,]\d+)?Y)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?D)?(?:T(?:\d+(?:[.,]\d+)?H)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?S)?)?)$`)
	oldVersion   = regexp.MustCompile(`^1\.0(\.\d+)?$`)
	newVersion   = regexp.MustCompile(`^2\.0(\.\d+)?$`)
)

// isIRI reports whether s is absolute (RFC 3987 §2.2).
func isIRI(s string) bool { return iriForm.MatchString(s) }

// isIRL reports whether s could be asked for.
func isIRL(s string) bool {
	u, err := url.Parse(s)
	return isIRI(s) && err == nil && (u.Host != "" || u.Opaque != "")
}

func isDuration(s string) bool {
	return durationForm.MatchString(s) && strings.ContainsAny(s, "0123456789") && !strings.HasSuffix(s, "T")
}

// instant reads a timestamp (Data 4.5): RFC 3339, and for xAPI 1.0 what else ISO 8601 lets people write of date and time. A zone of
// minus zero says that none is known, which no timestamp may.
func instant(s string, two bool) (time.Time, bool) {
	for _, bad := range []string{"-00:00", "-0000", "-00"} {
		if strings.HasSuffix(s, bad) && strings.Contains(s, "T") && strings.LastIndexByte(s, '-') > strings.IndexByte(s, 'T') {
			return time.Time{}, false
		}
	}
	forms := []string{time.RFC3339Nano}
	if !two {
		forms = append(forms, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999Z07", "2006-01-02T15:04:05.999999999", "2006-01-02T15:04Z07:00")
	}
	for _, form := range forms {
		if at, err := time.Parse(form, strings.ToUpper(s)); err == nil && at.Year() > 0 {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// stamp is an instant as statements tell it: in UTC, to the millisecond at least.
func stamp(at time.Time) string {
	s := at.UTC().Format("2006-01-02T15:04:05.000000000")
	for len(s) > len("2006-01-02T15:04:05.000") && strings.HasSuffix(s, "0") {
		s = s[:len(s)-1]
	}
	return s + "Z"
}

// encode writes a value without turning its signs into escapes.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// clone is a copy that may be changed.
func clone(v any) any {
	switch v := v.(type) {
	case object:
		out := make(object, len(v))
		for k, one := range v {
			out[k] = clone(one)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = clone(one)
		}
		return out
	}
	return v
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

func part(o object, name string) object {
	p, _ := o[name].(object)
	return p
}

func items(o object, name string) []any {
	list, _ := o[name].([]any)
	return list
}
