package store_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/classroom"
	"pupitre/exos/lti"
	"pupitre/exos/store"
	"pupitre/exos/store/storetest"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/privacy"
)

// nameless are the columns where the id of somebody who was erased may stay, and why: it leads to nobody.
var nameless = map[string]string{
	"journal.actor": "who did what stays true", "journal.person": "and for whom", "journal.detail": "and what",
}

// tables are the product's tables: their class, and their columns.
func tables(t *testing.T) (class map[string]string, columns map[string][]string) {
	t.Helper()
	class, columns = map[string]string{}, map[string][]string{}
	named := regexp.MustCompile(`(?m)^-- table (\w+): class (\w+)`)
	made := regexp.MustCompile(`(?s)create table (\w+) \((.*?)\n\)`)
	column := regexp.MustCompile(`(?m)^  (\w+) text`)
	files, err := fs.Glob(store.Migrations(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	for _, file := range files {
		text, err := fs.ReadFile(store.Migrations(), file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			class[m[1]] = m[2]
		}
		for _, m := range made.FindAllStringSubmatch(string(text), -1) {
			columns[m[1]] = nil
			for _, c := range column.FindAllStringSubmatch(m[2], -1) {
				columns[m[1]] = append(columns[m[1]], c[1])
			}
		}
	}
	class["attempt"], columns["attempt"] = class["attempt_made"], columns["attempt_made"] // it was renamed
	delete(class, "attempt_made")
	delete(columns, "attempt_made")
	for _, c := range []string{"kind", "code", "label"} { // and these are gone
		columns["homework"] = slices.DeleteFunc(columns["homework"], func(o string) bool { return o == c })
	}
	columns["homework"] = append(columns["homework"], "plan", "terms")
	columns["module"] = append(columns["module"], "owner", "school")
	columns["notebook"] = append(columns["notebook"], "origin")
	return class, columns
}

func TestTheRegisterNamesEveryTableOfPersons(t *testing.T) {
	t.Parallel()
	class, _ := tables(t)
	described, words := map[string]bool{}, lang.MustLoad()
	for _, k := range (exos.Holder{}).Describe() {
		described[k.Table] = true
		if !words.Has(k.What) || !words.Has(k.Why) || k.Source == "" || class[k.Table] == "" {
			t.Errorf("%s (class %q) is not described in words", k.Table, class[k.Table])
		}
	}
	for table, c := range class {
		if c == "identity" && !described[table] {
			t.Errorf("table %s is not in the register", table)
		}
	}
	if len(described) < 15 {
		t.Errorf("only %d tables", len(described))
	}
}

// What is kept of a pupil and of a teacher is given to them from every table that the register names, and after their erasure no table
// holds their id but those that say why.
func TestNothingIsLeftOfWhoIsErased(t *testing.T) {
	t.Parallel()
	class, columns := tables(t)
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		var s *store.Store
		w := storetest.NewWorld(t, func(t testing.TB, now func() time.Time) storetest.Stores {
			s = &store.Store{DB: e.Open(t, store.Migrations(), now), IDs: id.NewMaker(now)}
			return s
		})
		pupil, teacher := lives(t, w)
		if err := s.LTI().Write(t.Context(), func(ctx context.Context, w lti.Writer) error {
			return w.PutGrade(ctx, lti.Grade{Learner: pupil.Learner.ID, Platform: "p", Link: "l", Title: "Les classes de mots"})
		}); err != nil {
			t.Fatal(err)
		}
		away(t, s, pupil.Learner.ID)
		holder := exos.Holder{Store: s}
		seen := map[string]bool{"publisher_key": true} // of no learner
		for _, v := range []exos.Visitor{pupil, teacher} {
			out, err := holder.Export(t.Context(), privacy.Subject{Project: v.Learner.Issuer, ID: string(v.Learner.Subject)})
			if err != nil {
				t.Fatal(err)
			}
			for table, rows := range out.(exos.Personal) {
				seen[table] = true
				if _, err := json.Marshal(rows); err != nil {
					t.Errorf("%s: %v", table, err)
				}
			}
		}
		for _, k := range holder.Describe() {
			if !seen[k.Table] {
				t.Errorf("nothing of table %s is given to anybody: does lives fill it, and Personal know it?", k.Table)
			}
		}
		for _, v := range []exos.Visitor{pupil, teacher} {
			who := privacy.Subject{Project: v.Learner.Issuer, ID: string(v.Learner.Subject)}
			for range 2 { // it may be repeated
				if err := holder.Erase(t.Context(), who); err != nil {
					t.Fatal(err)
				}
			}
			if out, err := holder.Export(t.Context(), who); err != nil || out != nil {
				t.Errorf("after the erasure there is %v, %v", out, err)
			}
			err := s.DB.Read(t.Context(), func(ctx context.Context, tx *db.Tx) error {
				for table := range class {
					for _, c := range columns[table] {
						var n int
						if err := tx.One(ctx, `select count(*) from `+table+` where `+c+` like $1`, []any{"%" + string(v.Learner.ID) + "%"}, &n); err != nil {
							return err
						}
						if n > 0 && nameless[table+"."+c] == "" {
							t.Errorf("%s.%s has the id still, %d times", table, c, n)
						}
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := holder.Erase(t.Context(), privacy.Subject{}); err == nil {
			t.Error("nobody is erased without a word")
		}
	})
}

// lives is a pupil and a teacher who left something in every table of theirs.
func lives(t *testing.T, w *storetest.World) (pupil, teacher exos.Visitor) {
	t.Helper()
	ctx := t.Context()
	teacher, n := w.Own("prof", storetest.Keyed("Un", "B"))
	pupil = w.Pupil("ines")
	s := w.Sit(pupil, 0)
	w.Tell(pupil, w.Event(s, exos.Answered, w.Key(s)))
	work := w.Of(n)
	work.Persons, work.Parts = []exos.LearnerID{pupil.Learner.ID}, append(w.Essay(), work.Parts...)
	h := w.Give(teacher, work)
	pupil = w.Pupil("ines")
	essay := w.Task(pupil, h.ID, 0)
	w.Tell(pupil, w.Event(essay, exos.Answered, storetest.Text(essay, "Un jour")))
	w.Choose(pupil, h.ID, 2, "C")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.Classroom.Mark(ctx, teacher, exos.HandMark{Homework: h.ID, Learner: pupil.Learner.ID, Exercise: h.Parts[0].Exercise, Points: 5, Remark: "Bien."}))
	teacher = w.Mend(teacher, n, storetest.Keyed("Un", "C"))
	must(w.Classroom.Correct(ctx, teacher, h.ID, w.Plan(teacher, h.ID).Hash, nil))
	_, err := w.Classroom.Share(ctx, teacher, classroom.SharedNotebook, string(n.ID), true, true)
	must(err)
	g, err := w.Classroom.MakeGroup(ctx, teacher, "Soutien")
	must(err)
	if _, err := w.Classroom.Join(ctx, pupil, "AAAAAA", "192.0.2.1"); err == nil {
		t.Error("a group that there is not is joined")
	}
	_, err = w.Classroom.Join(ctx, pupil, strings.ToLower(g.Code), "")
	must(err)
	w.Workshop()
	for i := range w.Items {
		if !strings.Contains(strings.Join(types(w, i), " "), "upload") {
			continue
		}
		s := w.Sit(w.Pupil("ines"), i)
		_, err = w.HandIn(ctx, w.Pupil("ines"), s.Exercise, exos.Handed{Attempt: s.Attempt, Response: "RESPONSE", Name: "page.png", Data: storetest.Dot})
		must(err)
		break
	}
	return w.Pupil("ines"), teacher
}

// away leaves what a device of a learner leaves: as rows, for a device's own story is long (storetest's devices tell it).
func away(t *testing.T, s *store.Store, l exos.LearnerID) {
	t.Helper()
	err := s.DB.Write(t.Context(), func(ctx context.Context, tx *db.Tx) error {
		for _, row := range []string{
			`device (learner, id, key, kind, made_at, seen_at, next, head, floor_at, act) values ($1, 'd', '{}', 'tablet', 1, 1, 1, '', 1, '')`,
			`device_lent (learner, device, module, id, from_at, until_at, state, changed_at) values ($1, 'd', 'm', 'i', 1, 1, 'lent', 1)`,
			`device_act (learner, device, seq, body, signature, heard_at, moment, outcome, word, homework, exercise) values ($1, 'd', 1, '{}', $2, 1, '', 'waiting', '', '', '')`,
			`device_answer (learner, device, number, at) values ($1, 'd', 1, 1)`,
			`device_report (learner, device, hash, body, code, at) values ($1, 'd', 'h', 'x', 'c', 1)`,
			`device_share (learner, device, secret, proof, made_at) values ($1, 'd', $2, '', 1)`,
			`device_ready (learner, device, homework, version, whole, online, at) values ($1, 'd', 'h', 1, 1, 0, 1)`,
			`device_receipt (learner, device, checked_by, work, seq, answered, done_at, head, tag, seen_at, act) values ($1, 'd', 'p', 'w', 1, 1, 1, '', 'ABC', 1, '')`,
			`device_receipt (learner, device, checked_by, work, seq, answered, done_at, head, tag, seen_at, act) values ('other', 'e', $1, 'w', 1, 1, 1, '', 'ABC', 1, '')`,
			`device_code (hash, learner, ends_at, act) values ('h', $1, 1, '')`,
		} {
			args := []any{string(l)}
			if strings.Contains(row, "$2") {
				args = append(args, []byte{1})
			}
			if _, err := tx.Exec(ctx, "insert into "+row, args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func types(w *storetest.World, i int) []string {
	var out []string
	for _, t := range w.Items[i].Interactions {
		out = append(out, string(t))
	}
	return out
}
