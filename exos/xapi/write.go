package xapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"pupitre/internal/fault"
)

// putStatement keeps one statement under the id that its writer chose (Communication 2.1.1).
func (s *Service) putStatement(w http.ResponseWriter, r *request) error {
	if err := r.forbids("statements/write"); err != nil {
		return err
	}
	if err := r.only("statementId"); err != nil {
		return err
	}
	id, err := r.require("statementId", "UUID", uuidForm.MatchString)
	if err != nil {
		return err
	}
	v, files, err := r.statements()
	if err != nil {
		return err
	}
	o, ok := v.(object)
	if !ok {
		return wrong("statement", "object")
	}
	switch inside := o["id"].(type) {
	case nil:
		if _, there := o["id"]; !there {
			o["id"] = id
		}
	case string:
		if !strings.EqualFold(inside, id) {
			return wrong("id", "the statementId of the address")
		}
	}
	if _, err := s.keep(r, o, files); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// postStatements keeps one or many, and answers with their ids (Communication 2.1.2).
func (s *Service) postStatements(w http.ResponseWriter, r *request) error {
	if err := r.forbids("statements/write"); err != nil {
		return err
	}
	if err := r.only(); err != nil {
		return err
	}
	v, files, err := r.statements()
	if err != nil {
		return err
	}
	ids, err := s.keep(r, v, files)
	if err != nil {
		return err
	}
	return send(w, http.StatusOK, ids)
}

// keep checks and keeps statements with their attachments, all of them or none. One that is there already and says the same is no
// error; one that says something else is a conflict (Communication 2.1.1.s1.b1).
func (s *Service) keep(r *request, v any, files map[string]file) ([]StatementID, error) {
	list, err := read(v, r.two)
	if err != nil {
		return nil, err
	}
	if err := fits(list, files); err != nil {
		return nil, err
	}
	ids := make([]StatementID, 0, len(list))
	for _, o := range list { // before the transaction, which may run again
		if text(o["id"]) == "" {
			o["id"] = newUUID()
		}
		ids = append(ids, StatementID(strings.ToLower(text(o["id"]))))
	}
	places := make([]string, len(list))
	for i := range places {
		places[i] = s.IDs.New()
	}
	err = s.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		for _, f := range files {
			if err := w.AddAttachment(ctx, r.client.Register, f.sha2, f.media, f.data); err != nil {
				return err
			}
		}
		for i, o := range list {
			st, err := prepare(o, r.client, s.authority(r.client), w.Now(), r.two)
			if err != nil {
				return err
			}
			st.Place = places[i]
			if err := add(ctx, w, st); err != nil {
				return err
			}
		}
		return nil
	})
	return ids, err
}

// add keeps one statement.
func add(ctx context.Context, w Writer, st Statement) error {
	if st.Voids {
		target, err := w.Statement(ctx, st.Register, st.Ref)
		if err == nil && target.Voids { // Data 2.3.2: who voids cannot be voided
			return wrong("object.id", "a statement that voids no other")
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	added, err := w.AddStatement(ctx, st)
	if err != nil {
		return err
	}
	if !added {
		was, err := w.Statement(ctx, st.Register, st.ID)
		if err != nil {
			return err
		}
		alike, err := same(was.Body, st.Body)
		if err == nil && !alike {
			err = fault.New(fault.Conflict, "exosxapi.statement.other", "id", string(st.ID))
		}
		return err
	}
	for activity, fresh := range st.Defines {
		known, err := w.Definition(ctx, st.Register, activity)
		if err != nil {
			return err
		}
		if known != nil {
			v, err := decode(known)
			if err != nil {
				return err
			}
			fresh = merged(v.(object), fresh)
		}
		body, err := encode(fresh)
		if err != nil {
			return err
		}
		if err := w.PutDefinition(ctx, st.Register, activity, body); err != nil {
			return err
		}
	}
	return nil
}

// authority is who vouches for what a client brings: the client itself, under our name (Data 2.4.9). What it says of that is not kept.
func (s *Service) authority(c Client) object {
	return object{"objectType": "Agent", "name": c.Name, "account": object{"homePage": s.Base + "/xapi", "name": string(c.ID)}}
}

// modified tells when what is answered last changed (IEEE 9274.1.1 4.1.6.1).
func modified(w http.ResponseWriter, at time.Time) {
	if !at.IsZero() {
		w.Header().Set("Last-Modified", at.UTC().Format(http.TimeFormat))
	}
}
