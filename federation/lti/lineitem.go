package lti

import (
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/journal"
)

// lineItemBody is a line item as a tool reads and writes it (§3.2.3 to §3.2.9).
type lineItemBody struct {
	ID       string  `json:"id,omitempty"`
	Maximum  float64 `json:"scoreMaximum"`
	Label    string  `json:"label"`
	Resource string  `json:"resourceId,omitempty"`
	Tag      string  `json:"tag,omitempty"`
	Link     string  `json:"resourceLinkId,omitempty"`
	Starts   string  `json:"startDateTime,omitempty"`
	Ends     string  `json:"endDateTime,omitempty"`
}

const (
	itemMedia      = "application/vnd.ims.lis.v2.lineitem+json"
	itemsMedia     = "application/vnd.ims.lis.v2.lineitemcontainer+json"
	mostItemsAsked = 100
)

// item is a line item as the tool reads it.
func (p *Platform) item(c Context, i LineItem) lineItemBody {
	return lineItemBody{
		ID: p.itemAddress(c, i.ID), Maximum: i.Maximum, Label: i.Label, Resource: i.Resource, Tag: i.Tag, Link: i.Link,
		Starts: moment(i.Starts), Ends: moment(i.Ends),
	}
}

func (p *Platform) itemAddress(c Context, id LineItemID) string {
	return p.address(c, "lineitems/"+url.PathEscape(string(id)))
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// items lists the line items of a class (§3.2.4), those that fit what is asked.
func (p *Platform) items(w http.ResponseWriter, r *http.Request, a asked) error {
	q, err := single(r.URL.RawQuery)
	if err != nil {
		return err
	}
	limit, err := limitOf(q, mostItemsAsked)
	if err != nil {
		return err
	}
	all, err := p.itemsOf(r.Context(), a.context)
	if err != nil {
		return err
	}
	if all, err = after(all, q.Get("after"), func(i LineItem) string { return string(i.ID) }); err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(i LineItem) bool {
		return q.Has("resource_link_id") && i.Link != q.Get("resource_link_id") || q.Has("resource_id") && i.Resource != q.Get("resource_id") ||
			q.Has("tag") && i.Tag != q.Get("tag")
	})
	if len(all) > limit {
		all = all[:limit]
		q.Set("after", string(all[limit-1].ID))
		next(w, p.address(a.context, "lineitems"), q)
	}
	out := make([]lineItemBody, 0, len(all))
	for _, i := range all {
		out = append(out, p.item(a.context, i))
	}
	return sendJSON(w, http.StatusOK, itemsMedia, out)
}

// addItem makes a line item (§3.2.5).
func (p *Platform) addItem(w http.ResponseWriter, r *http.Request, a asked) error {
	i, err := p.readItem(r, a)
	if err != nil {
		return err
	}
	i.ID = LineItemID(p.IDs.New())
	err = p.Store.Write(r.Context(), func(ctx context.Context, w Writer) error { return addItem(ctx, w, byTool(a.client), a.context, i) })
	if err != nil {
		return fmt.Errorf("add a line item of %s: %w", a.client.ID, err)
	}
	w.Header().Set("Location", p.itemAddress(a.context, i.ID))
	return sendJSON(w, http.StatusCreated, itemMedia, p.item(a.context, i))
}

// addItem keeps a new line item, unless there are too many.
func addItem(ctx context.Context, w Writer, actor journal.Actor, c Context, i LineItem) error {
	all, err := w.LineItems(ctx, c.School, c.ID)
	if err != nil {
		return err
	}
	if len(all) >= mostLineItems {
		return fault.New(fault.Conflict, "federation.lti.lineitem.many", "most", mostLineItems)
	}
	act, err := w.Record(ctx, itemEntry(actor, c, i, "federation.lineitem-made"))
	if err != nil {
		return err
	}
	return w.PutLineItem(ctx, act, i)
}

func itemEntry(actor journal.Actor, c Context, i LineItem, verb string) journal.Entry {
	return journal.Entry{
		School: string(c.School), Actor: actor, Verb: verb, Subject: string(i.ID), Class: journal.ClassChange,
		Detail: map[string]any{"client": c.Client, "class": c.Cohort, "resource": c.ARK},
	}
}

// oneItem tells one line item (§3.2.6).
func (p *Platform) oneItem(w http.ResponseWriter, r *http.Request, a asked) error {
	i, err := p.findItem(r, a)
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, itemMedia, p.item(a.context, i))
}

