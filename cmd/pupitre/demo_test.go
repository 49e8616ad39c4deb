package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"pupitre/internal/worldtest"
)

// builder builds the real program once, for the tests that send it signals, and takes it away when they are done.
type builder struct {
	*testing.M
	once   sync.Once
	folder string
	err    error
}

var built builder

// Run implements testscript.TestingM.
func (b *builder) Run() int {
	defer func() { os.RemoveAll(b.folder) }()
	return b.M.Run()
}

// program is the path of the binary.
func program(t *testing.T) string {
	t.Helper()
	built.once.Do(func() {
		if built.folder, built.err = os.MkdirTemp("", "pupitre-program-*"); built.err != nil {
			return
		}
		if out, err := exec.Command("go", "build", "-o", filepath.Join(built.folder, "pupitre"), ".").CombinedOutput(); err != nil {
			built.err = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return filepath.Join(built.folder, "pupitre")
}

// patience is how long a test waits for what should take a second or two: machines that test are busy.
const patience = 2 * time.Minute

// process is a program that runs, and what it said so far.
type process struct {
	*exec.Cmd
	out, err bytes.Buffer // the other goroutine's until it has ended
	ended    chan error
	lines    chan string
}

// launch starts the program in English.
func launch(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(program(t), args...), ended: make(chan error, 1), lines: make(chan string, 1000)}
	p.Env = append(os.Environ(), "PUPITRE_LANG=en")
	p.Stderr = &p.err
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for s := bufio.NewScanner(out); s.Scan(); {
			p.out.WriteString(s.Text() + "\n")
			p.lines <- s.Text()
		}
		close(p.lines)
		p.ended <- p.Wait()
	}()
	t.Cleanup(func() { p.Process.Kill() })
	return p
}

// exits waits for the end, and holds the exit status to what it must be. It returns all that was said.
func (p *process) exits(t *testing.T, status int) string {
	t.Helper()
	select {
	case err := <-p.ended:
		if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
			t.Fatal(err)
		} else if got := p.ProcessState.ExitCode(); got != status {
			t.Fatalf("%s ends with %d (%v), want %d:\n%s%s", p.Args[1], got, exit, status, p.out.String(), p.err.String())
		}
	case <-time.After(patience):
		t.Fatalf("%v does not end", p.Args[1:])
	}
	return strings.ReplaceAll(p.out.String()+p.err.String(), "\u00a0", " ")
}

// signal sends one.
func (p *process) signal(t *testing.T, s os.Signal) {
	t.Helper()
	if err := p.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
}

// fails runs the program, which must end with a status and say all these things.
func fails(t *testing.T, status int, says []string, args ...string) {
	t.Helper()
	said := launch(t, args...).exits(t, status)
	for _, want := range says {
		if !strings.Contains(said, want) {
			t.Errorf("pupitre %s does not say « %s »:\n%s", strings.Join(args, " "), want, said)
		}
	}
}

// demonstration is one that has said where everything is.
type demonstration struct {
	*process
	first                        bool // it said that the academy comes in
	http, https, admin           string
	portal, broker, exos, folder string
}

var portOf = regexp.MustCompile(`localhost:(\d+)`)

// demo starts the demonstration on a folder, on any free ports unless args say which.
func demo(t *testing.T, folder string, args ...string) *demonstration {
	t.Helper()
	if len(args) == 0 {
		args = []string{"--http", "0", "--https", "0", "--admin", "0"}
	}
	d := &demonstration{process: launch(t, append([]string{"demo", "--data", folder}, args...)...), folder: folder}
	deadline := time.After(patience)
	for {
		select {
		case line, more := <-d.lines:
			port := ""
			if m := portOf.FindStringSubmatch(line); m != nil {
				port = m[1]
			}
			switch {
			case !more:
				t.Fatalf("the demonstration ended (%v):\n%s%s", <-d.ended, d.out.String(), d.err.String())
			case strings.HasPrefix(line, "First start"):
				d.first = true
			case strings.HasPrefix(line, "Pupitre is running"):
				d.http = port
			case strings.Contains(line, "https://abonnement"):
				d.https = port
			case strings.Contains(line, "/livraisons"):
				d.admin = port
			case strings.HasPrefix(line, "Ctrl-C to stop"):
				d.portal, d.broker, d.exos = "http://portail.localhost:"+d.http, "http://pupitre.localhost:"+d.http, "http://exos.localhost:"+d.http
				return d
			}
		case <-deadline:
			t.Fatal("the demonstration does not start")
		}
	}
}

