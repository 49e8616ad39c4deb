package provision

import (
	"encoding/json"
	"strings"
	"testing"
)

// A report is read back from JSON before somebody is taken out of it.
func TestAReportForgetsOnePersonAndNoMore(t *testing.T) {
	t.Parallel()
	const text = `{"findings":[{"rule":"a","effect":"aside","record":"GAREleve e-1"},{"rule":"b","effect":"aside","params":{"person":"e-1","uai":"0991234D"}},
		{"rule":"c","effect":"aside","record":"GAREleve e-12"}],"schools":[{"uai":"0991234D","arrived":2,"examples":[{"change":"arrived","person":"e-1"},{"change":"arrived","person":"e-12"}]}]}`
	var r Report
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		t.Fatal(err)
	}
	if !r.Names("e-1") || r.Names("e") {
		t.Error("whom does it name?")
	}
	without := r.Unname("e-1")
	out, err := json.Marshal(without)
	if err != nil || without.Names("e-1") || strings.Contains(string(out), `e-1"`) {
		t.Errorf("still there: %s, %v", out, err)
	}
	if !without.Names("e-12") || without.Findings[0].Record != "GAREleve …" || without.Findings[1].Params["uai"] != "0991234D" || len(without.Schools[0].Examples) != 1 || without.Schools[0].Arrived != 2 {
		t.Errorf("more than one is gone: %s", out)
	}
	if !r.Names("e-1") {
		t.Error("the report given was changed")
	}
}
