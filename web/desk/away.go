package desk

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http"
	"slices"
	"strings"

	"pupitre/internal/look"
	"pupitre/mediacentre"
	"pupitre/web"
)

const (
	awayPath   = web.DeskPath + "/hors-connexion"
	workerPath = web.DeskPath + "/ouvrier.js"
)

// awayPage is « Mes ressources » where there is no network: the worker keeps it. It leads to the programs that work without one, which know
// what is on this device and whom they show it to; it names no person and no resource (docs/decisions/0026-desk-without-network.md).
type awayPage struct {
	look.Shell
	Apps  []look.Link
	Retry look.Link
}

// app is a program that is opened without a network, and whose resources on a desk it opens.
type app struct{ address, publishers string }

// apps are the programs behind a desk's cards, by address.
func apps(desk mediacentre.Desk) []app {
	of := map[string][]string{}
	for i := range desk.Cards {
		c := &desk.Cards[i]
		if url := c.Resource.OfflineURL; url != "" && c.Openable && !slices.Contains(of[url], c.Resource.Publisher.Name) {
			of[url] = append(of[url], c.Resource.Publisher.Name)
		}
	}
	list := make([]app, 0, len(of))
	for url, publishers := range of {
		slices.Sort(publishers)
		list = append(list, app{url, strings.Join(publishers, ", ")})
	}
	slices.SortFunc(list, func(a, b app) int { return strings.Compare(a.address, b.address) })
	return list
}

// awayHref is the address at which a desk's page for when there is no network is kept: another where it would say something else.
func (d *Room) awayHref(s *look.Shell, desk mediacentre.Desk) string {
	sum := sha256.New()
	for _, part := range []string{string(s.Locale), string(s.Theme), d.House.Site.Asset("look.css")} {
		sum.Write([]byte(part + "\n"))
	}
	for _, a := range apps(desk) {
		sum.Write([]byte(a.address + "\n" + a.publishers + "\n"))
	}
	return awayPath + "?v=" + hex.EncodeToString(sum.Sum(nil)[:8])
}

// showAway sends the page to the script that keeps it, and to whoever asks for it while there is a network.
func (d *Room) showAway(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	held, err := d.Desks.Desk(r.Context(), reader.Person.ID, reader.Session.School)
	if err != nil {
		return err
	}
	p := &awayPage{Shell: d.House.Site.Shell(r)}
	p.Who, p.School, p.Bell, p.Nav, p.Spaces, p.Follow = nil, nil, nil, nil, nil, nil // whoever looks at it need not be who kept it
	p.Bare, p.Airy = true, true
	p.Title, p.Parent = p.T("mediacentre.away.title"), p.T("web.space.desk")
	p.Retry = look.Link{Text: p.T("mediacentre.away.retry"), Href: web.DeskPath}
	for _, a := range apps(held) {
		p.Apps = append(p.Apps, look.Link{Text: p.T("mediacentre.away.open", "publishers", a.publishers), Href: a.address, Icon: "wifi-off"})
	}
	return d.away.Send(w, r, http.StatusOK, p)
}

// sendWorker sends the worker, which is the same for everybody.
func (d *Room) sendWorker(w http.ResponseWriter, _ *http.Request) error {
	h := w.Header()
	h.Set("Content-Type", "text/javascript; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Service-Worker-Allowed", web.DeskPath) // it lies below
	_, err := w.Write(d.worker)
	return err
}

func workerScript(dist fs.FS) []byte {
	text, err := fs.ReadFile(dist, "worker.js")
	if err != nil {
		panic(err) // the folder is embedded
	}
	return text
}
