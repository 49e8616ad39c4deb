package look

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

//go:embed dist/look.css dist/look.js dist/icons.svg
var bundles embed.FS

// The licences go where the files go: into the program, and to whoever asks for them.
//
//go:embed fonts/*.woff2 fonts/OFL.txt marks/*.svg icons/lucide-LICENSE.txt css/pico-LICENSE.md
var files embed.FS

// staticPrefix is where every file of the look is served, under a name that holds its fingerprint.
const staticPrefix = "/static/"

// forever is what a browser is told of an address whose content can never change.
const forever = "public, max-age=31536000, immutable"

// asset is one file as it is served.
type asset struct {
	mime    string
	text    []byte
	zipped  func() []byte // nil where compressing gains nothing
	address string
}

// assets are the files of one site, by their plain name and by their address.
type assets struct{ byName, byAddress map[string]*asset }

// add takes one file in. Fonts come before the sheets that name them: their addresses are written into those.
func (a *assets) add(name string, text []byte) {
	if path.Ext(name) == ".css" {
		text = a.resolve(text)
	}
	sum := sha256.Sum256(text)
	ext := path.Ext(name)
	file := &asset{mime: contentType(ext), text: text}
	file.address = staticPrefix + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	if ext != ".woff2" && ext != ".png" {
		file.zipped = sync.OnceValue(func() []byte { return zip(text) })
	}
	a.byName[name], a.byAddress[file.address] = file, file
}

// resolve writes addresses in place of the names of files in a sheet's url(…).
func (a *assets) resolve(sheet []byte) []byte {
	for name, file := range a.byName {
		sheet = bytes.ReplaceAll(sheet, []byte("url("+name+")"), []byte("url("+file.address+")"))
	}
	return sheet
}

// addAll takes in every file of a folder but templates, which are read by Parse and served to nobody.
func (a *assets) addAll(fsys fs.FS) error {
	return fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) == ".html" {
			return err
		}
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		a.add(path.Base(name), text)
		return nil
	})
}

// url returns the address of a file, and fails on a name that nobody added: a page must not link what is not there.
func (a *assets) url(name string) (string, error) {
	if file, ok := a.byName[name]; ok {
		return file.address, nil
	}
	return "", fmt.Errorf("look: no file %q among the assets", name)
}

// serve answers GET /static/…: files and drawn covers. Their addresses never change content, so they are kept for a year.
func (a *assets) serve(w http.ResponseWriter, r *http.Request) error {
	if digits, ok := strings.CutPrefix(r.URL.Path, coverPrefix); ok {
		return serveCover(w, digits)
	}
	file, ok := a.byAddress[r.URL.Path]
	if !ok {
		return fault.New(fault.NotFound, "look.asset.unknown")
	}
	text := file.text
	w.Header().Set("Content-Type", file.mime)
	w.Header().Set("Cache-Control", forever)
	if file.zipped != nil {
		w.Header().Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Encoding", "gzip")
			text = file.zipped()
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	_, err := w.Write(text)
	return err
}

// serveCover draws the cover whose seed is in the address.
func serveCover(w http.ResponseWriter, digits string) error {
	seed, err := strconv.ParseUint(strings.TrimSuffix(digits, ".svg"), 16, 32)
	if err != nil || len(digits) != len("00000000.svg") {
		return fault.New(fault.NotFound, "look.asset.unknown")
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Header().Set("Cache-Control", forever)
	_, err = w.Write(draw(uint32(seed)))
	return err
}

// Mount registers the site's own routes: its files, and the choice of theme and language.
func (s *Site) Mount(mux *httpx.Mux) {
	mux.Handle("GET "+staticPrefix, s.assets.serve)
	mux.Handle("POST "+preferencesPath, s.savePreferences)
}

// staticAddress is an address of ours in a page or a sheet.
var staticAddress = regexp.MustCompile(regexp.QuoteMeta(staticPrefix) + `[\w.-]+`)

// Needs lists the files that a page names, and those that these name, in order: what must be kept to show it without a network.
func (s *Site) Needs(page []byte) []string {
	var out []string
	left := [][]byte{page}
	for len(left) > 0 {
		for _, found := range staticAddress.FindAll(left[0], -1) {
			file, ours := s.assets.byAddress[string(found)]
			if !ours || slices.Contains(out, file.address) {
				continue
			}
			if out = append(out, file.address); strings.HasPrefix(file.mime, "text/") { // a picture or a program names nothing
				left = append(left, file.text)
			}
		}
		left = left[1:]
	}
	slices.Sort(out)
	return out
}

// contentType knows the few kinds of files there are; mime's tables depend on the machine.
func contentType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	case ".txt", ".md":
		return "text/plain; charset=utf-8"
	case ".wasm":
		return "application/wasm"
	case ".png":
		return "image/png"
	}
	return mime.TypeByExtension(ext)
}

func zip(text []byte) []byte {
	var out bytes.Buffer
	z, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	z.Write(text) // a bytes.Buffer refuses nothing
	z.Close()
	return out.Bytes()
}
