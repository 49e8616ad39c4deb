package thumbnail_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/catalogue/thumbnail"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/internal/recent"
	"pupitre/journal"
	"pupitre/store"
)

// drawing is a picture of stripes, tall or wide.
func drawing(w, h int) image.Image {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.NRGBA{uint8(x), uint8(y), 200, uint8(255 - x%2*100)})
		}
	}
	return m
}

func encoded(t testing.TB, kind string, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	var err error
	switch kind {
	case "png":
		err = png.Encode(&b, m)
	case "jpeg":
		err = jpeg.Encode(&b, m, nil)
	case "gif":
		err = gif.Encode(&b, m, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// dot is a WebP of one pixel: the only encoder at hand is this constant.
var dot = []byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00")

// header is a PNG that says how large it is, and has nothing.
func header(w, h uint32) []byte {
	data := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	data = append(binary.BigEndian.AppendUint32(data, h), 8, 6, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(data))
}

func TestAPictureIsDrawnAgainToFit(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		body         []byte
		small, large image.Point
	}{
		"tall png":        {encoded(t, "png", drawing(600, 800)), image.Pt(120, 160), image.Pt(240, 320)},
		"wide jpeg":       {encoded(t, "jpeg", drawing(1000, 200)), image.Pt(120, 24), image.Pt(240, 48)},
		"small gif":       {encoded(t, "gif", drawing(50, 60)), image.Pt(50, 60), image.Pt(50, 60)},
		"a line":          {encoded(t, "png", drawing(5000, 1)), image.Pt(120, 1), image.Pt(240, 1)},
		"a webp of a dot": {dot, image.Pt(1, 1), image.Pt(1, 1)},
	} {
		small, large, err := thumbnail.Draw(x.body)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, one := range []struct {
			body []byte
			want image.Point
		}{{small, x.small}, {large, x.large}} {
			got, err := jpeg.DecodeConfig(bytes.NewReader(one.body))
			if err != nil || image.Pt(got.Width, got.Height) != one.want {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	t.Parallel()
	whole := encoded(t, "png", drawing(60, 80))
	bomb := append([]byte(nil), dot...) // its canvas is one pixel, the picture in it 16384 by 16384
	copy(bomb[21:], []byte{0xff, 0xff, 0xff, 0x0f})
	for name, x := range map[string]struct {
		body []byte
		code string
	}{
		"nothing":              {nil, "thumbnail.kind"},
		"a page":               {[]byte("<!doctype html><title>404</title>"), "thumbnail.kind"},
		"a drawing":            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "thumbnail.kind"},
		"half a png":           {whole[:len(whole)/2], "thumbnail.damaged"},
		"a png of nothing":     {header(60, 80), "thumbnail.damaged"},
		"a png of 0 by 8":      {header(0, 8), "thumbnail.damaged"},
		"a jpeg of no jpeg":    {[]byte("\xff\xd8\xffhello"), "thumbnail.damaged"},
		"a gif of no gif":      {[]byte("GIF89a"), "thumbnail.damaged"},
		"a webp of no webp":    {[]byte("RIFF....WEBPVP8 "), "thumbnail.damaged"},
		"65,535 pixels a side": {header(65535, 65535), "thumbnail.pixels"},
		"one long line":        {header(2_000_000, 1), "thumbnail.pixels"},
		"a hollow webp":        {bomb, "thumbnail.pixels"},
	} {
		before := allocated()
		if _, _, err := thumbnail.Draw(x.body); fault.CodeOf(err) != x.code {
			t.Errorf("%s: %v, want %s", name, err, x.code)
		}
		if took := allocated() - before; took > 64<<20 { // others run beside; a bomb would take gigabytes
			t.Errorf("%s: %d MiB were taken", name, took>>20)
		}
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// world is a catalogue, and a publisher's site on this machine, which alone may be reached.
type world struct {
	catalogue  *catalogue.Service
	thumbnails *thumbnail.Service
	site       *httptest.Server
	pages      map[string]http.HandlerFunc
	asked      atomic.Int64
	passed     atomic.Int64
}

func open(t testing.TB, e dbtest.Engine) *world {
	t.Helper()
	w := &world{pages: map[string]http.HandlerFunc{}}
	now := func() time.Time {
		return time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(w.passed.Load()))
	}
	ids := id.Seeded(now, 1)
	s := &store.Store{DB: e.Open(t, store.Migrations(), now), IDs: ids}
	w.site = httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.asked.Add(1)
		if page, ok := w.pages[r.URL.Path]; ok {
			page(out, r)
			return
		}
		http.NotFound(out, r)
	}))
	t.Cleanup(w.site.Close)
	there := netip.MustParseAddrPort(w.site.Listener.Addr().String())
	client := httpx.Abroad(func(at netip.AddrPort) bool { return at == there || httpx.Public(at) })
	client.Timeout = time.Second
	w.catalogue = &catalogue.Service{Store: s.Catalogue(), IDs: ids}
	w.thumbnails = &thumbnail.Service{Store: s.Thumbnails(), Client: client, Worker: "one", Log: slog.New(slog.DiscardHandler)}
	return w
}

func (w *world) wait(d time.Duration) { w.passed.Add(int64(d)) }

// serves has the site answer with a body.
func (w *world) serves(path, kind string, body []byte) {
	w.pages[path] = func(out http.ResponseWriter, _ *http.Request) {
		out.Header().Set("Content-Type", kind)
		out.Write(body)
	}
}

// bring brings in a notice whose thumbnail is at an address; "/x" is at the site.
func (w *world) bring(t testing.TB, name, title, address string) {
	t.Helper()
	if strings.HasPrefix(address, "/") {
		address = w.site.URL + address
	}
	body := fmt.Sprintf(`<lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general><identifier><catalog>ark</catalog><entry>ark:/99999/%[1]s</entry></identifier><title><string>%[2]s</string></title></general>
		<lifeCycle><contribute><role><value>publisher</value></role><entity>FN:Maison NOTE:SIREN=999000999 END:VCARD</entity></contribute></lifeCycle>
		<technical><location>https://exemple.test/%[1]s</location></technical>
		<relation><kind><value>http://data.education.fr/voc/scolomfr/concept/scolomfr-voc-009-num-021</value></kind><resource><identifier><catalog>URI</catalog><entry>%[3]s</entry></identifier></resource></relation></lom>`, name, title, address)
	r, err := w.catalogue.ImportNotices(t.Context(), journal.System("test"), []catalogue.NoticeFile{{Name: name, Body: []byte(body)}})
	if err != nil || r.Refused() > 0 {
		t.Fatal(err, r.Findings)
	}
}

// work fetches all that is due, and returns how many were.
func (w *world) work(t testing.TB) (n int) {
	t.Helper()
	for ; ; n++ {
		more, err := w.thumbnails.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return n
		}
	}
}

func (w *world) picture(t testing.TB, name string) catalogue.Picture {
	t.Helper()
	w.wait(2 * recent.Moment)
	found, err := w.catalogue.FindByARK(t.Context(), catalogue.ARK("ark:/99999/"+name))
	if err != nil {
		t.Fatal(err)
	}
	list, err := w.catalogue.ListResources(t.Context(), found.ID) // as pages do, which keep what they read
	if err != nil || len(list) != 1 || list[0].Picture != found.Picture {
		t.Fatalf("%+v, %v", list, err)
	}
	return found.Picture
}

func (w *world) refusals(t testing.TB) map[string]string {
	t.Helper()
	list, err := w.thumbnails.Refused(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, x := range list {
		out[x.Title] = fault.CodeOf(x.Trouble)
	}
	return out
}

func TestAPictureIsFetchedOnceAndServed(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		w.serves("/a.png", "image/png", encoded(t, "png", drawing(600, 800)))
		w.bring(t, "a", "Titre a", "/a.png")
		w.bring(t, "b", "Titre b", "/a.png")
		if got := w.picture(t, "a"); got != (catalogue.Picture{}) {
			t.Error("before it is fetched there is none", got)
		}
		if n := w.work(t); n != 1 || w.asked.Load() != 1 {
			t.Errorf("%d fetched, asked %d times", n, w.asked.Load())
		}
		p := w.picture(t, "a")
		if p.Small == "" || p.Large == "" || p != w.picture(t, "b") {
			t.Fatal(p)
		}
		w.wait(48 * time.Hour)
		w.bring(t, "a", "Titre a", "/a.png") // the same notice
		if n := w.work(t); n != 0 {
			t.Error("it is asked for again")
		}
		// As it is served.
		edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: time.Now, Words: lang.MustLoad()}
		mux := edge.Mux()
		(&thumbnail.Face{Pictures: w.thumbnails}).Mount(mux)
		get := func(path string) *http.Response {
			out := httptest.NewRecorder()
			edge.Wrap(mux).ServeHTTP(out, httptest.NewRequest(http.MethodGet, path, nil))
			return out.Result()
		}
		small, large := p.Paths()
		for path, want := range map[string]image.Point{small: image.Pt(120, 160), large: image.Pt(240, 320)} {
			r := get(path)
			body, err := io.ReadAll(r.Body)
			if err != nil || r.StatusCode != http.StatusOK {
				t.Fatal(path, err, r.Status)
			}
			if got, err := jpeg.DecodeConfig(bytes.NewReader(body)); err != nil || image.Pt(got.Width, got.Height) != want {
				t.Error(path, got, err)
			}
			for name, want := range map[string]string{
				"Content-Type": "image/jpeg", "Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff", "Set-Cookie": "",
				"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox", "Cross-Origin-Resource-Policy": "cross-origin",
			} {
				if got := r.Header.Get(name); got != want {
					t.Errorf("%s: %s", name, got)
				}
			}
		}
		for _, path := range []string{"/vignettes/", "/vignettes/x.jpg", "/vignettes/" + p.Small, "/vignettes/" + p.Small + ".png", "/vignettes/..%2f" + p.Small + ".jpg"} {
			if r := get(path); r.StatusCode != http.StatusNotFound || strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
				t.Error(path, r.Status)
			}
		}
	})
}

