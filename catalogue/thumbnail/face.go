package thumbnail

import (
	"context"
	"net/http"
	"strings"

	"pupitre/catalogue"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Face serves pictures. Their addresses are hashes: what is there never changes, and is for all to see.
type Face struct {
	Pictures interface {
		Picture(ctx context.Context, hash string) ([]byte, error)
	}
}

// Mount registers the route.
func (f *Face) Mount(mux *httpx.Mux) { mux.Handle("GET "+catalogue.PicturesPath+"{name}", f.serve) }

func (f *Face) serve(w http.ResponseWriter, r *http.Request) error {
	hash, ok := strings.CutSuffix(r.PathValue("name"), catalogue.PictureSuffix)
	if !ok {
		return fault.New(fault.NotFound, "thumbnail.unknown")
	}
	body, err := f.Pictures.Picture(r.Context(), hash)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin") // pages of another host show it
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Referrer-Policy", "no-referrer")
	_, err = w.Write(body)
	return err
}
