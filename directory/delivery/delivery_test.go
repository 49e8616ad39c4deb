package delivery_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/directory"
	"pupitre/directory/delivery"
	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
	"pupitre/internal/id"
	"pupitre/internal/lang"
	"pupitre/journal"
	"pupitre/store"
)

// house is a spool over a database, with a clock that the test sets.
type house struct {
	*delivery.Service
	t        *testing.T
	store    *store.Store
	importer *provision.Importer
	clock    *settable
}

// settable is a clock.
type settable struct {
	mu  sync.Mutex
	now time.Time
}

func (c *settable) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *settable) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// lycee is the academy's second school.
const lycee directory.UAI = "0992001M"

var (
	operator = journal.System("test")
	quiet    = slog.New(slog.DiscardHandler)
)

func open(t *testing.T, e dbtest.Engine) *house {
	t.Helper()
	now := &settable{now: time.Date(2026, 9, 2, 1, 0, 0, 0, time.UTC)}
	ids := id.NewMaker(now.Now)
	s := &store.Store{DB: e.Open(t, store.Migrations(), now.Now), IDs: ids}
	return &house{
		Service: &delivery.Service{Store: s.Delivery(), IDs: ids, Spool: t.TempDir()}, t: t, store: s, clock: now,
		importer: &provision.Importer{Store: s.Provision(), IDs: ids, Limits: provision.Limits{Dir: t.TempDir()}},
	}
}

func (h *house) runner(name string, importer delivery.Importer) *delivery.Runner {
	return &delivery.Runner{Service: h.Service, Importer: importer, Worker: name, Log: quiet}
}

// receive hands the academy's archive in.
func (h *house) receive(o academy.Options) delivery.Delivery {
	h.t.Helper()
	name, body := archive(h.t, o)
	d, err := h.Receive(h.t.Context(), operator, delivery.Arrival{Name: name, Door: delivery.ByPage, Archive: bytes.NewReader(body), Checksum: digest(body)})
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

// empty hands in a file that only a fake importer takes for a set.
func (h *house) empty(project string) delivery.Delivery {
	h.t.Helper()
	d, err := h.Receive(h.t.Context(), operator, delivery.Arrival{Name: project + "_GAR-ENT_Complet_20260901_210000_2D.tar.gz", Archive: strings.NewReader("")})
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

func archive(t *testing.T, o academy.Options) (string, []byte) {
	t.Helper()
	path, err := academy.WriteArchive(t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(path), body
}

// pack is a OneRoster package of the academy.
func pack(t *testing.T, o academy.Options, delta bool) (string, []byte) {
	t.Helper()
	path, err := academy.WriteOneRoster(t.TempDir(), o, delta)
	if err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(path), body
}

func digest(body []byte) string {
	sum := md5.Sum(body)
	return hex.EncodeToString(sum[:])
}

// next lets a worker do one delivery.
func (h *house) next(r *delivery.Runner, want bool) {
	h.t.Helper()
	if worked, err := r.Next(h.t.Context()); err != nil || worked != want {
		h.t.Fatalf("worked %v, want %v; %v", worked, want, err)
	}
}

func (h *house) is(id delivery.ID, state delivery.State) delivery.Delivery {
	h.t.Helper()
	d, err := h.Find(h.t.Context(), id)
	if err != nil || d.State != state {
		h.t.Fatalf("the delivery is %s, want %s (%s); %v", d.State, state, d.Trouble, err)
	}
	return d
}

func (h *house) outcomes(d delivery.Delivery) map[directory.UAI]provision.Outcome {
	h.t.Helper()
	r, err := d.Findings()
	if err != nil {
		h.t.Fatal(err)
	}
	out := map[directory.UAI]provision.Outcome{}
	for _, s := range r.Schools {
		out[s.UAI] = s.Outcome
	}
	return out
}

func (h *house) kept(d delivery.Delivery) bool {
	_, err := os.Stat(h.File(d))
	return err == nil
}

func wants(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if !fault.Is(err, kind) || fault.CodeOf(err) != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func each(t *testing.T, rule func(t *testing.T, h *house)) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) { rule(t, open(t, e)) })
}

func TestADeliveryIsImportedAndItsArchiveForgotten(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := h.receive(academy.Options{})
		worker := h.runner("one", h.importer)
		h.next(worker, true)
		h.next(worker, false)
		d = h.is(d.ID, delivery.Done)
		if diff := cmp.Diff(map[directory.UAI]provision.Outcome{academy.Tilleuls: provision.Applied, lycee: provision.Applied}, h.outcomes(d)); diff != "" {
			t.Error(diff)
		}
		if d.Project != "A70" || d.Degree != directory.SecondDegree || d.Attempts != 1 || d.Ended.IsZero() || h.kept(d) {
			t.Errorf("%+v, kept %v", d, h.kept(d))
		}
		again := h.receive(academy.Options{})
		h.next(worker, true)
		if r, err := h.is(again.ID, delivery.Done).Findings(); err != nil || !r.Unchanged() {
			t.Errorf("the same archive again: %+v, %v", r.Schools, err)
		}
		if list, err := h.List(t.Context(), 10); err != nil || len(list) != 2 || list[0].ID != again.ID {
			t.Errorf("the latest first: %+v, %v", list, err)
		}
	})
}

