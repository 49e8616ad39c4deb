package look_test

import (
	"net"
	"net/http"
	"os"
	"testing"
	"time"
)

func TestZZServe(t *testing.T) {
	addr := os.Getenv("LOOK_SERVE")
	if addr == "" {
		t.Skip()
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: kit(t)}
	go func() { time.Sleep(20 * time.Minute); s.Close() }()
	s.Serve(l)
}
