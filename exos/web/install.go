package web

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"pupitre/exos/desktop/release"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// programPath is where archives of the program for computers are. They are the same for everybody: nobody has to be signed in.
const programPath = "/programmes/"

// System is what a reader's device runs, as far as its browser says.
type System string

// The systems that the page explains, in its order.
const (
	Android  System = "android"
	IOS      System = "ios"
	Windows  System = "windows"
	MacOS    System = "macos"
	ChromeOS System = "chromeos"
	Linux    System = "linux"
)

var systems = []System{Android, IOS, Windows, MacOS, ChromeOS, Linux}

// systemOf finds out what asks, "" where that is not said.
func systemOf(r *http.Request) System { return System(strings.ToLower(httpx.SystemName(r))) }

// way is how the app is installed on one system.
type way struct {
	System System // which picture
	Name   string
	Here   bool // it is the reader's own
	Steps  []string
	Doubt  string // what else the reader may have, whose browser says this; the page's script finds out (script/ipad.ts)
}

// ways are all systems, the reader's own first.
func ways(s *look.Shell, here System) []way {
	var out []way
	for _, system := range systems {
		one := way{System: system, Name: s.T("exosdesktop.install." + string(system)), Here: system == here}
		for _, step := range []string{"1", "2", "3"} {
			one.Steps = append(one.Steps, s.T("exosdesktop.install."+string(system)+"."+step))
		}
		if one.Here && system == MacOS {
			one.Doubt = s.T("exosdesktop.install.macos.ipad")
		}
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b way) int {
		switch {
		case a.Here == b.Here:
			return 0
		case a.Here:
			return -1
		}
		return 1
	})
	return out
}

// programRow is one archive of the program for computers.
type programRow struct {
	Name, Size, SHA256, Href string
}

// programs are the archives that are offered: those of the reader's own system, and the others.
func (room *Room) programs(s *look.Shell, here System) (own, others []programRow) {
	if room.Programs == nil {
		return nil, nil
	}
	for _, a := range room.Programs.Archives {
		row := programRow{
			Name: s.T("exosdesktop.program." + a.System + "." + a.Processor), SHA256: a.SHA256, Href: programPath + a.File,
			Size: s.T("exosweb.app.size.mega", "n", lang.Decimal(s.Locale, float64(max(1, (a.Size+50_000)/100_000))/10)),
		}
		if of(a.Target) == here {
			own = append(own, row)
		} else {
			others = append(others, row)
		}
	}
	return own, others
}

// of is the system of a target, as the page calls it.
func of(t release.Target) System {
	if t.System == "darwin" {
		return MacOS
	}
	return System(t.System)
}

// sendRelease sends an archive. It is large and lines are slow: it takes the time that it takes, within the hour.
func (room *Room) sendRelease(w http.ResponseWriter, r *http.Request) error {
	if room.Programs == nil {
		return fault.New(fault.NotFound, "exosdesktop.release.unknown")
	}
	f, err := room.Programs.Open(r.PathValue("file"))
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	_ = http.NewResponseController(w).SetWriteDeadline(room.Service.Now().Add(time.Hour)) // not every server has one to lift
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Disposition", `attachment; filename="`+r.PathValue("file")+`"`) // a name of the list: letters, digits, points
	http.ServeContent(w, r, "", info.ModTime(), io.ReadSeeker(f))
	return nil
}
