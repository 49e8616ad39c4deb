package archtest_test

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// Everybody may use these: errors, time, ids, words, the shape of a transaction.
var everybody = []string{"internal/fault", "internal/clock", "internal/id", "internal/lang", "internal/tx"}

// rule says what a package may import besides those, and why. The first rule whose pattern fits a package holds;
// "x/..." fits x and what is below it, "x/*" what is right below it.
type rule struct {
	pkg     string
	may     []string
	because string
}

var rules = []rule{
	{"journal/journaldb", []string{"journal", "internal/db"}, "the journal's one table shape, for both products"},
	{"journal", nil, "a library, one instance per product; every area writes to it"},
	{"privacy", nil, "a library, one instance per product; every area answers to it"},

	{"directory", []string{"journal", "privacy"}, "the first fact is who is where"},
	{"directory/delivery", []string{"directory", "directory/provision", "journal", "privacy"}, "how files arrive, and who works on them"},
	{"directory/provision/...", []string{"directory", "directory/provision/...", "journal", "privacy", "internal/xmlgate"}, "formats come and go"},
	{"catalogue/search", nil, "words and documents: it knows no resource"},
	{"catalogue/repository", []string{"catalogue", "internal/httpx", "internal/xmlgate"}, "one more face, of machines: it shows what is there"},
	{"catalogue/thumbnail", []string{"catalogue", "internal/httpx"}, "pictures that others have, fetched and drawn again"},
	{"catalogue/...", []string{"catalogue/...", "journal", "internal/recent", "internal/xmlgate"}, "a resource knows no pupil"},
	{"licensing", []string{"directory", "catalogue", "journal", "privacy"}, "a copy of something, for someone"},
	{"orders", []string{"directory", "catalogue", "licensing", "journal", "privacy"}, "a confirmed order becomes a subscription"},
	{"usage", []string{"directory", "catalogue"}, "counts what others did; it reads the journal, and names nobody"},
	{"orders/trade", []string{"orders", "catalogue", "licensing", "directory", "federation", "federation/local", "federation/outsider", "journal", "privacy"}, "whose agent somebody is; they come in by an account of ours"},
	{"notify", []string{"directory", "catalogue", "licensing", "orders", "federation", "federation/local", "journal", "privacy", "internal/mail"}, "tells persons what the other areas tell; it changes nothing of theirs"},
	{"token", []string{"directory", "journal", "privacy"}, "by what a school's own programs come in; what they may do is others'"},
	{"mediacentre", []string{"directory", "catalogue", "catalogue/search", "licensing", "journal", "privacy"}, "a reader of rights; it decides nothing anew, and keeps what persons mark"},
	{"federation", []string{"directory", "journal", "privacy", "internal/libcrypto", "internal/recent", "internal/xmlsec"}, "declares the interfaces it needs; others satisfy them"},
	{"federation/samlwire", []string{"internal/xmlsec"}, "how messages travel: they mean nothing here"},
	{"federation/local", []string{"federation", "federation/local/guess", "directory", "journal", "privacy"}, "accounts of our own; no face"},
	{"federation/local/guess", []string{"directory"}, "how hard a password is: it folds words as names are, and knows nothing else"},
	{"federation/outsider", []string{"federation", "directory", "journal"}, "sessions of no school; whose they are, others know"},
	{"federation/operator", []string{"federation", "federation/local", "federation/outsider", "directory", "journal", "privacy"}, "who runs the installation; they come in by an account of ours"},
	{"federation/signin", []string{"federation", "federation/local", "federation/samlwire", "directory", "journal", "internal/httpx", "internal/xmlgate", "internal/xmlsec"}, "a portal of our own is one more portal"},
	{"federation/trial", []string{"federation/...", "directory", "journal", "store", "internal/db", "internal/httpx", "internal/xmlsec"}, "a bench, put together like a broker: the real faces over a store of its own; nothing but the command imports it"},
	{"federation/...", []string{"federation", "federation/proof", "federation/samlwire", "directory", "journal", "internal/httpx", "internal/keyset", "internal/xmlgate", "internal/xmlsec"}, "faces never import one another, nor store, nor licensing"},
	{"partners/...", []string{"partners/...", "directory", "directory/provision", "catalogue", "licensing", "orders", "mediacentre", "journal", "internal/httpx", "internal/recent", "internal/xmlgate"}, "one more face, of machines"},

	{"exos/qti/score/...", []string{"exos/qti/program", "exos/qti/chance", "exos/qti/numeric", "exos/qti/pattern"}, "pure: the same code runs in the server and on the device"},
	{"exos/qti/...", []string{"exos/qti/...", "internal/xmlgate"}, "strangers' files to programs; on the server only"},
	{"exos/content", []string{"exos", "exos/qti", "exos/qti/render", "internal/httpx"}, "publishers' content: no page, no session"},
	{"exos/desktop/release", nil, "a folder of archives: the tool that fills it knows no product"},
	{"exos/offline", nil, "promises between us and devices: no database, no exercise"},
	{"exos/...", []string{"exos/...", "journal", "journal/journaldb", "privacy", "internal/db", "internal/httpx", "internal/live", "internal/look", "internal/job", "internal/keyset", "internal/sheet", "internal/xmlgate"}, "another product: no broker area"},

	{"store/...", []string{"store/...", "directory", "directory/delivery", "directory/provision", "catalogue", "catalogue/harvest", "catalogue/repository", "catalogue/thumbnail", "licensing", "orders/...", "mediacentre", "usage", "federation/...", "partners", "notify", "token", "journal", "journal/journaldb", "privacy", "internal/db", "internal/db/dbtest", "internal/job", "internal/recent"}, "arrows point in, never out"},
	{"web/operator", []string{"web", "directory", "directory/delivery", "directory/provision", "catalogue", "catalogue/thumbnail", "notify", "journal", "internal/httpx", "internal/look", "internal/mail", "federation", "federation/local", "federation/operator"}, "what comes in and what goes out, letters too, and who may look"},
	{"web/console/hall", []string{"web", "directory", "catalogue", "licensing", "notify", "journal", "token", "internal/httpx", "internal/live", "internal/look"}, "what all rooms of the console share: it knows none of them"},
	{"web/console/errand", []string{"web", "web/console/hall", "directory", "catalogue", "licensing", "internal/look"}, "an order of several resources: its methods import it, and it none of them"},
	{"web/console/home", []string{"web", "web/console/hall", "web/console/history", "web/console/batch", "directory", "catalogue", "licensing", "journal", "internal/look"}, "the first page says acts and batches as their own pages do"},
	{"web/console/batch", []string{"web", "web/console/hall", "web/copyfile", "directory", "catalogue", "licensing", "journal", "internal/httpx", "internal/look", "internal/sheet"}, "files, and nothing of the methods"},
	{"web/console/double", []string{"web", "web/console/hall", "web/console/history", "directory", "catalogue", "licensing", "journal", "internal/look"}, "what was done is said by the history"},
	{"web/console/program", []string{"web", "web/console/hall", "web/console/history", "directory", "journal", "token", "internal/httpx", "internal/look"}, "tokens only: of copies it knows nothing"},
	{"web/console/*", []string{"web", "web/console/hall", "web/console/errand", "web/copyfile", "directory", "catalogue", "licensing", "journal", "internal/httpx", "internal/look", "internal/sheet"}, "rooms do not import one another"},
	{"web/...", []string{"web/...", "directory", "directory/delivery", "directory/provision", "catalogue", "catalogue/search", "catalogue/thumbnail", "licensing", "orders/...", "mediacentre", "usage", "federation", "federation/local", "partners", "notify", "journal", "privacy", "token", "internal/httpx", "internal/live", "internal/look", "internal/sheet"}, "never store, a driver, a protocol face, or exos"},

	{"internal/fault", nil, "a vocabulary"},
	{"internal/clock", nil, "a vocabulary"},
	{"internal/recent", nil, "a vocabulary"},
	{"internal/libcrypto", nil, "signs with a key; whose it is, its owner knows"},
	{"internal/db/...", []string{"internal/db"}, "opens engines; knows no table"},
	{"internal/httpx", nil, "one place renders failure"},
	{"internal/keyset", []string{"internal/httpx"}, "keys that others publish"},
	{"internal/look", []string{"internal/httpx"}, "the pages' common pieces"},
	{"internal/sheet", nil, "tables that people keep; it knows no school"},
	{"internal/mail", nil, "letters and the server that takes them; it knows nobody"},
	{"internal/live", []string{"journal", "internal/httpx"}, "follows facts, serves streams"},
	{"internal/job", []string{"internal/db"}, "leases"},
	{"internal/demo/portal/...", []string{"internal/demo/portal/...", "internal/httpx", "internal/look"}, "another party: it speaks CAS, like any portal"},
	{"internal/demo/start", []string{"internal/httpx", "internal/look"}, "the demonstration's first page"},
	{"internal/demo/publisher", []string{"internal/httpx", "internal/look"}, "another party: it speaks OIDC, like any publisher"},
	{"internal/demo/...", nil, "files that come in by the real doors"},
	{"internal/archtest", nil, "rules"},
	{"internal/...", []string{"..."}, "plumbing of whole-system things: app, worldtest"},
	{"cmd/...", []string{"internal/...", "..."}, "the one binary"},
	{"tools/...", []string{"internal/look", "exos/...", "directory"}, "builds assets and vectors"},
}

