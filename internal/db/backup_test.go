package db_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"pupitre/internal/clock"
	"pupitre/internal/db"
	"pupitre/internal/db/dbtest"
	"pupitre/internal/fault"
)

// A transaction adds a row and counts it: a copy that holds one without the other is of no moment.
func TestABackupIsOfOneMomentWhileOthersWrite(t *testing.T) {
	t.Parallel()
	address := "sqlite:" + filepath.Join(t.TempDir(), "busy.db")
	d, err := db.Open(t.Context(), address, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Migrate(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	fill(t, d, 1<<30)
	stop, stopped := make(chan struct{}), make(chan error, 1)
	written := make(chan struct{}, 1<<16)
	go func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
			if err := d.Write(context.Background(), func(ctx context.Context, x *db.Tx) error {
				if _, err := x.Exec(ctx, "insert into child (id, pot) values ($1, $2)", strconv.Itoa(i), "a"); err != nil {
					return err
				}
				_, err := x.Exec(ctx, "update pot set used = used + 1 where id = $1", "a")
				return err
			}); err != nil {
				stopped <- err
				return
			}
			written <- struct{}{}
		}
	}()
	folder := t.TempDir()
	for i := range 5 {
		<-written // something is new in each copy
		file := filepath.Join(folder, strconv.Itoa(i)+".db")
		if _, err := db.Backup(t.Context(), address, file); err != nil {
			t.Fatal(err)
		}
		<-written
		copied, err := db.Open(t.Context(), "sqlite:"+file, clock.System)
		if err != nil {
			t.Fatal(err)
		}
		var rows int
		if err := copied.Read(t.Context(), func(ctx context.Context, x *db.Tx) error {
			return x.One(ctx, "select count(*) from child", nil, &rows)
		}); err != nil {
			t.Fatal(err)
		}
		if n := used(t, copied); n != rows || n == 0 {
			t.Errorf("copy %d counts %d and holds %d", i, n, rows)
		}
		copied.Close()
	}
	close(stop)
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
}

// A database some of whose bytes the disk has lost gives no copy that looks like one.
func TestADamagedDatabaseLeavesNoBackup(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "worn.db")
	d, err := db.Open(t.Context(), "sqlite:"+file, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	fill(t, d, 10)
	if err := d.Close(); err != nil { // what was written is in the file itself
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	worn := append([]byte{}, whole...)
	for i := 4096; i < len(worn); i += 4096 { // the head of each page but the first
		worn[i] = 0xee
	}
	if err := os.WriteFile(file, worn, 0o600); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "copy.db")
	_, err = db.Backup(t.Context(), "sqlite:"+file, to)
	if fault.CodeOf(err) != "db.backup.damaged" {
		t.Errorf("a damaged database: %v", err)
	}
	for _, name := range []string{to, to + ".new"} {
		if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is there (%v)", filepath.Base(name), err)
		}
	}
}

// A backup never replaces another, nor a name that somebody uses.
func TestABackupReplacesNothing(t *testing.T) {
	t.Parallel()
	address := dbtest.Engines()[0].Address(t)
	d, err := db.Open(t.Context(), address, clock.System)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Migrate(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(to, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Backup(t.Context(), address, to); !fault.Is(err, fault.Conflict) {
		t.Errorf("over a file that is there: %v", err)
	}
	if text, err := os.ReadFile(to); err != nil || string(text) != "mine" {
		t.Errorf("the file is now %q (%v)", text, err)
	}
}
