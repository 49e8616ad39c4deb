package apachetest

import (
	"fmt"
	"net"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhereAProcessListensIsRead(t *testing.T) {
	t.Parallel()
	table := "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
	inodes := map[string]bool{}
	for i, one := range []string{"0100007F:1F90 0A", "00000000:0050 0A", "0100007F:1F91 01", "00000000000000000000000000000000:01BB 0A",
		"00000000000000000000000001000000:0016 0A", "0000000000000000FFFF00000100007F:0016 0A", "0200000A:0016 0A", "00000000:0051 0A"} {
		var address, state string
		fmt.Sscan(one, &address, &state)
		table += fmt.Sprintf("   %d: %s 00000000:0000 %s 00000000:00000000 00:00000000 00000000     0        0 %d 1 0000 100 0 0 10 0\n", i, address, state, 1000+i)
		inodes[fmt.Sprint(1000+i)] = i < 7 // the last is another's
	}
	found, err := listening(table, inodes)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, at := range found {
		got = append(got, fmt.Sprintf("%s %v", at, at.Addr().IsLoopback()))
	}
	want := []string{"127.0.0.1:8080 true", "0.0.0.0:80 false", "[::]:443 false", "[::1]:22 true", "127.0.0.1:22 true", "10.0.0.2:22 false"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAListenerOfThisProcessIsSeen(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	found, err := listeners(os.Getpid())
	if os.IsNotExist(err) {
		t.Skip(err)
	}
	for _, at := range found {
		if at.String() == l.Addr().String() {
			return
		}
	}
	t.Errorf("%s is not among %v, %v", l.Addr(), found, err)
}
