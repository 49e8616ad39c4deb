package worldtest_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/db"
	"pupitre/internal/worldtest"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/store"
	"pupitre/token"
	"pupitre/web"
)

// wildcard is a part of a route's pattern that an address fills in.
var wildcard = regexp.MustCompile(`\{(\w+)(?:\.\.\.)?\}`)

// schoolRoutes are the broker's routes that name a school, found by what was registered: those that it does not have yet are walked, too. The
// trade's have sessions of their own: TestNobodySeesAnothersOrders walks them.
func schoolRoutes(t *testing.T, b *brokerapp.Broker) []string {
	t.Helper()
	var routes []string
	for _, route := range b.Routes {
		method, pattern, ok := strings.Cut(route, " ")
		if !ok {
			method, pattern = "", route
		}
		if strings.HasPrefix(pattern, web.TradePath+"/") {
			continue
		}
		for _, m := range wildcard.FindAllStringSubmatch(pattern, -1) {
			if slices.Contains([]string{"uai", "school", "ecole", "etablissement"}, m[1]) {
				if method == "" {
					routes = append(routes, http.MethodGet+" "+pattern, http.MethodPost+" "+pattern)
				} else {
					routes = append(routes, route)
				}
				break
			}
		}
	}
	if len(routes) < 16 {
		t.Fatalf("only %d routes name a school: %q", len(routes), routes)
	}
	return routes
}

