package cas_test

import (
	"net/http"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pupitre/federation"
	"pupitre/internal/db/dbtest"
)

// PostgreSQL is killed and started again under launches: those who wait meanwhile wait a little longer, and nobody fails.
// PUPITRE_TEST_RESTART is the command that does it, of a server that nothing else uses (scripts/soak.sh).
func TestNoLaunchFailsWhilePostgreSQLRestarts(t *testing.T) {
	command := os.Getenv("PUPITRE_TEST_RESTART")
	if command == "" {
		t.Skip("PUPITRE_TEST_RESTART is not set: make soak does it")
	}
	h := open(t, dbtest.Engines()[1])
	session := h.Arrive(t, "ent-ines")
	var done, failed atomic.Int64
	var all sync.WaitGroup
	stop := make(chan struct{})
	for range 8 {
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				ok := flow(t, h.client, h.client, h.URL+"/cas", func(req *http.Request) {
					req.AddCookie(&http.Cookie{Name: federation.SessionCookie, Value: string(session)})
				})
				if done.Add(1); !ok {
					failed.Add(1)
				}
			}
		})
	}
	for range 3 {
		time.Sleep(2 * time.Second) // launches on both sides of the restart
		before := done.Load()
		if out, err := exec.Command("sh", "-c", command).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v %s", command, err, out)
		}
		t.Logf("%d launches before it", before)
	}
	time.Sleep(2 * time.Second)
	close(stop)
	all.Wait()
	t.Logf("%d launches, %d failed, 3 restarts", done.Load(), failed.Load())
	if failed.Load() > 0 || h.Rights.Opened() < int(done.Load()) {
		t.Errorf("%d of %d launches failed, %d accesses are journalled", failed.Load(), done.Load(), h.Rights.Opened())
	}
}
