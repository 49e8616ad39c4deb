package xapi

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"reflect"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/internal/fault"
)

// StatementID is a UUID, in lower case.
type StatementID string

// Statement (« déclaration ») is one as it is kept: never changed, perhaps voided.
type Statement struct {
	Register RegisterID
	ID       StatementID
	Client   ClientID // who brought it
	Stored   time.Time
	Place    string // breaks ties of Stored
	Verb     string
	Ref      StatementID // of the statement that is its object, "" for none
	Voids    bool        // it takes Ref back
	Voided   bool
	Session  string         // context.registration
	Learner  exos.LearnerID // of ours, "" of what came from elsewhere
	Body     []byte
	Mentions []mention
	Defines  map[string]object
}

// newUUID is a random one (RFC 9562 §5.4).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return uuid(b)
}

func uuid(b [16]byte) string {
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// prepare makes a checked statement what is kept of it (Data 2.3.1): id, stored, authority, timestamp and version where it said none,
// lists where 1.0 lets people leave their brackets out, times in UTC.
func prepare(o object, c Client, authority object, now time.Time, two bool) (Statement, error) {
	s := clone(o).(object)
	id := strings.ToLower(text(s["id"]))
	if id == "" {
		id = newUUID()
	}
	s["id"], s["stored"], s["authority"] = id, stamp(now), authority
	if _, said := s["timestamp"]; !said {
		s["timestamp"] = stamp(now)
	}
	if _, said := s["version"]; !said {
		s["version"] = "1.0.0"
		if two {
			s["version"] = "2.0.0"
		}
	}
	even(s, two)
	thing := part(s, "object")
	out := Statement{
		Register: c.Register, ID: StatementID(id), Client: c.ID, Stored: now, Verb: handle(text(part(s, "verb")["id"])), Session: strings.ToLower(text(part(s, "context")["registration"])),
		Mentions: mentions(s), Defines: activities(s),
	}
	if thing["objectType"] == "StatementRef" {
		out.Ref = StatementID(strings.ToLower(text(thing["id"])))
		out.Voids = out.Verb == Voided
	}
	var err error
	out.Body, err = encode(s)
	return out, err
}

// even writes alike what may be written in several ways.
func even(s object, two bool) {
	if at, ok := instant(text(s["timestamp"]), two); ok {
		s["timestamp"] = stamp(at)
	}
	lists := part(part(s, "context"), "contextActivities")
	for name, v := range lists {
		lists[name] = listOf(v)
	}
	if thing := part(s, "object"); thing["objectType"] == "SubStatement" {
		even(thing, two)
	}
}

// same reports whether two statements say the same, but for what the register itself adds (Data 2.3.2, 2.4.1): who knows no better may
// send one again.
func same(was, is []byte) (bool, error) {
	var plain [2]any
	for i, body := range [][]byte{was, is} {
		v, err := decode(body)
		o, ok := v.(object)
		if err != nil || !ok {
			return false, fmt.Errorf("a kept statement: %w", err)
		}
		for _, name := range []string{"id", "stored", "authority", "version", "timestamp"} {
			delete(o, name)
		}
		plain[i] = bare(o)
	}
	return reflect.DeepEqual(plain[0], plain[1]), nil
}

// bare leaves out what describes and does not identify.
func bare(v any) any {
	switch v := v.(type) {
	case object:
		out := object{}
		for name, one := range v {
			if name == "extensions" {
				out[name] = one
			} else if name != "display" && name != "definition" {
				out[name] = bare(one)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, one := range v {
			out[i] = bare(one)
		}
		return out
	}
	return v
}

// read checks what was sent: one statement or a list, whole or not at all.
func read(v any, two bool) ([]object, error) {
	list, many := v.([]any)
	if !many {
		list = []any{v}
	}
	if len(list) > mostStatements {
		return nil, fault.New(fault.Invalid, "exosxapi.many", "most", mostStatements)
	}
	var out []object
	seen := map[string]bool{}
	for i, one := range list {
		path := ""
		if many {
			path = fmt.Sprintf("[%d].", i)
		}
		o, ok := one.(object)
		if !ok {
			return nil, wrong(path+"statement", "object")
		}
		if err := (checker{two}).statement(o, path, false); err != nil {
			return nil, err
		}
		if id := strings.ToLower(text(o["id"])); id != "" {
			if seen[id] {
				return nil, wrong(path+"id", "an id that stands there once")
			}
			seen[id] = true
		}
		out = append(out, o)
	}
	return out, nil
}

// mostStatements are what one request may bring.
const mostStatements = 1000
