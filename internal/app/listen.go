package app

import (
	"errors"
	"net"
	"strconv"
	"syscall"

	"pupitre/internal/fault"
)

// listen opens a loopback port; 0 picks a free one. A taken port is an error that names the flag to change.
func listen(port int, flag string) (net.Listener, int, error) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, 0, fault.Wrap(err, fault.Conflict, "demo.port.taken", "port", strconv.Itoa(port), "flag", flag)
	}
	if err != nil {
		return nil, 0, fault.Wrap(err, fault.Invalid, "demo.port.unusable", "port", strconv.Itoa(port), "flag", flag)
	}
	return l, l.Addr().(*net.TCPAddr).Port, nil
}