func TestAnImportThatStopsAsksAndGoesOnByAWord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		worker := h.runner("one", h.importer)
		first := h.receive(academy.Options{})
		h.next(worker, true)
		left := h.receive(academy.Options{Schools: 1}.NextDay()) // the lycée is left out
		h.next(worker, true)
		d := h.is(left.ID, delivery.Done)
		asks, err := d.Asks()
		if diff := cmp.Diff([]directory.UAI{lycee}, asks); err != nil || diff != "" || !h.kept(d) {
			t.Fatalf("%s, kept %v, %v", diff, h.kept(d), err)
		}
		wants(t, h.Confirm(t.Context(), operator, d.ID, []directory.UAI{academy.Tilleuls}), fault.Conflict, "delivery.asks.not")
		wants(t, h.Confirm(t.Context(), operator, d.ID, nil), fault.Conflict, "delivery.asks.not")
		wants(t, h.Confirm(t.Context(), operator, first.ID, asks), fault.Conflict, "delivery.asks.not")
		wants(t, h.Retry(t.Context(), operator, d.ID), fault.Conflict, "delivery.failed.not")
		wants(t, h.Confirm(t.Context(), operator, "none", asks), fault.NotFound, "delivery.unknown")
		if err := h.Confirm(t.Context(), operator, d.ID, asks); err != nil {
			t.Fatal(err)
		}
		h.next(worker, true)
		d = h.is(left.ID, delivery.Done)
		if diff := cmp.Diff(map[directory.UAI]provision.Outcome{academy.Tilleuls: provision.Unchanged, lycee: provision.Applied}, h.outcomes(d)); diff != "" {
			t.Error(diff)
		}
		if asks, err := d.Asks(); err != nil || len(asks) > 0 || h.kept(d) {
			t.Errorf("asks again for %v, kept %v; %v", asks, h.kept(d), err)
		}
	})
}

// What asks is overtaken by a later delivery: confirming it would bring yesterday back.
func TestALaterDeliveryTakesTheWord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		worker := h.runner("one", h.importer)
		h.receive(academy.Options{})
		h.next(worker, true)
		asking := h.receive(academy.Options{Schools: 1}.NextDay())
		h.next(worker, true)
		refused, err := h.Receive(t.Context(), operator, delivery.Arrival{Name: "A70_GAR-ENT_Complet_20260903_210000_2D.tar.gz", Archive: strings.NewReader("no archive")})
		if err != nil {
			t.Fatal(err)
		}
		h.next(worker, true)
		h.is(refused.ID, delivery.Refused) // and counts for nothing
		if !h.kept(asking) {
			t.Fatal("what asks is gone")
		}
		later := h.receive(academy.Options{}.NextDay().NextDay())
		asks, err := h.is(asking.ID, delivery.Done).Asks()
		if err != nil {
			t.Fatal(err)
		}
		wants(t, h.Confirm(t.Context(), operator, asking.ID, asks), fault.Conflict, "delivery.later")
		h.next(worker, true)
		h.is(later.ID, delivery.Done)
		if h.kept(asking) {
			t.Error("an archive that nobody may ask for again is kept")
		}
	})
}

