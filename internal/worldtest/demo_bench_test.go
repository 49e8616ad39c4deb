package worldtest_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pupitre/catalogue"
	"pupitre/directory/provision/academy"
	"pupitre/internal/app"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/journal"
	"pupitre/licensing"
)

// BenchmarkDemoStart starts the program itself on a folder that has the academy: until its ports answer, and until it says where
// everything is (goal of both: 300 ms).
func BenchmarkDemoStart(b *testing.B) {
	p := build(b)
	b.Run("sqlite", func(b *testing.B) {
		var ready, told time.Duration
		for b.Loop() {
			d := p.start(b)
			ready, told = ready+d.ready, told+d.told
			d.stop(b)
		}
		b.ReportMetric(float64(ready.Microseconds())/1e3/float64(b.N), "ms/ready")
		b.ReportMetric(float64(told.Microseconds())/1e3/float64(b.N), "ms/told")
	})
}

// BenchmarkDemoMemory reads the program's resident memory once it has started, and after 400 pages of both products viewed by
// eight people at once (goal of both: 150 MB).
func BenchmarkDemoMemory(b *testing.B) {
	p := build(b)
	b.Run("sqlite", func(b *testing.B) {
		for b.Loop() {
			d := p.start(b)
			b.ReportMetric(d.memory(b, "VmRSS"), "MB/started")
			d.view(b, 400, 8)
			b.ReportMetric(d.memory(b, "VmRSS"), "MB/viewed")
			b.ReportMetric(d.memory(b, "VmHWM"), "MB/peak")
			d.stop(b)
		}
	})
}

// program is the real binary, and the folder that it keeps everything in. Its ports are the same at each start, as a user's are.
type program struct {
	binary, data       string
	http, https, admin int
}

// build makes the binary and lets it bring the academy in; then pupils get what there is, so that pages show something.
func build(b *testing.B) *program {
	b.Helper()
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("there is no /proc here: nothing was measured")
	}
	p := &program{binary: filepath.Join(b.TempDir(), "pupitre"), data: b.TempDir()}
	if out, err := exec.Command("go", "build", "-o", p.binary, "pupitre/cmd/pupitre").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	p.http, p.https, p.admin = free(b), free(b), free(b)
	p.start(b).stop(b)
	p.give(b)
	return p
}

func free(b *testing.B) int {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// give assigns, while nobody else runs, every resource of the collège to everybody there, as far as copies go.
func (p *program) give(b *testing.B) {
	b.Helper()
	broker, err := brokerapp.Open(b.Context(), brokerapp.Settings{
		Database: "sqlite:" + filepath.Join(p.data, "pupitre.db"), Base: "http://pupitre.localhost", Now: clock.System, Words: lang.MustLoad(),
	})
	if err != nil {
		b.Fatal(err)
	}
	defer broker.Close()
	school, err := broker.Directory.FindSchoolByUAI(b.Context(), academy.Tilleuls)
	if err != nil {
		b.Fatal(err)
	}
	cohorts, err := broker.Directory.Cohorts(b.Context(), school.ID)
	if err != nil {
		b.Fatal(err)
	}
	var class licensing.Target
	for _, c := range cohorts {
		if c.Label == "5e B" {
			class = licensing.ToCohort(c.ID)
		}
	}
	stock, err := broker.Licensing.ListStock(b.Context(), school.ID, nil)
	if err != nil {
		b.Fatal(err)
	}
	given := 0
	for _, s := range stock {
		order := licensing.Order{School: school.ID, Resources: []catalogue.ResourceID{s.Resource}, Targets: []licensing.Target{class}}
		if done, err := broker.Licensing.Assign(b.Context(), journal.System("benchmark"), order); err == nil && done.Act != "" {
			given++
		}
	}
	if given < 8 {
		b.Fatalf("only %d of %d resources could be given", given, len(stock))
	}
}

// demo is the running program.
type demo struct {
	*program
	cmd         *exec.Cmd
	ready, told time.Duration
}

// start returns once the program answers and has said so.
func (p *program) start(b *testing.B) *demo {
	b.Helper()
	d := &demo{program: p}
	d.cmd = exec.Command(p.binary, "demo", "--data", p.data, "--http", strconv.Itoa(p.http), "--https", strconv.Itoa(p.https), "--admin", strconv.Itoa(p.admin))
	d.cmd.Stderr = os.Stderr
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	if err := d.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	told := make(chan time.Duration, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if strings.Contains(lines.Text(), "/livraisons") {
				told <- time.Since(began)
			}
		}
		close(told)
	}()
	ctx, cancel := context.WithTimeout(b.Context(), 2*time.Minute)
	defer cancel()
	for _, address := range []string{fmt.Sprintf("http://localhost:%d/readyz", p.admin), fmt.Sprintf("http://localhost:%d/", p.http)} {
		if err := answers(ctx, address); err != nil {
			d.cmd.Process.Kill()
			b.Fatalf("%s: %v", address, err)
		}
	}
	d.ready = time.Since(began)
	if d.told = <-told; d.told == 0 {
		b.Fatal("the program ended without saying where it answers")
	}
	return d
}

