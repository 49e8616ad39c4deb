package offline

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"

	"pupitre/internal/fault"
	"pupitre/internal/id"
)

// Receipt (« reçu ») is a device's word that it holds work that is not here yet: how much, how far its chain went, and when the last of it
// was done by its own clock. It proves that this device held just that when the receipt was first seen, and no more: neither that the
// answers are right, nor that the clock was.
//
// It is written in two ways. Signed, in a QR code: the device's signature, over the whole hash of its last act. Typed, in twenty signs:
// fifteen bits of that hash, and thirty of an authentication code by a secret that the server gave the device: of a thousand million
// guesses, one is good for a device and a work.
type Receipt struct {
	Device string
	Work   string    // the homework, or the module where it was done in none
	Seq    int64     // of the last act that the device holds
	Count  int       // exercises of the work that were answered on it
	At     time.Time // the last of those answers by the device's clock, to the minute
	Head   Hash      // of the act Seq; "" where the receipt was typed
	Tag    string    // the first fifteen bits of it, as three signs
}

// The most that a typed receipt can say. Beyond, a device shows its QR code alone.
const (
	maxReceiptSeq   = 1<<20 - 1
	maxReceiptCount = 1<<10 - 1
)

// receiptEpoch is where the minutes of a typed receipt begin; they last until 2083.
var receiptEpoch = time.Date(2020, time.January, 1, 0, 0, 0, 0, time.UTC)

// Signs are those of codes that people type: 32 that are not taken for one another.
const Signs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// The parts of a typed receipt, in signs of five bits.
const (
	seqSigns, countSigns, minuteSigns, tagSigns, macSigns = 4, 2, 5, 3, 6

	bodySigns  = seqSigns + countSigns + minuteSigns + tagSigns
	typedSigns = bodySigns + macSigns
)

var errReceipt = fault.New(fault.Invalid, "exos.receipt.form")

// SignedReceipt reads what a QR code has after its address: what is signed, a point, the signature. Whether its device signed it is seen
// by whoever has the device's key (ForReceipt). Invalid where it is nothing of the kind.
func SignedReceipt(text string) (Receipt, Signed, error) {
	at := strings.LastIndexByte(text, '.')
	if at < 0 || len(text) > 400 {
		return Receipt{}, Signed{}, errReceipt
	}
	signature, err := base64.RawURLEncoding.Strict().DecodeString(text[at+1:])
	parts := strings.Split(text[:at], ".")
	if err != nil || len(parts) != 6 || !id.Valid(parts[0]) || !id.Valid(parts[1]) {
		return Receipt{}, Signed{}, errReceipt
	}
	var numbers [3]int64
	for i := range numbers {
		if numbers[i], err = strconv.ParseInt(parts[2+i], 10, 64); err != nil || numbers[i] < 0 || numbers[i] > math.MaxInt32 {
			return Receipt{}, Signed{}, errReceipt
		}
	}
	r := Receipt{Device: parts[0], Work: parts[1], Seq: numbers[0], Count: int(numbers[1]), At: receiptEpoch.Add(time.Duration(numbers[2]) * time.Minute), Head: Hash(parts[5])}
	if r.Tag, err = r.Head.tag(); err != nil || r.Seq < 1 {
		return Receipt{}, Signed{}, errReceipt
	}
	return r, Signed{Text: text[:at], Signature: signature}, nil
}

// Typed is a receipt as it was typed, before it is known whose it is.
type Typed struct {
	receipt Receipt
	body    string
	mac     []byte
}

// TypedReceipt reads twenty signs, however they were spaced. Invalid where they are none of a receipt's.
func TypedReceipt(text string) (Typed, error) {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return unicode.ToUpper(r)
	}, text)
	if len(plain) != typedSigns || strings.Trim(plain, Signs) != "" {
		return Typed{}, errReceipt
	}
	rest := plain
	next := func(signs int) (n int64) {
		for _, sign := range rest[:signs] {
			n = n<<5 | int64(strings.IndexRune(Signs, sign))
		}
		rest = rest[signs:]
		return n
	}
	t := Typed{body: plain[:bodySigns], mac: []byte(plain[bodySigns:])}
	t.receipt.Seq, t.receipt.Count = next(seqSigns), int(next(countSigns))
	t.receipt.At, t.receipt.Tag = receiptEpoch.Add(time.Duration(next(minuteSigns))*time.Minute), rest[:tagSigns]
	if t.receipt.Seq < 1 {
		return Typed{}, errReceipt
	}
	return t, nil
}

// Of returns the receipt, where a device gave it for a work.
func (t Typed) Of(device, work string, secret []byte) (Receipt, bool) {
	if subtle.ConstantTimeCompare(t.mac, []byte(mac(device, work, t.body, secret))) != 1 {
		return Receipt{}, false
	}
	r := t.receipt
	r.Device, r.Work = device, work
	return r, true
}

// Typed writes a receipt as people type it, under the device's secret; "" where it says more than twenty signs can.
func (r Receipt) Typed(secret []byte) string {
	tag, err := r.Head.tag()
	minutes := int64(r.At.Sub(receiptEpoch) / time.Minute)
	if err != nil || r.Seq > maxReceiptSeq || r.Count > maxReceiptCount || minutes < 0 || minutes >= 1<<(5*minuteSigns) {
		return ""
	}
	body := inSigns(r.Seq, seqSigns) + inSigns(int64(r.Count), countSigns) + inSigns(minutes, minuteSigns) + tag
	return body + mac(r.Device, r.Work, body, secret)
}

// Text is what a device signs of a receipt.
func (r Receipt) Text() string {
	minutes := int64(r.At.Sub(receiptEpoch) / time.Minute)
	return strings.Join([]string{r.Device, r.Work, strconv.FormatInt(r.Seq, 10), strconv.Itoa(r.Count), strconv.FormatInt(minutes, 10), string(r.Head)}, ".")
}

// Of reports whether an act is the last one that the receipt speaks of.
func (r Receipt) Of(k Kept) bool {
	head := k.Hash()
	tag, err := head.tag()
	return err == nil && k.Act.Seq == r.Seq && tag == r.Tag && (r.Head == "" || r.Head == head)
}

func mac(device, work, body string, secret []byte) string {
	sum := hmac.New(sha256.New, secret)
	sum.Write([]byte(string(ForReceipt) + device + "." + work + "." + body))
	return inSigns(int64(binary.BigEndian.Uint32(sum.Sum(nil))>>2), macSigns)
}

// tag is the first fifteen bits of a hash.
func (h Hash) tag() (string, error) {
	sum, err := base64.RawURLEncoding.Strict().DecodeString(string(h))
	if err != nil || len(sum) != sha256.Size {
		return "", errReceipt
	}
	return inSigns(int64(binary.BigEndian.Uint16(sum)>>1), tagSigns), nil
}

func inSigns(n int64, signs int) string {
	out := make([]byte, signs)
	for i := signs - 1; i >= 0; i-- {
		out[i] = Signs[n&31]
		n >>= 5
	}
	return string(out)
}
