package web

import (
	"fmt"
	"net/http"
	"strconv"

	"pupitre/exos"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
)

// pairPath is where the program for computers (exos/desktop) sends a browser for its code. The answer goes back to a port of the same
// computer and nowhere else (RFC 8252 §7.3), once the reader has said so: another program there could ask as well, and would be a device
// like any other, listed and removable.
const pairPath = awayPath + "/ordinateur"

// pairPage asks whether the program on this computer is to be the reader's.
type pairPage struct {
	look.Shell
	Port int
	Away string // where to go instead
}

func portOf(r *http.Request) (int, error) {
	port, err := strconv.Atoi(r.FormValue("port"))
	if err != nil || port < 1024 || port > 65535 {
		return 0, fault.New(fault.Invalid, "exosdesktop.pair.port")
	}
	return port, nil
}

func (room *Room) showPair(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	port, err := portOf(r)
	if err != nil {
		return err
	}
	p := &pairPage{Shell: room.Site.Shell(r), Port: port, Away: awayPath}
	httpx.AllowSource(w, httpx.FormAction, programAt(port))
	p.Title, p.Lead = p.T("exosdesktop.pair.title"), you(&p.Shell, v.Learner, "exosdesktop.pair.lead.")
	p.Crumbs = []look.Link{{Text: p.T("exosweb.away.install"), Href: awayPath}, {Text: p.Title, Current: true}}
	return room.pairing.Send(w, r, http.StatusOK, p)
}

// pair mints a code of a minute, and goes back to the program with it. What stands after # is told to no server.
func (room *Room) pair(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	port, err := portOf(r)
	if err != nil {
		return err
	}
	code, err := room.Devices.Mint(r.Context(), v)
	if err != nil {
		return err
	}
	httpx.Private(w)
	http.Redirect(w, r, programAt(port)+appPath+"#code="+string(code), http.StatusSeeOther)
	return nil
}

func programAt(port int) string { return fmt.Sprintf("http://127.0.0.1:%d", port) }
