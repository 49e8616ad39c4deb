package api_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"pupitre/directory"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/token"
)

// told is one event of a stream.
type told struct{ id, name, data string }

// listener reads one stream as it comes; a stream that ends closes the channel.
type listener struct {
	status int
	events chan told
	leave  context.CancelFunc
}

// listen opens a stream of a batch, on whatever node serves.
func (d *desk) listen(node *httptest.Server, where, last string) listener {
	d.t.Helper()
	ctx, leave := context.WithCancel(d.t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, node.URL+where+"/events", nil)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+string(d.secret))
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	answer, err := node.Client().Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { leave(); answer.Body.Close() })
	l := listener{answer.StatusCode, make(chan told, 64), leave}
	if _, ok := d.schemas.at("paths", d.schemas.path(r), "get", "responses", strings.Fields(answer.Status)[0]); !ok {
		d.t.Errorf("the document knows no answer %s of a stream", answer.Status)
	}
	go func() {
		defer close(l.events)
		var e told
		for scan := bufio.NewScanner(answer.Body); scan.Scan(); {
			switch name, value, _ := strings.Cut(scan.Text(), ": "); {
			case name == "id":
				e.id = value
			case name == "event":
				e.name = value
			case name == "data":
				e.data = value
			case scan.Text() == "" && e.name != "":
				l.events <- e
				e = told{}
			}
		}
	}()
	return l
}

// node is another server over the same database.
func (d *desk) node() *httptest.Server {
	s := httptest.NewServer(d.pages)
	d.t.Cleanup(s.Close)
	return s
}

// next is the next event, held against its schema; the zero one where the stream is over.
func (d *desk) next(l listener) told {
	d.t.Helper()
	select {
	case e := <-l.events:
		schema := map[string]string{"progress": "Progress", "outcomes": "Outcomes", "end": "Batch"}[e.name]
		if schema == "" {
			return e
		}
		compiled, err := d.schemas.compiler.Compile(address + "#/components/schemas/" + schema)
		if err != nil {
			d.t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(e.data)))
		if err == nil {
			err = compiled.Validate(value)
		}
		if err != nil {
			d.t.Errorf("%s: %v\n%s", e.name, err, e.data)
		}
		return e
	case <-time.After(20 * time.Second):
		d.t.Fatal("nothing more is told")
		return told{}
	}
}

// rest are all events to the end of the stream, without those of progress.
func (d *desk) rest(l listener) (all []told) {
	for e := d.next(l); e.name != ""; e = d.next(l) {
		if e.name != "progress" {
			all = append(all, e)
		}
	}
	return all
}

func ids(events []told) (out []string) {
	for _, e := range events {
		out = append(out, e.name+" "+e.id)
	}
	return out
}

// started starts a batch of both resources for the school, and returns its address.
func (d *desk) started() string {
	d.t.Helper()
	both := map[string]any{"resources": []string{string(d.works[0].ARK), string(d.works[1].ARK)}, "targets": []any{map[string]any{"kind": "school"}}}
	return d.ask("POST", "/batches", map[string]any{"orders": []any{both}, "start": true}, 202).Header.Get("Location")
}

