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
	mux.Handle("POST /api/appareils/constats", room.hearFound)
	mux.Handle("POST /api/appareils/modules", room.sendOffersAway)
	mux.Handle("POST /api/appareils/module", room.sendAway)
	mux.Handle("POST /api/appareils/exercice", room.sendSheet)
	mux.Handle("POST /api/appareils/programme", room.sendProgram)
	mux.Handle("POST /api/appareils/fichier", room.sendAsset)
	mux.Handle("POST /api/appareils/devoirs", room.sendWorks)
	mux.Handle("POST /api/appareils/devoir", room.sendWork)
	mux.Handle("POST /api/appareils/devoir/exercice", room.sendTask)
	mux.Handle("POST /api/appareils/devoir/programme", room.sendTaskProgram)
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
	// Before is when another device of the same learner last spoke to us: what was done there since, we have not. It may have been this
	// one, before its storage was lost.
	Before *time.Time `json:"before,omitempty"`
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
	all, err := room.Devices.Devices(r.Context(), exos.Visitor{Learner: exos.Learner{ID: d.Learner}})
	if err != nil {
		return err
	}
	for _, other := range all { // the one that spoke last comes first
		if other.ID != d.ID && !other.Ended() && out.Before == nil {
			out.Before = &other.SeenAt
		}
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
	s := room.Site.Shell(r)
	answer, err := room.Devices.Speak(r.Context(), in, s.T)
	if err == nil && answer.Stale {
		// Who is signed in here as well need not notice: their coming in has the broker asked, in seconds at most. Anybody else's changes nothing.
		if _, none := room.Door.Visitor(r); none == nil {
			answer, err = room.Devices.Speak(r.Context(), in, s.T)
		}
	}
	if err != nil {
		return err
	}
	out := heard{Answer: answer, Texts: map[string]string{}}
	for _, v := range answer.Verdicts {
		if v.Code != "" {
			out.Texts[v.ID] = told(&s, exos.Verdict{Code: v.Code, Params: v.Params})
		}
	}
	return sendJSON(w, http.StatusOK, out)
}

// hearFound hears what a device found that is not what was sent to it.
func (room *Room) hearFound(w http.ResponseWriter, r *http.Request) error {
	in, err := signed(r, maxRequest)
	if err == nil {
		err = room.Devices.Tell(r.Context(), in)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
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
	Version  string          `json:"version,omitempty"`
	Tries    int             `json:"tries,omitempty"`
	Said     *saidBefore     `json:"said,omitempty"`    // of what was answered already, wherever; nil: nothing
	Module   exos.ModuleID   `json:"module,omitempty"`  // of a homework's exercise
	Program  int             `json:"program,omitempty"` // bytes of what scores it, whose SHA-256 is the version; 0 where the device does not
}

// saidBefore is what may be said of earlier answers, as of a device's own.
type saidBefore struct {
	Score  float64 `json:"score"`
	Max    float64 `json:"max"`
	Scored bool    `json:"scored"`
	Right  bool    `json:"right"`
	Ended  bool    `json:"ended"`
	Veiled bool    `json:"veiled,omitempty"`
}

// keep announces the sheet that goes with it, or why there is none.
func (p *packed) keep(sheet away) {
	if p.Online = sheet.why; p.Online == "" {
		sum := sha256.Sum256([]byte(sheet.html))
		p.SHA256, p.Size, p.Version, p.Tries = hex.EncodeToString(sum[:]), len(sheet.html), sheet.version, sheet.tries
	}
}

type packedFile struct {
	SHA256 exos.Hash     `json:"sha256"`
	Size   int           `json:"size"`
	Module exos.ModuleID `json:"module"`
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
			if m := entry.Mark; m != nil {
				one.Said = &saidBefore{Score: m.Best, Max: m.Max, Scored: m.Max > 0, Right: m.Right(), Ended: true}
			}
			kept, err := room.drawAway(r, &s, v, in.Device, entry.Exercise)
			if err != nil {
				return err
			}
			if one.keep(kept); one.Online == "" {
				for _, h := range filesIn(kept.html) {
					assets[h] = true
				}
				program, err := room.Service.ProgramAway(r.Context(), v, entry.Exercise)
				if err != nil {
					return err
				}
				one.Program = len(program)
			}
			out.Exercises = append(out.Exercises, one)
		}
	}
	if out.Files, err = room.filesAway(r, v, in.Module, assets); err != nil {
		return err
	}
	return sendJSON(w, http.StatusOK, out)
}