// walk asks for a route with these values in its wildcards; every other is « x ». Forms are sent whole.
func walk(t *testing.T, w *worldtest.World, v *worldtest.Visitor, route string, values map[string]string, form url.Values) worldtest.Page {
	t.Helper()
	method, pattern, _ := strings.Cut(route, " ")
	path := wildcard.ReplaceAllStringFunc(strings.TrimSuffix(pattern, "{$}"), func(s string) string {
		value, ok := values[wildcard.FindStringSubmatch(s)[1]]
		if !ok {
			value = "x"
		}
		return url.PathEscape(value)
	})
	if method == http.MethodGet {
		return v.Get(t, w.Broker+path+"?"+form.Encode())
	}
	r, err := http.NewRequest(method, w.Broker+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return v.Do(t, r)
}

var schoolTable = regexp.MustCompile(`(?m)^-- table (\w+): class school`)

// kept counts the rows of every table of schools, and the changes that the journal has.
func kept(t *testing.T, b *brokerapp.Broker) map[string]int64 {
	t.Helper()
	migrations := store.Migrations()
	files, err := fs.Glob(migrations, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int64{}
	err = b.Store.DB.Read(t.Context(), func(ctx context.Context, x *db.Tx) error {
		count := func(name, query string) error {
			var n int64
			err := x.One(ctx, query, nil, &n)
			counts[name] = n
			return err
		}
		for _, file := range files {
			text, err := fs.ReadFile(migrations, file)
			if err != nil {
				return err
			}
			for _, m := range schoolTable.FindAllSubmatch(text, -1) {
				if table := string(m[1]); table != "journal" {
					if err := count(table, "select count(*) from "+table); err != nil {
						return err
					}
				}
			}
		}
		return count("changes in the journal", "select count(*) from journal where class <> 'access'")
	})
	if err != nil || len(counts) < 12 {
		t.Fatalf("%d tables of schools, %v", len(counts), err)
	}
	return counts
}

// office is who the routes are walked by, and what they must not meet.
type office struct {
	*brokerapp.Broker
	school directory.School
	work   catalogue.ResourceID   // in the delegate's scope
	others []catalogue.ResourceID // not in it
	class  directory.Cohort       // in the delegate's scope
	beyond directory.Cohort       // not in it
	person map[string]directory.PersonID
	act    journal.ActID        // one of the school's, not in it
	asked  licensing.Suggestion // what a teacher suggests, not in it
}

func newOffice(t *testing.T, w *worldtest.World) *office {
	t.Helper()
	o := &office{Broker: operator(t, w), person: map[string]directory.PersonID{}}
	var err error
	if o.school, err = o.Directory.FindSchoolByUAI(t.Context(), ourUAI); err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"claire.vasseur", "karim.belhadj", "odile.tran", "ines.marchal", "nadia.aubry"} {
		name := strings.Split(login, ".")
		found, err := o.Directory.ListPersons(t.Context(), o.school.ID, directory.Filter{Text: name[1] + " " + name[0]}, directory.Page{})
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %d found, %v", login, len(found), err)
		}
		o.person[login] = found[0].Person
	}
	stocks, err := o.Licensing.ListStock(t.Context(), o.school.ID, nil)
	if err != nil || len(stocks) < 3 {
		t.Fatalf("%d resources, %v", len(stocks), err)
	}
	for _, s := range stocks {
		if s.Title == workbookTitle {
			o.work = s.Resource
		} else {
			o.others = append(o.others, s.Resource)
		}
	}
	given, err := o.Licensing.Assign(t.Context(), journal.Actor{Kind: journal.ByPerson, ID: string(o.person["claire.vasseur"])}, licensing.Order{
		School: o.school.ID, Resources: []catalogue.ResourceID{o.others[0]}, Targets: []licensing.Target{licensing.ToPerson(o.person["ines.marchal"])}})
	if err != nil {
		t.Fatal(err)
	}
	o.act = given.Act
	cohorts, err := o.Directory.Cohorts(t.Context(), o.school.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cohorts {
		switch c.Label {
		case "5e A":
			o.class = c
		case "5e B":
			o.beyond = c
		}
	}
	o.asked, err = o.Licensing.Suggest(t.Context(), journal.Actor{Kind: journal.ByPerson, ID: string(o.person["nadia.aubry"])}, licensing.Suggestion{
		School: o.school.ID, Resource: o.others[0], Targets: []licensing.Target{licensing.ToCohort(o.beyond.ID, directory.Pupil)}, Word: "Pour Marchal et les autres."})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// neighbour makes Odile the manager of the other school, and returns it.
func (o *office) neighbour(t *testing.T) directory.School {
	t.Helper()
	theirs, err := o.Directory.FindSchoolByUAI(t.Context(), theirUAI)
	if err == nil {
		err = o.Store.DB.Write(t.Context(), func(ctx context.Context, x *db.Tx) error {
			_, err := x.Exec(ctx, `insert into assignment_manager (school, person, state, source) values ($1, $2, 'confirmed', 'portal')`, string(theirs.ID), string(o.person["odile.tran"]))
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return theirs
}

// Whoever assigns copies in one school finds nothing of another's and changes nothing there, by any route that the broker has.
func TestNoRouteOpensAnotherSchool(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		o := newOffice(t, w)
		o.neighbour(t)
		odile := worldtest.NewVisitor()
		odile.SignIn(t, w.Broker+"/affectation", "odile.tran") // she has two places, and is asked which: the first will do
		if page := odile.Get(t, w.Broker+"/affectation"); !strings.HasSuffix(page.At.Path, theirUAI) {
			t.Fatalf("she does not come to her own school, but to %s", page.At)
		}
		before := kept(t, o.Broker)
		secrets := []string{workbookTitle, "Marchal", "Belhadj", o.beyond.Label}
		for _, route := range schoolRoutes(t, o.Broker) {
			for _, resource := range append(o.others[:1:1], o.work) {
				page := walk(t, w, odile.Stay(), route, o.values(resource, "ines.marchal"), o.form(resource, o.beyond))
				closed(t, route, page, secrets)
			}
		}
		unchanged(t, before, kept(t, o.Broker))
	})
}

// Whoever assigns copies in one school reaches nothing of another's through the pages of their own, by the ids that things have there: no
// page, no form, no program.
func TestNoRouteOfOnesOwnSchoolReachesAnothersThings(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		o := newOffice(t, w)
		theirs := o.neighbour(t)
		resource := o.alone(t, theirs)
		values := o.things(t, resource)
		values["uai"] = string(theirs.UAI)
		odile := worldtest.NewVisitor()
		odile.SignIn(t, w.Broker+"/affectation", "odile.tran")
		if page := odile.Get(t, w.Broker+"/affectation/"+string(theirs.UAI)); page.Status != http.StatusOK {
			t.Fatalf("her own school does not open: %d", page.Status)
		}
		form := o.form(resource, o.beyond)
		form["cible"] = []string{licensing.ToCohort(o.beyond.ID).String(), licensing.ToPerson(o.person["ines.marchal"]).String()}
		form["selection"], form["famille"] = []string{string(resource)}, []string{string(resource)}
		secrets := []string{"Marchal", "Belhadj"}
		before := kept(t, o.Broker)
		for _, route := range schoolRoutes(t, o.Broker) {
			if !strings.Contains(route, "{uai}") || strings.Contains(route, "/api/v1/") || strings.HasSuffix(route, "/suivre") { // her own stream has no end
				continue
			}
			page := walk(t, w, odile.Stay(), route, o.known(t, route, values), form)
			switch within := wildcard.MatchString(strings.Replace(route, "{uai}", "", 1)); {
			case within:
				closed(t, route, page, secrets)
			case !strings.HasPrefix(route, http.MethodGet) && !aboutNothing(route) && page.Status < http.StatusBadRequest:
				t.Errorf("%s takes what is another school's: %d", route, page.Status)
			default:
				silent(t, route, page, secrets)
			}
		}
		_, secret, err := o.Tokens.Make(t.Context(), journal.System("test"), token.Token{School: theirs.ID, Person: o.person["odile.tran"], Name: "Emploi du temps", Ends: time.Now().AddDate(0, 0, 30)})
		if err == nil {
			_, err = o.Tokens.Present(t.Context(), secret)
		}
		if err != nil {
			t.Fatal(err)
		}
		unchanged(t, before, kept(t, o.Broker), "api_token", "changes in the journal")
		before = kept(t, o.Broker)
		for _, route := range apiRoutes(t, o.Broker) {
			page := call(t, w, route, secret, o.known(t, route, values), []catalogue.ResourceID{resource}, o.beyond, o.person["ines.marchal"])
			if strings.HasPrefix(route, http.MethodGet) && !wildcard.MatchString(strings.Replace(route, "{uai}", "", 1)) && !strings.HasSuffix(route, "/holders") {
				silent(t, route, page, secrets)
			} else {
				closed(t, route, page, secrets)
			}
		}
		unchanged(t, before, kept(t, o.Broker))
	})
}

// alone is a resource of our school that the other has no copies of.
func (o *office) alone(t *testing.T, theirs directory.School) catalogue.ResourceID {
	t.Helper()
	stocks, err := o.Licensing.ListStock(t.Context(), theirs.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range append(slices.Clone(o.others), o.work) {
		if !slices.ContainsFunc(stocks, func(s licensing.Stock) bool { return s.Resource == id }) {
			return id
		}
	}
	t.Fatal("the other school has copies of every resource of ours")
	return ""
}

// things are what our school has of everything that a route can name.
func (o *office) things(t *testing.T, resource catalogue.ResourceID) map[string]string {
	t.Helper()
	by := journal.Actor{Kind: journal.ByPerson, ID: string(o.person["claire.vasseur"])}
	values := o.values(resource, "karim.belhadj")
	stood, err := o.Licensing.AddRule(t.Context(), by, licensing.Rule{School: o.school.ID, Resource: resource, Targets: []licensing.Target{licensing.ToCohort(o.beyond.ID)}}, "")
	if err != nil {
		t.Fatal(err)
	}
	batch, err := o.Licensing.Prepare(t.Context(), by, licensing.Draft{School: o.school.ID, Orders: []licensing.Order{{School: o.school.ID,
		Resources: []catalogue.ResourceID{resource}, Targets: []licensing.Target{licensing.ToPerson(o.person["ines.marchal"])}}}})
	if err != nil {
		t.Fatal(err)
	}
	made, _, err := o.Tokens.Make(t.Context(), by, token.Token{School: o.school.ID, Person: o.person["claire.vasseur"], Name: "Cantine", Ends: time.Now().AddDate(0, 0, 30)})
	if err != nil {
		t.Fatal(err)
	}
	values["rule"], values["lot"], values["batch"], values["jeton"] = string(stood.Rule.ID), string(batch.ID), string(batch.ID), string(made.ID)
	return values
}

// elsewhere are the wildcards of what these schools have none of, and why that is enough.
var elsewhere = map[string]string{
	"id":         "orders: TestNobodySeesAnothersOrders",
	"answer":     "orders: TestNobodySeesAnothersOrders",
	"bookseller": "a bookseller is no school's",
	"token":      "a word of letters that is nobody's",
}

// known fails where a route names something of which the walk has none: it would be asked for « x », and prove nothing.
func (o *office) known(t *testing.T, route string, values map[string]string) map[string]string {
	t.Helper()
	for _, m := range wildcard.FindAllStringSubmatch(route, -1) {
		if values[m[1]] == "" && elsewhere[m[1]] == "" {
			t.Errorf("%s: the walk has no {%s} of another school", route, m[1])
		}
	}
	return values
}

// A delegate finds what is in the scope, and by no route anything beyond it: no page, no form, no program.
func TestNoRouteLeadsADelegateBeyondTheScope(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		o := newOffice(t, w)
		_, err := o.Licensing.Delegate(t.Context(), journal.Actor{Kind: journal.ByPerson, ID: string(o.person["claire.vasseur"])}, licensing.Mandate{
			School: o.school.ID, Person: o.person["karim.belhadj"], Cohorts: []directory.CohortID{o.class.ID}, Resources: []catalogue.ResourceID{o.work}, Budget: 100})
		if err != nil {
			t.Fatal(err)
		}
		karim := worldtest.NewVisitor()
		karim.SignIn(t, w.Broker+"/affectation/"+ourUAI, "karim.belhadj")
		secrets := []string{"Marchal", o.beyond.Label} // Inès is in 5e B
		secrets = append(secrets, o.titles(t)...)
		before := kept(t, o.Broker)
		for _, route := range schoolRoutes(t, o.Broker) {
			if strings.HasSuffix(route, "/suivre") { // a stream without end: TestADelegateHearsOfTheirScopeAlone
				continue
			}
			page := walk(t, w, karim.Stay(), route, o.values(o.others[0], "nadia.aubry"), o.form(o.others[0], o.beyond))
			if wildcard.MatchString(strings.Replace(route, "{uai}", "", 1)) || !strings.HasPrefix(route, http.MethodGet) && !aboutNothing(route) {
				closed(t, route, page, secrets)
			} else {
				silent(t, route, page, secrets)
			}
			page = walk(t, w, karim.Stay(), route, o.values(o.work, "nadia.aubry"), o.form(o.work, o.beyond))
			if strings.HasPrefix(route, http.MethodGet) || aboutNothing(route) {
				silent(t, route, page, secrets)
			} else {
				closed(t, route, page, secrets)
			}
		}
		unchanged(t, before, kept(t, o.Broker))
		// An act of a manager's that touched the scope too is read without the rest of it, and is not theirs to undo.
		across, err := o.Licensing.Assign(t.Context(), journal.Actor{Kind: journal.ByPerson, ID: string(o.person["claire.vasseur"])}, licensing.Order{
			School: o.school.ID, Resources: []catalogue.ResourceID{o.work, o.others[0]}, Targets: []licensing.Target{licensing.ToCohort(o.class.ID), licensing.ToCohort(o.beyond.ID)}, Short: licensing.ShortServe})
		if err != nil {
			t.Fatal(err)
		}
		past := w.Broker + "/affectation/" + ourUAI + "/historique/" + string(across.Act)
		read := karim.Get(t, past)
		if silent(t, "a manager's act", read, secrets); read.Status != http.StatusOK || !read.Says("5e A") {
			t.Errorf("a manager's act: %d, %s", read.Status, read.Words())
		}
		closed(t, "its undo", karim.Get(t, past+"/annuler"), secrets)
		// Nor by a program of theirs, whatever it asks for by name.
		secret := o.program(t, "karim.belhadj")
		before = kept(t, o.Broker)
		for _, route := range apiRoutes(t, o.Broker) {
			page := call(t, w, route, secret, o.values(o.others[0], "ines.marchal"), o.others, o.beyond, o.person["ines.marchal"])
			if strings.HasPrefix(route, http.MethodGet) && !wildcard.MatchString(strings.Replace(route, "{uai}", "", 1)) && !strings.HasSuffix(route, "/holders") {
				silent(t, route, page, secrets)
			} else {
				closed(t, route, page, secrets)
			}
		}
		unchanged(t, before, kept(t, o.Broker))
		page := karim.Get(t, w.Broker+"/affectation/"+ourUAI+"/ressources/"+string(o.work)+"/population")
		if page.Status != http.StatusOK || !page.Says("5e A") || !page.Says("il en reste 100 à donner sur 100") {
			t.Errorf("the scope itself does not open: %d, %s", page.Status, page.Words())
		}
	})
}