// stop ends it by a signal. Cleanly: at once, with nothing left to bring into the databases.
func (d *demonstration) stop(t *testing.T, s os.Signal) {
	t.Helper()
	d.signal(t, s)
	d.exits(t, 0)
	if left, err := filepath.Glob(d.folder + "/*.db-*"); err != nil || len(left) > 0 {
		t.Errorf("%v leaves %v (%v)", s, left, err)
	}
}

const (
	uai      = "0991234D"
	workbook = "Le labo de grammaire 5e"
	answer   = "Grand-père ferme les volets"
)

func TestATakenPortIsAnErrorThatNamesTheFlag(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, port, _ := net.SplitHostPort(taken.Addr().String())
	for _, flag := range []string{"--http", "--https", "--admin"} {
		args := []string{"demo", "--data", t.TempDir(), "--http", "0", "--https", "0", "--admin", "0", flag, port}
		fails(t, 1, []string{"pupitre: Port " + port + " is taken. Choose another with " + flag + " (0: the first free one)."}, args...)
		fails(t, 1, []string{"Le port " + port + " est déjà pris. Choisissez-en un autre avec " + flag + " (0 : le premier libre)."}, append(args, "--lang", "fr")...)
	}
	fails(t, 2, []string{"Port 99999 cannot be opened. Choose another with --http: from 1024 to 65535"}, "demo", "--data", t.TempDir(), "--http", "99999")
	folder := t.TempDir()
	fails(t, 1, []string{"The address 127.0.0.1:" + port + " cannot be listened on: it is taken, or it is not this machine’s. Choose another."},
		"serve", "--database", "sqlite:"+folder+"/a.db", "--exos-database", "sqlite:"+folder+"/b.db", "--listen", "127.0.0.1:"+port, "--admin", "127.0.0.1:0")
}

func TestWhatTheDemonstrationCannotStartOn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, text string
		en, fr     string
	}{
		"half a file of secrets": {"secrets.json", `{"seal": "00`, "secrets.json” is damaged; without it the keys in the databases beside it cannot be opened. Give it back as it was, or start on an empty folder with --data.",
			"secrets.json » est abîmé ; sans lui, les clés des bases voisines ne s’ouvrent pas. Rendez-le tel qu’il était, ou démarrez dans un dossier vide par --data."},
		"a file of secrets without secrets": {"secrets.json", `{}`, "secrets.json” is damaged;", "secrets.json » est abîmé ;"},
		"databases without secrets":         {"pupitre.db", ``, "secrets.json” is missing; without it the keys", "secrets.json » manque ; sans lui, les clés"},
		"a database that is none":           {"biblio-exos.db", strings.Repeat("no", 500), "biblio-exos.db cannot be opened.", "biblio-exos.db ne peut pas être ouverte."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			if err := os.WriteFile(filepath.Join(folder, c.file), []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"demo", "--data", folder, "--http", "0", "--https", "0", "--admin", "0"}
			fails(t, 2, []string{c.en}, args...)
			fails(t, 2, []string{c.fr}, append(args, "--lang", "fr")...)
			if now, err := os.ReadFile(filepath.Join(folder, c.file)); err != nil || string(now) != c.text {
				t.Errorf("it was changed: %q, %v", now, err)
			}
		})
	}
	t.Run("a folder in which nothing can be written", func(t *testing.T) {
		t.Parallel()
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		folders := []string{file, filepath.Join(file, "below")}
		if os.Getuid() != 0 { // to root every folder is open
			closed := filepath.Join(t.TempDir(), "closed")
			if err := os.Mkdir(closed, 0o500); err != nil {
				t.Fatal(err)
			}
			folders = append(folders, closed)
		}
		for _, folder := range folders {
			fails(t, 2, []string{"Nothing can be written in the folder “" + folder + "”. Choose another with --data, or check your rights."}, "demo", "--data", folder)
			fails(t, 2, []string{"On ne peut pas écrire dans le dossier « " + folder + " »."}, "demo", "--data", folder, "--lang", "fr")
		}
	})
}

