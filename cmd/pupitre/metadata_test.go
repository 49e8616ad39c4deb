package main

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
)

// A site's metadata are read at their address, over TLS; what is not there, leads elsewhere, is too long or comes from nobody that the
// machine trusts registers nothing. The notice and the metadata are those of the script client.
func TestMetadataAreReadAtAnAddress(t *testing.T) {
	t.Parallel()
	files, err := txtar.ParseFile("testdata/script/client.txtar")
	if err != nil {
		t.Fatal(err)
	}
	text := map[string][]byte{}
	for _, f := range files.Files {
		text[f.Name] = f.Data
	}
	good := text["tableau.xml"]
	site := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/good":
			w.Write(good)
		case "/long": // good as far as anybody who cuts it off would read, too
			w.Write(good)
			fmt.Fprint(w, strings.Repeat(" ", 1<<20))
		case "/elsewhere":
			http.Redirect(w, r, "/good", http.StatusFound)
		case "/elsewhere-with-a-body":
			w.Header().Set("Location", "/good")
			w.WriteHeader(http.StatusMovedPermanently)
			w.Write(good)
		case "/broken": // shorter than it says
			w.Header().Set("Content-Length", fmt.Sprint(len(good)+1))
			w.Write(good)
		default:
			w.WriteHeader(http.StatusNotFound)
			w.Write(good)
		}
	}))
	t.Cleanup(site.Close)
	testscript.Run(t, testscript.Params{
		Files: []string{"testdata/metadata.txtar"}, Cmds: hands,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SITE", site.URL)
			trusted := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: site.Certificate().Raw})
			for name, text := range map[string][]byte{"notice.xml": text["notice.xml"], "trusted.pem": trusted, "nobody.pem": nil} {
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), text, 0o600); err != nil {
					return err
				}
			}
			return english(env)
		},
	})
}
