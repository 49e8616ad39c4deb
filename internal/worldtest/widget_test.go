package worldtest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"pupitre/internal/worldtest"
)

var frameSource = regexp.MustCompile(`<iframe [^>]*src="([^"]+)"`)

// frameOf is the address of the frame in somebody's first page at the portal, which nobody has opened yet.
func frameOf(t *testing.T, w *worldtest.World, v *worldtest.Visitor) string {
	t.Helper()
	m := frameSource.FindStringSubmatch(v.Get(t, w.Portal+"/").Text)
	if m == nil {
		t.Fatal("the portal's page has no frame")
	}
	return html.UnescapeString(m[1])
}

// The portal's frame lists what its person may open, to the first of any number who open the link, and to nobody after.
func TestThePortalsFrameIsShownOnce(t *testing.T) {
	t.Parallel()
	onBothEngines(t, nil, func(t *testing.T, w *worldtest.World) {
		ines := worldtest.NewVisitor()
		ines.SignIn(t, w.Broker+"/mediacentre", "ines.marchal")
		link := frameOf(t, w, ines)
		if page := worldtest.NewVisitor().Get(t, link[:len(link)-2]+"xx"); page.Status != http.StatusForbidden || page.Says("La Lanterne") {
			t.Errorf("altered: %d, %s", page.Status, page.Words())
		}
		var shown, refused atomic.Int32
		var all sync.WaitGroup
		for range 12 {
			v := worldtest.NewVisitor()
			all.Go(func() {
				switch page := v.Get(t, link); {
				case page.Status == http.StatusOK && page.Says("La Lanterne"):
					shown.Add(1)
				case page.Status == http.StatusForbidden && page.Says("déjà été affiché") && !page.Says("La Lanterne"):
					refused.Add(1)
				default:
					t.Errorf("%d: %s", page.Status, page.Words())
				}
			})
		}
		all.Wait()
		if shown.Load() != 1 || refused.Load() != 11 {
			t.Errorf("shown %d times, refused %d times", shown.Load(), refused.Load())
		}
		// What is clicked is opened by whoever the portal says is there.
		page := ines.Get(t, frameOf(t, w, ines))
		if page = page.Follow(t, "La Lanterne, encyclopédie des collèges"); page.Status != http.StatusOK || strings.HasPrefix(page.At.String(), w.Broker) {
			t.Errorf("a resource leads to %s, %d", page.At, page.Status)
		}
		malo := worldtest.NewVisitor()
		if page := malo.Get(t, frameOf(t, w, ines)).Follow(t, "La Lanterne, encyclopédie des collèges"); !strings.HasPrefix(page.At.String(), w.Portal+"/login") {
			t.Errorf("a stranger with somebody's frame comes to %s, %d", page.At, page.Status)
		}
	})
}

// docs/portals.md shows how a link is made in a shell: it is made so, and opens.
func TestThePortalGuidesLinkOpens(t *testing.T) {
	t.Parallel()
	for _, need := range []string{"bash", "openssl"} {
		if _, err := exec.LookPath(need); err != nil {
			t.Skipf("%s is not installed: the guide's example was not tried", need)
		}
	}
	guide, err := os.ReadFile("../../docs/portals.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(guide), "```sh\n")
	example, _, ok2 := strings.Cut(rest, "```")
	if !ok || !ok2 {
		t.Fatal("the guide has no example")
	}
	w := worldtest.Open(t, worldtest.Options{})
	text, err := os.ReadFile(filepath.Join(w.Data, "secrets.json"))
	var kept struct{ Seal string }
	if err == nil {
		err = json.Unmarshal(text, &kept)
	}
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, []byte(kept.Seal))
	mac.Write([]byte("encart"))
	out, err := exec.CommandContext(t.Context(), "bash", "-euc", example+`encart "$@"`, "guide", w.Broker, "A70", hex.EncodeToString(mac.Sum(nil)), "tilleuls-c-0001", ourUAI).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	page := worldtest.NewVisitor().Get(t, strings.TrimSpace(string(out)))
	if page.Status != http.StatusOK || !page.Says("Ma console d’affectation") {
		t.Errorf("%s: %d, %s", out, page.Status, page.Words())
	}
}

// Who is where, in the portal's page and in another site's.
func TestThePortalsFrameInABrowser(t *testing.T) {
	t.Parallel()
	w := worldtest.Open(t, worldtest.Options{})
	elsewhere := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		out.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(out, `<!doctype html><title>Ailleurs</title><iframe src="%s" width="600" height="400"></iframe>`, html.EscapeString(r.FormValue("f")))
	}))
	t.Cleanup(elsewhere.Close)
	var world map[string]any
	if err := json.Unmarshal([]byte(w.JSON(t, false)), &world); err != nil {
		t.Fatal(err)
	}
	world["elsewhere"] = elsewhere.URL
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "widget")
}
