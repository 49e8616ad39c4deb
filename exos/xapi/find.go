package xapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/tx"
)

const (
	pageSize  = 100  // statements of a page where none is asked for
	mostLimit = 1000 // whatever is asked for
	moreName  = "more"
)

var finders = []string{
	"agent", "verb", "activity", "registration", "related_activities", "related_agents", "since", "until", "limit", "format", "attachments", "ascending",
}

// getStatements returns one statement by its id, or those that a query finds (Communication 2.1.3).
func (s *Service) getStatements(w http.ResponseWriter, r *request) error {
	if err := r.forbids("statements/read", "statements/read/mine", "all/read"); err != nil {
		return err
	}
	if err := r.only(append(slices.Clone(finders), "statementId", "voidedStatementId", moreName)...); err != nil {
		return err
	}
	one, gone := r.query.Has("statementId"), r.query.Has("voidedStatementId")
	if one || gone {
		if one && gone {
			return parameter("voidedStatementId", "absent beside statementId")
		}
		for name := range r.query {
			if !slices.Contains([]string{"statementId", "voidedStatementId", "attachments", "format"}, name) {
				return parameter(name, "absent beside statementId")
			}
		}
		return s.getOne(w, r, gone)
	}
	var cursor *Cursor
	if r.query.Has(moreName) { // a page goes on with the query that began it
		var err error
		if cursor, err = r.goOn(); err != nil {
			return err
		}
	}
	q, err := r.find()
	if err != nil {
		return err
	}
	q.After = cursor
	return s.getPage(w, r, q)
}

func (s *Service) getOne(w http.ResponseWriter, r *request, gone bool) error {
	name := "statementId"
	if gone {
		name = "voidedStatementId"
	}
	id, err := r.require(name, "UUID", uuidForm.MatchString)
	if err != nil {
		return err
	}
	st, err := tx.Answer(r.Context(), s.Store.Read, func(ctx context.Context, rd Reader) (Statement, error) {
		return rd.Statement(ctx, r.client.Register, StatementID(strings.ToLower(id)))
	})
	if fault.Is(err, fault.NotFound) || err == nil && (st.Voided != gone || r.mine() != "" && st.Client != r.client.ID) {
		return fault.New(fault.NotFound, "exosxapi.statement.none", "id", id)
	}
	if err != nil {
		return err
	}
	modified(w, st.Stored)
	return s.tell(w, r, []Statement{st}, func(list []any) any { return list[0] })
}

// mine is whose statements alone a client reads, "" for everybody's.
func (r *request) mine() ClientID {
	if r.client.may("statements/read", "all/read") {
		return ""
	}
	return r.client.ID
}

// find reads a query.
func (r *request) find() (q Query, err error) {
	q = Query{Limit: pageSize, Mine: r.mine()}
	if r.query.Has("agent") {
		if _, q.Agent, err = r.agent("agent"); err != nil {
			return q, err
		}
	}
	if q.Verb, err = r.optional("verb", "IRI", isIRI); err != nil {
		return q, err
	}
	if q.Activity, err = r.optional("activity", "IRI", isIRI); err != nil {
		return q, err
	}
	q.Verb, q.Activity = handle(q.Verb), handle(q.Activity)
	if q.Session, err = r.optional("registration", "UUID", uuidForm.MatchString); err != nil {
		return q, err
	}
	q.Session = strings.ToLower(q.Session)
	if q.RelatedActivities, err = r.bool("related_activities"); err != nil {
		return q, err
	}
	if q.RelatedAgents, err = r.bool("related_agents"); err != nil {
		return q, err
	}
	if q.Ascending, err = r.bool("ascending"); err != nil {
		return q, err
	}
	if q.Since, err = r.time("since"); err != nil {
		return q, err
	}
	if q.Until, err = r.time("until"); err != nil {
		return q, err
	}
	if r.query.Has("limit") {
		n, err := strconv.Atoi(r.query.Get("limit"))
		if err != nil || n < 0 {
			return q, parameter("limit", "whole number, 0 or more")
		}
		if q.Limit = min(n, mostLimit); n == 0 {
			q.Limit = mostLimit
		}
	}
	return q, nil
}

// place is what the address of a next page holds: the query, and after what it goes on.
type place struct {
	Query string    `json:"q"`
	At    time.Time `json:"t"`
	Place string    `json:"p"`
}

func (r *request) goOn() (*Cursor, error) {
	var p place
	data, err := base64.RawURLEncoding.DecodeString(r.query.Get(moreName))
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	query, parsed := url.ParseQuery(p.Query)
	if err != nil || parsed != nil || len(r.query) > 1 {
		return nil, parameter(moreName, "as it was given")
	}
	r.query = query
	return &Cursor{p.At, p.Place}, r.only(finders...)
}

func (s *Service) getPage(w http.ResponseWriter, r *request, q Query) error {
	limit := q.Limit
	q.Limit++ // to know whether there is more
	found, err := tx.Answer(r.Context(), s.Store.Read, func(ctx context.Context, rd Reader) ([]Statement, error) {
		return rd.Statements(ctx, r.client.Register, q)
	})
	if err != nil {
		return err
	}
	more := ""
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		text, err := json.Marshal(place{r.query.Encode(), last.Stored, last.Place})
		if err != nil {
			return err
		}
		more = "/xapi/statements?" + url.Values{moreName: {base64.RawURLEncoding.EncodeToString(text)}}.Encode()
	}
	var newest time.Time
	for _, st := range found {
		if st.Stored.After(newest) {
			newest = st.Stored
		}
	}
	modified(w, newest)
	return s.tell(w, r, found, func(list []any) any { return object{"statements": list, "more": more} })
}

// tell answers with statements in the form asked for, with their attachments where they are asked for.
func (s *Service) tell(w http.ResponseWriter, r *request, found []Statement, wrap func([]any) any) error {
	form, err := r.optional("format", "ids, exact or canonical", func(f string) bool { return slices.Contains([]string{"ids", "exact", "canonical"}, f) })
	if err != nil {
		return err
	}
	with, err := r.bool("attachments")
	if err != nil {
		return err
	}
	list := make([]any, len(found))
	var files []file
	seen := map[string]bool{}
	err = s.Store.Read(r.Context(), func(ctx context.Context, rd Reader) error {
		files = nil
		clear(seen)
		for i, st := range found {
			v, err := decode(st.Body)
			if err != nil {
				return err
			}
			o := v.(object)
			if with {
				for _, a := range attachmentsOf(o) {
					hash := strings.ToLower(text(a["sha2"]))
					data, err := rd.Attachment(ctx, r.client.Register, hash)
					if seen[hash] || fault.Is(err, fault.NotFound) { // it lies elsewhere
						continue
					}
					if err != nil {
						return err
					}
					seen[hash] = true
					files = append(files, file{hash, text(a["contentType"]), data})
				}
			}
			switch form {
			case "ids":
				o = shortened(o)
			case "canonical":
				if o, err = canonical(ctx, rd, r.client.Register, o, r.Header.Get("Accept-Language")); err != nil {
					return err
				}
			}
			list[i] = o
		}
		return nil
	})
	if err != nil {
		return err
	}
	if with {
		return sendParts(w, wrap(list), files)
	}
	return send(w, http.StatusOK, wrap(list))
}
