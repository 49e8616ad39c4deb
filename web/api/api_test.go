package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/token"
)

func TestAProgramNeedsATokenThatStands(t *testing.T) {
	t.Parallel()
	d := open(t)
	for _, secret := range []string{"", "Bearer", "Bearer x", "Basic " + string(d.secret), "Bearer pupitre_" + strings.Repeat("A", 43)} {
		r := d.ask("GET", "/resources", nil, http.StatusUnauthorized, "Authorization", secret)
		if r.code() != "token.none" || r.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("%q: %s", secret, r.text)
		}
	}
	if r := d.ask("GET", "/resources", nil, 401, "Authorization", "Bearer x", "Accept-Language", "en"); !strings.Contains(string(r.text), "opens nothing") {
		t.Errorf("not in English: %s", r.text)
	}
	var schools struct{ Items []struct{ UAI string } }
	d.ask("GET", "/api/v1/schools", nil, 200).into(t, &schools)
	if len(schools.Items) != 1 || schools.Items[0].UAI != string(d.school.UAI) {
		t.Errorf("%+v", schools)
	}
	// Who is no manager any more has no program.
	d.write(`delete from assignment_manager where school = $1`, string(d.school.ID))
	if r := d.ask("GET", "/resources", nil, 401); r.code() != "token.over" {
		t.Errorf("%s", r.text)
	}
}

// Every route, with a token of another school: there is no such school.
func TestAnotherSchoolDoesNotExistByAnyRoute(t *testing.T) {
	t.Parallel()
	d := open(t)
	b := d.ask("POST", "/batches", map[string]any{"orders": []any{d.order(person(d.pupils[0]))}}, 201)
	d.write(`insert into assignment_manager (school, person, state, source) values ($1, 'manager', 'confirmed', 'portal')`, string(d.other.ID))
	mine := d.secret
	d.secret = d.make(d.other)
	tried := 0
	for _, route := range d.routes {
		method, path, _ := strings.Cut(route, " ")
		if !strings.Contains(path, "{uai}") {
			continue
		}
		tried++
		var body any
		if method == "POST" {
			body = map[string]any{}
		}
		path = strings.NewReplacer("{uai}", string(d.school.UAI), "{batch}", b.Header.Get("Location")[strings.LastIndex(b.Header.Get("Location"), "/")+1:], "{act}", "x").Replace(path)
		if r := d.ask(method, path, body, 404); r.code() != "api.school.unknown" {
			t.Errorf("%s: %s", route, r.text)
		}
		// The same thing asked for under the own school is not there either.
		if strings.Contains(route, "{batch}") {
			own := strings.Replace(path, string(d.school.UAI), string(d.other.UAI), 1)
			if method == "POST" {
				body = map[string]any{"short": ""}
			}
			r := d.ask(method, own+"?step=1", body, 404, "If-Match", `"x"`)
			if r.code() != "licensing.batch.unknown" {
				t.Errorf("%s: %s", route, r.text)
			}
		}
	}
	if tried < 12 {
		t.Errorf("only %d routes", tried)
	}
	d.secret = mine
	// Another school's class, person, resource.
	stranger := d.Persons(d.other.ID, directory.Pupil, 1, d.Class(d.other.ID, "4e Z"))[0]
	for _, target := range []map[string]any{person(stranger), {"kind": "cohort", "id": "4e Z"}} {
		d.ask("POST", "/plans", d.order(target), 404)
	}
	sold := d.Resource(false)
	d.Sell(t, d.Offer(d.other, sold, 3))
	d.ask("POST", "/plans", map[string]any{"resources": []string{string(sold.ARK)}, "targets": []any{person(d.pupils[0])}}, 404)
}

