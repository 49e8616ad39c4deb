package delivery_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/directory/delivery"
	"pupitre/directory/provision/academy"
	"pupitre/privacy"
)

// Reports name some persons by the portal's identifier: these learn of it, and are taken out.
func TestAPersonIsTakenOutOfReports(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		worker, register := h.runner("one", h.importer), privacy.Register{delivery.Holder{Store: h.store.Delivery()}}
		first := h.receive(academy.Options{})
		h.next(worker, true)
		second := h.receive(academy.Options{}.NextDay())
		h.next(worker, true)
		report, err := h.is(first.ID, delivery.Done).Findings()
		if err != nil || len(report.Schools[0].Examples) < 2 {
			t.Fatalf("%+v, %v", report, err)
		}
		named, other := report.Schools[0].Examples[0].Person, report.Schools[0].Examples[1].Person
		person, err := (&directory.Service{Store: h.store.Directory()}).FindPersonByExternal(t.Context(), "A70", named)
		if err != nil {
			t.Fatal(err)
		}
		who := privacy.Subject{Project: "A70", ID: string(person.ID)}
		given, err := register.Export(t.Context(), who)
		text, _ := json.Marshal(given)
		if err != nil || !strings.Contains(string(text), first.Name) {
			t.Errorf("given back: %s, %v", text, err)
		}
		for range 2 { // it may be repeated
			if err := register.Erase(t.Context(), who); err != nil {
				t.Fatal(err)
			}
		}
		if given, err := register.Export(t.Context(), who); err != nil || len(given) != 0 {
			t.Errorf("left: %+v, %v", given, err)
		}
		for _, id := range []delivery.ID{first.ID, second.ID} {
			if d := h.is(id, delivery.Done); strings.Contains(string(d.Report), `"`+named+`"`) {
				t.Errorf("still named: %s", d.Report)
			}
		}
		now, err := h.is(first.ID, delivery.Done).Findings()
		if err != nil || !now.Names(other) || now.Schools[0].Arrived != report.Schools[0].Arrived || len(now.Schools) != len(report.Schools) {
			t.Errorf("others and figures stay: %+v, %v", now, err)
		}
		if err := register.Erase(t.Context(), privacy.Subject{Project: "A70", ID: "nobody"}); err != nil {
			t.Error(err)
		}
	})
}