func fits(pattern, pkg string) bool {
	if pattern == "..." {
		return true
	}
	if below, ok := strings.CutSuffix(pattern, "/..."); ok {
		return pkg == below || strings.HasPrefix(pkg, below+"/")
	}
	if above, ok := strings.CutSuffix(pattern, "/*"); ok {
		return path.Dir(pkg) == above
	}
	return pattern == pkg
}

func TestArrowsPointInward(t *testing.T) {
	t.Parallel()
	_, files := tree(t)
	for _, f := range files {
		if f.test || f.suite() {
			continue // tests may reach for a database or a generated school
		}
		i := slices.IndexFunc(rules, func(r rule) bool { return fits(r.pkg, f.pkg) })
		if i < 0 {
			t.Errorf("%s: no rule says what package %s may import: add one, with its reason", f.path, f.pkg)
			continue
		}
		for _, imp := range f.imports {
			may := func(p string) bool { return fits(p, imp) }
			if !slices.ContainsFunc(everybody, may) && !slices.ContainsFunc(rules[i].may, may) {
				t.Errorf("%s imports %s, but %s is %q", f.path, imp, rules[i].pkg, rules[i].because)
			}
		}
	}
}

func TestOnlyTheCompositionRootKnowsEverything(t *testing.T) {
	t.Parallel()
	_, files := tree(t)
	for _, f := range files {
		if f.test || f.suite() {
			continue
		}
		for _, imp := range f.imports {
			if fits("internal/app/...", imp) && !fits("cmd/...", f.pkg) && !fits("internal/app/...", f.pkg) {
				t.Errorf("%s imports internal/app: only cmd and whole-system tests may", f.path)
			}
		}
	}
}

