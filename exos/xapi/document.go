package xapi

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"mime"
	"net/http"
	"strings"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/tx"
)

// The three kinds of documents (Communication 2.2).
const (
	stateKind    = "state"
	activityKind = "activity"
	agentKind    = "agent"
)

// documents is one kind's resource.
type documents struct {
	*Service
	kind string
}

// key reads where a document lies. Without a name it is all of them, where that may be.
func (d documents) key(r *request, single bool, more ...string) (DocumentKey, error) {
	k := DocumentKey{Register: r.client.Register, Kind: d.kind}
	names := map[string][]string{
		stateKind: {"activityId", "agent", "registration", "stateId"}, activityKind: {"activityId", "profileId"}, agentKind: {"agent", "profileId"},
	}[d.kind]
	if err := r.only(append(names, more...)...); err != nil {
		return k, err
	}
	var err error
	if d.kind != agentKind {
		if k.Activity, err = r.require("activityId", "IRI", isIRI); err != nil {
			return k, err
		}
	}
	if d.kind != activityKind {
		if _, k.Agent, err = r.agent("agent"); err != nil {
			return k, err
		}
	}
	if k.Session, err = r.optional("registration", "UUID", uuidForm.MatchString); err != nil {
		return k, err
	}
	k.Activity, k.Session = handle(k.Activity), strings.ToLower(k.Session)
	name := names[len(names)-1]
	if k.Name = r.query.Get(name); k.Name == "" && (single || r.query.Has(name)) || handle(k.Name) != k.Name {
		return k, parameter(name, "text of 400 bytes at most")
	}
	k.Any = k.Name == "" && d.kind == stateKind && k.Session == ""
	return k, nil
}

// scope is what a client needs to read and write this kind.
func (d documents) scope() string {
	if d.kind == stateKind {
		return "state"
	}
	return "profile"
}

// get returns a document, or the names of all.
func (d documents) get(w http.ResponseWriter, r *request) error {
	if err := r.forbids(d.scope(), "all/read"); err != nil {
		return err
	}
	k, err := d.key(r, false, "since")
	if err != nil {
		return err
	}
	since, err := r.time("since")
	if err != nil {
		return err
	}
	if k.Name == "" {
		names, err := tx.Answer(r.Context(), d.Store.Read, func(ctx context.Context, rd Reader) ([]string, error) { return rd.DocumentNames(ctx, k, since) })
		if err != nil {
			return err
		}
		if names == nil {
			names = []string{}
		}
		return send(w, http.StatusOK, names)
	}
	doc, err := tx.Answer(r.Context(), d.Store.Read, func(ctx context.Context, rd Reader) (Document, error) { return rd.Document(ctx, k) })
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "exosxapi.document.none")
	}
	if err != nil {
		return err
	}
	w.Header().Set("ETag", doc.ETag)
	w.Header().Set("Content-Security-Policy", "default-src 'none'; sandbox") // a stranger's bytes: opened by itself it can run nothing
	modified(w, doc.Changed)
	return sendBytes(w, http.StatusOK, doc.Media, doc.Data)
}

// put writes a document in the place of what was there.
func (d documents) put(w http.ResponseWriter, r *request) error {
	return d.change(w, r, true, func(_ Document, _ bool) ([]byte, string, error) { return r.body, r.media(), nil })
}

// post merges a JSON object into the one that is there, or writes what is new (Communication 2.2.s7).
func (d documents) post(w http.ResponseWriter, r *request) error {
	return d.change(w, r, false, func(was Document, there bool) ([]byte, string, error) {
		if !isJSON(r.media()) {
			if there {
				return nil, "", fault.New(fault.Invalid, "exosxapi.document.merge")
			}
			return r.body, r.media(), nil
		}
		v, err := decode(r.body)
		fresh, ok := v.(object)
		if err != nil || !ok {
			return nil, "", fault.Wrap(err, fault.Invalid, "exosxapi.document.merge")
		}
		if !there {
			return r.body, r.media(), nil
		}
		v, err = decode(was.Data)
		old, ok := v.(object)
		if err != nil || !ok || !isJSON(was.Media) {
			return nil, "", fault.Wrap(err, fault.Invalid, "exosxapi.document.merge")
		}
		for name, one := range fresh {
			old[name] = one
		}
		body, err := encode(old)
		return body, "application/json", err
	})
}

