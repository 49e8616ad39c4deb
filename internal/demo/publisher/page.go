package publisher

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
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
	Desk   string // the médiacentre's address
	Houses string // their names
	Events []eventRow
	Empty  look.Empty
}

type eventRow struct{ When, What, Name, Body string }

// eventWords say what an event means, by the last word of its address.
var eventWords = map[string]string{"rights-changed": "demo.event.rights", "session-revoked": "demo.event.session"}

func (p *Publisher) home(w http.ResponseWriter, r *http.Request) error {
	page := &homePage{Shell: p.Site.Shell(r), Desk: p.desk()}
	page.Title = page.T("demo.publisher.title")
	names := make([]string, len(p.Houses))
	for i, h := range p.Houses {
		names[i] = h.Name
	}
	page.Lead = page.T("demo.publisher.lead", "names", strings.Join(names, ", "))
	page.Empty = look.Empty{Title: page.T("demo.publisher.noevents"), Text: page.T("demo.publisher.noevents.why")}
	p.mu.Lock()
	for _, e := range p.events {
		row := eventRow{When: lang.Clock(page.Locale, e.At, clock.ZoneOfUAI("")), Name: short(e.Kind), Body: pretty(e.Body)}
		if key := eventWords[row.Name]; key != "" {
			row.What = page.T(key)
		}
		page.Events = append(page.Events, row)
	}
	p.mu.Unlock()
	return p.pages.home.Send(w, r, http.StatusOK, page)
}

// desk is where one comes from.
func (p *Publisher) desk() string { return p.Issuer + "/mediacentre" }

// short is the last word of an event's address.
func short(kind string) string { return kind[strings.LastIndexAny(kind, "/:")+1:] }

type receivedPage struct {
	look.Shell
	Known     string // whether they know who came
	Pseudonym string // its beginning: « 724c a75a 0f84 … »
	Rows      []row
	Never     []string
	When      string
	Here      string // whose page this is
	Others    []other
	Desk      string
	Raw       string
	Rights    string
}

// row is one thing that was received: what it is, its value as people read it, what it is for.
type row struct{ Name, Value, Why string }

// other is another house, and what it calls who came to it from this browser.
type other struct{ House, Pseudonym string }

// shown orders the attributes; what is not listed is shown last, under its own name.
var shown = []string{"PRO", "UAI", "DIV", "GRO", "PRE", "NOM", "CIV", "P_MEL", "P_MAT", "IDO", "IDC", "idENT"}

// never lists what people fear is sent, with the attribute that would show that it was.
var never = []struct{ key, unless string }{
	{"nom", "NOM"}, {"pre", "PRE"}, {"div", "DIV"}, {"mel", "P_MEL"}, {"birth", ""}, {"national", ""}, {"parents", ""}, {"portal", ""}, {"others", ""},
}

func (p *Publisher) show(w http.ResponseWriter, r *http.Request) error {
	p.mu.Lock()
	receipt := p.receipts[httpx.Cookie(r, visitor)]
	p.mu.Unlock()
	if receipt == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	page := &receivedPage{Shell: p.Site.Shell(r), Pseudonym: beginning(receipt.Subject), Here: receipt.House, Desk: p.desk()}
	page.Area, page.Airy = receipt.House, true
	page.Title = page.T("demo.received.title")
	page.Lead = page.T("demo.received.lead", "title", titleOf(receipt))
	page.When = lang.Moment(page.Locale, receipt.At, clock.ZoneOfUAI(""))
	page.Known = page.T("demo.received.known." + knowing(receipt.Released))
	page.fill(receipt.Released)
	for _, one := range receipt.Before {
		page.Others = append(page.Others, other{one.House, beginning(one.Subject)})
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

// fill says what was received, and what never is.
func (page *receivedPage) fill(released map[string]any) {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(released)), func(name string) bool { return name == "sub" || name == "IDO" })
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	for _, name := range names {
		one := row{Name: name, Value: page.value(name, released[name])}
		if slices.Contains(shown, name) {
			key := "demo.attribute." + strings.ToLower(name)
			one.Name, one.Why = page.T(key), page.T(key+".why")
		}
		page.Rows = append(page.Rows, one)
	}
	for _, n := range never {
		if n.unless == "" || released[n.unless] == nil {
			page.Never = append(page.Never, page.T("demo.never."+n.key))
		}
	}
}

// knowing is how much of a name was received: "nobody", "given", "named".
func knowing(released map[string]any) string {
	switch {
	case released["NOM"] != nil:
		return "named"
	case released["PRE"] != nil:
		return "given"
	}
	return "nobody"
}

// titleOf is the resource's title, as the rights that came with it say; its identifier where they do not.
func titleOf(receipt *Receipt) string {
	var told struct {
		Rights []struct{ ARK, Title string }
	}
	if json.Unmarshal(receipt.Rights, &told) == nil {
		for _, right := range told.Rights {
			if right.ARK == receipt.ARK && right.Title != "" {
				return right.Title
			}
		}
	}
	return receipt.ARK
}

// beginning is enough of a pseudonym to compare two, four signs at a time.
func beginning(name string) string {
	var parts []string
	for i := 0; i+4 <= len(name) && i < 16; i += 4 {
		parts = append(parts, name[i:i+4])
	}
	return strings.Join(append(parts, "…"), "\u00a0")
}

// profiles are the words for PRO, a code of the GAR.
var profiles = map[string]string{
	"National_elv": "demo.profile.elv", "National_ens": "demo.profile.ens", "National_doc": "demo.profile.doc", "National_dir": "demo.profile.dir",
	"National_evs": "demo.profile.evs", "National_eta": "demo.profile.eta", "National_col": "demo.profile.col", "National_aca": "demo.profile.aca",
}

// value is an attribute as people read it: a profile in words, a class by its label (« code##label »).
func (page *receivedPage) value(name string, v any) string {
	text := flat(v)
	if key := profiles[text]; name == "PRO" && key != "" {
		return page.T(key)
	}
	parts := strings.Split(text, ", ")
	for i, part := range parts {
		if pieces := strings.Split(part, "##"); len(pieces) > 1 {
			parts[i] = pieces[1]
		}
	}
	return strings.Join(parts, ", ")
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
