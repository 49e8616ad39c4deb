package main

import (
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"pupitre/internal/app/desktopapp"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
)

// server is the address of Biblio Exos that the program was built for (make dist EXOS=…); "": whoever starts it first says it.
var server string

type desktopCommand struct {
	Link    string `arg:"" optional:"" help:"Address of Biblio Exos; or a link with an opening code, …/appli/#code=…" placeholder:"LINK"`
	Data    string `help:"Folder of what is kept; by default in the user's own." type:"path" placeholder:"DIR"`
	Port    int    `help:"Port on this computer (0: the first free one)." default:"0"`
	Browser bool   `help:"Open the browser; otherwise the address is printed only." default:"true" negatable:""`
	Log     string `help:"Where requests are logged: a file, or - for the terminal." default:"" placeholder:"FILE"`
}

// Run serves the app on this computer until Ctrl-C.
func (c *desktopCommand) Run(s session) error {
	log, done, err := logTo(c.Log)
	if err != nil {
		return err
	}
	defer done()
	folder := c.Data
	if folder == "" {
		if folder, err = userFolder(); err != nil {
			return err
		}
	}
	home, code := server, ""
	if c.Link != "" {
		if home, code, err = link(c.Link); err != nil {
			return err
		}
	}
	return desktopapp.Run(s, desktopapp.Settings{
		Folder: folder, Server: home, Code: code, Port: c.Port, Log: log, Words: s.words, Now: clock.System,
		Open: func(address string) {
			s.say("exosdesktop.printed", "address", address)
			if c.Browser {
				browse(log, address)
			}
		},
	})
}

// link takes apart what the page « Installer l'application » gives: an address, and perhaps a code.
func link(text string) (server, code string, err error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return "", "", fault.New(fault.Invalid, "exosdesktop.server.form", "address", text)
	}
	code, _ = strings.CutPrefix(u.Fragment, "code=")
	return u.Scheme + "://" + u.Host, code, nil
}

// userFolder is where the system has programs keep what is their user's.
func userFolder() (string, error) {
	if runtime.GOOS == "linux" { // XDG Base Directory Specification: what is worth keeping is data, not settings
		if data := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(data) {
			return filepath.Join(data, "biblio-exos"), nil
		}
		home, err := os.UserHomeDir()
		if err != nil {
			return "", fault.Wrap(err, fault.Invalid, "exosdesktop.folder.none")
		}
		return filepath.Join(home, ".local", "share", "biblio-exos"), nil
	}
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", fault.Wrap(err, fault.Invalid, "exosdesktop.folder.none")
	}
	return filepath.Join(folder, "Biblio Exos"), nil
}

// browse opens the system's browser. The address was printed: where none opens, the reader does.
func browse(log *slog.Logger, address string) {
	name, args := "xdg-open", []string{address}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	command := exec.Command(name, args...)
	if err := command.Start(); err != nil {
		log.Info("no browser opened", "with", name, "err", err)
		return
	}
	go func() { _ = command.Wait() }() // how it ended is the browser's affair
}

// asDesktop is the command line of a program that make dist built: opened by a double click, it has no arguments.
func asDesktop(args []string) []string {
	name := strings.ToLower(filepath.Base(args[0]))
	if len(args) == 1 && strings.HasPrefix(name, "biblio-exos") {
		return []string{"exos-desktop"}
	}
	return args[1:]
}
