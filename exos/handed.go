package exos

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"

	"pupitre/exos/qti/render"
	"pupitre/internal/fault"
)

// Handed (« fichier remis ») is a file that a learner hands in: a drawing, a photograph of a page, a text. It belongs to an attempt,
// and waits there for a person to look at it; an answer names it (Word), so that answers stay small.
type Handed struct {
	Learner  LearnerID
	Attempt  AttemptID
	Response string // identifier of the response variable that it answers
	Hash     Hash
	Name     string // as the learner's device calls it
	Media    string // by what the file holds, not by what its name says
	Data     []byte
	At       time.Time
}

// The limits of what is handed in.
const (
	MaxHanded     = 8 << 20 // bytes of one file: a photograph
	MaxHandedEach = 12      // files of one attempt
	maxHandedName = 120     // bytes
	handedRoom    = 256 << 20
)

// Word is how an answer names a file: its hash, its media type, its name. QTI leaves to the delivery engine how a file is held.
func (h Handed) Word() string { return string(h.Hash) + " " + h.Media + " " + h.Name }

// HandedWord reads what Word wrote; ok is false for anything else.
func HandedWord(word string) (h Handed, ok bool) {
	parts := strings.SplitN(word, " ", 3)
	if len(parts) != 3 || len(parts[0]) != hex.EncodedLen(sha256.Size) || strings.Trim(parts[0], "0123456789abcdef") != "" {
		return Handed{}, false
	}
	return Handed{Hash: Hash(parts[0]), Media: parts[1], Name: parts[2]}, true
}

// HandIn keeps a file for an answer to come, and returns it as the answer names it. h says the attempt, the response, the name and
// the bytes. It may be repeated: the same bytes are the same file. Invalid says what is wrong with the file: empty, too large, of a
// type that is not asked for; Exhausted that the attempt has MaxHandedEach already, or that the learner's room is full; Conflict that
// the attempt is over; Denied that the right or the homework is.
func (s *Service) HandIn(ctx context.Context, v Visitor, e ExerciseID, h Handed) (Handed, error) {
	o, err := s.known(ctx, e)
	if err != nil {
		return Handed{}, err
	}
	if fileAsked(o.item.Tree.Nodes, h.Response) == nil { // under an alias, perhaps
		a, err := read(ctx, s, func(ctx context.Context, r Reader) (Attempt, error) { return r.Attempt(ctx, v.Learner.ID, h.Attempt) })
		if err != nil {
			return Handed{}, orNone(err, fault.New(fault.NotFound, "exos.attempt.unknown"))
		}
		h.Response = o.asked(a.Seed, h.Response)
	}
	if h, err = Named(o.item.Tree, h); err != nil {
		return Handed{}, err
	}
	h.Learner = v.Learner.ID
	return write(ctx, s, func(ctx context.Context, w Writer) (Handed, error) {
		a, err := w.TakeAttempt(ctx, v.Learner.ID, h.Attempt)
		switch {
		case fault.Is(err, fault.NotFound), err == nil && a.Exercise != e:
			return Handed{}, fault.New(fault.NotFound, "exos.attempt.unknown")
		case err != nil:
			return Handed{}, err
		case a.Ended:
			return Handed{}, errEnded
		}
		bounds, err := boundsOf(ctx, w, v, o)
		if err != nil {
			return Handed{}, err
		}
		u, _, err := s.rules(ctx, w, v, a, o, bounds)
		if err != nil {
			return Handed{}, err
		}
		if u.closed != nil { // the right, or the homework, has ended
			return Handed{}, u.closed
		}
		files, bytes, err := w.HandedSoFar(ctx, v.Learner.ID, a.ID)
		if err != nil {
			return Handed{}, err
		}
		if _, err := w.Handed(ctx, v.Learner.ID, a.ID, h.Hash); err == nil || !fault.Is(err, fault.NotFound) {
			return h, err
		}
		switch room := s.handedRoom(); {
		case files >= MaxHandedEach:
			return Handed{}, fault.New(fault.Exhausted, "exos.handed.many", "n", MaxHandedEach)
		case bytes+int64(len(h.Data)) > room:
			return Handed{}, fault.New(fault.Exhausted, "exos.handed.full", "most", int(room>>20))
		}
		kept := h
		kept.At = w.Now()
		return kept, w.AddHanded(ctx, kept)
	})
}

// Named is a file as an answer to the exercise names it, or why it is not one that is asked for. Nothing is kept.
func Named(tree render.Tree, h Handed) (Handed, error) {
	asked := fileAsked(tree.Nodes, h.Response)
	if asked == nil {
		return Handed{}, fault.New(fault.Invalid, "exos.handed.unasked")
	}
	h.Name = fileName(h.Name)
	var err error
	if h.Media, err = mediaOf(h, AcceptedTypes(asked)); err != nil {
		return Handed{}, err
	}
	sum := sha256.Sum256(h.Data)
	h.Hash = Hash(hex.EncodeToString(sum[:]))
	return h, nil
}