// Somebody presses Ctrl-C in the middle of a lesson, and starts again: on the same ports, then on others. Nobody signs in anew,
// nothing that was given or answered is lost.
func TestTheDemonstrationGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	d := demo(t, folder)
	if !d.first {
		t.Error("the first start does not say that it is")
	}
	claire, malo, ines := worldtest.NewVisitor(), worldtest.NewVisitor(), worldtest.NewVisitor()
	claire.SignIn(t, d.broker+"/affectation", "claire.vasseur")
	malo.SignIn(t, d.broker+"/mediacentre", "malo.kerbrat")
	if page := ines.SignIn(t, d.broker+"/mediacentre", "ines.marchal"); page.Says(workbook) {
		t.Fatal("Inès has the workbook before it is given to her")
	}
	population := claire.Get(t, d.broker+"/affectation/"+uai+"/ressources").Follow(t, workbook)
	population.Press(t, "Voir le plan", population.Box(t, "5e B")).Press(t, "Attribuer ", nil)
	exercise := malo.Get(t, d.broker+"/mediacentre").Follow(t, workbook).Follow(t, "Exercice 1")
	if done := exercise.Press(t, "Valider", exercise.Box(t, answer)); !done.Says("1 sur 1") {
		t.Fatalf("the answer was not taken: status %d: %s", done.Status, done.Words())
	}
	d.stop(t, os.Interrupt)

	same := []string{"--http", d.http, "--https", d.https, "--admin", d.admin}
	for name, again := range map[string]struct {
		args []string
		end  os.Signal
	}{"on the same ports": {same, syscall.SIGTERM}, "on other ports": {nil, os.Interrupt}} {
		d := demo(t, folder, again.args...)
		if d.first || strings.Contains(d.out.String(), "provisioning") {
			t.Errorf("%s: it says that it starts for the first time", name)
		}
		if page := ines.Get(t, d.broker+"/mediacentre"); page.At.Host != "pupitre.localhost:"+d.http || !page.Says(workbook) || !page.Says("Inès Marchal") {
			t.Errorf("%s: Inès has to sign in again, or lost what she was given: status %d at %s: %s", name, page.Status, page.At, page.Words())
		}
		opened := malo.Get(t, d.broker+"/mediacentre").Follow(t, workbook)
		if opened.At.Host != "exos.localhost:"+d.http || !opened.Follow(t, "Exercice 1").Says("1 sur 1") {
			t.Errorf("%s: Malo's answer is lost: status %d at %s: %s", name, opened.Status, opened.At, opened.Words())
		}
		if page := claire.Get(t, d.broker+"/affectation/"+uai); page.Status != http.StatusOK || !page.Says("Claire Vasseur") {
			t.Errorf("%s: Claire has to sign in again: status %d at %s", name, page.Status, page.At)
		}
		d.stop(t, again.end)
	}
	fails(t, 0, []string{"anomalies: 0."}, "check", "--database", "sqlite:"+filepath.Join(folder, "pupitre.db"))
}

