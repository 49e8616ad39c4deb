package desktop

import (
	"bytes"
	"io"
	"net/http"
	"strconv"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// maxSaid bounds what the app says to the server at once; the server has its own bounds.
const maxSaid = 16 << 20

// PairPath is the server's page that gives this computer's program its code: one click, by the session of whoever is signed in there.
const PairPath = "/hors-ligne/ordinateur"

// relay carries to the server what the app says to it, and back what it answers. What is said is signed: no cookie goes along.
func (p *Program) relay(w http.ResponseWriter, r *http.Request) error {
	httpx.AllowBody(r, maxSaid)
	said, err := io.ReadAll(r.Body)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "exosdesktop.form")
	}
	if p.Server == "" {
		return fault.New(fault.Unavailable, "exosdesktop.server.none")
	}
	out, err := http.NewRequestWithContext(r.Context(), http.MethodPost, p.Server+r.URL.Path, bytes.NewReader(said))
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "exosdesktop.form")
	}
	out.Header.Set("Content-Type", "application/json")
	out.Header.Set("Accept", "application/json")
	out.Header.Set("Accept-Language", string(httpx.Locale(r)))
	answer, err := p.Client.Do(out)
	if err != nil {
		return fault.Wrap(err, fault.Unavailable, "exosdesktop.server.away", "address", p.Server)
	}
	defer answer.Body.Close()
	w.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(answer.StatusCode)
	_, err = io.Copy(w, answer.Body)
	return err
}

// toServer leads to the server's page that gives this program its code, and comes back here with it (as RFC 8252 §7.3 has programs do).
func (p *Program) toServer(w http.ResponseWriter, r *http.Request) error {
	if p.Server == "" {
		return fault.New(fault.Unavailable, "exosdesktop.server.none")
	}
	http.Redirect(w, r, p.Server+PairPath+"?port="+strconv.Itoa(p.Port), http.StatusSeeOther)
	return nil
}
