package content

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"time"

	"pupitre/exos"
	"pupitre/exos/qti"
	"pupitre/internal/fault"
)

// fileTypes are what exercises show; anything else is not served as a file.
var fileTypes = []string{"image/", "audio/", "video/"}

// serveFile sends a picture, a sound or a film of an exercise.
func (h *Host) serveFile(w http.ResponseWriter, r *http.Request) error {
	c, err := h.Service.Content(r.Context(), exos.Hash(r.PathValue("sha256")))
	if err != nil {
		return err
	}
	return sendFile(w, r, c.Media, c.Data)
}

// serveDeposited sends a file of a package that is not published.
func (h *Host) serveDeposited(w http.ResponseWriter, r *http.Request) error {
	m, err := h.examine(r)
	if err != nil {
		return err
	}
	a, err := assetOf(m, r.PathValue("sha256"))
	if err != nil {
		return err
	}
	return sendFile(w, r, a.Media, a.Data)
}

// examine opens the package of an address: the grant says that its publisher may.
func (h *Host) examine(r *http.Request) (*qti.Module, error) {
	p := exos.Press{Publisher: exos.Publisher{ID: exos.PublisherID(r.PathValue("publisher"))}}
	_, m, err := h.Service.Examine(r.Context(), p, exos.DepositID(r.PathValue("deposit")))
	if fault.Is(err, fault.NotFound) {
		return nil, errNone
	}
	return m, err
}

func assetOf(m *qti.Module, sha256 string) (qti.Asset, error) {
	at := slices.IndexFunc(m.Assets, func(a qti.Asset) bool { return a.SHA256 == sha256 })
	if at < 0 {
		return qti.Asset{}, errNone
	}
	return m.Assets[at], nil
}

// sendFile sends what a publisher or a teacher made, whole or in part: opened by itself it can run nothing, and load nothing.
func sendFile(w http.ResponseWriter, r *http.Request, media string, data []byte) error {
	if !slices.ContainsFunc(fileTypes, func(start string) bool { return strings.HasPrefix(media, start) }) {
		return errNone
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	w.Header().Set("Content-Type", media)
	w.Header().Set("ETag", `"`+r.PathValue("sha256")+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	return nil
}
