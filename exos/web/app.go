package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"

	"pupitre/exos"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// The app has a corner of its own, so that its worker answers for nothing else.
const (
	appPath      = "/appli/"
	workerPath   = appPath + "ouvrier.js"
	manifestPath = appPath + "manifeste.webmanifest"
)

func (room *Room) mountApp(mux *httpx.Mux) {
	mux.Handle("GET "+appPath+"{$}", room.showApp)
	mux.Handle("GET "+workerPath, room.sendWorker)
	mux.Handle("GET "+manifestPath, room.sendManifest)
	room.mountAway(mux)
	room.mountDevices(mux)
	room.mountShared(mux)
}

// appPage is the app's one page. It says nothing of anybody: it is kept on the device, whoever's it is.
type appPage struct {
	look.Shell
	Words    []word
	Manifest string
	Touch    string
	Scorer   string   // the address of the scorer in WebAssembly
	Runtime  string   // and of the script that starts it
	Server   string   // our own address, which a receipt leads to
	Icons    []string // that the script draws with
}

func (room *Room) appPage(r *http.Request) *appPage {
	p := &appPage{Shell: room.Site.Shell(r), Manifest: manifestPath, Touch: room.Site.Asset("app-192.png")}
	if room.AppStopped { // a page without one keeps no app: it would put the worker back that takes itself away
		p.Manifest = ""
	}
	p.Server = room.Base
	p.Scorer, p.Runtime = room.Site.Asset("score.wasm"), room.Site.Asset("score.go.js")
	p.Title, p.Home, p.Airy, p.Scripts, p.Toasts = p.T("exosweb.app.title"), appPath, true, []string{"app.js"}, nil
	p.Icons = []string{"check", "circle-check", "info", "lightbulb", "download", "pause", "trash-2", "cloud-off", "cloud-upload", "arrow-left", "arrow-right", "receipt-text", "file-up", "file-down", "share-2"}
	p.Icons = append(p.Icons, lockerIcons...)
	p.Words = script(&p.Shell, exos.Visitor{Learner: exos.Learner{Profile: exos.Pupil}})
	say := func(name, key string, args ...any) { p.Words = append(p.Words, word{name, p.T(key, args...)}) }
	for _, name := range []string{
		"unsent.one", "unsent.how", "send", "code", "open", "door", "door.page", "here", "here.none", "more", "get", "pause", "resume", "remove", "got",
		"neighbours", "back", "back.shelf", "kept", "aside", "aside.here", "aside.one", "aside.how", "sent", "given", "given.sent", "ended",
		"stranded.why", "stranded.take", "stranded.how", "stranded.mine", "stranded.code", "stranded.erase", "stranded.erase.what", "stranded.erase.do", "stranded.keep",
		"found.right", "found.wait", "found.again.one",
		"work", "work.back", "work.over", "work.need", "work.given", "work.veiled", "work.late", "work.likely", "work.unsure", "before.ok",
		"receipt.show", "receipt.done", "receipt.whole", "receipt.waits.one", "receipt.code", "receipt.untyped", "receipt.how", "receipt.picture",
		"receipt.proves", "receipt.proves.here", "receipt.proves.clock", "receipt.proves.right", "receipt.proves.name",
		"hand", "hand.none", "hand.unready", "hand.title", "hand.what", "hand.aside", "hand.step.make", "hand.step.give", "hand.step.keep", "hand.make", "hand.share", "hand.sealed",
		"rule.unsigned", "rule.elsewhere", "rule.revoked", "rule.expired", "rule.suspended", "rule.ended", "rule.early", "rule.lease",
		"join", "join.what", "join.beware", "join.do", "join.not",
		"trouble.later", "trouble.refused", "trouble.full", "trouble.damaged", "trouble.altered", "trouble.store", "trouble.gone", "trouble.unknown", "trouble.ended", "trouble.many", "trouble.code.refused", "trouble.code.later",
	} {
		say(name, "exosweb.app."+name)
	}
	for _, unit := range []string{"giga", "mega", "kilo"} {
		say("size."+unit, "exosweb.app.size."+unit, "n", "{n}")
	}
	say("unsent.many", "exosweb.app.unsent.many", "n", "{n}")
	say("aside.many", "exosweb.app.aside.many", "n", "{n}")
	say("ready", "exosweb.app.ready", "size", "{size}")
	say("partly", "exosweb.app.partly", "got", "{got}", "need", "{need}")
	say("progress", "exosweb.app.progress", "title", "{title}")
	say("storage", "exosweb.app.storage", "used", "{used}", "free", "{free}")
	say("before", "exosweb.app.before", "at", "{at}")
	say("work.when", "exosweb.app.work.when", "at", "{at}")
	say("found", "exosweb.app.found", "earned", "{earned}", "most", "{most}")
	say("found.short", "exosweb.app.found.short", "earned", "{earned}", "most", "{most}")
	say("found.again.many", "exosweb.app.found.again.many", "n", "{n}")
	say("found.other", "exosweb.app.found.other", "earned", "{earned}", "found", "{found}", "most", "{most}")
	sharedWords(say)
	say("receipt.of", "exosweb.app.receipt.of", "title", "{title}")
	say("receipt.waits.many", "exosweb.app.receipt.waits.many", "n", "{n}")
	say("receipt.count.one", "exosweb.app.receipt.count.one", "of", "{of}")
	say("receipt.count.many", "exosweb.app.receipt.count.many", "n", "{n}", "of", "{of}")
	say("receipt.at", "exosweb.app.receipt.at", "at", "{at}")
	say("hand.made", "exosweb.app.hand.made", "name", "{name}", "size", "{size}")
	say("hand.left", "exosweb.app.hand.left", "n", "{n}")
	say("points", "exosweb.points", "earned", "{earned}", "most", "{most}")
	say("exercise", "exosweb.exercise.named", "n", "{n}", "title", "{title}")
	say("exercise.n", "exosweb.exercise.titled", "n", "{n}")
	say("place", "exosweb.exercise.place", "number", "{n}", "total", "{total}")
	return p
}

