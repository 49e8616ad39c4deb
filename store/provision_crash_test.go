package store_test

import (
	"bufio"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pupitre/directory"
	"pupitre/directory/delivery"
	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/store"
	"pupitre/store/storetest"
)

const (
	importKills    = 6   // in make test; more, until one falls between two schools
	importSoak     = 300 // where PUPITRE_SOAK is set
	killsEachNight = 2   // the import, and the one that goes on with it
)

// TestAnImportSurvivesKillSchoolBySchool kills a process with SIGKILL at random points between a portal's drop and the end of its
// import, then the one that goes on with it. After each kill every school is wholly as before or wholly as the archive has it; a
// further process brings the job to its end. What is whole is told by a second database, where the same archives are imported in peace.
func TestAnImportSurvivesKillSchoolBySchool(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		v := newVictim(t, e)
		peace := storetest.At(t, e.Address(t))
		defer peace.Close()
		night := academy.Options{Degree: directory.FirstDegree, Schools: 20, Pupils: 50, Turnover: 0.12}
		v.drop(peace, night)
		v.finish(peace.Portraits())
		night = night.NextDay()
		v.drop(peace, night)
		lifetime := v.finish(peace.Portraits()) // whatever a night's import takes on this machine

		wanted := importKills
		if os.Getenv("PUPITRE_SOAK") != "" {
			wanted = importSoak
		}
		var kills, running, between int
		for nights := 0; (kills < wanted || between == 0) && nights < 10*wanted; nights++ {
			before := peace.Portraits()
			night = night.NextDay()
			v.drop(peace, night)
			after := peace.Portraits()
			for range killsEachNight {
				wait := rand.N(lifetime)
				if _, killed := v.work(wait); !killed { // it was quicker
					lifetime -= lifetime / 10
					break
				}
				seen := v.look(wait, before, after)
				kills++
				if seen.running {
					running++
				}
				if seen.old > 0 && seen.new > 0 {
					between++
				}
			}
			v.finish(after)
		}
		if t.Logf("%d kills, %d of them within an import, %d between its schools", kills, running, between); between == 0 {
			t.Error("no kill fell between two schools: nothing was tried")
		}
	})
}

// victim is a database, with a drop folder, that processes work on and die over.
type victim struct {
	t            *testing.T
	address, dir string
	ahead        time.Duration // of the clock: each process comes when the leases of the one before are over
}

