// Package lemontest starts LemonLDAP::NG for one test, as a portal (ENT) that nobody has modified: the distribution's packages, a
// configuration that the test writes, one address on loopback. It signs the three persons of its own demonstration in, by its form;
// it is a server of CAS, OpenID Connect and SAML as the configuration says. Where its packages are missing the test is skipped, and
// says so (scripts/setup.sh installs them).
package lemontest

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"pupitre/internal/apachetest"
)

// host is the portal's name: it will not set a cookie for a bare address.
const host = "portail.localhost"

// program is where the distribution puts it.
const program = "/usr/share/lemonldap-ng/portal/htdocs/index.psgi"

// modules are those of Perl that it does not start without, though its package only recommends them.
var modules = []string{"XML::Simple", "IO::String", "GD::SecurityImage", "Image::Magick", "String::Random"}

// Portal is a server that runs until its test ends.
type Portal struct {
	URL string // http://portail.localhost:PORT, without a slash at the end
	Dir string // its folder: conf, log, sessions
}

// Reserve chooses the address of a portal that is to be started later, so that others can be told of it before. It skips the test
// where the portal cannot be started.
func Reserve(t testing.TB) (url string) {
	t.Helper()
	if _, err := exec.LookPath("starman"); err != nil {
		t.Skip("starman is not installed: scripts/setup.sh")
	}
	if _, err := os.Stat(program); err != nil {
		t.Skip("LemonLDAP::NG is not installed: scripts/setup.sh")
	}
	load := []string{"-e1"}
	for _, module := range modules {
		load = append(load, "-M"+module)
	}
	if out, err := exec.Command("perl", load...).CombinedOutput(); err != nil {
		t.Skipf("LemonLDAP::NG lacks a module: scripts/setup.sh\n%.200s", out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprintf("http://"+host+":%d", l.Addr().(*net.TCPAddr).Port)
}

// Start starts a portal at a reserved address. Its configuration is what every portal needs, and the parts over it; as many processes
// answer as there are workers.
func Start(t testing.TB, url string, workers int, parts ...Settings) *Portal {
	t.Helper()
	p := &Portal{URL: url, Dir: folder(t)}
	p.write(t, parts)
	own(t, p.Dir)
	log, err := os.Create(filepath.Join(p.Dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	// Loaded before it forks: what it cannot load ends it, instead of every worker for ever.
	cmd := exec.Command("starman", "--preload-app", "--listen", strings.Replace(strings.TrimPrefix(url, "http://"), host, "127.0.0.1", 1), "--workers", strconv.Itoa(workers), program)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.Dir, log, log
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "HOME=" + p.Dir, "LLNG_DEFAULTCONFFILE=" + filepath.Join(p.Dir, "lemonldap-ng.ini")}
	bind(t, cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { cmd.Wait(); close(ended) }()
	t.Cleanup(func() {
		p.stop(cmd.Process, ended)
		if t.Failed() {
			t.Logf("the portal's log:\n%s", p.log())
		}
	})
	p.wait(t, ended)
	apachetest.OnLoopbackOnly(t, cmd.Process.Pid)
	return p
}

// wait returns once the portal answers.
func (p *Portal) wait(t testing.TB, ended <-chan struct{}) {
	t.Helper()
	client := Client()
	for patience := time.NewTimer(60 * time.Second); ; {
		if res, err := client.Get(p.URL + "/"); err == nil {
			res.Body.Close()
			if res.StatusCode >= http.StatusInternalServerError {
				t.Fatalf("LemonLDAP::NG answers %s", res.Status)
			}
			return
		}
		select {
		case <-ended:
			t.Fatal("LemonLDAP::NG ended")
		case <-patience.C:
			t.Fatal("LemonLDAP::NG does not answer")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// stop ends the portal with its workers.
func (p *Portal) stop(process *os.Process, ended <-chan struct{}) {
	process.Signal(os.Interrupt)
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		process.Kill()
		<-ended
	}
}

func (p *Portal) log() []byte {
	text, _ := os.ReadFile(filepath.Join(p.Dir, "log"))
	return text
}

// folder makes the portal's folder. t.TempDir is closed to the portal's own user.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pupitre-ent-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for _, one := range []string{"conf", "cache", "sessions/lock", "persistent/lock"} {
		if err := os.MkdirAll(filepath.Join(dir, one), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