// endless sends the beginning of a PNG, then as many bytes as anybody reads.
func endless(sent *atomic.Int64, length string) http.HandlerFunc {
	return func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Content-Type", "image/png")
		if length != "" {
			out.Header().Set("Content-Length", length)
		}
		block := make([]byte, 1<<20)
		copy(block, header(100, 100))
		for range 2048 {
			n, err := out.Write(block)
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	}
}

func TestWhatCannotBeTakenIsNamedWithItsReason(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		var inside atomic.Int64
		other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { inside.Add(1) }))
		defer other.Close()
		var chunked, announced atomic.Int64
		picture := encoded(t, "png", drawing(6, 8))
		w.pages["/chunked"], w.pages["/announced"] = endless(&chunked, ""), endless(&announced, "2147483648")
		w.serves("/svg", "image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`))
		w.serves("/svg-as-png", "image/png", []byte("\xef\xbb\xbf <?xml version='1.0'?><!DOCTYPE svg><SVG onload='alert(1)'/>"))
		w.serves("/html", "text/html", picture)
		w.serves("/json-as-png", "image/png", []byte(`{"error":"none"}`))
		w.serves("/bomb", "image/png", header(60_000, 60_000))
		w.serves("/half", "image/png", picture[:len(picture)-30])
		for name, to := range map[string]string{"loopback": other.URL, "private": "http://10.0.0.1/a.png", "metadata": "http://169.254.169.254/latest/", "six": "http://[::1]/a.png", "file": "file:///etc/passwd"} {
			w.pages["/to-"+name] = func(out http.ResponseWriter, r *http.Request) { http.Redirect(out, r, to, http.StatusFound) }
		}
		w.pages["/around"] = func(out http.ResponseWriter, r *http.Request) { http.Redirect(out, r, "/around", http.StatusFound) }
		want := map[string]string{
			"/chunked": "thumbnail.large", "/announced": "thumbnail.large", "/svg": "thumbnail.svg", "/svg-as-png": "thumbnail.svg", "/html": "thumbnail.type",
			"/json-as-png": "thumbnail.kind", "/bomb": "thumbnail.pixels", "/half": "thumbnail.damaged", "/none": "thumbnail.status", "/around": "thumbnail.status",
			"/to-loopback": "thumbnail.inside", "/to-private": "thumbnail.inside", "/to-metadata": "thumbnail.inside", "/to-six": "thumbnail.inside", "/to-file": "thumbnail.status",
			other.URL + "/a.png": "thumbnail.inside", "http://192.168.0.1/a.png": "thumbnail.inside",
		}
		n := 0
		for address := range want {
			w.bring(t, fmt.Sprintf("n%d", n), address, address)
			n++
		}
		w.serves("/good", "application/octet-stream", picture)
		w.bring(t, "good", "good", "/good")
		runtime.GC()
		before := allocated()
		if got := w.work(t); got != n+1 {
			t.Errorf("%d fetched", got)
		}
		if took := allocated() - before; took > 256<<20 { // both are read at most 8 MiB long, in growing buffers
			t.Errorf("%d MiB were taken of what was sent", took>>20)
		}
		got := w.refusals(t)
		for address, code := range want {
			if got[address] != code {
				t.Errorf("%s: %q, want %s", address, got[address], code)
			}
		}
		if len(got) != n || w.picture(t, "good").Small == "" {
			t.Errorf("%v", got)
		}
		// What lies in buffers of the network is sent, too.
		if a, b := chunked.Load(), announced.Load(); a > 64<<20 || b > 64<<20 || a < 8<<20 {
			t.Errorf("%d and %d MiB were sent", a>>20, b>>20)
		}
		if inside.Load() != 0 {
			t.Error("our own network was reached")
		}
		if n := w.work(t); n != 0 {
			t.Error("what was refused is not asked for again")
		}
		words := lang.MustLoad()
		list, err := w.thumbnails.Refused(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			for _, locale := range lang.Locales {
				if text := words.Error(locale, x.Trouble); text == "" || strings.ContainsAny(text, "{}") {
					t.Errorf("%s: %q", x.Address, text)
				}
			}
		}
	})
}