// putItem changes a line item (§3.2.7). What it hangs on stays.
func (p *Platform) putItem(w http.ResponseWriter, r *http.Request, a asked) error {
	old, err := p.findItem(r, a)
	if err != nil {
		return err
	}
	i, err := p.readItem(r, a)
	if err != nil {
		return err
	}
	if i.Link != "" && i.Link != old.Link {
		return fault.New(fault.Invalid, "federation.lti.lineitem.link")
	}
	i.ID, i.Link = old.ID, old.Link
	err = p.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, itemEntry(byTool(a.client), a.context, i, "federation.lineitem-changed"))
		if err != nil {
			return err
		}
		return w.PutLineItem(ctx, act, i)
	})
	if err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, itemMedia, p.item(a.context, i))
}

// dropItem removes a line item and its scores (§3.2.8).
func (p *Platform) dropItem(w http.ResponseWriter, r *http.Request, a asked) error {
	i, err := p.findItem(r, a)
	if err != nil {
		return err
	}
	err = p.Store.Write(r.Context(), func(ctx context.Context, w Writer) error {
		act, err := w.Record(ctx, itemEntry(byTool(a.client), a.context, i, "federation.lineitem-dropped"))
		if err != nil {
			return err
		}
		return w.DropLineItem(ctx, act, i)
	})
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// findItem finds the line item that an address names, in the class that it names: another class's looks like none.
func (p *Platform) findItem(r *http.Request, a asked) (LineItem, error) {
	all, err := p.itemsOf(r.Context(), a.context)
	if err != nil {
		return LineItem{}, err
	}
	i := slices.IndexFunc(all, func(i LineItem) bool { return string(i.ID) == r.PathValue("item") })
	if i < 0 {
		return LineItem{}, fault.New(fault.NotFound, "federation.lti.lineitem")
	}
	return all[i], nil
}

func (p *Platform) itemsOf(ctx context.Context, c Context) ([]LineItem, error) {
	var all []LineItem
	err := p.Store.Read(ctx, func(ctx context.Context, r Reader) (err error) {
		all, err = r.LineItems(ctx, c.School, c.ID)
		return err
	})
	return all, err
}

// readItem reads and checks what a tool says of a line item.
func (p *Platform) readItem(r *http.Request, a asked) (LineItem, error) {
	var b lineItemBody
	if err := readBody(r, &b, itemMedia); err != nil {
		return LineItem{}, err
	}
	i := LineItem{
		School: a.context.School, Context: a.context.ID, Label: strings.TrimSpace(b.Label), Maximum: b.Maximum, Tag: b.Tag, Resource: b.Resource, Link: b.Link,
	}
	if i.Label == "" || tooLong(i.Label, longestTitle) || tooLong(i.Tag, longestTitle) || tooLong(i.Resource, longestTitle) {
		return i, fault.New(fault.Invalid, "federation.lti.lineitem.label")
	}
	if !(i.Maximum > 0 && i.Maximum <= mostPoints) {
		return i, fault.New(fault.Invalid, "federation.lti.lineitem.maximum")
	}
	for _, when := range []struct {
		text string
		to   *time.Time
	}{{b.Starts, &i.Starts}, {b.Ends, &i.Ends}} {
		if when.text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339Nano, when.text)
		if err != nil {
			return i, fault.Wrap(err, fault.Invalid, "federation.lti.time", "value", short(when.text))
		}
		*when.to = at.UTC()
	}
	if i.Link == "" {
		return i, nil
	}
	known, err := p.knowsLink(r.Context(), a, i.Link)
	if err == nil && !known {
		err = fault.New(fault.Invalid, "federation.lti.lineitem.link")
	}
	return i, err
}

// knowsLink reports whether a resource link is one of the class's: pinned there, or a target opened in it.
func (p *Platform) knowsLink(ctx context.Context, a asked, link string) (bool, error) {
	for _, t := range a.client.LTI.Targets {
		if link == linkName(Launch{ARK: a.context.ARK, Target: t.Address}, a.client.ID, a.context.ID) {
			return true, nil
		}
	}
	found, err := p.findLink(ctx, a.context.School, LinkID(link))
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && found.Cohort == a.context.Cohort && found.Client == a.context.Client && found.ARK == a.context.ARK, err
}

// readBody reads a JSON body of a media type, or of JSON without a name of its own.
func readBody(r *http.Request, into any, media string) error {
	is, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || is != media && is != "application/json" {
		return httpx.WithStatus(fault.New(fault.Invalid, "federation.lti.media", "media", media), http.StatusUnsupportedMediaType)
	}
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		return fault.Wrap(err, fault.Invalid, "federation.lti.body")
	}
	return nil
}

// short keeps a stranger's text from filling a sentence.
func short(s string) string {
	const most = 64
	if len(s) > most {
		return s[:most]
	}
	return s
}
