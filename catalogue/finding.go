package catalogue

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"pupitre/catalogue/search"
	"pupitre/internal/lang"
	"pupitre/internal/recent"
)

// Found (« résultats ») is one page of what a search of the catalogue found.
type Found struct {
	search.Result
	Resources []Resource
}

// Search finds resources by words, as people write them, and by the values chosen of each facet. What others do not see is not found: what
// is not « affichable », but for mothers of family, who are asked for by their own name.
func (s *Service) Search(ctx context.Context, q search.Query) (found Found, err error) {
	err = s.Store.Read(ctx, func(ctx context.Context, r Reader) error {
		index, err := s.index.current(ctx, r)
		if err != nil {
			return fmt.Errorf("follow the catalogue: %w", err)
		}
		found = Found{Result: index.Find(q)}
		ids := make([]ResourceID, 0, len(found.IDs))
		for _, id := range found.IDs {
			ids = append(ids, ResourceID(id))
		}
		found.Resources, err = r.ListResources(ctx, ids)
		return err
	})
	return found, err
}

// searching is the search's index, one a process, made of the catalogue when it is first asked and following its changes from then on:
// what it says is at most a moment old (internal/recent). Its zero value is ready.
type searching struct {
	index search.Index
	until atomic.Int64 // the instant until which it is believed, in microseconds

	mu sync.Mutex // of whoever follows
	at Revision   // all up to here is in
}

// atOnce is how many resources are read at a time.
const atOnce = 500

// current returns the index as the catalogue was at most a moment ago.
func (s *searching) current(ctx context.Context, r Reader) (*search.Index, error) {
	if r.Now().UnixMicro() < s.until.Load() {
		return &s.index, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Now().UnixMicro() < s.until.Load() { // somebody else has just followed
		return &s.index, nil
	}
	now, err := r.Revision(ctx)
	if err != nil {
		return nil, err
	}
	if now > s.at || s.until.Load() == 0 {
		if err := s.follow(ctx, r); err != nil {
			return nil, err
		}
		s.at = now
	}
	s.until.Store(r.Now().Add(recent.Moment).UnixMicro())
	return &s.index, nil
}

// follow takes in what changed since. What fails in the middle is taken in again.
func (s *searching) follow(ctx context.Context, r Reader) error {
	since, after := Revision(0), ResourceID("")
	if s.until.Load() != 0 {
		since = s.at + 1
	}
	for {
		list, err := r.ListSince(ctx, since, after, atOnce)
		if err != nil || len(list) == 0 {
			return err
		}
		docs := make([]search.Document, 0, len(list))
		for i := range list {
			if one := &list[i]; (one.Shown || one.IsFamily) && !one.Withdrawn {
				docs = append(docs, one.Document())
			} else {
				s.index.Remove(string(one.ID))
			}
		}
		s.index.Put(docs...)
		last := list[len(list)-1]
		since, after = last.Revision, last.ID
	}
}

// Document is what is found of a resource: for the catalogue's own index, and for whoever looks through a few resources only.
func (r *Resource) Document() search.Document {
	d := search.Document{ID: string(r.ID), Tie: string(r.ARK)}
	d.Fields = [search.Fields]string{
		search.Title: r.Title, search.Publisher: r.Publisher.Name, search.Description: r.Description,
		search.Subject: spoken(r.Subjects), search.Level: spoken(r.Levels), search.Kind: spoken(r.Pedagogical) + " " + spoken(r.Documents),
	}
	d.Values[search.ByPublisher] = []search.Value{{Key: string(r.Publisher.ID), Label: r.Publisher.Name}}
	d.Values[search.ByKind] = []search.Value{{Key: string(r.Presentation)}}
	for facet, terms := range map[search.Facet][]Term{
		search.ByLevel: r.Levels, search.BySubject: r.Subjects, search.ByDocument: r.Documents, search.ByPublic: r.Publics,
	} {
		for _, t := range terms {
			d.Values[facet] = append(d.Values[facet], search.Value{Key: t.URI, Label: t.Label, English: t.English})
		}
	}
	return d
}

// spoken is what terms are called, in French and in English: pages show either, and either is searched.
func spoken(terms []Term) string {
	var b strings.Builder
	for _, t := range terms {
		b.WriteString(t.Label)
		b.WriteByte(' ')
		if other := t.In(lang.English); other != t.Label {
			b.WriteString(other)
			b.WriteByte(' ')
		}
	}
	return b.String()
}