func TestAProgramReadsTheSchool(t *testing.T) {
	t.Parallel()
	d := open(t)
	var resources struct {
		Items []struct {
			ARK      string
			Counters struct {
				Total, Available int64
				Publics          []struct {
					Profiles         []string
					Total, Available int64
				}
			}
		}
	}
	teachers := d.Offer(d.school, d.works[0], 2)
	teachers.Publics = []directory.Profile{directory.Teacher}
	d.Sell(t, teachers)
	r := d.ask("GET", "/resources", nil, 200)
	r.into(t, &resources)
	if len(resources.Items) != 2 || resources.Items[0].ARK != string(d.works[0].ARK) || resources.Items[0].Counters.Available != 12 {
		t.Errorf("%s", r.text)
	}
	if got := fmt.Sprintf("%+v", resources.Items[0].Counters.Publics); got != "[{Profiles:[eleve] Total:10 Available:10} {Profiles:[enseignant] Total:2 Available:2}]" {
		t.Errorf("its publics: %s", got)
	}
	d.ask("GET", "/resources", nil, 304, "If-None-Match", r.Header.Get("ETag"))
	var cohorts struct{ Items []struct{ Code, Kind string } }
	d.ask("GET", "/cohorts", nil, 200).into(t, &cohorts)
	if len(cohorts.Items) != 1 || cohorts.Items[0].Kind != "class" {
		t.Errorf("%+v", cohorts)
	}
	seen, next := []string{}, ""
	for {
		var page struct {
			Items []struct{ Identifier, Class string }
			Next  string
		}
		d.ask("GET", "/persons?limit=3&class=5eb&profile=eleve&after="+next, nil, 200).into(t, &page)
		for _, p := range page.Items {
			seen = append(seen, p.Identifier+" "+p.Class)
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if len(seen) != 4 || seen[0] != string(d.pupils[0])+" 5e B" {
		t.Errorf("%q", seen)
	}
	for query, code := range map[string]string{"limit=0": "api.limit.range", "limit=x": "api.limit.range", "after=x": "api.after.form", "profile=x": "api.profile.unknown"} {
		if r := d.ask("GET", "/persons?"+query, nil, 400); r.code() != code {
			t.Errorf("%s: %s", query, r.text)
		}
	}
	d.ask("GET", "/persons?class=inconnue", nil, 404)
}

// planned is what tests read of a plan.
type planned struct {
	Hash    string
	Figures []struct{ Gets, Loses, Short int64 }
}

func TestAProgramPlansAppliesAndReadsWhatItDid(t *testing.T) {
	t.Parallel()
	d := open(t)
	order := d.order(map[string]any{"kind": "cohort", "id": "5EB"})
	var plan planned
	r := d.ask("POST", "/plans", order, 200)
	r.into(t, &plan)
	if plan.Figures[0].Gets != 4 || r.Header.Get("ETag") != `"`+plan.Hash+`"` || d.Counters(t, d.school, d.works[0]).Assigned != 0 {
		t.Fatalf("%s", r.text)
	}
	r = d.ask("POST", "/assignments", order, 201, "If-Match", r.Header.Get("ETag"))
	var act struct {
		Given   int
		Program string
		Actor   string
		Copies  []struct{ Identifier string }
		Next    string
	}
	d.ask("GET", r.Header.Get("Location")+"?limit=3", nil, 200).into(t, &act)
	if act.Given != 4 || act.Program == "" || act.Actor != "person" || len(act.Copies) != 3 || act.Next != "3" {
		t.Errorf("%+v", act)
	}
	var holders struct {
		Items []struct {
			Person struct{ Identifier, Class string }
		}
	}
	d.ask("GET", "/holders?resource="+string(d.works[0].ARK), nil, 200).into(t, &holders)
	if len(holders.Items) != 4 || holders.Items[0].Person.Identifier != string(d.pupils[0]) || holders.Items[0].Person.Class != "5e B" {
		t.Errorf("%+v", holders)
	}
	// Yesterday's plan.
	if r := d.ask("POST", "/assignments", order, 412, "If-Match", `"`+plan.Hash+`"`); r.code() != "licensing.plan.changed" {
		t.Errorf("%s", r.text)
	}
	var done struct {
		Act  string
		Plan planned
	}
	d.ask("POST", "/assignments", order, 200).into(t, &done)
	if done.Act != "" {
		t.Errorf("%+v", done)
	}
	d.ask("POST", "/releases", d.order(person(d.pupils[0])), 201).into(t, &done)
	if done.Plan.Figures[0].Loses != 1 || d.Counters(t, d.school, d.works[0]).Assigned != 3 {
		t.Errorf("%+v", done)
	}
	d.Sound(t)
}

func TestWhereCopiesAreShortTheProgramSaysWhatIsToBeDone(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Persons(d.school.ID, directory.Pupil, 8, "")
	order := d.order(map[string]any{"kind": "school", "profiles": []string{"eleve"}})
	if r := d.ask("POST", "/assignments", order, 409); r.code() != "licensing.plan.short" {
		t.Errorf("%s", r.text)
	}
	order["short"] = "serve"
	d.ask("POST", "/assignments", order, 201)
	if c := d.Counters(t, d.school, d.works[0]); c.Assigned != 10 {
		t.Errorf("%+v", c)
	}
}

func TestARepeatedRequestIsAnsweredTheSame(t *testing.T) {
	t.Parallel()
	d := open(t)
	order := d.order(person(d.pupils[0]))
	first := d.ask("POST", "/assignments", order, 201, "Idempotency-Key", "k")
	again := d.ask("POST", "/assignments", order, 201, "Idempotency-Key", "k")
	if string(first.text) != string(again.text) || first.Header.Get("Location") != again.Header.Get("Location") || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("%s\n%s", first.text, again.text)
	}
	if r := d.ask("POST", "/assignments", d.order(person(d.pupils[1])), 422, "Idempotency-Key", "k"); r.code() != "token.key.other" {
		t.Errorf("%s", r.text)
	}
	if r := d.ask("POST", "/releases", order, 422, "Idempotency-Key", "k"); r.code() != "token.key.other" {
		t.Errorf("%s", r.text)
	}
	for key, code := range map[string]string{"": "token.key.missing", "é": "token.key.form", strings.Repeat("k", 256): "token.key.form"} {
		if r := d.ask("POST", "/assignments", order, 400, "Idempotency-Key", key); r.code() != code {
			t.Errorf("%.5q: %s", key, r.text)
		}
	}
	if c := d.Counters(t, d.school, d.works[0]); c.Assigned != 1 {
		t.Errorf("%+v", c)
	}
}

func TestABodyThatIsNotUnderstoodIsRefused(t *testing.T) {
	t.Parallel()
	d := open(t)
	if r := d.ask("POST", "/plans", "x", 415); r.code() != "api.body.kind" {
		t.Errorf("%s", r.text)
	}
	for _, c := range []struct {
		body any
		code string
	}{
		{[]int{}, "api.body.form"}, {map[string]any{"resource": "x"}, "api.body.form"}, {map[string]any{}, "licensing.order.empty"},
		{d.order(map[string]any{"kind": "school", "id": "x"}), "api.target.form"}, {d.order(map[string]any{"kind": "everybody"}), "api.target.form"},
		{d.order(map[string]any{"kind": "school", "profiles": []string{"chef"}}), "api.profile.unknown"},
		{map[string]any{"resources": []string{string(d.works[0].ARK)}, "targets": []any{person(d.pupils[0])}, "rank": "age"}, "licensing.order.choice"},
		{map[string]any{"resources": []string{string(d.works[0].ARK)}, "targets": []any{person(d.pupils[0])}, "short": "perhaps"}, "api.short.choice"},
	} {
		if r := d.ask("POST", "/plans", c.body, 400); r.code() != c.code {
			t.Errorf("%v: %s", c.body, r.text)
		}
	}
	if r := d.ask("POST", "/plans", map[string]any{"resources": []string{strings.Repeat("x", 2<<20)}}, 413); r.code() != "httpx.body.too-large" {
		t.Errorf("%.200s", r.text)
	}
}

// batch is what tests read of one.
type batch struct {
	ID, State, Hash                  string
	Done, Total, Lines, RefusedLines int
	Gets, Short                      int64
	Steps                            []struct{ State, Act, Code, Text string }
}

func TestALongRequestIsLeftAndFoundAgain(t *testing.T) {
	t.Parallel()
	d := open(t)
	both := map[string]any{"resources": []string{string(d.works[0].ARK), string(d.works[1].ARK)}, "targets": []any{map[string]any{"kind": "school"}}}
	var b batch
	r := d.ask("POST", "/batches", map[string]any{"orders": []any{both}, "start": true, "name": "Rentrée"}, 202)
	r.into(t, &b)
	where := r.Header.Get("Location")
	if b.State != "waiting" || b.Total != 2 || b.Gets != 8 {
		t.Fatalf("%s", r.text)
	}
	r = d.ask("GET", where, nil, 200)
	if r.Header.Get("Retry-After") == "" || d.Counters(t, d.school, d.works[0]).Assigned != 0 {
		t.Errorf("%s", r.text)
	}
	d.ask("GET", where, nil, 304, "If-None-Match", r.Header.Get("ETag"))
	if n, err := d.Licensing.Work(t.Context(), "worker"); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	d.ask("GET", where+"?wait=20", nil, 200, "If-None-Match", r.Header.Get("ETag")).into(t, &b)
	if b.State != "done" || b.Done != 2 || b.Steps[0].Act == "" {
		t.Errorf("%+v", b)
	}
	var outcomes struct {
		Items []struct{ Identifier, Verdict string }
	}
	d.ask("GET", where+"/outcomes?step=2", nil, 200).into(t, &outcomes)
	if len(outcomes.Items) != 4 || outcomes.Items[0].Verdict != "gets" || outcomes.Items[0].Identifier == "" {
		t.Errorf("%+v", outcomes)
	}
	var all struct{ Items []batch }
	d.ask("GET", "/batches", nil, 200).into(t, &all)
	if len(all.Items) != 1 {
		t.Errorf("%+v", all)
	}
	d.ask("GET", where+"/outcomes?step=x", nil, 400)
	d.ask("GET", where+"/outcomes?step=9", nil, 404)
	d.ask("GET", where+"?wait=x", nil, 400)
	d.Sound(t)
}

func TestAFileIsADryRunFirst(t *testing.T) {
	t.Parallel()
	d := open(t)
	var file strings.Builder
	file.WriteString("identifiant;ark;Remarque\n")
	for _, p := range append(d.pupils, d.pupils[0], "personne") {
		fmt.Fprintf(&file, "%s;%s;\n", p, d.works[0].ARK)
	}
	var b batch
	r := d.ask("POST", "/batches?name=classe.csv", file.String(), 201)
	r.into(t, &b)
	where := r.Header.Get("Location")
	if b.State != "draft" || b.Lines != 6 || b.RefusedLines != 2 || b.Gets != 4 {
		t.Fatalf("%s", r.text)
	}
	var refused struct {
		Items []struct {
			Line int
			Code string
		}
	}
	d.ask("GET", where+"/refused", nil, 200).into(t, &refused)
	if fmt.Sprint(refused.Items) != "[{6 licensing.line.twice} {7 licensing.roll.identifier}]" {
		t.Errorf("%+v", refused)
	}
	start := map[string]any{}
	d.ask("POST", where+"/start", start, 428)
	d.ask("POST", where+"/start", start, 412, "If-Match", `"yesterday"`)
	d.ask("POST", where+"/start", start, 202, "If-Match", `"`+b.Hash+`"`)
	d.ask("POST", where+"/start", start, 409, "If-Match", `"`+b.Hash+`"`)
	if _, err := d.Licensing.Work(t.Context(), "worker"); err != nil {
		t.Fatal(err)
	}
	if c := d.Counters(t, d.school, d.works[0]); c.Assigned != 4 {
		t.Errorf("%+v", c)
	}
	// Back again, resources being said in the address; Latin-1 is no obstacle.
	r = d.ask("POST", "/batches?take=true&resource="+string(d.works[0].ARK), "identifiant;Pr\xe9nom\n"+string(d.pupils[0])+";In\xe8s\n", 201)
	r.into(t, &b)
	if b.RefusedLines != 0 || b.Lines != 1 {
		t.Errorf("%s", r.text)
	}
	for body, code := range map[string]string{"": "sheet.file.empty", "a;b\n": "sheet.header.unknown"} {
		if r := d.ask("POST", "/batches", body, 400); r.code() != code {
			t.Errorf("%q: %s", body, r.text)
		}
	}
}

func TestTwoProgramsWithTheLastCopyAgree(t *testing.T) {
	t.Parallel()
	d := open(t)
	last := d.Resource(false)
	d.Sell(t, d.Offer(d.school, last, licensing.Count(1)))
	order := func(p directory.PersonID) map[string]any {
		return map[string]any{"resources": []string{string(last.ARK)}, "targets": []any{person(p)}}
	}
	d.ask("POST", "/assignments", order(d.pupils[0]), 201)
	if r := d.ask("POST", "/assignments", order(d.pupils[1]), 409); r.code() != "licensing.pool.exhausted" {
		t.Errorf("%s", r.text)
	}
}

func TestAProgramThatHurriesIsAskedToWait(t *testing.T) {
	t.Parallel()
	d := open(t)
	for range 300 {
		d.serial = 0
		r := d.anything()
		if r == http.StatusTooManyRequests {
			return
		}
	}
	t.Error("300 requests in a row, and none refused")
}

// A delegate's program finds what is in the scope. What is outside is as unknown as what does not exist, and is in no count.
func TestADelegatesProgramFindsTheScopeOnly(t *testing.T) {
	t.Parallel()
	d := open(t)
	beyond := d.Class(d.school.ID, "5e A")
	others := d.Persons(d.school.ID, directory.Pupil, 3, beyond)
	keeper := d.Persons(d.school.ID, directory.Teacher, 1, "")[0]
	everybody := map[string]any{"kind": "school", "profiles": []string{"eleve"}}
	both := []string{string(d.works[0].ARK), string(d.works[1].ARK)}
	given := d.ask("POST", "/assignments", map[string]any{"resources": both, "targets": []any{everybody}}, 201)
	outside := d.ask("POST", "/releases", d.order(map[string]any{"kind": "cohort", "id": "5e A"}), 201)
	theirs := d.ask("POST", "/batches", map[string]any{"start": true, "orders": []any{d.order(person(d.pupils[0]))}}, 202)
	below := func(r reply) string {
		_, path, _ := strings.Cut(r.Header.Get("Location"), string(d.school.UAI))
		return path
	}
	before, found := d.secret, struct {
		Given  int
		Copies []struct{ Identifier string }
	}{}
	_, secret, err := d.tokens.Make(t.Context(), journal.System("test"), token.Token{School: d.school.ID, Person: keeper, Name: "Emploi du temps", Ends: d.Now().Add(30 * 24 * time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	d.secret = secret
	if r := d.ask("GET", "/resources", nil, 401); r.code() != "token.over" {
		t.Errorf("before any mandate: %s", r.text)
	}
	m, err := d.Licensing.Delegate(t.Context(), journal.Actor{Kind: journal.ByPerson, ID: string(manager)}, licensing.Mandate{School: d.school.ID, Person: keeper, Cohorts: []directory.CohortID{d.class},
		Resources: []catalogue.ResourceID{d.works[0].ID}, Budget: 2})
	if err != nil {
		t.Fatal(err)
	}
	var list struct{ Items []map[string]any }
	for path, n := range map[string]int{"/resources": 1, "/cohorts": 1, "/persons": 4, "/persons?class=5e+B": 4, "/holders?resource=" + both[0]: 4, "/batches": 0} {
		list.Items = nil
		r := d.ask("GET", path, nil, 200)
		if r.into(t, &list); len(list.Items) != n {
			t.Errorf("%s: %d, want %d: %s", path, len(list.Items), n, r.text)
		}
		for _, secret := range append([]string{"5e A", both[1]}, string(others[0]), string(others[1])) {
			if strings.Contains(string(r.text), `"`+secret+`"`) {
				t.Errorf("%s tells of %s", path, secret)
			}
		}
	}
	// By the name of somebody or something of the school, and of nobody, the answer is the same but for that name.
	for _, pair := range [][2]string{{"/persons?class=5e+A", "/persons?class=9e+Z"}, {"/holders?resource=" + both[1], "/holders?resource=ark:/99999/none"},
		{below(outside), "/acts/none"}, {below(theirs), "/batches/none"}, {below(theirs) + "/outcomes?step=1", "/batches/none/outcomes?step=1"}, {below(theirs) + "/refused", "/batches/none/refused"}} {
		inside, nothing := d.ask("GET", pair[0], nil, 404), d.ask("GET", pair[1], nil, 404)
		if inside.code() != nothing.code() {
			t.Errorf("%s is %s, and what does not exist is %s", pair[0], inside.text, nothing.text)
		}
	}
	for _, order := range []map[string]any{d.order(person(others[0])), d.order(map[string]any{"kind": "cohort", "id": "5e A"}), {"resources": []string{both[1]}, "targets": []any{person(d.pupils[0])}}} {
		for _, path := range []string{"/plans", "/assignments", "/releases"} {
			d.ask("POST", path, order, 404)
		}
		d.ask("POST", "/batches", map[string]any{"orders": []any{order}}, 404)
	}
	if r := d.ask("POST", below(theirs)+"/start", map[string]any{"short": ""}, 404, "If-Match", `"x"`); r.code() != "licensing.batch.unknown" {
		t.Errorf("%s", r.text)
	}
	d.ask("POST", "/plans", d.order(everybody), 403)
	d.ask("GET", below(given), nil, 200).into(t, &found)
	if found.Given != 4 || len(found.Copies) != 4 {
		t.Errorf("of an act on all pupils: %+v", found)
	}
	// Within the scope the budget holds, and what the program did is its own to follow.
	d.ask("POST", "/releases", d.order(map[string]any{"kind": "cohort", "id": "5eb"}), 201)
	if r := d.ask("POST", "/assignments", d.order(map[string]any{"kind": "cohort", "id": "5eb"}), 409); r.code() != "licensing.mandate.budget" {
		t.Errorf("%s", r.text)
	}
	done := d.ask("POST", "/assignments", d.order(person(d.pupils[0])), 201)
	d.ask("GET", below(done), nil, 200)
	mine := d.ask("POST", "/batches", map[string]any{"orders": []any{d.order(person(d.pupils[1]))}}, 201)
	d.ask("GET", below(mine), nil, 200)
	if err := d.Licensing.EndMandate(t.Context(), journal.Actor{Kind: journal.ByPerson, ID: string(manager)}, d.school.ID, m.Person); err != nil {
		t.Fatal(err)
	}
	if r := d.ask("GET", "/resources", nil, 401); r.code() != "token.over" {
		t.Errorf("once it is over: %s", r.text)
	}
	d.secret = before
	d.ask("GET", below(mine), nil, 200)
}

// Whoever gives a book is told which mother of family not all of them have, and gives both by one word.
func TestAPlanOfABookTellsItsFamily(t *testing.T) {
	t.Parallel()
	d := open(t)
	mother := d.Mother(t, d.school)
	d.Adopt(mother, d.works[0])
	type family struct {
		Resource, Title string
		Gets            int64
	}
	var plan struct {
		Families []family
		Figures  []struct{ Resource string }
	}
	order := d.order(person(d.pupils[0]), person(d.pupils[1]))
	want := family{string(mother.ARK), mother.Title, 2}
	d.ask("POST", "/plans", order, 200).into(t, &plan)
	if len(plan.Families) != 1 || plan.Families[0] != want || len(plan.Figures) != 1 {
		t.Errorf("%+v", plan)
	}
	order["families"] = true
	plan.Families = nil
	d.ask("POST", "/plans", order, 200).into(t, &plan)
	if len(plan.Families) != 0 || len(plan.Figures) != 2 || plan.Figures[1].Resource != want.Resource {
		t.Errorf("with the family: %+v", plan)
	}
	d.ask("POST", "/assignments", order, 201)
	if !d.Has(t, d.school, mother, d.pupils[1]) || d.Has(t, d.school, mother, d.pupils[2]) {
		t.Error("the family was not given with the book")
	}
	var b struct {
		Families []family
		Total    int
	}
	file := "identifiant;ressource\n" + string(d.pupils[2]) + ";" + string(d.works[0].ARK) + "\n"
	d.ask("POST", "/batches", file, 201).into(t, &b)
	if want.Gets = 1; len(b.Families) != 1 || b.Families[0] != want || b.Total != 1 {
		t.Errorf("a file: %+v", b)
	}
	b.Families = nil
	d.ask("POST", "/batches?families=true", file, 201).into(t, &b)
	if len(b.Families) != 0 || b.Total != 2 {
		t.Errorf("a file with the family: %+v", b)
	}
}