// The power goes, again and again, in the middle of the first start. The next start that is let finishes it: the same academy, the
// same subscriptions, as where nothing happened.
func TestAKilledFirstStartIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, sign := range []string{"secrets.json", "pupitre.db", "biblio-exos.db", "arrivees/*.md5", "certificats/distributeur.pem"} {
		p := launch(t, "demo", "--data", folder, "--http", "0", "--https", "0", "--admin", "0")
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		appeared := appears(ctx, filepath.Join(folder, sign))
		cancel()
		p.signal(t, syscall.SIGKILL)
		<-p.ended
		if !appeared {
			t.Fatalf("%s does not appear:\n%s%s", sign, p.out.String(), p.err.String())
		}
	}
	d := demo(t, folder)
	malo := worldtest.NewVisitor()
	malo.SignIn(t, d.broker+"/mediacentre", "malo.kerbrat")
	exercise := malo.Get(t, d.broker+"/mediacentre").Follow(t, workbook).Follow(t, "Exercice 1")
	if !exercise.Says(answer) {
		t.Errorf("the workbook does not open: status %d: %s", exercise.Status, exercise.Words())
	}
	d.stop(t, syscall.SIGTERM)

	undisturbed := demo(t, t.TempDir())
	undisturbed.stop(t, syscall.SIGTERM)
	if got, want := pools(t, folder), pools(t, undisturbed.folder); got != want || !strings.Contains(got, "anomalies: 0.") {
		t.Errorf("after kills: %s, where nothing happened: %s", got, want)
	}
}

// appears waits for a file of this name.
func appears(ctx context.Context, pattern string) bool {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-tick.C:
		}
	}
}

// pools is what `pupitre check` says of a demonstration's folder.
func pools(t *testing.T, folder string) string {
	t.Helper()
	return launch(t, "check", "--database", "sqlite:"+filepath.Join(folder, "pupitre.db")).exits(t, 0)
}

// Somebody stops an import: what was finished is kept, school by school, and the same command finishes it.
func TestAStoppedImportIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	launch(t, "generate", "ent", "--schools", "12", "--out", folder).exits(t, 0)
	archive := filepath.Join(folder, "A70_GAR-ENT_Complet_20260901_210000_2D.tar.gz")
	file := filepath.Join(folder, "pupitre.db")
	launch(t, "migrate", "--only", "broker", "--database", "sqlite:"+file).exits(t, 0)

	p := launch(t, "import", "ent", "--database", "sqlite:"+file, archive)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	appears(ctx, file+"-wal")
	p.signal(t, os.Interrupt)
	<-p.ended
	switch status := p.ProcessState.ExitCode(); status {
	case 3:
		if said := p.err.String(); !strings.Contains(said, "Stopped before the end. What was finished is kept, the rest was not begun: run the same command again to finish.") {
			t.Errorf("it says: %s", said)
		}
	case 0: // it was faster
	default:
		t.Fatalf("exit status %d:\n%s%s", status, p.out.String(), p.err.String())
	}
	said := launch(t, "import", "ent", "--database", "sqlite:"+file, archive).exits(t, 0)
	if n := strings.Count(said, "arrivals ") + strings.Count(said, "nothing has changed."); n != 12 {
		t.Errorf("%d schools:\n%s", n, said)
	}
	if said := launch(t, "import", "ent", "--database", "sqlite:"+file, archive).exits(t, 0); !strings.Contains(said, "Nothing has changed since the last set.") {
		t.Errorf("it was not whole:\n%s", said)
	}
}

// A server is stopped by SIGTERM, as every service is, and lets go of its databases.
func TestAServerStopsCleanly(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	admin := free.Addr().String()
	free.Close()
	p := launch(t, "serve", "--database", "sqlite:"+folder+"/pupitre.db", "--exos-database", "sqlite:"+folder+"/exos.db", "--listen", "127.0.0.1:0", "--admin", admin)
	stranger := worldtest.NewVisitor()
	if !worldtest.Soon(t.Context(), patience, func() bool { return stranger.Answers("http://"+admin+"/readyz") == http.StatusOK }) {
		t.Fatalf("it does not start:\n%s", slices.Concat(p.out.Bytes(), p.err.Bytes()))
	}
	p.signal(t, syscall.SIGTERM)
	p.exits(t, 0)
	if left, err := filepath.Glob(folder + "/*.db-*"); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v (%v)", left, err)
	}
}
