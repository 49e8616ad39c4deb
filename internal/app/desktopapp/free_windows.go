package desktopapp

import "golang.org/x/sys/windows"

// freeIn is how many bytes a folder's disk has left for its owner; negative where the system does not say.
func freeIn(folder string) int64 {
	name, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return -1
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return -1
	}
	return int64(free)
}