func (r *request) media() string {
	if m := r.Header.Get("Content-Type"); m != "" {
		return m
	}
	return "application/octet-stream"
}

func isJSON(media string) bool {
	m, _, err := mime.ParseMediaType(media)
	return err == nil && m == "application/json"
}

// change writes one document, if its writer knows what is there (Communication 3.1).
func (d documents) change(w http.ResponseWriter, r *request, replaces bool, next func(was Document, there bool) ([]byte, string, error)) error {
	if err := r.forbids(d.scope()); err != nil {
		return err
	}
	k, err := d.key(r, true)
	if err != nil {
		return err
	}
	if len(r.body) > 0 && isJSON(r.media()) {
		if _, err := decode(r.body); err != nil {
			return err
		}
	}
	err = d.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		was, err := w.TakeDocument(ctx, k)
		there := err == nil
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		if err := d.known(r, was, there, replaces); err != nil {
			return err
		}
		body, media, err := next(was, there)
		if err != nil {
			return err
		}
		return w.PutDocument(ctx, Document{DocumentKey: k, Media: media, Data: body, ETag: etag(body), Changed: w.Now()})
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// known decides by If-Match and If-None-Match. Who replaces what is there must say one of them: of profiles in every version, of states
// too in 2.0 (Communication 3.1; IEEE 9274.1.1 4.1.4).
func (d documents) known(r *request, was Document, there, replaces bool) error {
	match, none := r.Header.Get("If-Match"), r.Header.Get("If-None-Match")
	failed := httpx.WithStatus(fault.New(fault.Conflict, "exosxapi.document.changed"), http.StatusPreconditionFailed)
	switch {
	case match != "" && (!there || !names(match, was.ETag)):
		return failed
	case none != "" && there && names(none, was.ETag):
		return failed
	case match == "" && none == "" && there && replaces && (r.two || d.kind != stateKind):
		return fault.New(fault.Conflict, "exosxapi.document.blind")
	}
	return nil
}

// names reports whether a list of entity tags has this one (RFC 9110 §13.1).
func names(list, tag string) bool {
	for one := range strings.SplitSeq(list, ",") {
		one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
		if one == "*" || one == tag || `"`+one+`"` == tag {
			return true
		}
	}
	return false
}

// etag is the SHA-1 that the specification asks for (Communication 3.1.s4.b1): it tells documents apart, and protects nothing.
func etag(data []byte) string {
	sum := sha1.Sum(data)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// drop removes a document; of states, all of them where none is named.
func (d documents) drop(w http.ResponseWriter, r *request) error {
	if err := r.forbids(d.scope()); err != nil {
		return err
	}
	k, err := d.key(r, d.kind != stateKind)
	if err != nil {
		return err
	}
	err = d.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		if k.Name != "" {
			was, err := w.TakeDocument(ctx, k)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			if err := d.known(r, was, err == nil, false); err != nil {
				return err
			}
		}
		return w.DropDocuments(ctx, k)
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// getActivity returns an activity with all that is known of it (Communication 2.5).
func (s *Service) getActivity(w http.ResponseWriter, r *request) error {
	if err := r.forbids("statements/read", "all/read"); err != nil {
		return err
	}
	if err := r.only("activityId"); err != nil {
		return err
	}
	id, err := r.require("activityId", "IRI", isIRI)
	if err != nil {
		return err
	}
	known, err := tx.Answer(r.Context(), s.Store.Read, func(ctx context.Context, rd Reader) ([]byte, error) {
		return rd.Definition(ctx, r.client.Register, handle(id))
	})
	if err != nil {
		return err
	}
	out := object{"objectType": "Activity", "id": id}
	if known != nil {
		if out["definition"], err = decode(known); err != nil {
			return err
		}
	}
	return send(w, http.StatusOK, out)
}

// getAgent returns what is known of somebody under that name: the name itself, for this register joins nobody's names
// (Communication 2.4).
func (s *Service) getAgent(w http.ResponseWriter, r *request) error {
	if err := r.forbids("statements/read", "profile", "all/read"); err != nil {
		return err
	}
	if err := r.only("agent"); err != nil {
		return err
	}
	o, _, err := r.agent("agent")
	if err != nil {
		return err
	}
	out := object{"objectType": "Person"}
	for _, name := range append([]string{"name"}, identifiers...) {
		if v, there := o[name]; there {
			out[name] = []any{v}
		}
	}
	return send(w, http.StatusOK, out)
}
