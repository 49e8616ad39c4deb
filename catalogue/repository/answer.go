package repository

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"pupitre/catalogue"
	"pupitre/internal/fault"
)

// Service answers harvesters. Build it as a literal; Store, Base and Name are needed.
type Service struct {
	Store Store
	Base  string // the address that it is asked at (baseURL)
	Name  string // of the repository, for people
	Admin string // where its operator is written to (adminEmail); "": an address of the host that nobody reads, since the protocol wants one

	mu      sync.Mutex
	settled time.Time // up to here nothing else will be dated
	until   time.Time // and until then we say so without asking
}

// Page sizes: a notice is some 10 kB.
const (
	mostRecords     = 100
	mostIdentifiers = 500
)

// fresh is for how long an instant is told again that was settled once: responseDate has seconds.
const fresh = time.Second

// Answer is the whole answer to a request's arguments, as XML. An error is ours: the harvester's own mistakes are answers, too (§3.6).
func (s *Service) Answer(ctx context.Context, args url.Values) ([]byte, error) {
	now, err := s.settle(ctx)
	if err != nil {
		return nil, fmt.Errorf("settle the time of an answer: %w", err)
	}
	r, err := readRequest(args)
	var body bytes.Buffer
	if err == nil {
		err = s.answer(ctx, r, &body)
	}
	asked, isTheirs := errors.AsType[*trouble](err)
	if err != nil && !isTheirs {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="` + xsiSpace +
		`" xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd"><responseDate>` + now.Format(seconds) + `</responseDate><request`)
	if asked == nil || asked.code != badVerb && asked.code != badArgument { // otherwise nothing is repeated (§3.2)
		for _, name := range order {
			if value := r.get(name); value != "" {
				attribute(&out, name, value)
			}
		}
	}
	out.WriteByte('>')
	text(&out, s.Base)
	out.WriteString(`</request>`)
	if asked != nil {
		out.WriteString(`<error`)
		attribute(&out, "code", asked.code)
		out.WriteByte('>')
		text(&out, asked.text)
		out.WriteString(`</error></OAI-PMH>`)
		return out.Bytes(), nil
	}
	out.WriteString("<" + r.verb + ">")
	out.Write(body.Bytes())
	out.WriteString("</" + r.verb + "></OAI-PMH>")
	return out.Bytes(), nil
}

// settle returns an instant, at most a second old, before which nothing will be dated that is not already there.
func (s *Service) settle(ctx context.Context) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var now time.Time
	if err := s.Store.Read(ctx, func(_ context.Context, r Reader) error {
		now = r.Now()
		return nil
	}); err != nil {
		return now, err
	}
	if now.Before(s.until) {
		return s.settled, nil
	}
	var at time.Time
	if err := s.Store.Write(ctx, func(ctx context.Context, w Writer) (err error) {
		at, err = w.Settle(ctx)
		return err
	}); err != nil {
		return at, err
	}
	s.settled, s.until = at.UTC(), now.Add(fresh)
	return s.settled, nil
}

// answer writes what is inside the verb's element.
func (s *Service) answer(ctx context.Context, r *request, out *bytes.Buffer) error {
	return s.Store.Read(ctx, func(ctx context.Context, look Reader) error {
		out.Reset()
		switch r.verb {
		case identify:
			return s.identify(ctx, look, out)
		case listMetadataFormats:
			return listFormats(ctx, look, r, out)
		case listSets:
			return sets(ctx, look, r, out)
		case getRecord:
			return one(ctx, look, r, out)
		}
		return list(ctx, look, r, out)
	})
}

// identify says what the repository is (§4.2).
func (s *Service) identify(ctx context.Context, look Reader, out *bytes.Buffer) error {
	earliest, some, err := look.Earliest(ctx)
	if err != nil {
		return err
	}
	if !some {
		earliest = look.Now()
	}
	element(out, "repositoryName", s.Name)
	element(out, "baseURL", s.Base)
	element(out, "protocolVersion", "2.0")
	admin := s.Admin
	if admin == "" {
		admin = "nobody@" + hostOf(s.Base)
	}
	element(out, "adminEmail", admin)
	element(out, "earliestDatestamp", earliest.UTC().Format(seconds))
	element(out, "deletedRecord", "persistent")
	element(out, "granularity", "YYYY-MM-DDThh:mm:ssZ")
	element(out, "compression", "gzip")
	return nil
}

func hostOf(address string) string {
	if u, err := url.Parse(address); err == nil && strings.Contains(u.Hostname(), ".") {
		return u.Hostname()
	}
	return "localhost.invalid" // a name of one part is none to OAI-PMH's schema
}