// The exercise engine is the standard library's alone, so that any part of it may come to run on the device; but for the room where
// teachers' HTML comes in, which reads it as browsers do and never leaves the server.
func TestTheExerciseEngineNeedsNoModules(t *testing.T) {
	t.Parallel()
	_, files := tree(t)
	for _, f := range files {
		if f.test || !fits("exos/qti/...", f.pkg) {
			continue
		}
		for _, imp := range f.outside {
			host, _, _ := strings.Cut(imp, "/")
			if strings.Contains(host, ".") && !(f.pkg == "exos/qti/markup" && fits("golang.org/x/net/html/...", imp)) {
				t.Errorf("%s imports %s: the engine has the standard library only", f.path, imp)
			}
		}
	}
}

// The scorer also runs on the device: every package that it brings costs a pupil's phone.
func TestTheScorerIsPure(t *testing.T) {
	t.Parallel()
	banned := map[string]string{
		"encoding/xml": "the server parses once", "encoding/json": "it doubles the size on the device", "time": "no clock in a mark",
		"math/rand": "our own seeded generator", "math/rand/v2": "our own seeded generator", "os": "no machine in a mark",
		"net": "no network in a mark", "net/http": "no network in a mark", "regexp": "patterns are translated at import", "fmt": "size",
	}
	_, files := tree(t)
	for _, f := range files {
		if f.test || !(fits("exos/qti/score/...", f.pkg) || fits("exos/qti/program/...", f.pkg)) {
			continue
		}
		for _, imp := range f.outside {
			if why, bad := banned[imp]; bad {
				t.Errorf("%s imports %s: %s", f.path, imp, why)
			}
		}
	}
}
