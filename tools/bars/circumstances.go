package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// circumstances says on what the figures were measured: how busy the machine is, where the databases lie, and what one durable
// write costs there. Benchmarks make their databases in the temporary folder (dbtest), as does scripts/postgres.sh.
func circumstances(out io.Writer) error {
	busy := "unknown"
	if b, err := os.ReadFile("/proc/loadavg"); err == nil {
		busy, _, _ = strings.Cut(string(b), " ")
	}
	fmt.Fprintf(out, "machine %d cores, load %s, %s\n", runtime.NumCPU(), busy, runtime.Version())

	dir := os.TempDir()
	mounts, _ := os.ReadFile("/proc/mounts")
	kind := filesystem(string(mounts), dir)
	took, err := fsync(dir, 200)
	if err != nil {
		return fmt.Errorf("measure the disk: %w", err)
	}
	fmt.Fprintf(out, "disk %s (%s): 4 KiB written and fsynced in %.2f ms, median of 200\n", dir, kind, float64(took)/float64(time.Millisecond))
	if kind == "tmpfs" {
		fmt.Fprintln(out, "disk is memory: durable figures mean nothing here; set TMPDIR to a folder on a disk")
	}
	return nil
}

// filesystem is the kind of the file system that holds a folder, by the lines of /proc/mounts: the longest mount point wins.
func filesystem(mounts, dir string) string {
	kind, longest := "", -1
	for line := range strings.Lines(mounts) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		at := strings.TrimSuffix(f[1], "/")
		if (dir == at || strings.HasPrefix(dir, at+"/")) && len(at) >= longest {
			kind, longest = f[2], len(at)
		}
	}
	return cmp.Or(kind, "unknown")
}

// fsync is the median time of n times 4 KiB written at the end of a file and fsynced.
func fsync(dir string, n int) (time.Duration, error) {
	folder, err := os.MkdirTemp(dir, "bars")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	file, err := os.Create(filepath.Join(folder, "fsync"))
	if err != nil {
		return 0, err
	}
	defer file.Close()
	block := make([]byte, 4096)
	took := make([]float64, n)
	for i := range took {
		began := time.Now()
		if _, err := file.Write(block); err != nil {
			return 0, err
		}
		if err := file.Sync(); err != nil {
			return 0, err
		}
		took[i] = float64(time.Since(began))
	}
	return time.Duration(median(took)), nil
}