// program makes a token for somebody's program, and uses it once: the first use of a day is noted.
func (o *office) program(t *testing.T, login string) token.Secret {
	t.Helper()
	_, secret, err := o.Tokens.Make(t.Context(), journal.System("test"), token.Token{School: o.school.ID, Person: o.person[login], Name: "Emploi du temps", Ends: time.Now().AddDate(0, 0, 30)})
	if err == nil {
		_, err = o.Tokens.Present(t.Context(), secret)
	}
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// apiRoutes are those of programs that name a school.
func apiRoutes(t *testing.T, b *brokerapp.Broker) []string {
	t.Helper()
	routes := slices.DeleteFunc(schoolRoutes(t, b), func(route string) bool { return !strings.Contains(route, "/api/v1/") })
	if len(routes) < 14 {
		t.Fatalf("only %d routes of programs: %q", len(routes), routes)
	}
	return routes
}

// call asks as a program, for a class, a person and resources by the names that programs have for them.
func call(t *testing.T, w *worldtest.World, route string, secret token.Secret, values map[string]string, resources []catalogue.ResourceID, class directory.Cohort, person directory.PersonID) worldtest.Page {
	t.Helper()
	method, pattern, _ := strings.Cut(route, " ")
	b := operator(t, w)
	roll, err := b.Licensing.Roll(t.Context(), class.School, nil)
	if err != nil {
		t.Fatal(err)
	}
	var arks []string
	for _, work := range roll.Works {
		if slices.Contains(resources, work.ID) {
			arks = append(arks, string(work.ARK))
		}
	}
	who, _ := roll.Named(person)
	order := map[string]any{"resources": arks, "targets": []any{map[string]any{"kind": "cohort", "id": class.Code}, map[string]any{"kind": "person", "id": who.External}}}
	body := any(order)
	if strings.HasSuffix(pattern, "/batches") {
		body = map[string]any{"orders": []any{order}, "start": true}
	} else if strings.HasSuffix(pattern, "/start") {
		body = map[string]any{"short": "serve"}
	}
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	path := wildcard.ReplaceAllStringFunc(pattern, func(s string) string {
		return url.PathEscape(cmp.Or(values[wildcard.FindStringSubmatch(s)[1]], "x"))
	})
	r, err := http.NewRequest(method, w.Broker+path+"?"+url.Values{"resource": {arks[0]}, "step": {"1"}}.Encode(), bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+string(secret))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", rand.Text())
	r.Header.Set("If-Match", `"x"`)
	return worldtest.NewVisitor().Do(t, r)
}

// values fill the wildcards of a route.
func (o *office) values(resource catalogue.ResourceID, login string) map[string]string {
	return map[string]string{"uai": string(o.school.UAI), "school": string(o.school.ID), "ecole": string(o.school.UAI), "etablissement": string(o.school.UAI),
		"resource": string(resource), "person": string(o.person[login]), "act": string(o.act)}
}

// form is what any form of the console might be sent: a class, a person, a resource, and a plan's fingerprint.
func (o *office) form(resource catalogue.ResourceID, class directory.Cohort) url.Values {
	return url.Values{"cible": {licensing.ToCohort(class.ID).String(), licensing.ToSchool().String(), licensing.ToPerson(o.person["ines.marchal"]).String()},
		"ressource": {string(resource)}, "empreinte": {"x"}, "quoi": {"classes"}, "comptees": {"1"}, "toute": {"1"}, "personne": {string(o.person["ines.marchal"])}, "part": {string(o.asked.ID) + " " + o.asked.Targets[0].String()}, "suggestion": {string(o.asked.ID)}, "motif": {"non"}, "manque": {"serve"}, "classes": {"tout"}, "ressources": {"tout"}, "voir": {string(class.ID)}}
}

// aboutNothing reports whether a form of the console can name nothing beyond a scope: who has something twice is found, and a file is read.
func aboutNothing(route string) bool {
	return strings.HasSuffix(route, "/doubles") || strings.HasSuffix(route, "/fichier")
}

// titles are those of the resources that are not in the delegate's scope.
func (o *office) titles(t *testing.T) (all []string) {
	t.Helper()
	list, err := o.Catalogue.ListResources(t.Context(), o.others...)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range list {
		all = append(all, r.Title)
	}
	return all
}

// closed fails unless the answer is that there is nothing for this reader, and tells nothing.
func closed(t *testing.T, route string, page worldtest.Page, secrets []string) {
	t.Helper()
	if !slices.Contains([]int{http.StatusNotFound, http.StatusForbidden, http.StatusUnauthorized}, page.Status) {
		t.Errorf("%s answers %d: %s", route, page.Status, fmt.Sprintf("%.300s", page.Words()))
	}
	silent(t, route, page, secrets)
}

// silent fails where the answer tells something.
func silent(t *testing.T, route string, page worldtest.Page, secrets []string) {
	t.Helper()
	for _, secret := range secrets {
		if strings.Contains(page.Text, secret) {
			t.Errorf("%s tells of %q", route, secret)
		}
	}
}

// unchanged fails where a table, but for those that are meant to, has more rows or fewer.
func unchanged(t *testing.T, before, after map[string]int64, but ...string) {
	t.Helper()
	for _, table := range slices.Sorted(maps.Keys(before)) {
		if before[table] != after[table] && !slices.Contains(but, table) {
			t.Errorf("%s: %d rows, now %d", table, before[table], after[table])
		}
	}
}
