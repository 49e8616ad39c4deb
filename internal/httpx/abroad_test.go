package httpx_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"pupitre/internal/httpx"
)

func TestWhichAddressesArePublic(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"93.184.215.14": true, "1.1.1.1": true, "2606:4700:4700::1111": true, "::ffff:1.1.1.1": true,
		"127.0.0.1": false, "127.8.9.10": false, "0.0.0.0": false, "0.1.2.3": false, "10.1.2.3": false, "172.16.0.1": false, "172.31.255.255": false, "172.32.0.1": true,
		"192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "240.0.0.1": false, "198.18.0.1": false,
		"::": false, "::1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:169.254.169.254": false, "::127.0.0.1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false,
		"fd00:ec2::254": false, "ff02::1": false, "fec0::1": false, "64:ff9b::7f00:1": false, "64:ff9b:1::a00:1": false, "2002:7f00:1::": false, "2001::1": false, "2001:db8::1": false,
	} {
		a, err := netip.ParseAddr(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := httpx.Public(netip.AddrPortFrom(a, 443)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

// Nothing of this machine is reached, however its address is written, nor by a redirect from outside.
func TestAbroadIsNotHere(t *testing.T) {
	t.Parallel()
	var reached atomic.Int64
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer inside.Close()
	_, port, err := net.SplitHostPort(inside.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client := httpx.Abroad(httpx.Public)
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1", "2130706433", "0x7f.1", "[::]"} {
		r, err := client.Get("http://" + host + ":" + port + "/")
		if err == nil {
			r.Body.Close()
			t.Errorf("%s answered", host)
		} else if strings.Contains(host, "127.0.0.1") && !errors.Is(err, httpx.ErrInside) {
			t.Errorf("%s: %v", host, err)
		}
	}
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inside.URL, http.StatusFound) }))
	defer outside.Close()
	there := netip.MustParseAddrPort(outside.Listener.Addr().String())
	if _, err := httpx.Abroad(func(at netip.AddrPort) bool { return at == there }).Get(outside.URL); !errors.Is(err, httpx.ErrInside) {
		t.Error(err)
	}
	if n := reached.Load(); n != 0 {
		t.Errorf("this machine was reached %d times", n)
	}
}

func TestAbroadFollowsThreeRedirectsOfTheWeb(t *testing.T) {
	t.Parallel()
	var to func(path string) string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if next := to(r.URL.Path); next != "" {
			http.Redirect(w, r, next, http.StatusFound)
		}
	}))
	defer s.Close()
	client := httpx.Abroad(func(netip.AddrPort) bool { return true })
	for start, want := range map[string]int{"/3": 200, "/4": 302, "/file": 302, "/user": 302} {
		to = func(path string) string {
			switch path {
			case "/file":
				return "file:///etc/passwd"
			case "/user":
				return "http://a:b@" + s.Listener.Addr().String() + "/0"
			case "/4":
				return "/3"
			case "/3":
				return "/2"
			case "/2":
				return "/1"
			case "/1":
				return "/0"
			}
			return ""
		}
		r, err := client.Get(s.URL + start)
		if err != nil {
			t.Fatal(start, err)
		}
		if r.Body.Close(); r.StatusCode != want {
			t.Errorf("%s: %d", start, r.StatusCode)
		}
	}
}
