package publisher

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"pupitre/internal/clock"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

type homePage struct {
	look.Shell
	Name   string
	Events []eventRow
	Empty  look.Empty
}

type eventRow struct{ When, What, Body string }

func (p *Publisher) home(w http.ResponseWriter, r *http.Request) error {
	page := &homePage{Shell: p.Site.Shell(r), Name: p.Houses[0].Name}
	page.Title = page.T("demo.publisher.title", "name", p.Houses[0].Name)
	page.Lead = page.T("demo.publisher.lead")
	page.Empty = look.Empty{Title: page.T("demo.publisher.noevents"), Text: page.T("demo.publisher.noevents.why")}
	p.mu.Lock()
	for _, e := range p.events {
		page.Events = append(page.Events, eventRow{lang.Clock(page.Locale, e.At, clock.ZoneOfUAI("")), short(e.Kind), pretty(e.Body)})
	}
	p.mu.Unlock()
	return p.pages.home.Send(w, r, http.StatusOK, page)
}

// short is the last word of an event's address.
func short(kind string) string { return kind[strings.LastIndexByte(kind, '/')+1:] }

type receivedPage struct {
	look.Shell
	Subject string
	Rows    []row
	Never   []string
	Raw     string
	Rights  string
}

// row is one thing that was received: its name on the wire, what it is, its value.
type row struct{ Name, Meaning, Value string }

// shown orders and explains the attributes; what is not listed is shown last, under its own name.
var shown = []string{"sub", "IDO", "PRO", "UAI", "idENT", "DIV", "GRO", "PRE", "NOM", "CIV", "P_MEL", "P_MAT"}

// never lists what people fear is sent, and is not: keys "demo.never.…".
var never = []string{"name", "birth", "mail", "portal", "others"}

func (p *Publisher) show(w http.ResponseWriter, r *http.Request) error {
	p.mu.Lock()
	receipt := p.receipts[httpx.Cookie(r, visitor)]
	p.mu.Unlock()
	if receipt == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	page := &receivedPage{Shell: p.Site.Shell(r), Subject: receipt.Subject}
	page.Title = page.T("demo.received.title", "name", receipt.House)
	page.Lead = page.T("demo.received.lead")
	all := map[string]any{"sub": receipt.Subject}
	for name, value := range receipt.Released {
		all[name] = value
	}
	for name, value := range all {
		page.Rows = append(page.Rows, row{name, meaning(page, name), flat(value)})
	}
	slices.SortFunc(page.Rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(place(a.Name), place(b.Name)), cmp.Compare(a.Name, b.Name))
	})
	for _, key := range never {
		if key == "name" && (all["NOM"] != nil || all["PRE"] != nil) || key == "mail" && all["P_MEL"] != nil {
			continue
		}
		page.Never = append(page.Never, page.T("demo.never."+key))
	}
	raw, err := json.MarshalIndent(struct {
		IDToken  map[string]any `json:"id_token"`
		UserInfo map[string]any `json:"userinfo"`
	}{receipt.Claims, receipt.Released}, "", "  ")
	if err != nil {
		return fmt.Errorf("show a receipt: %w", err)
	}
	page.Raw, page.Rights = string(raw), pretty(string(receipt.Rights))
	w.Header().Set("Cache-Control", "no-store")
	return p.pages.received.Send(w, r, http.StatusOK, page)
}

func meaning(page *receivedPage, name string) string {
	if slices.Contains(shown, name) {
		return page.T("demo.attribute." + strings.ToLower(name))
	}
	return page.T("demo.attribute.other")
}

func place(name string) int {
	if i := slices.Index(shown, name); i >= 0 {
		return i
	}
	return len(shown)
}

// flat writes a claim on one line.
func flat(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, one := range v {
			parts[i] = flat(one)
		}
		return strings.Join(parts, ", ")
	}
	b, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	return string(b)
}

func pretty(text string) string {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return text
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return text
	}
	return string(b)
}
