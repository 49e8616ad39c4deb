package apachetest

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// OnLoopbackOnly reports each address beyond loopback that a process listens on, or one below it: nobody else on the network may meet what
// a test has started. One that listens nowhere is reported, too, for then nothing was looked at. Where the system has no /proc it cannot
// be seen, and is not.
func OnLoopbackOnly(t testing.TB, pid int) {
	t.Helper()
	found, err := listeners(pid)
	if os.IsNotExist(err) {
		t.Logf("who listens is not looked at: %v", err)
		return
	}
	if err != nil || len(found) == 0 {
		t.Errorf("process %d listens nowhere: %v", pid, err)
	}
	for _, at := range found {
		if !at.Addr().IsLoopback() {
			t.Errorf("process %d listens on %s", pid, at)
		}
	}
}

// listeners lists the addresses that a process, or one below it, listens on.
func listeners(pid int) (found []netip.AddrPort, err error) {
	if _, err := os.Stat("/proc/net/tcp"); err != nil {
		return nil, err
	}
	inodes := map[string]bool{}
	for _, one := range below(pid) {
		files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", one))
		for _, file := range files {
			if to, err := os.Readlink(file); err == nil && strings.HasPrefix(to, "socket:[") {
				inodes[strings.Trim(to, "socket:[]")] = true
			}
		}
	}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(table)
		if os.IsNotExist(err) { // a machine without IPv6
			continue
		} else if err != nil {
			return nil, err
		}
		of, err := listening(string(text), inodes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table, err)
		}
		found = append(found, of...)
	}
	return found, nil
}

// below is a process and all that descend from it.
func below(pid int) []int {
	children := map[int][]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, err := os.ReadFile(path)
		_, rest, ok := strings.Cut(string(text[max(0, strings.LastIndex(string(text), ")")):]), ") ")
		fields := strings.Fields(rest)
		if err != nil || !ok || len(fields) < 2 { // it has ended meanwhile
			continue
		}
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		parent, _ := strconv.Atoi(fields[1])
		children[parent] = append(children[parent], child)
	}
	all := []int{pid}
	for i := 0; i < len(all); i++ {
		all = append(all, children[all[i]]...)
	}
	return all
}

// listening reads a table of /proc/net (proc_net_tcp(5)): the addresses of sockets that listen, of these inodes.
func listening(table string, inodes map[string]bool) (found []netip.AddrPort, err error) {
	const listens = "0A"
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) < 10 || fields[3] != listens || !inodes[fields[9]] {
			continue
		}
		address, port, _ := strings.Cut(fields[1], ":")
		raw, err := hex.DecodeString(address)
		if err != nil || len(raw)%4 != 0 {
			return nil, fmt.Errorf("address %q: %v", fields[1], err)
		}
		for word := range slices.Chunk(raw, 4) { // each as the machine has it, least byte first
			slices.Reverse(word)
		}
		ip, ok := netip.AddrFromSlice(raw)
		number, err := strconv.ParseUint(port, 16, 16)
		if !ok || err != nil {
			return nil, fmt.Errorf("address %q", fields[1])
		}
		found = append(found, netip.AddrPortFrom(ip.Unmap(), uint16(number)))
	}
	return found, nil
}
