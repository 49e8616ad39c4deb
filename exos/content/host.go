package content

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Host is the content host. Fill it as a struct literal, then Mount it.
type Host struct {
	Service *exos.Service    // required
	Key     exos.ContentKey  // required: Service.ContentKey
	Base    string           // required: its own address, without a slash at the end
	Pages   string           // required: the address of Biblio Exos's pages, which show what is here
	Now     func() time.Time // required
}

// Origin is what a page's policy must allow.
func (h *Host) Origin() string { return h.Base }

// File is where a file of an exercise is served just now.
func (h *Host) File(sha256 exos.Hash) string {
	return h.address("/fichiers/" + url.PathEscape(string(sha256)))
}

// Frame is where the frame of a publisher's own interaction is served just now.
func (h *Host) Frame(e exos.ExerciseID, response string) string {
	return h.address("/cadres/" + url.PathEscape(string(e)) + "/" + url.PathEscape(response))
}

// Deposited is where a file of a package is served that is not published.
func (h *Host) Deposited(d exos.Deposit, sha256 exos.Hash) string {
	return h.address(deposited(d) + "/fichiers/" + url.PathEscape(string(sha256)))
}

// DepositedFrame is Frame, in the exercise of that number, from 1, of a package that is not published.
func (h *Host) DepositedFrame(d exos.Deposit, number int, response string) string {
	return h.address(deposited(d) + "/cadres/" + strconv.Itoa(number) + "/" + url.PathEscape(response))
}

func deposited(d exos.Deposit) string {
	return "/depots/" + url.PathEscape(string(d.Publisher)) + "/" + url.PathEscape(string(d.ID))
}

// Mount registers the routes.
func (h *Host) Mount(mux *httpx.Mux) {
	mux.Handle("GET /{grant}/fichiers/{sha256}", h.granted(h.serveFile))
	mux.Handle("GET /{grant}/cadres/{exercise}/{response}", h.granted(h.serveFrame))
	mux.Handle("GET /{grant}/depots/{publisher}/{deposit}/fichiers/{sha256}", h.granted(h.serveDeposited))
	mux.Handle("GET /{grant}/depots/{publisher}/{deposit}/cadres/{number}/{response}", h.granted(h.serveDepositedFrame))
}

// step is for how long an address stays the same; it is good for that long again, and never for longer in all than the rights by which it
// was given are good without the broker's word (exos.Service.RightsGrace): docs/decisions/0014-content-leases.md.
const step = 15 * time.Minute

// address is a path with the grant to see it.
func (h *Host) address(path string) string {
	until := h.Now().Truncate(step).Add(2 * step).Unix()
	return h.Base + "/" + h.grant(until, path) + path
}

// grant is what opens a path until a moment.
func (h *Host) grant(until int64, path string) string {
	at := strconv.FormatInt(until, 36)
	mac := hmac.New(sha256.New, []byte(h.Key))
	mac.Write([]byte(at + path))
	return at + "-" + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

// granted lets in whoever has an address that is ours, unaltered and not over.
func (h *Host) granted(next httpx.Handler) httpx.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		given, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
		at, _, _ := strings.Cut(given, "-")
		until, err := strconv.ParseInt(at, 36, 64)
		if err != nil || !hmac.Equal([]byte(given), []byte(h.grant(until, "/"+rest))) || h.Now().Unix() >= until {
			return errNone
		}
		header := w.Header()
		header.Set("Cross-Origin-Resource-Policy", "cross-origin") // pages of another host show it
		header.Set("Access-Control-Allow-Origin", h.Pages)
		header.Set("Cache-Control", "private, max-age="+strconv.FormatInt(until-h.Now().Unix(), 10)+", immutable")
		header.Set("Referrer-Policy", "no-referrer")
		if err := next(w, r); err != nil {
			header.Del("Cache-Control") // a failure is nobody's to keep
			return err
		}
		return nil
	}
}

// errNone is what everything is answered that is not there, or not for whoever asks.
var errNone = fault.New(fault.NotFound, "exos.content.unknown")
