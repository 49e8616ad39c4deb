//go:build !linux

package provision

import "os"

// temporary makes a file that disappears when it is closed, or when the program dies.
func temporary(dir string) (*os.File, error) { return named(dir) }
