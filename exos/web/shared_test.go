package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/exos/offline"
	"pupitre/exos/store/storetest"
	"pupitre/internal/lang"
)

// The half of a key goes to the device that asks with the right code, the spare to nobody but the device's own learner.
func TestOnlyItsLearnerOpensALockerWithoutItsCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b, other := w.pupil(), w.as(storetest.Claims("p2", exos.Pupil))
	d := b.app()
	lock := func(in device.LockRequest, status int) (out device.LockAnswer) {
		t.Helper()
		in.Device = device.ID(d.ID)
		if text := w.ask("/verrou", d.Sign(offline.ForRequest, in), status); status == http.StatusOK {
			if err := json.Unmarshal(text, &out); err != nil {
				t.Fatal(err)
			}
		}
		return out
	}
	right, wrong := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	lock(device.LockRequest{Next: []byte("short")}, http.StatusBadRequest)
	set := lock(device.LockRequest{Next: right}, http.StatusOK)
	if got := lock(device.LockRequest{Proof: wrong}, http.StatusOK); got.Share != nil || got.Left != 9 {
		t.Errorf("a wrong code gives %+v", got)
	}
	recover := func(by *browser, of string) (int, []byte) {
		t.Helper()
		answer := by.do(filled("/hors-ligne/casier", "appareil="+of))
		var out struct{ Spare []byte }
		if answer.StatusCode == http.StatusOK {
			if err := json.NewDecoder(answer.Body).Decode(&out); err != nil {
				t.Fatal(err)
			}
		}
		return answer.StatusCode, out.Spare
	}
	for who, by := range map[string]*browser{"another pupil": other, "a teacher": w.teacher()} {
		if status, _ := recover(by, d.ID); status != http.StatusNotFound {
			t.Errorf("%s: %d", who, status)
		}
	}
	if status, _ := recover(&browser{world: w, locale: lang.French}, d.ID); status != http.StatusUnauthorized {
		t.Errorf("a stranger: %d", status)
	}
	if status, _ := recover(b, "x"); status != http.StatusNotFound {
		t.Errorf("a device that is none: %d", status)
	}
	if status, spare := recover(b, d.ID); status != http.StatusOK || !bytes.Equal(spare, set.Spare) {
		t.Errorf("its learner: %d, %x", status, spare)
	}
	own := func(by *browser) (out struct{ Devices []string }) {
		t.Helper()
		if err := json.NewDecoder(by.do(get("/hors-ligne/moi")).Body).Decode(&out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	if got := own(b).Devices; len(got) != 1 || got[0] != d.ID {
		t.Errorf("one's own devices: %v", got)
	}
	if got := own(other).Devices; len(got) != 0 {
		t.Errorf("another's devices: %v", got)
	}
	w.ask("/depart", d.Sign(offline.ForRequest, device.Fetch{Device: device.ID(d.ID)}), http.StatusNoContent)
	lock(device.LockRequest{Proof: right}, http.StatusForbidden)
	b.page("/hors-ligne", http.StatusOK).says("Retiré le 23 novembre 2026")
}

func TestATeacherSeesWhoHasHomeworkReady(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.given(2)
	b := w.pupil()
	w.as(storetest.Claims("p2", exos.Pupil))
	path := at(h) + "/appareils"
	w.teacher().page(at(h), http.StatusOK).says("Prêt sur les appareils")
	w.teacher().page(path, http.StatusOK).says("0 élève sur 2 l’a prêt", "Aucun appareil", "Rien n’attend")
	d := b.app()
	stands := func(unsent int, ready device.Ready) {
		ready.Homework = h.ID
		w.ask("/parole", d.Sign(offline.ForRequest, device.Request{
			Device: device.ID(d.ID), Modules: []exos.ModuleID{w.Module}, Stands: &device.SelfReport{Unsent: unsent, Homework: []device.Ready{ready}},
		}), http.StatusOK)
	}
	stands(12, device.Ready{Version: h.Version, Whole: true, Online: 1})
	for _, locale := range lang.Locales {
		teacher := w.teacher()
		teacher.locale = locale
		page := teacher.page(path, http.StatusOK)
		if locale == lang.French {
			page.says("1 élève sur 2 l’a prêt", "Prêt, sauf 1 exercice en ligne", "12 à envoyer", "12 réponses attendent sur des appareils", "le 23 novembre 2026 à")
		}
	}
	stands(0, device.Ready{Version: h.Version})
	w.teacher().page(path, http.StatusOK).says("Incomplet", "Tout est envoyé", "0 élève sur 2 l’a prêt")

	b.page(path, http.StatusNotFound) // a pupil, a colleague, somebody of another school, and who is not here
	w.as(storetest.Claims("t2", exos.Teacher)).page(path, http.StatusNotFound)
	elsewhere := storetest.Claims("t3", exos.Teacher)
	elsewhere.School = "0330002X"
	w.as(elsewhere).page(path, http.StatusNotFound)
	if answer := (&browser{world: w, locale: lang.French}).do(get(path)); !strings.HasPrefix(answer.Header.Get("Location"), "/connexion?") {
		t.Errorf("a stranger: %s", answer.Status)
	}
}

func TestHomeworkWhoseTimeIsCountedIsSaidToBeOnlineOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.given(2, func(h *exos.Homework) { h.Limit = 30 * time.Minute })
	w.teacher().page("/devoirs/nouveau", http.StatusOK).says("Un devoir au temps compté se fait en ligne")
	w.teacher().page(at(h), http.StatusOK).says("30 minutes, en ligne seulement")
	w.teacher().page(at(h)+"/appareils", http.StatusOK).says("Le temps de ce devoir est compté")
	w.pupil().page(at(h), http.StatusOK).says("30 minutes, en ligne seulement")
}
