package offerfile_test

import (
	"errors"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/licensing"
	"pupitre/orders"
	"pupitre/web/offerfile"
)

const distributor = "999000808_0000000000000808"

const header = "reference;ressource;type;transferable;publics;annees;prix_ht;tva;minimum;du;jusqu_au;etablissements\n"

func TestOffersAreReadToTheCent(t *testing.T) {
	t.Parallel()
	list, lines, err := offerfile.Read(strings.NewReader(header+
		"a;ark:/99999/x;;;eleve;;4,50 €;5,5;;;;\n\n"+
		"b;ark:/99999/y;etabl;non;eleve enseignant;3;189;20;1;2026-05-01;2026-10-31;0991234D\n"), distributor)
	if err != nil || len(list) != 2 || lines[0] != 2 || lines[1] != 4 {
		t.Fatalf("%+v, %v, %v", list, lines, err)
	}
	a, b := list[0], list[1]
	if a.Net != 450 || a.Rate != 550 || a.Years != 1 || a.Least != 1 || a.Kind != licensing.Individual || !a.Transferable || a.Distributor != distributor || len(a.Schools) != 0 {
		t.Errorf("%+v", a)
	}
	if b.Net != 18900 || b.Rate != 2000 || b.Years != 3 || b.Kind != licensing.Establishment || b.Transferable || len(b.Publics) != 2 || b.Publics[1] != directory.Teacher ||
		b.Until != (clock.Date{Year: 2026, Month: 10, Day: 31}) || len(b.Schools) != 1 {
		t.Errorf("%+v", b)
	}
	for _, o := range list {
		if err := o.Validate(); err != nil {
			t.Error(err)
		}
	}
}

func TestATrialIsReadWithItsDays(t *testing.T) {
	t.Parallel()
	const trials = "reference;ressource;publics;prix_ht;tva;essai_jours;essai_exemplaires;essai_immediat\n"
	list, _, err := offerfile.Read(strings.NewReader(trials+"a;ark:/99999/x;eleve;0;5,5;30;5;oui\nb;ark:/99999/x;eleve;0;5,5;15;;\nc;ark:/99999/x;eleve;4,50;5,5;;;\n"), distributor)
	if err != nil || list[0].Trial != (orders.Trial{Days: 30, Most: 5, AtOnce: true}) || list[1].Trial != (orders.Trial{Days: 15, Most: 1}) || list[2].IsTrial() {
		t.Fatalf("%+v, %v", list, err)
	}
	for text, code := range map[string]string{
		"a;ark:/99999/x;eleve;0;5,5;trente;5;":   "offerfile.whole",
		"a;ark:/99999/x;eleve;0;5,5;30;5;demain": "offerfile.yes-no",
	} {
		if _, _, err := offerfile.Read(strings.NewReader(trials+text+"\n"), distributor); fault.CodeOf(err) != code {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, code := range map[string]string{
		"a;ark:/99999/x;eleve;1;5,5;30;5;":   "orders.trial.price",
		"a;ark:/99999/x;eleve;0;5,5;;5;":     "orders.trial.days",
		"a;ark:/99999/x;eleve;0;5,5;0;5;":    "orders.trial.days",
		"a;ark:/99999/x;eleve;0;5,5;400;5;":  "orders.trial.days",
		"a;ark:/99999/x;eleve;0;5,5;30;0;":   "orders.trial.copies",
		"a;ark:/99999/x;eleve;0;5,5;30;-1;":  "orders.trial.copies",
		"a;ark:/99999/x;eleve;0;5,5;;;oui":   "orders.trial.days",
		"a;ark:/99999/x;eleve;0;5,5;30;1e9;": "offerfile.whole",
	} {
		list, _, err := offerfile.Read(strings.NewReader(trials+text+"\n"), distributor)
		if err == nil {
			err = list[0].Validate()
		}
		if fault.CodeOf(err) != code {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestWhatIsWrongIsNamedWithItsLine(t *testing.T) {
	t.Parallel()
	for text, code := range map[string]string{
		"a;ark:/99999/x;;;eleve;;4,505;5,5;;;;":      "offerfile.decimal",
		"a;ark:/99999/x;;;eleve;;-1;5,5;;;;":         "offerfile.decimal",
		"a;ark:/99999/x;;;eleve;;;5,5;;;;":           "offerfile.decimal",
		"a;ark:/99999/x;;;eleve;;1e3;5,5;;;;":        "offerfile.decimal",
		"a;ark:/99999/x;;;eleve;deux;1;5,5;;;;":      "offerfile.whole",
		"a;ark:/99999/x;;peut-être;eleve;;1;5,5;;;;": "offerfile.yes-no",
		"a;ark:/99999/x;;;eleve;;1;5,5;;demain;;":    "offerfile.date",
		"a;x;;;eleve;;1;5,5;;;;":                     "catalogue.ark.form",
		"a;ark:/99999/x;;;eleve;;1;5,5;;;;0991234X":  "directory.uai.letter",
	} {
		_, _, err := offerfile.Read(strings.NewReader(header+"z;ark:/99999/x;;;eleve;;1;5,5;;;;\n"+text+"\n"), distributor)
		at, ok := errors.AsType[offerfile.LineError](err)
		if !ok || at.Line != 3 || fault.CodeOf(err) != code || !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, _, err := offerfile.Read(strings.NewReader("reference;ressource\n"), distributor); fault.CodeOf(err) != "offerfile.column.missing" {
		t.Error(err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(header + "a;ark:/99999/x;;;eleve;;4,50 €;5,5;;;;\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, lines, err := offerfile.Read(strings.NewReader(text), distributor)
		if err == nil && len(list) != len(lines) {
			t.Errorf("%d offers on %d lines", len(list), len(lines))
		}
		for _, o := range list {
			if o.Net < 0 || o.Rate < 0 {
				t.Errorf("%+v", o)
			}
		}
	})
}
