package provision

import (
	"os"

	"golang.org/x/sys/unix"
)

// temporary makes a file that disappears when it is closed, or when the program dies: it never has a name (O_TMPFILE), where
// the file system can do that.
func temporary(dir string) (*os.File, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	if f, err := os.OpenFile(dir, os.O_RDWR|unix.O_TMPFILE, 0o600); err == nil {
		return f, nil
	}
	return named(dir)
}
