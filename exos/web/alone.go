package web

import (
	"net/http"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

// App is the app's page for a program that has nothing else of Biblio Exos beside it (exos/desktop). It satisfies desktop.Page, and is
// the Pages of its edge.
type App struct{ room Room }

// NewApp returns the page, and registers its files. server is the address of the Biblio Exos that the program speaks to.
func NewApp(site *look.Site, mux *httpx.Mux, server string) *App {
	app := &App{Room{Site: site, Base: server}}
	app.room.parse()
	site.Frame = frame
	site.Mount(mux)
	return app
}

// Show sends the page. It names no manifest: what runs on this computer already is not installed from a browser, and needs no worker.
func (a *App) Show(w http.ResponseWriter, r *http.Request) error {
	httpx.AllowSource(w, httpx.ScriptSrc, "'wasm-unsafe-eval'")
	p := a.room.appPage(r)
	p.Manifest, p.Scripts = "", []string{"desktop.js"}
	return a.room.app.Send(w, r, http.StatusOK, p)
}

// Failure says what happened. Nobody else can be asked: the reader is alone with the program.
func (a *App) Failure(w http.ResponseWriter, r *http.Request, f httpx.Failure) error {
	p := &failurePage{Shell: a.room.Site.Shell(r), Text: f.Text}
	p.Airy, p.Home = true, appPath
	p.Title, p.Do = p.T("exosdesktop.failure"), look.Link{Text: p.T("exosdesktop.failure.again"), Href: appPath}
	if f.Kind == fault.Denied {
		p.Title, p.Next = p.T("exosdesktop.door.title"), p.T("exosdesktop.door.next")
	}
	return a.room.failure.Send(w, r, f.Status, p)
}