func TestASiteThatDoesNotAnswerIsAskedAFewTimes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		over := make(chan struct{})
		defer close(over)
		var down atomic.Bool
		down.Store(true)
		w.pages["/down"] = func(out http.ResponseWriter, _ *http.Request) {
			if down.Load() {
				out.WriteHeader(http.StatusServiceUnavailable)
				return
			}
			out.Write(encoded(t, "png", drawing(6, 8)))
		}
		w.pages["/slow"] = func(out http.ResponseWriter, r *http.Request) {
			out.Header().Set("Content-Type", "image/png")
			out.Write(header(6, 8))
			out.(http.Flusher).Flush()
			select {
			case <-over:
			case <-r.Context().Done():
			}
		}
		w.bring(t, "down", "down", "/down")
		w.bring(t, "slow", "slow", "/slow")
		if n := w.work(t); n != 2 || len(w.refusals(t)) != 0 {
			t.Errorf("%d, %v", n, w.refusals(t))
		}
		w.wait(9 * time.Minute)
		if n := w.work(t); n != 0 {
			t.Error("too soon")
		}
		w.wait(2 * time.Minute)
		down.Store(false)
		if n := w.work(t); n != 2 || w.picture(t, "down").Small == "" {
			t.Errorf("%d, %v", n, w.picture(t, "down"))
		}
		for range 5 {
			w.wait(2 * time.Hour)
			w.work(t)
		}
		if got := w.refusals(t); len(got) != 1 || got["slow"] != "thumbnail.unreachable" {
			t.Error(got)
		}
		// Somebody asks again, once it is mended.
		w.serves("/slow", "image/png", encoded(t, "png", drawing(6, 8)))
		if err := w.thumbnails.Retry(t.Context(), w.site.URL+"/slow"); err != nil {
			t.Fatal(err)
		}
		if w.work(t) != 1 || w.picture(t, "slow").Small == "" || len(w.refusals(t)) != 0 {
			t.Error(w.refusals(t))
		}
		if err := w.thumbnails.Retry(t.Context(), w.site.URL+"/slow"); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
}

