package web

import (
	"net/http"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/internal/httpx"
)

// Devices that several pupils share: each has a locker there (script/app/locker.ts), of which nothing is known here but the device that
// it is, and half of the key where it is locked.
func (room *Room) mountShared(mux *httpx.Mux) {
	mux.Handle("POST /api/appareils/verrou", room.lockDevice)
	mux.Handle("POST /api/appareils/depart", room.leaveDevice)
	mux.Handle("GET "+awayPath+"/moi", room.For(room.sendOwn))
	mux.Handle("POST "+awayPath+"/casier", room.For(room.recoverDevice))
	mux.Handle("GET "+homeworkRoot+"/{homework}/appareils", room.For(room.showBoard))
}

// ownLocker is where a page of somebody who is signed in opens the app: their own locker, among others on the same device.
const ownLocker = "#/moi"

// lockerIcons are what a locker is found by, and what codes of pictures are made of (script/app/locker.ts); then what stands beside.
var lockerIcons = []string{"star", "heart", "sun", "moon", "bell", "flag", "house", "lightbulb", "zap", "globe", "truck", "pencil", "lock", "log-out", "plus", "users"}

// sharedWords are the app's sentences on lockers.
func sharedWords(say func(name, key string, args ...any)) {
	for _, name := range []string{
		"who", "lead", "add", "locked", "mine", "switch", "others", "found", "found.how", "name", "picture", "save", "saved", "welcome", "door",
		"code", "pictures", "code.has", "code.none", "code.new", "code.again", "code.network", "code.set", "code.change", "code.drop", "code.done", "code.dropped", "code.later", "code.refused",
		"kind", "kind.digits", "kind.pictures", "pictures.new", "erase", "away", "away.yes", "away.yes.how", "away.no", "away.no.how",
		"form.digits", "form.pictures", "differ", "wrong", "closed", "network", "ended", "unknown", "left.one", "forgot", "forgot.later", "forgot.stranger", "forgot.other", "forgot.done",
		"leave", "leave.what", "leave.sent", "leave.aside", "leave.do", "leave.unsent", "leave.send", "leave.keep", "leave.not", "remains",
	} {
		say("locker."+name, "exosshared."+name)
	}
	for _, name := range []string{"n", "picked", "wait", "left.many"} {
		say("locker."+name, "exosshared."+name, "n", "{n}")
	}
	for _, name := range lockerIcons[:12] {
		say("picture."+name, "exosshared.picture."+name)
	}
	say("work.changed", "exosshared.work.changed")
	say("work.renew", "exosshared.work.renew")
	say("work.removed.one", "exosshared.work.removed.one")
	say("work.removed.many", "exosshared.work.removed.many", "n", "{n}")
}

// lockDevice gives a device our half of its key, for the right code.
func (room *Room) lockDevice(w http.ResponseWriter, r *http.Request) error {
	in, err := signed(r, maxFetch)
	if err != nil {
		return err
	}
	out, err := room.Devices.Lock(r.Context(), in)
	if err != nil {
		return err
	}
	httpx.Private(w)
	return sendJSON(w, http.StatusOK, out)
}

// leaveDevice ends a device whose learner has signed out of it.
func (room *Room) leaveDevice(w http.ResponseWriter, r *http.Request) error {
	in, err := signed(r, maxFetch)
	if err != nil {
		return err
	}
	if err := room.Devices.Leave(r.Context(), in); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// sendOwn names the reader's devices, so that the app knows which of its lockers is theirs.
func (room *Room) sendOwn(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	own, err := room.Devices.Devices(r.Context(), v)
	if err != nil {
		return err
	}
	ids := []device.ID{}
	for _, d := range own {
		ids = append(ids, d.ID)
	}
	httpx.Private(w)
	return sendJSON(w, http.StatusOK, map[string][]device.ID{"devices": ids})
}

// recoverDevice opens a locker whose code was forgotten, for its own learner.
func (room *Room) recoverDevice(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	spare, err := room.Devices.Recover(r.Context(), v, device.ID(r.FormValue("appareil")))
	if err != nil {
		return err
	}
	httpx.Private(w)
	return sendJSON(w, http.StatusOK, map[string][]byte{"spare": spare})
}
