package offline_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"pupitre/exos/offline"
	"pupitre/exos/offline/offlinetest"
	"pupitre/internal/fault"
)

func opener(t *testing.T, id string) (offline.Opener, offline.Seal) {
	t.Helper()
	o, err := offline.NewOpener(id)
	if err != nil {
		t.Fatal(err)
	}
	seal, err := o.Seal()
	if err != nil {
		t.Fatal(err)
	}
	return o, seal
}

func TestAFileIsOpenedByItsKeyAlone(t *testing.T) {
	t.Parallel()
	o, seal := opener(t, "k1")
	d := offlinetest.New("d")
	acts := []offline.Signed{d.Do("a", noon, "L’œuf d’Inès")}
	file := d.HandOver(seal, noon, acts)
	if bytes.Contains(file, []byte("Inès")) || bytes.Contains(file, []byte(base64.RawURLEncoding.EncodeToString([]byte("biblio")))) {
		t.Errorf("it is to be read: %s", file)
	}
	secret, err := o.Secret()
	if err != nil {
		t.Fatal(err)
	}
	if o, err = offline.ReadOpener("k1", secret); err != nil {
		t.Fatal(err)
	}
	signed, err := o.Open(append(file, '\n'))
	if err != nil || !d.Key.Verify(signed, offline.ForHandover) {
		t.Fatalf("%+v, %v", signed, err)
	}
	got, err := offline.ReadHandover(signed)
	if diff := cmp.Diff(offline.Handover{Device: "d", At: noon, Acts: acts}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	other, _ := opener(t, "k2")
	_, err = other.Open(file)
	wantCode(t, err, "exos.handover.key")
	pretender, _ := opener(t, "k1") // of the same name
	_, err = pretender.Open(file)
	wantCode(t, err, "exos.handover.altered")
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code || !fault.Is(err, fault.Invalid) {
		t.Errorf("%v, want %s", err, code)
	}
}

func TestAnAlteredFileIsRefused(t *testing.T) {
	t.Parallel()
	o, seal := opener(t, "k1")
	file := string(offlinetest.New("d").HandOver(seal, noon, nil))
	parts := strings.Split(file, ".")
	for i, part := range parts {
		if part == "" { // no wrapped key: both agree on one
			parts[i] = "AAAA"
			_, err := o.Open([]byte(strings.Join(parts, ".")))
			parts[i] = ""
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("with a wrapped key: %v", err)
			}
			continue
		}
		for at := 0; at < len(part); at += 1 + len(part)/40 {
			flipped := byte('A')
			if part[at] == 'A' {
				flipped = 'Q'
			}
			parts[i] = part[:at] + string(flipped) + part[at+1:]
			if _, err := o.Open([]byte(strings.Join(parts, "."))); !fault.Is(err, fault.Invalid) || !strings.HasPrefix(fault.CodeOf(err), "exos.handover.") {
				t.Errorf("part %d, sign %d: %v", i, at, err)
			}
		}
		parts[i] = part
	}
	for _, cut := range []string{"", "x", file[:len(file)/2], strings.TrimSuffix(file, "."+parts[4]), "{}", "\xff\xfe"} {
		if _, err := o.Open([]byte(cut)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%.20q: %v", cut, err)
		}
	}
	_, err := o.Open(bytes.Repeat([]byte{'a'}, offline.MaxHandover+1))
	wantCode(t, err, "exos.handover.size")
}

// A file of a thousand bytes that would be ten million once inflated is not even opened.
func TestAFileThatIsCompressedIsRefusedUnread(t *testing.T) {
	t.Parallel()
	o, seal := opener(t, "k1")
	var key jose.JSONWebKey
	text, _ := json.Marshal(seal)
	if err := key.UnmarshalJSON(text); err != nil {
		t.Fatal(err)
	}
	for name, with := range map[string]*jose.EncrypterOptions{
		"compressed":                (&jose.EncrypterOptions{Compression: jose.DEFLATE}).WithType("exos-handover+jwe"),
		"of another type":           (&jose.EncrypterOptions{}).WithType("JWT"),
		"compressed, of no type":    {Compression: jose.DEFLATE},
		"with something of its own": (&jose.EncrypterOptions{}).WithType("exos-handover+jwe").WithHeader("crit", []string{"x"}),
	} {
		sealer, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.ECDH_ES, Key: key, KeyID: "k1"}, with)
		if err != nil {
			t.Fatal(err)
		}
		text := []byte("{}")
		if with.Compression != "" {
			text = bytes.Repeat([]byte(" "), 10<<20)
		}
		sealed, err := sealer.Encrypt(text)
		if err != nil {
			t.Fatal(err)
		}
		file, err := sealed.CompactSerialize()
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.Open([]byte(file))
		if t.Logf("%s: %d bytes, %v", name, len(file), err); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	small, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.ECDH_ES, Key: key, KeyID: "k1"}, (&jose.EncrypterOptions{Compression: jose.DEFLATE}).WithType("exos-handover+jwe"))
	if err != nil {
		t.Fatal(err)
	}
	good, err := small.Encrypt([]byte(`{"text":"{}","signature":"AAAA"}`))
	if err != nil {
		t.Fatal(err)
	}
	compressed, _ := good.CompactSerialize()
	_, err = o.Open([]byte(compressed))
	wantCode(t, err, "exos.handover.form")
	wrapped, err := jose.NewEncrypter(jose.A256GCM, jose.Recipient{Algorithm: jose.ECDH_ES_A256KW, Key: key, KeyID: "k1"}, (&jose.EncrypterOptions{}).WithType("exos-handover+jwe"))
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := wrapped.Encrypt([]byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	file, _ := sealed.CompactSerialize()
	_, err = o.Open([]byte(file))
	wantCode(t, err, "exos.handover.form")
}

func TestAFileOfTooManyActsIsRefused(t *testing.T) {
	t.Parallel()
	text, _ := json.Marshal(offline.Handover{Acts: make([]offline.Signed, offline.MaxHandoverActs+1)})
	_, err := offline.ReadHandover(offline.Signed{Text: string(text)})
	wantCode(t, err, "exos.handover.many")
	_, err = offline.ReadHandover(offline.Signed{Text: strings.Repeat("[", 100_000)})
	wantCode(t, err, "exos.handover.form")
}