func TestABatchIsFollowedAsAStream(t *testing.T) {
	t.Parallel()
	d := open(t)
	node := d.node()
	where := d.started()
	one, other := d.listen(node, where, ""), d.listen(node, where, "")
	for _, l := range []listener{one, other} {
		if e := d.next(l); e.name != "progress" || !strings.Contains(e.data, `"state":"waiting","done":0,"total":2,"gets":8`) {
			t.Fatalf("at first %+v", e)
		}
	}
	if n, err := d.Licensing.Work(t.Context(), "worker"); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	want := []string{"outcomes 1.4", "outcomes 2.4", "end end"}
	for _, l := range []listener{one, other} {
		all := d.rest(l)
		if got := ids(all); !slices.Equal(got, want) {
			t.Fatalf("told %q, want %q", got, want)
		}
		var page struct {
			Step, From int
			Items      []struct{ Identifier, Verdict string }
		}
		if err := json.Unmarshal([]byte(all[1].data), &page); err != nil || page.Step != 2 || page.From != 0 || len(page.Items) != 4 || page.Items[0].Verdict != "gets" || page.Items[0].Identifier == "" {
			t.Errorf("%v: %s", err, all[1].data)
		}
		var b batch
		if err := json.Unmarshal([]byte(all[2].data), &b); err != nil || b.State != "done" || b.Done != 2 || b.Steps[1].Act == "" {
			t.Errorf("%v: %s", err, all[2].data)
		}
	}
	// Whoever comes back, to another node, is told no outcome twice, and after the end nothing.
	another := d.node()
	for last, want := range map[string][]string{"1.4": {"outcomes 2.4", "end end"}, "1.2": {"outcomes 1.4", "outcomes 2.4", "end end"}, "2.4": {"end end"}} {
		if got := ids(d.rest(d.listen(another, where, last))); !slices.Equal(got, want) {
			t.Errorf("after %s told %q, want %q", last, got, want)
		}
	}
	if l := d.listen(another, where, "end"); l.status != http.StatusNoContent {
		t.Errorf("after the end: %d", l.status)
	}
	for _, last := range []string{"x", "1", "1.x", "-1.0"} {
		if r := d.ask("GET", where+"/events", nil, 400, "Last-Event-ID", last); r.code() != "api.event.form" {
			t.Errorf("%s: %s", last, r.text)
		}
	}
	d.ask("GET", where+"x/events", nil, 404)
}

func TestOutcomesComeByPages(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Persons(d.school.ID, directory.Pupil, 600, "")
	where := d.ask("POST", "/batches", map[string]any{"orders": []any{map[string]any{"resources": []string{string(d.works[0].ARK)}, "targets": []any{map[string]any{"kind": "school"}}, "short": "serve"}}, "short": "serve", "start": true}, 202).Header.Get("Location")
	if n, err := d.Licensing.Work(t.Context(), "worker"); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if got, want := ids(d.rest(d.listen(d.node(), where, ""))), []string{"outcomes 1.500", "outcomes 1.604", "end end"}; !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
}

