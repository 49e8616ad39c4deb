// Package apachetest starts an Apache HTTP server for one test, as a publisher's site that nobody has modified: the modules of the
// distribution, a configuration of a few lines, one address on loopback. Where Apache or the module is missing the test is skipped,
// and says so (scripts/setup.sh installs them).
package apachetest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// modules is where the distribution puts them.
const modules = "/usr/lib/apache2/modules"

// Site is a server that runs until its test ends.
type Site struct {
	URL string // http://editeur.localhost:PORT
	Dir string // a folder that the server's own user may write to
}

// Browser is a client that goes to every name below localhost on this machine, and follows nothing.
func Browser() *http.Client {
	var dialer net.Dialer
	return &http.Client{
		Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return dialer.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Reserve chooses the address of a site that is to be started later, so that it can be registered before.
func Reserve(t testing.TB) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprintf("http://editeur.localhost:%d", l.Addr().(*net.TCPAddr).Port)
}

// Start starts a server with a module at a reserved address; its page is below /prive/, which the configuration keeps. In it, DIR
// stands for the site's folder, and DIR/sessions is the server's own to write to.
func Start(t testing.TB, url, module, configuration string) *Site {
	t.Helper()
	binary, err := exec.LookPath("apache2")
	if err != nil {
		t.Skipf("apache2 is not installed: scripts/setup.sh")
	}
	if _, err := os.Stat(filepath.Join(modules, "mod_"+module+".so")); err != nil {
		t.Skipf("mod_%s is not installed: scripts/setup.sh", module)
	}
	s := &Site{URL: url, Dir: folder(t)}
	_, port, _ := strings.Cut(strings.TrimPrefix(url, "http://"), ":")
	var conf strings.Builder
	fmt.Fprintf(&conf, "ServerRoot %s\nServerName %s\nUseCanonicalName On\nListen 127.0.0.1:%s\nPidFile DIR/pid\nDefaultRuntimeDir DIR\nErrorLog DIR/log\nLogLevel warn\nDocumentRoot DIR/site\n",
		s.Dir, strings.TrimPrefix(url, "http://"), port)
	if os.Getuid() == 0 {
		conf.WriteString("User www-data\nGroup www-data\n")
	}
	for _, m := range []string{"mpm_event", "authn_core", "authz_core", "authz_user", "headers", "alias", "dir", module} {
		fmt.Fprintf(&conf, "LoadModule %s_module %s/mod_%s.so\n", m, modules, m)
	}
	conf.WriteString(configuration + "\nAlias /prive DIR/site\n<Directory DIR/site>\nRequire all granted\n</Directory>\n")
	text := strings.ReplaceAll(conf.String(), "DIR", s.Dir)
	if err := os.WriteFile(filepath.Join(s.Dir, "conf"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	cmd := exec.Command(binary, "-f", filepath.Join(s.Dir, "conf"), "-DFOREGROUND")
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		<-ended
		if log, err := os.ReadFile(filepath.Join(s.Dir, "log")); err == nil && t.Failed() {
			t.Logf("the site's log:\n%s", log)
		}
	})
	for patience := time.NewTimer(20 * time.Second); ; {
		if conn, err := net.DialTimeout("tcp", "127.0.0.1:"+port, time.Second); err == nil {
			conn.Close()
			OnLoopbackOnly(t, cmd.Process.Pid)
			return s
		}
		select {
		case err := <-ended:
			ended <- err
			log, _ := os.ReadFile(filepath.Join(s.Dir, "log"))
			t.Fatalf("apache2 ended: %v\n%s%s", err, said.Bytes(), log)
		case <-patience.C:
			t.Fatal("apache2 does not answer")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Files writes files that the server's own user may read, and returns their folder.
func Files(t testing.TB, files map[string]string) (dir string) {
	t.Helper()
	dir = folder(t)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// folder makes the site's folder, which the server's own user may enter and write to. t.TempDir is closed to others.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pupitre-site-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for _, one := range []string{"", "site", "sessions"} {
		path := filepath.Join(dir, one)
		if err := os.MkdirAll(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "site", "index.html"), []byte("entered"), 0o644); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		owner, err := user.Lookup("www-data")
		if err != nil {
			t.Skipf("the user www-data is not there: %v", err)
		}
		uid, _ := strconv.Atoi(owner.Uid)
		gid, _ := strconv.Atoi(owner.Gid)
		if err := os.Chown(filepath.Join(dir, "sessions"), uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Get asks with cookies, and returns the answer with its body read.
func Get(t testing.TB, c *http.Client, address string, cookies ...*http.Cookie) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html") // as a browser that is shown a page
	for _, one := range cookies {
		req.AddCookie(one)
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}
