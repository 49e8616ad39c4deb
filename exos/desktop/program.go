package desktop

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"

	"pupitre/exos/offline"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Page is the app's page as the program serves it. *web.App satisfies it.
type Page interface {
	Show(w http.ResponseWriter, r *http.Request) error
}

// Program is what answers on the learner's computer. Fill it as a struct literal, then Mount it, once.
type Program struct {
	Shelf  *Shelf       // required
	Page   Page         // required
	Client *http.Client // required: how the server is reached
	Server string       // its address, without a slash at the end; "": nobody has told
	Port   int          // where the program answers, on loopback
	Free   func() int64 // bytes that are left on the disk; negative where the system does not say

	door *door
}

// The most that the app says at once: what is written to the shelf, and one file of a workbook.
const (
	maxChanges = 16 << 20
	maxFile    = 64 << 20
)

// Mount registers the routes. All but the door are for the browser that is in.
func (p *Program) Mount(mux *httpx.Mux) {
	p.door = newDoor()
	mux.Handle("GET "+StartPath, p.door.enter)
	mux.Handle("GET "+AlivePath, func(w http.ResponseWriter, _ *http.Request) error { w.WriteHeader(http.StatusNoContent); return nil })
	for pattern, h := range map[string]httpx.Handler{
		"GET /{$}": func(w http.ResponseWriter, r *http.Request) error {
			http.Redirect(w, r, appPath, http.StatusSeeOther)
			return nil
		},
		"GET " + appPath + "{$}":               p.Page.Show,
		"GET /programme/magasin/{store}":       p.sendAll,
		"GET /programme/magasin/{store}/{key}": p.sendOne,
		"POST /programme/magasin":              p.write,
		"POST /programme/cle":                  p.makeKey,
		"POST /programme/signature":            p.sign,
		"GET /programme/place":                 p.sendRoom,
		"PUT /programme/fichiers/{sha256}":     p.keepFile,
		"DELETE /programme/fichiers/{sha256}":  p.dropFile,
		"GET /fichiers/{sha256}":               p.sendFile,
		"POST /api/appareils":                  p.relay,
		"POST /api/appareils/{what...}":        p.relay,
		"GET /hors-ligne":                      p.toServer,
	} {
		mux.Handle(pattern, p.door.only(h))
	}
}

// Start is the local address by which a browser comes in, with the code that makes the program a learner's where there is one.
func (p *Program) Start(code string) string { return p.door.start(code) }

func sendJSON(w http.ResponseWriter, v any) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(v)
}

func readJSON(r *http.Request, most int64, v any) error {
	httpx.AllowBody(r, most)
	if err := json.NewDecoder(r.Body).Decode(v); err != nil {
		return fault.Wrap(err, fault.Invalid, "exosdesktop.form")
	}
	return nil
}

func (p *Program) sendAll(w http.ResponseWriter, r *http.Request) error {
	all, err := p.Shelf.All(r.Context(), r.PathValue("store"))
	if err != nil {
		return err
	}
	return sendJSON(w, all)
}

func (p *Program) sendOne(w http.ResponseWriter, r *http.Request) error {
	value, err := p.Shelf.Get(r.Context(), r.PathValue("store"), json.RawMessage(r.PathValue("key")))
	if err != nil {
		return err
	}
	return sendJSON(w, value)
}

func (p *Program) write(w http.ResponseWriter, r *http.Request) error {
	var changes []Change
	if err := readJSON(r, maxChanges, &changes); err != nil {
		return err
	}
	if err := p.Shelf.Write(r.Context(), changes); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (p *Program) makeKey(w http.ResponseWriter, r *http.Request) error {
	key, err := p.Shelf.MakeKey(r.Context())
	if err != nil {
		return err
	}
	return sendJSON(w, key)
}

func (p *Program) sign(w http.ResponseWriter, r *http.Request) error {
	var in struct {
		Purpose offline.Purpose
		Text    string
	}
	if err := readJSON(r, maxChanges, &in); err != nil {
		return err
	}
	signed, err := p.Shelf.Sign(r.Context(), in.Purpose, in.Text)
	if err != nil {
		return err
	}
	return sendJSON(w, map[string][]byte{"signature": signed.Signature})
}

// sendRoom says what is used and what is free, in bytes. Where the system does not say, both are nothing, and the app then asks no more.
func (p *Program) sendRoom(w http.ResponseWriter, r *http.Request) error {
	used, err := p.Shelf.Size(r.Context())
	if err != nil {
		return err
	}
	free := p.Free()
	if free < 0 {
		used, free = 0, 0
	}
	return sendJSON(w, map[string]int64{"used": used, "free": free})
}

var hash = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (p *Program) keepFile(w http.ResponseWriter, r *http.Request) error {
	if !hash.MatchString(r.PathValue("sha256")) {
		return errForm
	}
	httpx.AllowBody(r, maxFile)
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "exosdesktop.form")
	}
	if err := p.Shelf.KeepFile(r.Context(), r.PathValue("sha256"), File{Media: r.Header.Get("Content-Type"), Data: data}); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (p *Program) dropFile(w http.ResponseWriter, r *http.Request) error {
	if err := p.Shelf.DropFile(r.Context(), r.PathValue("sha256")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// sendFile sends what a publisher made: it is shown, and runs nothing.
func (p *Program) sendFile(w http.ResponseWriter, r *http.Request) error {
	f, err := p.Shelf.FileOf(r.Context(), r.PathValue("sha256"))
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	w.Header().Set("Content-Type", f.Media)
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write(f.Data)
	return err
}