func (room *Room) showApp(w http.ResponseWriter, r *http.Request) error {
	httpx.AllowSource(w, httpx.ScriptSrc, "'wasm-unsafe-eval'")
	return room.app.Send(w, r, http.StatusOK, room.appPage(r))
}

// shell is what the worker is told: which files the app consists of. Another set, or other words, is another version.
type shell struct {
	Version string   `json:"version"`
	Files   []string `json:"files"`
	Stopped bool     `json:"stopped"` // the kill switch: the worker takes itself away, and leaves what is not sent
}

// sendWorker sends the worker with its list. It is the same for everybody, whatever language or theme they like: browsers ask for it
// behind the page's back, with other headers than the page.
func (room *Room) sendWorker(w http.ResponseWriter, r *http.Request) error {
	page := &sample{header: http.Header{}}
	for _, locale := range lang.Locales {
		of := r.Clone(r.Context())
		of.URL, of.Header = &url.URL{Path: appPath}, http.Header{}
		of.AddCookie(&http.Cookie{Name: httpx.CookieName(r, httpx.LocaleCookie), Value: string(locale)})
		if err := room.showApp(page, of); err != nil {
			return err
		}
	}
	manifest := manifestOf(room)
	text, err := json.Marshal(manifest)
	if err != nil {
		return err
	}
	s := shell{Stopped: room.AppStopped, Files: append([]string{appPath, manifestPath}, room.Site.Needs(append(page.Bytes(), text...))...)}
	sum := sha256.New()
	sum.Write(page.Bytes())
	for _, f := range s.Files {
		sum.Write([]byte(f))
	}
	s.Version = hex.EncodeToString(sum.Sum(nil)[:8])
	list, err := json.Marshal(s)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	_, err = w.Write(append(append([]byte("const shell = "), append(list, ";\n"...)...), room.worker...))
	return err
}

// sample is a page that goes to nobody yet.
type sample struct {
	bytes.Buffer
	header http.Header
}

func (s *sample) Header() http.Header { return s.header }

// WriteHeader implements http.ResponseWriter.
func (s *sample) WriteHeader(int) {}

// manifest is what a browser wants to know to install the app.
type manifest struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	ShortName  string         `json:"short_name"`
	Start      string         `json:"start_url"`
	Scope      string         `json:"scope"`
	Display    string         `json:"display"`
	Background string         `json:"background_color"`
	Theme      string         `json:"theme_color"`
	Icons      []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

func manifestOf(room *Room) manifest {
	out := manifest{
		ID: appPath, Name: look.Exos.Name, ShortName: look.Exos.Name, Start: appPath, Scope: appPath, Display: "standalone", Background: "#ffffff", Theme: "#23409a",
	}
	for _, i := range []manifestIcon{{"app-192.png", "192x192", "image/png", "any"}, {"app-512.png", "512x512", "image/png", "any"}, {"app-512-mask.png", "512x512", "image/png", "maskable"}} {
		i.Src = room.Site.Asset(i.Src)
		out.Icons = append(out.Icons, i)
	}
	return out
}

func (room *Room) sendManifest(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/manifest+json")
	w.Header().Set("Cache-Control", "no-cache")
	return json.NewEncoder(w).Encode(manifestOf(room))
}

// workerScript is the worker's bundle, which is sent with its list before it.
func workerScript(dist fs.FS) []byte {
	text, err := fs.ReadFile(dist, "worker.js")
	if err != nil {
		panic(err) // embedded
	}
	return text
}

//go:embed appicons/*.png
var appIconFiles embed.FS

// appIcons are drawn from the product's mark (internal/look/marks/exos.svg).
func appIcons() fs.FS {
	icons, err := fs.Sub(appIconFiles, "appicons")
	if err != nil {
		panic(err) // embedded
	}
	return icons
}
