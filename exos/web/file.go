package web

import (
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"pupitre/exos"
	"pupitre/exos/qti/render"
	"pupitre/exos/web/player"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// maxForm bounds a form with files: one of the largest, and its other fields.
const maxForm = exos.MaxHanded + 1<<20

// readForm reads a form, with the files that it may carry.
func readForm(r *http.Request) error {
	err := error(nil)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		httpx.AllowBody(r, maxForm)
		err = r.ParseMultipartForm(1 << 20) // the rest waits on disk
	} else {
		err = r.ParseForm()
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return fault.New(fault.Invalid, "exosweb.form.large", "most", exos.MaxHanded>>20)
	}
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "exosweb.form.unreadable")
	}
	return nil
}

// receive reads one file of a form.
func receive(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, exos.MaxHanded+1))
}

// handIn keeps the files that a form brings, and puts their names into its answer: what the script does as soon as a file is chosen.
func (room *Room) handIn(r *http.Request, v exos.Visitor, sitting exos.Sitting, answer exos.Answer) error {
	return name(r, sitting, answer, func(h exos.Handed) (exos.Handed, error) {
		return room.Service.HandIn(r.Context(), v, sitting.Exercise, h)
	})
}

// name puts the names of the files that a form brings into its answer, as take makes them.
func name(r *http.Request, sitting exos.Sitting, answer exos.Answer, take func(exos.Handed) (exos.Handed, error)) error {
	if r.MultipartForm == nil {
		return nil
	}
	for _, it := range render.Interactions(sitting.Tree.Nodes) {
		if !exos.AsksFile(it) {
			continue
		}
		for _, header := range r.MultipartForm.File[player.FileField(it.Response)] {
			if header.Size == 0 && header.Filename == "" {
				continue // no file was chosen
			}
			data, err := receive(header)
			if err != nil {
				return err
			}
			h, err := take(exos.Handed{Attempt: sitting.Attempt, Response: it.Response, Name: header.Filename, Data: data})
			if err != nil {
				return err
			}
			player.Name(answer, it, h.Word())
		}
	}
	return nil
}

// handedIn is what the script gets for a file.
type handedIn struct {
	Word string `json:"word,omitempty"`
	Name string `json:"name,omitempty"`
	Href string `json:"href,omitempty"`
	Text string `json:"text,omitempty"` // why it was refused
}

// takeFile keeps a file that the script hands in.
func (room *Room) takeFile(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	if err := readForm(r); err != nil {
		return err
	}
	s := room.Site.Shell(r)
	var out handedIn
	h, err := room.oneFile(r, v)
	switch {
	case err == nil:
		out = handedIn{Word: h.Word(), Name: h.Name, Href: handedPath(h.Attempt, h.Hash)}
	case fault.KindOf(err) == fault.Internal || fault.KindOf(err) == fault.Unavailable:
		return err
	default:
		out.Text = said(&s, err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	return json.NewEncoder(w).Encode(out)
}

func (room *Room) oneFile(r *http.Request, v exos.Visitor) (exos.Handed, error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File["file"]) == 0 {
		return exos.Handed{}, fault.New(fault.Invalid, "exosweb.form.unreadable")
	}
	header := r.MultipartForm.File["file"][0]
	data, err := receive(header)
	if err != nil {
		return exos.Handed{}, err
	}
	return room.Service.HandIn(r.Context(), v, exos.ExerciseID(r.PathValue("exercise")), exos.Handed{
		Attempt: exos.AttemptID(r.PostFormValue("attempt")), Response: r.PostFormValue("response"), Name: header.Filename, Data: data,
	})
}

// handedPath is the address of a file that was handed in.
func handedPath(a exos.AttemptID, h exos.Hash) string {
	return "/remis/" + url.PathEscape(string(a)) + "/" + url.PathEscape(string(h))
}

// serveHanded sends a file to whoever handed it in.
func (room *Room) serveHanded(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	f, err := room.Service.HandedFile(r.Context(), v, exos.AttemptID(r.PathValue("attempt")), exos.Hash(r.PathValue("sha256")))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "exos.content.unknown")
	}
	if err != nil {
		return err
	}
	return sendHanded(w, f)
}

// serveScript sends a teacher a file that a pupil handed in for their homework.
func (room *Room) serveScript(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	f, err := room.Classroom.Handed(r.Context(), v, exos.HomeworkID(r.PathValue("homework")), exos.LearnerID(r.PathValue("learner")),
		exos.AttemptID(r.PathValue("attempt")), exos.Hash(r.PathValue("sha256")))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "exos.content.unknown")
	}
	if err != nil {
		return err
	}
	if r.URL.Query().Has("garder") {
		w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(f.Name))
	}
	return sendHanded(w, f)
}

// scriptPath is the address of such a file.
func scriptPath(h exos.HomeworkID, f exos.Handed) string {
	return homeworkPath(h) + "/remis/" + url.PathEscape(string(f.Learner)) + "/" + url.PathEscape(string(f.Attempt)) + "/" + url.PathEscape(string(f.Hash))
}

// sendHanded sends a file that somebody made. A picture is shown, anything else is saved: nothing of it runs here.
func sendHanded(w http.ResponseWriter, f exos.Handed) error {
	h := w.Header()
	if !strings.HasPrefix(f.Media, "image/") {
		h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(f.Name))
	}
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Type", f.Media)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.Itoa(len(f.Data)))
	_, err := w.Write(f.Data)
	return err
}