// listFormats lists the formats, of all or of one record (§4.4). A record that is gone has none.
func listFormats(ctx context.Context, look Reader, r *request, out *bytes.Buffer) error {
	if r.args.Has(argIdentifier) {
		found, err := find(ctx, look, r)
		if err != nil {
			return err
		}
		if found.Gone {
			return refused(noItemFormats, "this record is deleted")
		}
	}
	for _, f := range formats {
		out.WriteString("<metadataFormat>")
		element(out, argPrefix, f.prefix)
		element(out, "schema", f.schema)
		element(out, "metadataNamespace", f.space)
		out.WriteString("</metadataFormat>")
	}
	return nil
}

// sets lists the publishers (§4.6). There are few enough for one page: every token is a wrong one.
func sets(ctx context.Context, look Reader, r *request, out *bytes.Buffer) error {
	if r.args.Has(argToken) {
		return errToken
	}
	all, err := look.Sets(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return refused(noSetHierarchy, "there is no set as long as the catalogue is empty")
	}
	for _, p := range all {
		out.WriteString("<set>")
		element(out, "setSpec", setOf(p))
		element(out, "setName", p.Name)
		out.WriteString("</set>")
	}
	return nil
}

// find returns the record that is asked for by its identifier.
func find(ctx context.Context, look Reader, r *request) (Record, error) {
	ark, err := catalogue.ParseARK(r.get(argIdentifier))
	if err != nil || string(ark) != r.get(argIdentifier) {
		return Record{}, refused(noItem, "a record is named by its ARK, as ListIdentifiers writes it")
	}
	found, err := look.Find(ctx, ark)
	if fault.Is(err, fault.NotFound) {
		err = refused(noItem, "there is no such record")
	}
	return found, err
}

// one gives one record (§4.1).
func one(ctx context.Context, look Reader, r *request, out *bytes.Buffer) error {
	f, err := findFormat(r.get(argPrefix))
	if err != nil {
		return err
	}
	found, err := find(ctx, look, r)
	if err != nil {
		return err
	}
	return record(out, &found, f)
}

// list gives a page of records, or of their headers (§4.3, §4.5).
func list(ctx context.Context, look Reader, r *request, out *bytes.Buffer) error {
	at := resumption{Verb: r.verb, Prefix: r.get(argPrefix), From: r.get(argFrom), Until: r.get(argUntil), Set: r.get(argSet)}
	if r.args.Has(argToken) {
		var err error
		if at, err = readToken(r.get(argToken), r.verb); err != nil {
			return err
		}
		r = at.request()
	}
	f, err := findFormat(at.Prefix)
	var asked Range
	if err == nil {
		asked.From, asked.Until, err = r.span()
	}
	if err != nil {
		if at.Sent > 0 { // of what a token says: we never wrote it
			return errToken
		}
		return err
	}
	size := mostIdentifiers
	if r.verb == listRecords {
		size, asked.Notices = mostRecords, f.notices
	}
	asked.Publisher, asked.After, asked.Limit = at.Set, Place{at.Revision, at.ID}, size+1
	found, err := look.List(ctx, asked)
	if err != nil {
		return err
	}
	if len(found) == 0 && at.Sent == 0 {
		return refused(noMatch, "nothing has changed in this span, in this set")
	}
	more := len(found) > size
	for _, one := range found[:min(len(found), size)] {
		if r.verb == listIdentifiers {
			header(out, &one)
		} else if err := record(out, &one, f); err != nil {
			return err
		}
		at.Revision, at.ID = one.Resource.Revision, one.Resource.ID
	}
	if !more && at.Sent == 0 {
		return nil
	}
	out.WriteString("<resumptionToken")
	attribute(out, "cursor", strconv.Itoa(at.Sent))
	out.WriteByte('>')
	if at.Sent += size; more {
		text(out, at.String())
	}
	out.WriteString("</resumptionToken>")
	return nil
}

// request is what a token's list was asked for first.
func (t resumption) request() *request {
	args := url.Values{argVerb: {t.Verb}, argPrefix: {t.Prefix}}
	for name, value := range map[string]string{argFrom: t.From, argUntil: t.Until, argSet: t.Set} {
		if value != "" {
			args.Set(name, value)
		}
	}
	return &request{t.Verb, args}
}

func header(out *bytes.Buffer, r *Record) {
	out.WriteString("<header")
	if r.Gone {
		attribute(out, "status", "deleted")
	}
	out.WriteByte('>')
	element(out, "identifier", string(r.Resource.ARK))
	element(out, "datestamp", r.Changed.UTC().Format(seconds))
	element(out, "setSpec", setOf(r.Resource.Publisher))
	out.WriteString("</header>")
}

func record(out *bytes.Buffer, r *Record, f format) error {
	out.WriteString("<record>")
	header(out, r)
	if !r.Gone {
		out.WriteString("<metadata>")
		if err := f.write(out, r); err != nil {
			return fmt.Errorf("write the record of %s: %w", r.Resource.ARK, err)
		}
		out.WriteString("</metadata>")
	}
	out.WriteString("</record>")
	return nil
}
