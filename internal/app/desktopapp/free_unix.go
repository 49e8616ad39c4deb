//go:build unix

package desktopapp

import "golang.org/x/sys/unix"

// freeIn is how many bytes a folder's disk has left for its owner; negative where the system does not say.
func freeIn(folder string) int64 {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return -1
	}
	return int64(uint64(s.Bavail) * uint64(s.Bsize))
}
