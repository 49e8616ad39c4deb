// Package eximtest starts an Exim mail server for one test, as nobody has modified it: the distribution's program, a configuration of a few
// lines, one port on loopback; what it takes lands in a folder, a file a letter. Where Exim is missing, or the test is not root's, the test
// is skipped, and says so (scripts/setup.sh installs it).
package eximtest

import (
	"crypto/x509"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Server is a mail server that runs until its test ends.
type Server struct {
	Port string
	Dir  string         // where letters lie
	CA   *x509.CertPool // nil: it speaks no TLS
}

// Options are what a test wants of it.
type Options struct {
	CertFile, KeyFile string // "": no STARTTLS
	User, Password    string // "": whoever comes may send
	Refused           string // an address that it refuses for good
}

const program = "/usr/sbin/exim4"

// Start starts a server.
func Start(t testing.TB, o Options) *Server {
	t.Helper()
	if _, err := os.Stat(program); err != nil {
		t.Skip("Exim is not there: scripts/setup.sh installs it")
	}
	if os.Getuid() != 0 {
		t.Skip("Exim takes a configuration of its own from root only")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	dir, err := os.MkdirTemp("", "exim")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	s := &Server{Port: port, Dir: filepath.Join(dir, "mail")}
	for _, d := range []string{s.Dir, filepath.Join(dir, "spool"), filepath.Join(dir, "log")} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("chown", "-R", "Debian-exim:Debian-exim", dir).CombinedOutput(); err != nil {
		t.Skipf("Exim's user is not there: %s", out)
	}
	config := filepath.Join(dir, "exim.conf")
	if err := os.WriteFile(config, []byte(o.config(dir, port)), 0o644); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(program, "-C", config, "-bdf", "-oX", "127.0.0.1."+port)
	var said strings.Builder
	command.Stdout, command.Stderr = &said, &said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { command.Process.Kill(); command.Wait() })
	for range 100 {
		if c, err := net.Dial("tcp", "127.0.0.1:"+port); err == nil {
			c.Close()
			return s
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("Exim does not answer: %s", said.String())
	return nil
}

func (o Options) config(dir, port string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `exim_path = %s
primary_hostname = relais.exemple.fr
local_interfaces = <; 127.0.0.1.%s
daemon_smtp_ports = %s
spool_directory = %s/spool
log_file_path = %s/log/%%s
acl_smtp_rcpt = rcpt
host_lookup =
rfc1413_query_timeout = 0s
`, program, port, port, dir, dir)
	allowed := "accept"
	if o.CertFile != "" {
		fmt.Fprintf(&b, "tls_advertise_hosts = *\ntls_certificate = %s\ntls_privatekey = %s\n", o.CertFile, o.KeyFile)
	} else {
		b.WriteString("tls_advertise_hosts =\n")
	}
	if o.User != "" {
		allowed = "accept authenticated = *\n  deny message = sign in first"
	}
	if o.Refused != "" {
		allowed = "deny recipients = " + o.Refused + "\n  message = no such user\n  " + allowed
	}
	fmt.Fprintf(&b, "begin acl\nrcpt:\n  %s\nbegin routers\nall:\n  driver = accept\n  transport = file\nbegin transports\nfile:\n  driver = appendfile\n  directory = %s/mail\n  maildir_format\n  user = Debian-exim\n  create_directory\nbegin retry\n", allowed, dir)
	if o.User != "" {
		fmt.Fprintf(&b, "begin authenticators\nplain:\n  driver = plaintext\n  public_name = PLAIN\n  server_set_id = $auth2\n  server_condition = ${if and{{eq{$auth2}{%s}}{eq{$auth3}{%s}}}}\n", o.User, o.Password)
	}
	return b.String()
}

// Letters waits until so many letters have landed, for ten seconds at most, and returns what has.
func (s *Server) Letters(t testing.TB, n int) (letters []string) {
	t.Helper()
	for range 100 {
		letters = nil
		err := filepath.WalkDir(filepath.Join(s.Dir, "new"), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil
			}
			text, err := os.ReadFile(path)
			letters = append(letters, string(text))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if len(letters) >= n {
			return letters
		}
		time.Sleep(100 * time.Millisecond)
	}
	return letters
}
