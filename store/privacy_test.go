package store_test

import (
	"io/fs"
	"regexp"
	"testing"

	"pupitre/directory"
	"pupitre/directory/delivery"
	"pupitre/directory/provision"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/federation/operator"
	"pupitre/internal/lang"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/notify"
	"pupitre/orders"
	"pupitre/orders/trade"
	"pupitre/privacy"
	"pupitre/store"
)

// notHeld are the tables of class identity that no holder answers for, and why.
var notHeld = map[string]string{
	"oneroster_package": "a number for each project, nobody's",
	"trade_agent_now":   "trade_agent, while a migration gives it another column",
}

// The register must name every table of persons that the broker keeps, in words that they can read.
func TestTheRegisterNamesEveryTableOfPersons(t *testing.T) {
	t.Parallel()
	described, words := map[string]bool{}, lang.MustLoad()
	for area, kept := range (privacy.Register{provision.Holder{}, delivery.Holder{}, federation.Holder{}, local.Holder{}, operator.Holder{}, licensing.Keeper{}, orders.Keeper{}, trade.Holder{}, notify.Keeper{}, licensing.Visitors{}, mediacentre.Keeper{}, directory.Holder{}}).Describe() {
		for _, k := range kept {
			described[k.Table] = true
			if !words.Has(k.What) || !words.Has(k.Why) || k.Source == "" {
				t.Errorf("%s: %s is not described in words", area, k.Table)
			}
		}
	}
	// A table of a school's that keeps what persons wrote may be described, too.
	tables, found, school := regexp.MustCompile(`(?m)^-- table (\w+): class (identity|school)`), map[string]bool{}, map[string]bool{}
	files, err := fs.Glob(store.Migrations(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := fs.ReadFile(store.Migrations(), file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range tables.FindAllSubmatch(text, -1) {
			table := string(m[1])
			if string(m[2]) == "school" {
				school[table] = true
				continue
			}
			found[table] = true
			if described[table] == (notHeld[table] != "") {
				t.Errorf("%s: table %s: described %v, left out because %q", file, table, described[table], notHeld[table])
			}
		}
	}
	for table := range described {
		if !found[table] && !school[table] {
			t.Errorf("the register describes %s, which is no table of persons, nor of a school", table)
		}
	}
	if len(found) < 5 {
		t.Errorf("only %d tables found: does the test still read the migrations?", len(found))
	}
}