// handedRoom is how many bytes one learner may hand in, in all.
func (s *Service) handedRoom() int64 { return cmp.Or(s.HandedRoom, handedRoom) }

// HandedFile returns a file that the visitor handed in, or NotFound: nobody else's.
func (s *Service) HandedFile(ctx context.Context, v Visitor, a AttemptID, h Hash) (Handed, error) {
	return read(ctx, s, func(ctx context.Context, r Reader) (Handed, error) { return r.Handed(ctx, v.Learner.ID, a, h) })
}

// fileAsked is the interaction that asks for a file as a response, nil where none does.
func fileAsked(nodes []render.Node, response string) *render.Interaction {
	for _, n := range nodes {
		if it := n.Interaction; it != nil && it.Response == response && AsksFile(it) {
			return it
		}
		if it := fileAsked(n.Nodes, response); it != nil {
			return it
		}
	}
	return nil
}

// AsksFile reports whether an interaction is answered by a file.
func AsksFile(it *render.Interaction) bool {
	return it.Type == render.TypeUpload || it.Type == render.TypeDrawing
}

// drawn are the types of a drawing, or of a photograph of one.
var drawn = []string{"image/png", "image/jpeg", "image/webp"}

// AcceptedTypes lists the media types that an interaction takes; of an upload whose author named none, all that Biblio Exos takes.
func AcceptedTypes(it *render.Interaction) []string {
	switch {
	case it.Type == render.TypeDrawing:
		return drawn
	case len(it.Types) > 0:
		return it.Types
	}
	all := append([]string(nil), admitted...)
	for _, media := range office {
		all = append(all, media)
	}
	slices.Sort(all)
	return all
}

// admitted are the types known by a file's first bytes; what could act in a browser (pages, scripts, SVG) is not among them.
var admitted = []string{
	"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf", "text/plain", "audio/mpeg", "audio/wave", "application/ogg", "video/mp4", "video/webm",
}

// office are the documents that are zip archives: their name tells which.
var office = map[string]string{
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".odt":  "application/vnd.oasis.opendocument.text",
	".odp":  "application/vnd.oasis.opendocument.presentation",
	".ods":  "application/vnd.oasis.opendocument.spreadsheet",
}

// mediaOf is a file's media type by what it holds, if it is one of those asked for.
func mediaOf(h Handed, asked []string) (string, error) {
	switch {
	case len(h.Data) == 0:
		return "", fault.New(fault.Invalid, "exos.handed.empty", "name", h.Name)
	case len(h.Data) > MaxHanded:
		return "", fault.New(fault.Invalid, "exos.handed.large", "name", h.Name, "most", MaxHanded>>20)
	}
	media, _, _ := strings.Cut(http.DetectContentType(h.Data), ";")
	if media == "application/zip" {
		media = office[strings.ToLower(path.Ext(h.Name))]
	} else if !slices.Contains(admitted, media) {
		media = ""
	}
	for _, want := range asked {
		kind, all := strings.CutSuffix(want, "/*")
		if media != "" && (media == want || all && strings.HasPrefix(media, kind+"/") || same[media] == want) {
			return media, nil
		}
	}
	return "", fault.New(fault.Invalid, "exos.handed.type", "name", h.Name, "types", strings.Join(Extensions(asked), ", "))
}

// same are other names of a type.
var same = map[string]string{"image/jpeg": "image/jpg", "audio/mpeg": "audio/mp3", "audio/wave": "audio/wav", "application/ogg": "audio/ogg"}

// Extensions are the endings of file names by which people know media types.
func Extensions(types []string) []string {
	known := map[string]string{
		"image/png": "PNG", "image/jpeg": "JPEG", "image/jpg": "JPEG", "image/gif": "GIF", "image/webp": "WebP", "application/pdf": "PDF", "text/plain": "TXT",
		"audio/mpeg": "MP3", "audio/mp3": "MP3", "audio/wave": "WAV", "audio/wav": "WAV", "application/ogg": "OGG", "audio/ogg": "OGG", "video/mp4": "MP4", "video/webm": "WebM",
	}
	for ending, media := range office {
		known[media] = strings.ToUpper(ending[1:])
	}
	var out []string
	for _, t := range types {
		name := known[t]
		if name == "" {
			name = t
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// fileName is a file's name without folders, without what is not seen, and not too long.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, ""))
	name = strings.TrimSpace(name)
	if len(name) > maxHandedName {
		ending := path.Ext(name)
		if len(ending) > 10 {
			ending = ""
		}
		name = strings.ToValidUTF8(name[:maxHandedName-len(ending)], "") + ending
	}
	if name == "" || name == "." || name == "/" {
		name = "fichier"
	}
	return name
}