// Whoever leaves a delegate's scope between two pages is told no more, and moves nobody else to another place.
func TestADelegateIsToldEveryOutcomeWhoeverChangesClass(t *testing.T) {
	t.Parallel()
	d := open(t)
	keeper := d.Persons(d.school.ID, directory.Teacher, 1, "")[0]
	if _, err := d.Licensing.Delegate(t.Context(), journal.Actor{Kind: journal.ByPerson, ID: string(manager)}, licensing.Mandate{School: d.school.ID, Person: keeper, Cohorts: []directory.CohortID{d.class}, Budget: 9}); err != nil {
		t.Fatal(err)
	}
	_, secret, err := d.tokens.Make(t.Context(), journal.System("test"), token.Token{School: d.school.ID, Person: keeper, Name: "Emploi du temps", Ends: d.Now().Add(24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	d.secret = secret
	where := d.ask("POST", "/batches", map[string]any{"orders": []any{d.order(map[string]any{"kind": "cohort", "id": "5eb"})}, "start": true}, 202).Header.Get("Location")
	if n, err := d.Licensing.Work(t.Context(), "worker"); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	page := struct {
		From  int
		Items []struct{ Identifier string }
		Next  string
	}{}
	d.ask("GET", where+"/outcomes?step=1&limit=2", nil, 200).into(t, &page)
	if page.Next != "2" || len(page.Items) != 2 {
		t.Fatalf("the first page: %+v", page)
	}
	gone := page.Items[0].Identifier
	d.write(`update membership set cohort = $3 where school = $1 and person in (select id from person where external = $2)`, string(d.school.ID), gone, string(d.Class(d.school.ID, "5e A")))
	page.Items = nil
	d.ask("GET", where+"/outcomes?step=1&limit=2&after=2", nil, 200).into(t, &page)
	if len(page.Items) != 2 {
		t.Errorf("%d on the second page once somebody of the first has gone", len(page.Items))
	}
	events := d.rest(d.listen(d.node(), where, "1.2"))
	if got := ids(events); !slices.Equal(got, []string{"outcomes 1.4", "end end"}) {
		t.Fatalf("told %q", got)
	}
	page.Items = nil
	if err := json.Unmarshal([]byte(events[0].data), &page); err != nil || page.From != 2 || len(page.Items) != 2 {
		t.Errorf("the stream goes on with %+v, %v", page, err)
	}
	// Told anew, whoever has gone is of it no more.
	page.Items = nil
	if events = d.rest(d.listen(d.node(), where, "")); json.Unmarshal([]byte(events[0].data), &page) != nil || len(page.Items) != 3 || page.Items[0].Identifier == gone {
		t.Errorf("from the beginning: %s", events[0].data)
	}
}

// A batch that was refused did nothing: its stream tells nobody's outcome, and why.
func TestARefusedBatchEndsItsStream(t *testing.T) {
	t.Parallel()
	d := open(t)
	where := d.started()
	d.ask("POST", "/assignments", d.order(person(d.pupils[0])), 201)
	if n, err := d.Licensing.Work(t.Context(), "worker"); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	all := d.rest(d.listen(d.node(), where, ""))
	if got := ids(all); !slices.Equal(got, []string{"end end"}) || !strings.Contains(all[0].data, `"state":"refused"`) || !strings.Contains(all[0].data, "licensing.plan.changed") {
		t.Errorf("told %+v", all)
	}
}

func TestAStreamEndsWithItsTokenAndItsServer(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.room.Hurry(20 * time.Millisecond)
	node, where := d.node(), d.started()
	var open []listener
	for range 4 {
		l := d.listen(node, where, "")
		if e := d.next(l); e.name != "progress" {
			t.Fatalf("%+v", e)
		}
		open = append(open, l)
	}
	if l := d.listen(node, where, ""); l.status != http.StatusTooManyRequests {
		t.Errorf("a fifth stream of one token: %d", l.status)
	}
	all, err := d.tokens.List(t.Context(), d.school.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.tokens.Revoke(t.Context(), journal.Actor{Kind: journal.ByPerson, ID: string(manager)}, d.school.ID, all[0].ID); err != nil {
		t.Fatal(err)
	}
	for _, l := range open {
		if got := ids(d.rest(l)); !slices.Equal(got, []string{"over "}) {
			t.Errorf("a token that is revoked: %q", got)
		}
	}
	d.secret = d.make(d.school)
	l := d.listen(node, where, "")
	if e := d.next(l); e.name != "progress" {
		t.Fatalf("%+v", e)
	}
	close(d.over)
	if got := d.rest(l); len(got) != 0 {
		t.Errorf("a server that stops says %+v", got)
	}
}

// A token that only reads opens what a program reads, plans included, and changes nothing.
func TestATokenThatReadsChangesNothing(t *testing.T) {
	t.Parallel()
	d := open(t)
	draft := d.ask("POST", "/batches", map[string]any{"orders": []any{d.order(person(d.pupils[0]))}}, 201)
	d.secret = d.makeReader(d.school)
	d.ask("GET", "/resources", nil, 200)
	d.ask("GET", draft.Header.Get("Location"), nil, 200)
	d.ask("POST", "/plans", d.order(person(d.pupils[0])), 200)
	for path, body := range map[string]any{"/assignments": d.order(person(d.pupils[0])), "/releases": d.order(person(d.pupils[0])),
		"/batches": map[string]any{"orders": []any{d.order(person(d.pupils[0]))}}, draft.Header.Get("Location") + "/start": map[string]any{}} {
		if r := d.ask("POST", path, body, 403); r.code() != "token.scope" {
			t.Errorf("%s: %s", path, r.text)
		}
	}
	if n := d.Counters(t, d.school, d.works[0]).Assigned; n != 0 {
		t.Errorf("%d copies were given", n)
	}
}
