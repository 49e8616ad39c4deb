package web_test

import (
	"encoding/json"
	"encoding/xml"
	"image"
	_ "image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// app is the manifest that browsers get, as far as stores repeat it.
type app struct {
	Name       string
	ShortName  string `json:"short_name"`
	Start      string `json:"start_url"`
	Scope      string
	Display    string
	Background string `json:"background_color"`
	Theme      string `json:"theme_color"`
	Icons      []struct{ Src, Sizes, Purpose string }
}

func (w *world) app() app {
	w.t.Helper()
	answer := (&browser{world: w}).do(httptest.NewRequest("GET", "/appli/manifeste.webmanifest", nil))
	var out app
	if err := json.NewDecoder(answer.Body).Decode(&out); err != nil || answer.StatusCode != http.StatusOK || out.Name == "" || len(out.Icons) != 3 {
		w.t.Fatalf("%s, %+v, %v", answer.Status, out, err)
	}
	return out
}

// icon is the address of one of the manifest's icons.
func (a app) icon(sizes, purpose string) string {
	for _, i := range a.Icons {
		if i.Sizes == sizes && i.Purpose == purpose {
			return i.Src
		}
	}
	return ""
}

func agree(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want || want == "" {
		t.Errorf("%s is %q, the app's manifest says %q", what, got, want)
	}
}

func TestThePackageForGooglePlayIsTheApps(t *testing.T) {
	t.Parallel()
	a := newWorld(t).app()
	text, err := os.ReadFile("stores/play/twa-manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var twa map[string]any
	if err := json.Unmarshal(text, &twa); err != nil {
		t.Fatal(err)
	}
	site := "https://" + twa["host"].(string)
	for field, want := range map[string]string{
		"name": a.Name, "launcherName": a.ShortName, "display": a.Display, "themeColor": a.Theme, "backgroundColor": a.Background, "startUrl": a.Start,
		"fullScopeUrl": site + a.Scope, "webManifestUrl": site + "/appli/manifeste.webmanifest",
		"iconUrl": site + a.icon("512x512", "any"), "maskableIconUrl": site + a.icon("512x512", "maskable"),
	} {
		got, _ := twa[field].(string)
		agree(t, field, got, want)
	}
}

func TestThePackageForTheAppStoreIsTheApps(t *testing.T) {
	t.Parallel()
	a := newWorld(t).app()
	values := plist(t, "stores/apple/Info.plist")
	agree(t, "CFBundleDisplayName", values["CFBundleDisplayName"], a.Name)
	agree(t, "CFBundleName", values["CFBundleName"], a.ShortName)
	agree(t, "BiblioExosStart", values["BiblioExosStart"], "https://"+values["WKAppBoundDomains"]+a.Start)
}

// plist reads the texts of a property list by their keys; of a list, the first.
func plist(t *testing.T, path string) map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, key, in := map[string]string{}, "", ""
	for d := xml.NewDecoder(f); ; {
		token, err := d.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			in = token.Name.Local
		case xml.EndElement:
			in = ""
		case xml.CharData:
			if text := string(token); in == "key" {
				key = text
			} else if _, had := out[key]; in == "string" && !had {
				out[key] = text
			}
		}
	}
}

func TestThePackageForTheMicrosoftStoreIsTheApps(t *testing.T) {
	t.Parallel()
	a := newWorld(t).app()
	text, err := os.ReadFile("stores/microsoft/AppxManifest.xml")
	if err != nil {
		t.Fatal(err)
	}
	var p struct {
		DisplayName string `xml:"Properties>DisplayName"`
		Logo        string `xml:"Properties>Logo"`
		Application struct {
			Executable string `xml:",attr"`
			Visual     struct {
				DisplayName, BackgroundColor       string `xml:",attr"`
				Square150x150Logo, Square44x44Logo string `xml:",attr"`
			} `xml:"VisualElements"`
		} `xml:"Applications>Application"`
	}
	if err := xml.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	agree(t, "DisplayName", p.DisplayName, a.Name)
	agree(t, "the tile's name", p.Application.Visual.DisplayName, a.ShortName)
	agree(t, "the tile's colour", p.Application.Visual.BackgroundColor, a.Theme)
	if !strings.HasPrefix(p.Application.Executable, "biblio-exos") { // by which it knows that it is to open the app (cmd/pupitre)
		t.Errorf("it starts %s", p.Application.Executable)
	}
	for name, side := range map[string]int{p.Logo: 50, p.Application.Visual.Square150x150Logo: 150, p.Application.Visual.Square44x44Logo: 44} {
		f, err := os.Open(filepath.Join("stores/microsoft", strings.ReplaceAll(name, `\`, "/")))
		if err != nil {
			t.Error(err)
			continue
		}
		defer f.Close()
		if config, _, err := image.DecodeConfig(f); err != nil || config.Width != side || config.Height != side {
			t.Errorf("%s: %dx%d, %v; want a side of %d", name, config.Width, config.Height, err, side)
		}
	}
}