// importing is an importer of the test.
type importing func(ctx context.Context, options provision.Options) (provision.Report, error)

func (f importing) Import(ctx context.Context, _ provision.Source, options provision.Options) (provision.Report, error) {
	return f(ctx, options)
}

func TestOneAtATimeForEachProjectInOrder(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for range 3 {
			h.empty("A70")
			h.empty("B12")
		}
		var mu sync.Mutex
		running, most := map[directory.ProjectID]int{}, 0
		done := 0
		busy := importing(func(_ context.Context, o provision.Options) (provision.Report, error) {
			count := func(n int) {
				mu.Lock()
				defer mu.Unlock()
				running[o.Project] += n
				most = max(most, running[o.Project])
				done += max(n, 0)
			}
			count(1)
			time.Sleep(20 * time.Millisecond)
			count(-1)
			return provision.Report{Project: o.Project}, nil
		})
		var workers sync.WaitGroup
		for _, name := range []string{"a", "b", "c", "d"} {
			workers.Go(func() {
				r := h.runner(name, busy)
				for range 40 {
					if _, err := r.Next(t.Context()); err != nil {
						t.Error(err)
					}
					time.Sleep(2 * time.Millisecond)
				}
			})
		}
		workers.Wait()
		if most != 1 || done != 6 {
			t.Errorf("%d at a time, %d done", most, done)
		}
		list, err := h.List(t.Context(), 10)
		for _, d := range list {
			if d.State != delivery.Done || d.Attempts != 1 {
				t.Errorf("%+v", d)
			}
		}
		if err != nil || len(list) != 6 {
			t.Error(len(list), err)
		}
	})
}

// A worker dies in the middle: it says nothing more. Another goes on when its lease is over, and the dead one, should it wake, is told.
func TestAnotherWorkerGoesOnWhereOneDied(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := h.receive(academy.Options{})
		dying, die := context.WithCancel(t.Context())
		defer die()
		first := h.runner("first", importing(func(ctx context.Context, o provision.Options) (provision.Report, error) {
			o.Progress = func(int, int) { die() } // after the first school
			src, err := provision.Open(h.File(d))
			if err != nil {
				return provision.Report{}, err
			}
			return h.importer.Import(ctx, src, o)
		}))
		if _, err := first.Next(dying); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		second := h.runner("second", h.importer)
		h.next(second, false)
		h.clock.forward(31 * time.Second)
		h.next(second, true)
		got := h.is(d.ID, delivery.Done)
		if diff := cmp.Diff(map[directory.UAI]provision.Outcome{academy.Tilleuls: provision.Unchanged, lycee: provision.Applied}, h.outcomes(got)); diff != "" || got.Attempts != 2 {
			t.Errorf("%s, %d attempts", diff, got.Attempts)
		}
	})
}

// counted is a store that counts its writes.
type counted struct {
	delivery.Store
	writes int
}

func (c *counted) Write(ctx context.Context, f func(context.Context, delivery.Writer) error) error {
	c.writes++
	return c.Store.Write(ctx, f)
}

func TestAnIdleWorkerWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		count := &counted{Store: h.Store}
		h.Store = count
		busy := importing(func(context.Context, provision.Options) (provision.Report, error) {
			return provision.Report{}, errors.New("no space")
		})
		worker := h.runner("one", busy)
		h.next(worker, false)
		h.empty("A70")
		h.next(worker, true)
		before := count.writes
		for range 3 {
			h.next(worker, false) // it waits a minute before the next attempt
		}
		if count.writes != before {
			t.Errorf("%d writes for nothing", count.writes-before)
		}
		h.clock.forward(2 * time.Minute)
		h.next(worker, true)
	})
}