// A picture stays until there is a newer one, and what nobody names any more goes.
func TestANoticeThatChangesHasItsPictureFetchedAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		w.serves("/a", "image/png", encoded(t, "png", drawing(6, 8)))
		w.bring(t, "a", "Titre", "/a")
		w.work(t)
		first := w.picture(t, "a")
		w.serves("/a", "text/html", []byte("404"))
		w.bring(t, "a", "Autre titre", "/a")
		if w.work(t) != 1 || w.picture(t, "a") != first || len(w.refusals(t)) != 1 {
			t.Error("what we have stays", w.picture(t, "a"), w.refusals(t))
		}
		w.serves("/b", "image/png", encoded(t, "png", drawing(60, 80)))
		w.bring(t, "a", "Autre titre", "/b")
		w.work(t)
		second := w.picture(t, "a")
		if second == first || second.Small == "" {
			t.Error(second)
		}
		if _, err := w.thumbnails.Sweep(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
		for hash, kept := range map[string]bool{first.Small: false, first.Large: false, second.Small: true, second.Large: true} {
			if _, err := w.thumbnails.Picture(t.Context(), hash); (err == nil) != kept || err != nil && fault.CodeOf(err) != "thumbnail.unknown" {
				t.Errorf("%s: %v", hash, err)
			}
		}
		if got := w.refusals(t); len(got) != 0 {
			t.Error(got)
		}
	})
}

