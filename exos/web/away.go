package web

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/exos/device"
	"pupitre/exos/offline"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

// mountAway registers what devices ask. They have no session: what they ask is signed by their key.
func (room *Room) mountAway(mux *httpx.Mux) {
	mux.Handle("POST /api/appareils", room.redeem)
	mux.Handle("POST /api/appareils/parole", room.speak)
	mux.Handle("POST /api/appareils/modules", room.sendOffersAway)
	mux.Handle("GET "+awayPath+"/modules", room.For(room.sendOffers))
	mux.Handle("POST /api/appareils/module", room.sendAway)
	mux.Handle("POST /api/appareils/exercice", room.sendSheet)
	mux.Handle("POST /api/appareils/fichier", room.sendAsset)
}

// signed reads what a device signed.
func signed(r *http.Request, most int64) (offline.Signed, error) {
	httpx.AllowBody(r, most)
	var in offline.Signed
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return in, fault.Wrap(err, fault.Invalid, "exos.device.form")
	}
	return in, nil
}

// maxRequest bounds what a device says at once: MaxActs of some size, in JSON within JSON.
const (
	maxRequest = 8 << 20
	maxFetch   = 4 << 10
)

// enrolled is what a device is told of itself.
type enrolled struct {
	Device device.ID         `json:"device"`
	At     time.Time         `json:"at"`
	Keys   map[string][]byte `json:"keys"` // ours, by which it knows what we signed
}

// redeem makes the device of a code.
func (room *Room) redeem(w http.ResponseWriter, r *http.Request) error {
	in, err := signed(r, maxFetch)
	if err != nil {
		return err
	}
	d, err := room.Devices.Redeem(r.Context(), in)
	if err != nil {
		return err
	}
	keys, err := room.Devices.Keys(r.Context())
	if err != nil {
		return err
	}
	out := enrolled{Device: d.ID, At: d.MadeAt, Keys: map[string][]byte{}}
	for id, k := range keys {
		out.Keys[id] = k
	}
	return sendJSON(w, http.StatusOK, out)
}

// heard is what a device hears, with the words for what was not taken.
type heard struct {
	device.Answer
	Texts map[string]string `json:"texts,omitempty"` // by the act's id
}

func (room *Room) speak(w http.ResponseWriter, r *http.Request) error {
	in, err := signed(r, maxRequest)
	if err != nil {
		return err
	}
	answer, err := room.Devices.Speak(r.Context(), in)
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	out := heard{Answer: answer, Texts: map[string]string{}}
	for _, v := range answer.Verdicts {
		if v.Code != "" {
			out.Texts[v.ID] = told(&s, exos.Verdict{Code: v.Code, Params: v.Params})
		}
	}
	return sendJSON(w, http.StatusOK, out)
}

// pack (« contenu à emporter ») is what a device fetches of a module, piece by piece.
type pack struct {
	Module    exos.ModuleID  `json:"module"`
	Version   exos.VersionID `json:"version"`
	Title     string         `json:"title"`
	Publisher string         `json:"publisher"`
	Exercises []packed       `json:"exercises"`
	Files     []packedFile   `json:"files"`
}

// packed is one exercise of it.
type packed struct {
	Exercise exos.ExerciseID `json:"exercise"`
	Number   int             `json:"number"`
	Section  string          `json:"section,omitempty"`
	Title    string          `json:"title"`
	SHA256   string          `json:"sha256,omitempty"` // of its sheet
	Size     int             `json:"size,omitempty"`
	Online   string          `json:"online,omitempty"` // why it is done online only
}

type packedFile struct {
	SHA256 exos.Hash `json:"sha256"`
	Size   int       `json:"size"`
}