func TestAWorkerThatLostItsLeaseStopsAndLeavesNoWord(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := h.empty("A70")
		started, woken := make(chan struct{}), make(chan error, 1)
		slow := h.runner("slow", importing(func(ctx context.Context, _ provision.Options) (provision.Report, error) {
			close(started)
			<-ctx.Done()
			return provision.Report{}, ctx.Err()
		}))
		slow.Lease = 150 * time.Millisecond
		go func() {
			_, err := slow.Next(t.Context())
			woken <- err
		}()
		<-started
		h.clock.forward(time.Hour) // it slept: its lease is long over
		quick := h.runner("quick", importing(func(context.Context, provision.Options) (provision.Report, error) {
			return provision.Report{Project: "A70"}, nil
		}))
		for {
			if worked, err := quick.Next(t.Context()); err != nil {
				t.Fatal(err)
			} else if worked {
				break
			}
			h.clock.forward(time.Hour) // it renewed a moment before
		}
		if err := <-woken; err != nil {
			t.Error(err)
		}
		if got := h.is(d.ID, delivery.Done); got.Trouble != "" {
			t.Errorf("%+v", got)
		}
	})
}

func TestAFaultOfTheMachineIsTriedAgainAFewTimes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := h.empty("A70")
		broken := h.runner("one", importing(func(context.Context, provision.Options) (provision.Report, error) {
			return provision.Report{}, errors.New("no space left on device")
		}))
		for range 3 {
			h.next(broken, true)
			h.next(broken, false) // not at once
			h.clock.forward(2 * time.Minute)
		}
		h.next(broken, false)
		if got := h.is(d.ID, delivery.Failed); !strings.Contains(got.Trouble, "no space") || !h.kept(got) {
			t.Errorf("%+v", got)
		}
		if err := h.Retry(t.Context(), operator, d.ID); err != nil {
			t.Fatal(err)
		}
		h.next(h.runner("one", importing(func(context.Context, provision.Options) (provision.Report, error) {
			return provision.Report{Project: "A70"}, nil
		})), true)
		h.is(d.ID, delivery.Done)
	})
}

// A defect that one archive brings to light must not take the whole broker down, again and again.
func TestAPanicIsAFaultOfTheMachine(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		d := h.empty("A70")
		h.next(h.runner("one", importing(func(context.Context, provision.Options) (provision.Report, error) { panic("unforeseen") })), true)
		if got := h.is(d.ID, delivery.Waiting); !strings.Contains(got.Trouble, "unforeseen") {
			t.Errorf("%+v", got)
		}
	})
}

// failing breaks off in the middle.
type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestWhatIsRefusedLeavesNothingBehind(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Limit = 10
		const good = "A70_GAR-ENT_Complet_20260901_210000_2D.tar.gz"
		for _, one := range []struct {
			code    string
			arrival delivery.Arrival
		}{
			{"delivery.name.form", delivery.Arrival{Name: "holidays.tar.gz", Archive: strings.NewReader("x")}},
			{"delivery.name.form", delivery.Arrival{Name: "../" + good, Archive: strings.NewReader("x")}},
			{"delivery.name.package", delivery.Arrival{Name: "A70_OneRoster_Complet_20260901_210000.zip", Archive: strings.NewReader("x")}},
			{"delivery.name.package", delivery.Arrival{Name: "../A70_OneRoster_bulk_20260901_210000.zip", Archive: strings.NewReader("x")}},
			{"delivery.name.form", delivery.Arrival{Name: "", Archive: strings.NewReader("x")}},
			{"delivery.project.other", delivery.Arrival{Name: good, Project: "B12", Archive: strings.NewReader("x")}},
			{"delivery.checksum", delivery.Arrival{Name: good, Archive: strings.NewReader("x"), Checksum: digest([]byte("y"))}},
			{"delivery.large", delivery.Arrival{Name: good, Archive: strings.NewReader("eleven byte")}},
			{"delivery.interrupted", delivery.Arrival{Name: good, Archive: failing{}}},
		} {
			_, err := h.Receive(t.Context(), operator, one.arrival)
			wants(t, err, fault.Invalid, one.code)
		}
		left, err := os.ReadDir(h.Spool)
		if list, err2 := h.List(t.Context(), 10); err != nil || err2 != nil || len(left) > 0 || len(list) > 0 {
			t.Errorf("%v in the spool, %v; %v %v", left, list, err, err2)
		}
	})
}