// Who dies over a task leaves it to another, later; what the dead one then says does not count.
func TestATaskOfADeadWorkerIsTakenByAnother(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		w := open(t, e)
		w.serves("/a", "image/png", encoded(t, "png", drawing(6, 8)))
		w.bring(t, "a", "Titre", "/a")
		var task thumbnail.Task
		write := func(f func(ctx context.Context, x thumbnail.Writer) error) {
			t.Helper()
			if err := w.thumbnails.Store.Write(t.Context(), f); err != nil {
				t.Fatal(err)
			}
		}
		write(func(ctx context.Context, x thumbnail.Writer) (err error) {
			task, _, err = x.Claim(ctx, "dead", x.Now().Add(2*time.Minute))
			return err
		})
		if w.work(t) != 0 {
			t.Error("it is the other's")
		}
		w.wait(3 * time.Minute)
		if w.work(t) != 1 {
			t.Error("it is free")
		}
		write(func(ctx context.Context, x thumbnail.Writer) error {
			if held, err := x.Keep(ctx, "dead", task, thumbnail.Outcome{Trouble: fault.New(fault.Invalid, "thumbnail.kind")}); err != nil || held {
				t.Error(held, err)
			}
			return nil
		})
		if w.picture(t, "a").Small == "" {
			t.Error("the living one's word stands")
		}
	})
}

func FuzzDraw(f *testing.F) {
	for _, kind := range []string{"png", "jpeg", "gif"} {
		f.Add(encoded(f, kind, drawing(9, 7)))
	}
	f.Add(dot)
	f.Add(header(9, 9))
	f.Fuzz(func(t *testing.T, body []byte) {
		small, large, err := thumbnail.Draw(body)
		if err != nil {
			if fault.CodeOf(err) == "" || small != nil || large != nil {
				t.Fatal(err)
			}
			return
		}
		for _, one := range [][]byte{small, large} {
			if c, err := jpeg.DecodeConfig(bytes.NewReader(one)); err != nil || c.Width > 240 || c.Height > 320 {
				t.Fatal(c, err)
			}
		}
	})
}