func newVictim(t *testing.T, e dbtest.Engine) *victim {
	t.Helper()
	v := &victim{t: t, address: e.Address(t), dir: t.TempDir()}
	for _, folder := range []string{"depot/A70", "spool", "staging"} {
		if err := os.MkdirAll(filepath.Join(v.dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

// drop puts a night's archive into the drop folder, once it is imported where nobody dies.
func (v *victim) drop(peace *storetest.World, o academy.Options) {
	v.t.Helper()
	path, err := academy.WriteArchive(filepath.Join(v.dir, "depot", "A70"), o)
	if err != nil {
		v.t.Fatal(err)
	}
	set, err := provision.Open(path)
	if err != nil {
		v.t.Fatal(err)
	}
	importer := &provision.Importer{Store: peace.Store.Provision(), IDs: peace.Store.IDs, Limits: provision.Limits{Dir: v.t.TempDir()}}
	report, err := importer.Import(v.t.Context(), set, provision.Options{})
	if applied := report.Count(provision.Applied); err != nil || applied < 5 || applied+report.Count(provision.Unchanged) != len(report.Schools) {
		v.t.Fatalf("a night that proves nothing: %d schools of %d change, %v", applied, len(report.Schools), err)
	}
}

// work lets a process work on the drop folder and kills it that long after it began. It returns how long it worked, and whether it
// was killed before its end.
func (v *victim) work(wait time.Duration) (took time.Duration, killed bool) {
	v.t.Helper()
	cmd := v.command()
	out, err := cmd.StdoutPipe()
	if err != nil {
		v.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	var began time.Time
	killed = true
	for lines := bufio.NewScanner(out); lines.Scan(); {
		switch lines.Text() {
		case "ready":
			began = time.Now()
			timer := time.AfterFunc(wait, func() { cmd.Process.Kill() })
			defer timer.Stop()
		case "done":
			took, killed = time.Since(began), false
		default:
			v.t.Errorf("the process said %q", lines.Text())
		}
	}
	if err := cmd.Wait(); killed && cmd.ProcessState.ExitCode() != -1 {
		v.t.Fatalf("the process ended by itself: %v", err)
	}
	return took, killed
}

// seen is what a kill left.
type seen struct {
	old, new int // schools
	running  bool
}

// look holds every school to what it was or what it is to be.
func (v *victim) look(wait time.Duration, before, after map[directory.UAI]string) (s seen) {
	v.t.Helper()
	w := storetest.At(v.t, v.address)
	defer w.Close()
	now := w.Portraits()
	for uai := range after {
		switch {
		case before[uai] == after[uai] && now[uai] == after[uai]: // a quiet night there
		case now[uai] == before[uai]:
			s.old++
		case now[uai] == after[uai]:
			s.new++
		default:
			v.t.Errorf("killed after %s: the school %s is neither the old one nor the new one", wait, uai)
		}
	}
	if len(now) != len(after) {
		v.t.Errorf("killed after %s: %d schools of %d", wait, len(now), len(after))
	}
	s.running = v.latest(w).State == delivery.Running
	return s
}

// finish lets a process come to the end of the job, and returns how long it took.
func (v *victim) finish(after map[directory.UAI]string) time.Duration {
	v.t.Helper()
	took, killed := v.work(time.Hour)
	if killed {
		v.t.Fatal("the process did not come to its end")
	}
	w := storetest.At(v.t, v.address)
	defer w.Close()
	now := w.Portraits()
	for uai := range after {
		if now[uai] != after[uai] {
			v.t.Errorf("the school %s is not the new one in the end", uai)
		}
	}
	if d := v.latest(w); d.State != delivery.Done || len(now) != len(after) {
		v.t.Errorf("in the end %d schools of %d, and the job is %s: %s", len(now), len(after), d.State, d.Trouble)
	}
	for _, pattern := range []string{"depot/A70/*.tar.gz", "staging/*"} {
		if left, err := filepath.Glob(filepath.Join(v.dir, pattern)); err != nil || len(left) > 0 {
			v.t.Errorf("left behind: %v, %v", left, err)
		}
	}
	return took
}

// latest is the last delivery, the zero one before there is any.
func (v *victim) latest(w *storetest.World) (d delivery.Delivery) {
	v.t.Helper()
	list, err := (&delivery.Service{Store: w.Store.Delivery()}).List(v.t.Context(), 1)
	if err != nil {
		v.t.Fatal(err)
	}
	if len(list) > 0 {
		d = list[0]
	}
	return d
}

func (v *victim) command() *exec.Cmd {
	v.ahead += time.Minute
	cmd := exec.Command(os.Args[0], "-test.run=^TestImportingProcess$")
	cmd.Env = append(os.Environ(), "PUPITRE_CRASH_IMPORT="+strings.Join([]string{v.address, v.dir, v.ahead.String()}, "\n"))
	cmd.Stderr = os.Stderr
	return cmd
}

// TestImportingProcess is the process that is killed; by itself it tests nothing.
func TestImportingProcess(t *testing.T) {
	setting := strings.Split(os.Getenv("PUPITRE_CRASH_IMPORT"), "\n")
	if len(setting) != 3 {
		t.Skip("only as the victim of TestAnImportSurvivesKillSchoolBySchool")
	}
	ahead, err := time.ParseDuration(setting[2])
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return clock.System().Add(ahead) }
	d, err := db.Open(t.Context(), setting[0], now)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context(), store.Migrations()); err != nil {
		t.Fatal(err)
	}
	quiet, ids := slog.New(slog.DiscardHandler), id.NewMaker(now)
	s := &store.Store{DB: d, IDs: ids}
	service := &delivery.Service{Store: s.Delivery(), IDs: ids, Spool: filepath.Join(setting[1], "spool")}
	drop := &delivery.Drop{Dir: filepath.Join(setting[1], "depot"), Service: service, Words: lang.MustLoad(), Log: quiet, Now: now}
	worker := &delivery.Runner{Service: service, Worker: ahead.String(), Log: quiet,
		Importer: &provision.Importer{Store: s.Provision(), IDs: ids, Limits: provision.Limits{Dir: filepath.Join(setting[1], "staging")}}}
	fmt.Println("ready")
	err = drop.Look(t.Context())
	for worked := true; err == nil && worked; {
		worked, err = worker.Next(t.Context())
	}
	if err != nil {
		fmt.Println("failed", err)
		os.Exit(1)
	}
	fmt.Println("done")
	os.Exit(0) // the test's own words are not for the parent
}
