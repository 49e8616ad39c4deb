package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what the program may do about an error. The zero Kind is Internal: an error that nobody classified
// is our defect until shown otherwise.
type Kind uint8

// The kinds. Each maps to one HTTP status in internal/httpx and to one exit status in cmd/pupitre.
const (
	Internal        Kind = iota // our defect, or the machine's
	NotFound                    // there is no such thing, or the asker may not know of it
	Invalid                     // what was sent breaks a rule; sending it again will not help
	Conflict                    // the world has moved, or the thing exists already
	Exhausted                   // a counted thing has run out
	Denied                      // the asker is known and may not
	Unauthenticated             // the asker is not known
	Unavailable                 // try again later
)

var kindNames = [...]string{"internal", "not found", "invalid", "conflict", "exhausted", "denied", "unauthenticated", "unavailable"}

// String returns the kind's English name, for logs.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

// Error is a classified error. Params come in pairs, name then value; names are the placeholders of the message.
type Error struct {
	Kind   Kind
	Code   string
	Params []any
	Cause  error
}

// New makes an error of the given kind with a stable code and its parameters (name, value, name, value…).
func New(kind Kind, code string, params ...any) *Error {
	return &Error{Kind: kind, Code: code, Params: params}
}

// Wrap is New with a cause that only the operator sees.
func Wrap(cause error, kind Kind, code string, params ...any) *Error {
	return &Error{Kind: kind, Code: code, Params: params, Cause: cause}
}

// Error writes the operator's line: code, parameters, cause. It is never shown to a browser.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Code)
	for i := 0; i+1 < len(e.Params); i += 2 {
		fmt.Fprintf(&b, " %v=%v", e.Params[i], e.Params[i+1])
	}
	if e.Cause != nil {
		b.WriteString(": ")
		b.WriteString(e.Cause.Error())
	}
	return b.String()
}

// Unwrap gives errors.Is and errors.As the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is makes two faults equal when their codes are: errors.Is(err, fault.New(kind, code)).
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// KindOf returns the kind of the first classified error in the chain, Internal if there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// CodeOf returns the code of the first classified error in the chain, or "internal".
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return "internal"
}

// ParamsOf returns the parameters that belong to CodeOf.
func ParamsOf(err error) []any {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Params
	}
	return nil
}

// Is reports whether err is of the given kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