// dropped is a drop folder with a folder for A70.
func (h *house) drop() (*delivery.Drop, string) {
	h.t.Helper()
	dir := h.t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "A70"), 0o700); err != nil {
		h.t.Fatal(err)
	}
	return &delivery.Drop{Dir: dir, Service: h.Service, Words: lang.MustLoad(), Log: quiet, Now: time.Now}, filepath.Join(dir, "A70")
}

func (h *house) put(path string, body string) {
	h.t.Helper()
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) look(d *delivery.Drop, want int) {
	h.t.Helper()
	if err := d.Look(h.t.Context()); err != nil {
		h.t.Error(err)
	}
	list, err := h.List(h.t.Context(), 100)
	if err != nil || len(list) != want {
		h.t.Fatalf("%d deliveries, want %d: %v", len(list), want, err)
	}
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestADropStartsWithTheChecksum(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		drop, dir := h.drop()
		for n, form := range []string{".tar.gz.md5", ".md5"} { // both are seen
			name, body := archive(t, academy.Options{Day: n})
			h.put(filepath.Join(dir, name), string(body))
			h.look(drop, n)
			h.put(filepath.Join(dir, strings.TrimSuffix(name, ".tar.gz")+form), digest(body)+"  "+name+"\n")
			h.look(drop, n+1)
			if left := names(t, dir); len(left) > 0 {
				t.Errorf("left in the folder: %v", left)
			}
			h.next(h.runner("one", h.importer), true)
		}
		list, err := h.List(t.Context(), 1)
		if err != nil || list[0].State != delivery.Done || list[0].Door != delivery.ByDrop {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

// A package goes the way of an archive: the drop folder, the job, the report; and a delta after it.
func TestPackagesOfOneRosterAreDropped(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		drop, dir := h.drop()
		worker := h.runner("one", h.importer)
		day := academy.Options{}.NextDay()
		for n, one := range []struct {
			mode  string
			delta bool
			form  string // of the checksum's name
			state delivery.State
		}{
			{"delta", true, ".zip.md5", delivery.Refused}, // there is nothing that it could complete
			{"bulk", false, ".zip.md5", delivery.Done},
			{"delta", true, ".md5", delivery.Done},
		} {
			name, body := pack(t, day, one.delta)
			day = day.NextDay()
			h.put(filepath.Join(dir, name), string(body))
			h.put(filepath.Join(dir, strings.TrimSuffix(name, ".zip")+one.form), digest(body))
			h.look(drop, n+1)
			h.next(worker, true)
			list, err := h.List(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			d := h.is(list[0].ID, one.state)
			r, err := d.Findings()
			if err != nil || r.Mode != one.mode || d.Project != "A70" || d.Delta != one.delta || d.Door != delivery.ByDrop {
				t.Errorf("%s: %+v, %s, %v", name, d, r.Mode, err)
			}
			if one.state == delivery.Done && (r.Count(provision.Applied) != 2 || h.kept(d)) {
				t.Errorf("%s: %+v, kept %v", name, r.Schools, h.kept(d))
			}
			if left := slices.DeleteFunc(names(t, dir), func(n string) bool { return n == "refus" }); len(left) > 0 {
				t.Errorf("left in the folder: %v", left)
			}
		}
	})
}

func TestAPackageIsWhatItsNameSays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		name, body := pack(t, academy.Options{}, false)
		d, err := h.Receive(t.Context(), operator, delivery.Arrival{Name: strings.Replace(name, "bulk", "delta", 1), Archive: bytes.NewReader(body)})
		if err != nil {
			t.Fatal(err)
		}
		h.next(h.runner("one", h.importer), true)
		r, err := h.is(d.ID, delivery.Refused).Findings()
		wants(t, errors.Join(err, r.Err()), fault.Invalid, "provision.oneroster.mode")
	})
}

