package xapi

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/internal/tx"
)

// The verbs of our own statements.
const (
	attempted   = "http://adlnet.gov/expapi/verbs/attempted"   // an exercise was opened
	answered    = "http://adlnet.gov/expapi/verbs/answered"    // an answer was given, with its score
	completed   = "http://adlnet.gov/expapi/verbs/completed"   // that answer was the last of its attempt
	interacted  = "http://adlnet.gov/expapi/verbs/interacted"  // the hint was asked for
	experienced = "http://adlnet.gov/expapi/verbs/experienced" // the corrigé was looked at

	round   = 1000             // events looked at in one turn: more than one transaction may bring
	overlap = 30 * time.Second // a transaction may be late by that much, and is still not missed
	idle    = 5 * time.Second
)

// Run makes our own statements, until ctx ends. Any number of nodes may run: a statement's id follows from its event's, so it is there once.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(idle)
	defer tick.Stop()
	for {
		if _, err := s.Tell(ctx); err != nil && ctx.Err() == nil {
			s.log().ErrorContext(ctx, "statements could not be made", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Tell makes the statements of what was done since, in every register that has them, and returns how many are new.
func (s *Service) Tell(ctx context.Context) (int, error) {
	all, err := s.Registers(ctx)
	if err != nil {
		return 0, err
	}
	made := 0
	for _, r := range all {
		if !r.Own {
			continue
		}
		n, err := s.follow(ctx, r)
		made += n
		if err != nil {
			return made, fmt.Errorf("statements for %s: %w", r.ID, err)
		}
	}
	return made, nil
}

func (s *Service) follow(ctx context.Context, r Register) (made int, err error) {
	after := r.Position
	for {
		acts, err := tx.Answer(ctx, s.Store.Read, func(ctx context.Context, rd Reader) ([]Act, error) { return rd.Done(ctx, after, round) })
		if err != nil {
			return made, err
		}
		next := Position{At: s.Now().Add(-overlap)}
		if len(acts) == round {
			next.At = earlier(next.At, acts[round-1].Kept.ReceivedAt.Add(-time.Microsecond))
		}
		n, err := s.keepOwn(ctx, r, acts, next)
		made += n
		if err != nil || len(acts) < round {
			return made, err
		}
		at := acts[round-1].Kept.ReceivedAt.Add(-time.Microsecond)
		if !at.After(after.At) {
			at = acts[round-1].Kept.ReceivedAt
		}
		after = Position{At: at}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func (s *Service) keepOwn(ctx context.Context, r Register, acts []Act, next Position) (int, error) {
	var list []Statement
	for _, a := range acts {
		made, err := s.statementsOf(r, a)
		if err != nil {
			return 0, err
		}
		list = append(list, made...)
	}
	made := 0
	return made, s.Store.Write(ctx, func(ctx context.Context, w Writer) error {
		made = 0
		for _, st := range list {
			added, err := w.AddStatement(ctx, st)
			if err != nil {
				return err
			}
			if !added {
				continue
			}
			made++
			for activity, definition := range st.Defines {
				body, err := encode(definition)
				if err != nil {
					return err
				}
				if err := w.PutDefinition(ctx, r.ID, activity, body); err != nil {
					return err
				}
			}
		}
		return w.PutPosition(ctx, r.ID, next)
	})
}

// Pseudonym is what a register calls a learner: another in each, and nothing leads back from it.
func (r Register) Pseudonym(l exos.LearnerID) string {
	mac := hmac.New(sha256.New, r.Secret)
	mac.Write([]byte(l))
	return hex.EncodeToString(mac.Sum(nil))
}

// idOf is a UUID that follows from names and the register's secret (RFC 9562 §5.8).
func (r Register) idOf(names ...string) string {
	mac := hmac.New(sha256.New, r.Secret)
	mac.Write([]byte("id\x00" + strings.Join(names, "\x00")))
	var b [16]byte
	copy(b[:], mac.Sum(nil))
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return uuid(b)
}

// own is the client in whose name our own statements are.
const own ClientID = "biblio-exos"

// statementsOf says what a pupil did: nothing of what others than pupils did, nor of what is not the register's. Of graded work it says
// that an answer was given, and not how it was. It is pure.
func (s *Service) statementsOf(r Register, a Act) ([]Statement, error) {
	if a.Profile != exos.Pupil || r.Publisher != "" && !strings.HasPrefix(string(a.ARK), string(r.Prefix)) {
		return nil, nil
	}
	verbs := map[exos.Kind]string{exos.Opened: attempted, exos.Answered: answered, exos.Hinted: interacted, exos.Solved: experienced}
	verb, ok := verbs[a.Kept.Kind]
	if !ok {
		return nil, nil
	}
	result := a.Kept.Verdict.Result
	said := a.Kept.Kind == exos.Answered && result != nil && !a.Graded
	list := []object{s.saying(r, a, verb)}
	if said {
		list[0]["result"] = resultOf(a)
		if result.Ended {
			end := s.saying(r, a, completed)
			end["result"] = resultOf(a)
			list = append(list, end)
		}
	}
	var out []Statement
	for i, o := range list {
		c := Client{ID: own, Register: r.ID, Name: "Biblio Exos"}
		st, err := prepare(o, c, s.authority(c), a.Kept.ReceivedAt, false)
		if err != nil {
			return nil, err
		}
		st.Learner, st.Place = a.Kept.Learner, string(a.Kept.ID)+strconv.Itoa(i)
		out = append(out, st)
	}
	return out, nil
}

// saying is a statement without its result.
func (s *Service) saying(r Register, a Act, verb string) object {
	name := verb[strings.LastIndexByte(verb, '/')+1:]
	activity := func(id, title, kind string) object {
		return object{"objectType": "Activity", "id": id, "definition": object{"name": object{"fr": title}, "type": "http://adlnet.gov/expapi/activities/" + kind}}
	}
	module := s.Base + "/modules/" + string(a.Module)
	return object{
		"id":     r.idOf("event", string(a.Kept.Learner), string(a.Kept.ID), name),
		"actor":  object{"objectType": "Agent", "account": object{"homePage": s.Base, "name": r.Pseudonym(a.Kept.Learner)}},
		"verb":   object{"id": verb, "display": object{"en": name}},
		"object": activity(module+"/exercices/"+string(a.Kept.Exercise), a.Title, "assessment"),
		"context": object{
			"registration": r.idOf("attempt", string(a.Kept.Learner), string(a.Kept.Attempt)), "platform": "Biblio Exos",
			"contextActivities": object{"parent": []any{activity(module, a.Workbook, "module")}},
		},
		"timestamp": stamp(a.Kept.ReceivedAt), // a device's clock may be wrong
	}
}

func resultOf(a Act) object {
	v := a.Kept.Verdict.Result
	out := object{"completion": v.Ended}
	if v.Scored && v.Max > 0 {
		out["success"] = v.Right
		out["score"] = object{"raw": v.Score, "scaled": min(1, max(-1, v.Score/v.Max))}
		if v.Score >= 0 && v.Score <= v.Max {
			out["score"].(object)["min"], out["score"].(object)["max"] = 0, v.Max
		}
	}
	var given exos.Answer
	if json.Unmarshal(a.Kept.Payload, &given) == nil && given.Seconds > 0 && given.Seconds < 1e6 {
		out["duration"] = "PT" + strconv.FormatFloat(float64(int(given.Seconds*100))/100, 'f', -1, 64) + "S"
	}
	return out
}
