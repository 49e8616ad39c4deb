package offline_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"pupitre/exos/offline"
	"pupitre/exos/offline/offlinetest"
	"pupitre/internal/fault"
	"pupitre/internal/id"
)

// shown is a device that has done something, and its receipt.
func shown(t *testing.T) (*offlinetest.Device, offline.Receipt) {
	t.Helper()
	ids := id.NewMaker(func() time.Time { return noon })
	d := offlinetest.New(ids.New())
	for range 3 {
		d.Do(ids.New(), noon, "something")
	}
	return d, d.Receipt(ids.New(), 5, noon)
}

var secret = bytes.Repeat([]byte{7}, 32)

func TestATypedReceiptIsOfOneDeviceAndOneWork(t *testing.T) {
	t.Parallel()
	d, r := shown(t)
	code := r.Typed(secret)
	if len(code) != 20 || strings.Trim(code, offline.Signs) != "" {
		t.Fatalf("%q is not what people type", code)
	}
	typed, err := offline.TypedReceipt(" " + strings.ToLower(code[:5]) + "-" + code[5:] + "\n")
	if err != nil {
		t.Fatal(err)
	}
	got, ok := typed.Of(d.ID, r.Work, secret)
	want := r
	want.Head, want.Tag = "", got.Tag
	if diff := cmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("%v %s", ok, diff)
	}
	for name, other := range map[string][2]string{"another device": {"x", r.Work}, "another work": {d.ID, "x"}} {
		if _, ok := typed.Of(other[0], other[1], secret); ok {
			t.Errorf("it is taken for %s’s", name)
		}
	}
	if _, ok := typed.Of(d.ID, r.Work, bytes.Repeat([]byte{8}, 32)); ok {
		t.Error("any secret does")
	}
	for i := range code { // whichever sign is mistyped, and however
		for _, sign := range offline.Signs {
			wrong := code[:i] + string(sign) + code[i+1:]
			typed, err := offline.TypedReceipt(wrong)
			if wrong == code || err != nil {
				continue
			}
			if _, ok := typed.Of(d.ID, r.Work, secret); ok {
				t.Errorf("%s is taken for %s", wrong, code)
			}
		}
	}
	for _, none := range []string{"", "ABCDE", code + "A", code[:19] + "0", code[:19] + "é", strings.Repeat("2", 20)} {
		if _, err := offline.TypedReceipt(none); fault.CodeOf(err) != "exos.receipt.form" {
			t.Errorf("%q: %v", none, err)
		}
	}
	for name, change := range map[string]func(*offline.Receipt){
		"a chain too long": func(r *offline.Receipt) { r.Seq = 1 << 20 }, "too many": func(r *offline.Receipt) { r.Count = 1 << 10 },
		"before": func(r *offline.Receipt) { r.At = time.Date(2019, 12, 31, 0, 0, 0, 0, time.UTC) }, "after": func(r *offline.Receipt) { r.At = r.At.AddDate(70, 0, 0) },
	} {
		long := r
		if change(&long); long.Typed(secret) != "" {
			t.Errorf("%s is written in twenty signs", name)
		}
	}
}

func TestASignedReceiptIsWhatItsDeviceSaid(t *testing.T) {
	t.Parallel()
	for _, d := range []*offlinetest.Device{offlinetest.New("00000000000000000001"), offlinetest.NewP256("00000000000000000002")} {
		kept := offline.Kept{Signed: d.Do("00000000000000000003", noon, "something"), Act: offline.Act{Seq: 1}}
		r := d.Receipt("00000000000000000004", 2, noon)
		text := d.Shown(r)
		got, signed, err := offline.SignedReceipt(text)
		if err != nil || !d.Key.Verify(signed, offline.ForReceipt) {
			t.Fatalf("%s: %v", text, err)
		}
		if want := r; got.Seq != want.Seq || got.Count != want.Count || !got.At.Equal(want.At) || got.Head != want.Head || !got.Of(kept) {
			t.Errorf("%+v, want %+v", got, want)
		}
		if other := d.Do("00000000000000000003", noon, "something else"); got.Of(offline.Kept{Signed: other, Act: offline.Act{Seq: 1}}) {
			t.Error("it is of any act of that number")
		}
		alike := got
		alike.Head = got.Head[:40] + "AAA"
		if alike.Of(kept) {
			t.Error("the first bits of a hash are enough for a signed one")
		}
		if d.Key.Verify(signed, offline.ForAct) || d.Key.Verify(signed, offline.ForHandover) {
			t.Error("a receipt is taken for something else that was signed")
		}
		for _, change := range [][2]string{{".1.2.", ".1.3."}, {".1.2.", ".2.2."}, {"04.", "05."}, {"." + string(r.Head), "." + strings.Repeat("A", 43)}} {
			_, signed, err := offline.SignedReceipt(strings.Replace(text, change[0], change[1], 1))
			if err == nil && d.Key.Verify(signed, offline.ForReceipt) {
				t.Errorf("%s stands for %s unnoticed", change[1], change[0])
			}
		}
		for _, none := range []string{"", ".", "a.b", strings.Replace(text, ".1.2.", ".0.2.", 1), strings.Replace(text, ".1.2.", ".-1.2.", 1), strings.Replace(text, ".1.2.", ".1.x.", 1), text + "=", strings.Repeat("a", 401), strings.Replace(text, string(r.Head), "AAAA", 1)} {
			if _, _, err := offline.SignedReceipt(none); fault.CodeOf(err) != "exos.receipt.form" {
				t.Errorf("%q: %v", none, err)
			}
		}
	}
}

func FuzzAReceiptIsReadOrRefused(f *testing.F) {
	f.Add("22222222222222222222")
	f.Add("00000000000000000001.00000000000000000004.1.2.3." + strings.Repeat("A", 43) + ".AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		if _, _, err := offline.SignedReceipt(text); err != nil && fault.CodeOf(err) != "exos.receipt.form" {
			t.Error(err)
		}
		if _, err := offline.TypedReceipt(text); err != nil && fault.CodeOf(err) != "exos.receipt.form" {
			t.Error(err)
		}
	})
}