// answers asks until the answer is 200.
func answers(ctx context.Context, address string) error {
	client := person()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return err
		}
		if res, err := client.Do(r); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func (d *demo) stop(b *testing.B) {
	b.Helper()
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
		b.Error(err)
	}
	if err := d.cmd.Wait(); err != nil {
		b.Errorf("the program ended with %v", err)
	}
}

// memory is a field of the process's status, in millions of bytes.
func (d *demo) memory(b *testing.B, field string) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", d.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, field+":"); ok {
			var kib float64
			if _, err := fmt.Sscan(value, &kib); err != nil {
				b.Fatal(err)
			}
			return kib * 1024 / 1e6
		}
	}
	b.Fatalf("no %s in %s", field, status)
	return 0
}

// view has somebody open n pages of both products, so many at once.
func (d *demo) view(b *testing.B, n, atOnce int) {
	b.Helper()
	ines, claire := person(), person()
	broker, exos := fmt.Sprintf("http://pupitre.localhost:%d", d.http), fmt.Sprintf("http://exos.localhost:%d", d.http)
	for client, login := range map[*http.Client]string{ines: "ines.marchal", claire: "claire.vasseur"} {
		d.signIn(b, client, broker+"/mediacentre", login)
	}
	contents := see(b, ines, broker+"/acces/ark:/99999/preau-labo-grammaire-5e")
	exercise := regexp.MustCompile(`/modules/[^/"]+/exercices/[^/"]+`).FindString(contents)
	if exercise == "" {
		b.Fatalf("the workbook did not open: %s", contents)
	}
	pages := []struct {
		who  *http.Client
		path string
	}{
		{ines, broker + "/mediacentre"}, {ines, exos + exercise}, {ines, exos + "/modules"},
		{claire, broker + "/affectation/" + string(academy.Tilleuls) + "/ressources"}, {claire, broker + "/mon-journal"},
	}
	next := make(chan int)
	var all sync.WaitGroup
	for range atOnce {
		all.Go(func() {
			for i := range next {
				page := pages[i%len(pages)]
				if _, err := read(page.who.Get(page.path)); err != nil {
					b.Errorf("%s: %v", page.path, err)
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	all.Wait()
}

// person is a browser without script: it keeps cookies and follows redirects, on this machine only.
func person() *http.Client {
	jar, _ := cookiejar.New(nil) // never fails
	return &http.Client{Jar: jar, Timeout: 20 * time.Second, Transport: &http.Transport{
		MaxIdleConnsPerHost: 16,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return new(net.Dialer).DialContext(ctx, network, "127.0.0.1:"+port)
		},
	}}
}

// signIn goes where the page sends a stranger, to the portal's form, and fills it in.
func (d *demo) signIn(b *testing.B, client *http.Client, page, login string) {
	b.Helper()
	res, err := client.Get(page)
	if err != nil {
		b.Fatal(err)
	}
	res.Body.Close()
	form := url.Values{"login": {login}, "password": {app.DemoPassword}, "service": {res.Request.URL.Query().Get("service")}}
	if _, err := read(client.PostForm(fmt.Sprintf("http://portail.localhost:%d/login", d.http), form)); err != nil {
		b.Fatalf("sign in as %s: %v", login, err)
	}
	if text := see(b, client, page); !strings.Contains(text, "card-link") && login == "ines.marchal" {
		b.Fatalf("%s finds no resource: %s", login, text)
	}
}

// see opens a page that must be there.
func see(b *testing.B, client *http.Client, address string) string {
	b.Helper()
	text, err := read(client.Get(address))
	if err != nil {
		b.Fatalf("%s: %v", address, err)
	}
	return text
}

func read(res *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = errors.New(res.Status)
	}
	return string(text), err
}