// sendAway tells what a module consists of on a device.
func (room *Room) sendAway(w http.ResponseWriter, r *http.Request) error {
	in, v, err := room.held(r)
	if err != nil {
		return err
	}
	c, err := room.Service.Module(r.Context(), v, in.Module)
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	out := pack{Module: c.Module, Version: c.Version, Title: c.Title, Publisher: c.Publisher}
	assets := map[exos.Hash]bool{}
	for _, chapter := range c.Sections {
		for _, entry := range chapter.Entries {
			one := packed{Exercise: entry.Exercise, Number: entry.Number, Section: chapter.Title, Title: entry.Title}
			text, why, err := room.drawAway(r, &s, v, in.Device, entry.Exercise)
			if err != nil {
				return err
			}
			if one.Online = why; why == "" {
				sum := sha256.Sum256([]byte(text))
				one.SHA256, one.Size = hex.EncodeToString(sum[:]), len(text)
				for _, h := range filesIn(text) {
					assets[h] = true
				}
			}
			out.Exercises = append(out.Exercises, one)
		}
	}
	for h := range assets {
		if err := room.Devices.May(r.Context(), v, in.Module, h); err != nil {
			continue // named by its text, and not of this version: nothing is there online either
		}
		content, err := room.Service.Content(r.Context(), h)
		if err != nil {
			return err
		}
		out.Files = append(out.Files, packedFile{h, len(content.Data)})
	}
	return sendJSON(w, http.StatusOK, out)
}

func (room *Room) held(r *http.Request) (device.Fetch, exos.Visitor, error) {
	in, err := signed(r, maxFetch)
	if err != nil {
		return device.Fetch{}, exos.Visitor{}, err
	}
	return room.Devices.Held(r.Context(), in)
}

// drawAway draws an exercise as a device keeps it, the same each time; why says that it is done online only.
func (room *Room) drawAway(r *http.Request, s *look.Shell, v exos.Visitor, d device.ID, e exos.ExerciseID) (text, why string, err error) {
	sum := sha256.Sum256([]byte("away " + string(d) + " " + string(e)))
	sitting, err := room.Service.SheetAway(r.Context(), v, e, exos.Seed(binary.BigEndian.Uint64(sum[:8])|1))
	if fault.Is(err, fault.Denied) {
		return "", said(s, err), nil
	}
	if err != nil {
		return "", "", err
	}
	sheet := room.sheet(s, v, sitting)
	switch {
	case sheet.Missing != "":
		return "", sheet.Missing, nil
	case sheet.Files || sheet.Frames || sitting.Tries == 0: // files go to the server, frames come from it, and steps are told by it
		return "", s.T("exosweb.away.online"), nil
	}
	sheet.Event, sheet.Hints, sheet.Solvable, sheet.Tries = "", false, false, ""
	html, err := room.exercise.Part(s.Locale, "sheet", sheet)
	return room.kept(string(html)), "", err
}

// kept are the addresses of a sheet's files as a device has them: the host of publishers' content is out of its reach, and its addresses
// are of an hour, so that a sheet with them would be another one each time.
func (room *Room) kept(sheet string) string {
	lent := regexp.MustCompile(regexp.QuoteMeta(room.Content.Origin()) + `/[^"/]+/fichiers/([0-9a-f]{64})`)
	return lent.ReplaceAllString(sheet, "/fichiers/$1")
}

// filesIn are the contents that a sheet shows.
func filesIn(sheet string) []exos.Hash {
	var out []exos.Hash
	for {
		_, after, ok := strings.Cut(sheet, `"/fichiers/`)
		if !ok {
			return out
		}
		var name string
		if name, sheet, ok = strings.Cut(after, `"`); ok {
			out = append(out, exos.Hash(name))
		}
	}
}

func (room *Room) sendSheet(w http.ResponseWriter, r *http.Request) error {
	in, v, err := room.held(r)
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	text, why, err := room.drawAway(r, &s, v, in.Device, in.Exercise)
	if err != nil {
		return err
	}
	if why != "" {
		return fault.New(fault.Denied, "exos.device.lent")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, err = w.Write([]byte(text))
	return err
}

func (room *Room) sendAsset(w http.ResponseWriter, r *http.Request) error {
	in, v, err := room.held(r)
	if err != nil {
		return err
	}
	if err := room.Devices.May(r.Context(), v, in.Module, in.File); err != nil {
		return err
	}
	c, err := room.Service.Content(r.Context(), in.File)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	w.Header().Set("Content-Type", c.Media)
	_, err = w.Write(c.Data)
	return err
}