// What a delta says no later delta says again: one that failed is not forgotten when the next is done, and may be tried still.
func TestADeltaThatFailedWaitsForAWholePackage(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		receive := func(mode, stamp string) delivery.Delivery {
			d, err := h.Receive(t.Context(), operator, delivery.Arrival{Name: "A70_OneRoster_" + mode + "_" + stamp + ".zip", Archive: strings.NewReader("")})
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		broken := h.runner("one", importing(func(context.Context, provision.Options) (provision.Report, error) {
			return provision.Report{}, errors.New("no space")
		}))
		fine := h.runner("one", importing(func(context.Context, provision.Options) (provision.Report, error) { return provision.Report{}, nil }))
		fail := func(d delivery.Delivery) {
			for range 3 {
				h.next(broken, true)
				h.clock.forward(2 * time.Minute)
			}
			h.is(d.ID, delivery.Failed)
		}
		failed := receive("delta", "20260901_210000")
		fail(failed)
		receive("delta", "20260902_210000")
		h.next(fine, true)
		if err := h.Retry(t.Context(), operator, failed.ID); err != nil {
			t.Fatal(err)
		}
		fail(failed)
		receive("bulk", "20260903_210000")
		wants(t, h.Retry(t.Context(), operator, failed.ID), fault.Conflict, "delivery.later")
		if !h.kept(failed) {
			t.Error("forgotten before a whole package is done")
		}
		h.next(fine, true)
		if h.kept(failed) {
			t.Error("kept though a whole package is done")
		}
	})
}

func TestADropRefusesAndSaysWhy(t *testing.T) {
	t.Parallel()
	name, body := archive(t, academy.Options{})
	other := "B12" + strings.TrimPrefix(name, "A70")
	for what, one := range map[string]struct {
		name, checksum, says string
		make                 func(path string) error
	}{
		"a wrong checksum":       {name, digest(nil), digest(body), nil},
		"an empty checksum":      {name, " \n", "est vide", nil},
		"another project's":      {other, digest(body), "B12", nil},
		"no name of an archive":  {"vacances.tar.gz", digest(body), "PROJET_GAR-ENT_Complet", nil},
		"no name of a package":   {"A70_vacances.zip", digest(body), "PROJET_OneRoster_bulk", nil},
		"another's package":      {"B12_OneRoster_bulk_20260901_210000.zip", digest(body), "B12", nil},
		"a link to another file": {name, digest(body), "lien", func(path string) error { return os.Symlink("/etc/hostname", path) }},
		"a pipe":                 {name, digest(body), "ordinaire", func(path string) error { return syscall.Mkfifo(path, 0o600) }},
		"a folder":               {name, digest(body), "ordinaire", func(path string) error { return os.Mkdir(path, 0o700) }},
	} {
		t.Run(what, func(t *testing.T) {
			each(t, func(t *testing.T, h *house) {
				drop, dir := h.drop()
				drop.Now = func() time.Time { return time.Now().Add(time.Minute) }
				path := filepath.Join(dir, one.name)
				if one.make == nil {
					h.put(path, string(body))
				} else if err := one.make(path); err != nil {
					t.Fatal(err)
				}
				h.put(path+".md5", one.checksum)
				h.look(drop, 0)
				if diff := cmp.Diff([]string{"refus"}, names(t, dir)); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff([]string{one.name, one.name + ".md5", one.name + ".txt"}, names(t, filepath.Join(dir, "refus"))); diff != "" {
					t.Error(diff)
				}
				note, err := os.ReadFile(filepath.Join(dir, "refus", one.name+".txt"))
				if err != nil || !strings.Contains(string(note), one.says) {
					t.Errorf("the note: %s, %v", note, err)
				}
			})
		})
	}
}

// A portal that sends both files at once must not be refused because the archive is the slower one.
func TestADropWaitsForAFileThatGrows(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		drop, dir := h.drop()
		name, body := archive(t, academy.Options{})
		h.put(filepath.Join(dir, name+".md5"), digest(body))
		h.look(drop, 0)
		h.put(filepath.Join(dir, name), string(body[:len(body)/2]))
		h.look(drop, 0)
		h.put(filepath.Join(dir, name), string(body))
		h.look(drop, 1)
	})
}