// filesAway are the files that sheets of a module show, with their sizes.
func (room *Room) filesAway(r *http.Request, v exos.Visitor, m exos.ModuleID, shown map[exos.Hash]bool) ([]packedFile, error) {
	var out []packedFile
	for h := range shown {
		if err := room.Devices.May(r.Context(), v, m, h); err != nil {
			continue // named by its text, and not of this version: nothing is there online either
		}
		content, err := room.Service.Content(r.Context(), h)
		if err != nil {
			return nil, err
		}
		out = append(out, packedFile{h, len(content.Data), m})
	}
	return out, nil
}

func (room *Room) held(r *http.Request) (device.Fetch, exos.Visitor, error) {
	in, err := signed(r, maxFetch)
	if err != nil {
		return device.Fetch{}, exos.Visitor{}, err
	}
	return room.Devices.Held(r.Context(), in)
}

// away is an exercise as a device keeps it.
type away struct {
	html, version string
	tries         int
	why           string // it is done online only; "" where the rest is set
}

// drawAway draws an exercise of a module as a device keeps it, the same each time.
func (room *Room) drawAway(r *http.Request, s *look.Shell, v exos.Visitor, d device.ID, e exos.ExerciseID) (away, error) {
	sum := sha256.Sum256([]byte("away " + string(d) + " " + string(e)))
	sitting, err := room.Service.SheetAway(r.Context(), v, e, exos.Seed(binary.BigEndian.Uint64(sum[:8])|1))
	return room.awayOf(s, v, sitting, err)
}

// awayOf is a sitting as a device keeps it; where it was denied, the reason why it is done online only.
func (room *Room) awayOf(s *look.Shell, v exos.Visitor, sitting exos.Sitting, err error) (away, error) {
	if fault.Is(err, fault.Denied) {
		return away{why: said(s, err)}, nil
	}
	if err != nil {
		return away{}, err
	}
	sheet := room.sheet(s, v, sitting)
	switch {
	case sheet.Missing != "":
		return away{why: sheet.Missing}, nil
	case sheet.Files || sheet.Frames || sitting.Tries == 0: // files go to the server, frames come from it, and steps are told by it
		return away{why: s.T("exosweb.away.online")}, nil
	}
	sheet.Event, sheet.Hints, sheet.Solvable, sheet.Tries, sheet.Terms = "", false, false, "", nil
	html, err := room.exercise.Part(s.Locale, "sheet", sheet)
	return away{html: room.kept(string(html)), version: sitting.Version, tries: sitting.Tries}, err
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
	kept, err := room.drawAway(r, &s, v, in.Device, in.Exercise)
	if err != nil {
		return err
	}
	return kept.send(w)
}

func (a away) send(w http.ResponseWriter) error {
	if a.why != "" {
		return fault.New(fault.Denied, "exos.device.lent")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, err := w.Write([]byte(a.html))
	return err
}

// sendProgram sends by what a device scores an exercise itself, in training: what it finds is provisional.
func (room *Room) sendProgram(w http.ResponseWriter, r *http.Request) error {
	in, v, err := room.held(r)
	if err != nil {
		return err
	}
	program, err := room.Service.ProgramAway(r.Context(), v, in.Exercise)
	if err != nil {
		return err
	}
	return sendKey(w, program)
}

func sendKey(w http.ResponseWriter, program []byte) error {
	if program == nil {
		return fault.New(fault.NotFound, "exos.content.unknown")
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	_, err := w.Write(program)
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
