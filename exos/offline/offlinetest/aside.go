package offlinetest

import (
	"encoding/base64"
	"time"

	"pupitre/exos/offline"
)

// Receipt is what the device would show now of a work, of which the last answer was given at a moment of its clock.
func (d *Device) Receipt(work string, count int, at time.Time) offline.Receipt {
	return offline.Receipt{Device: d.ID, Work: work, Seq: d.seq, Count: count, At: at, Head: d.prev}
}

// Shown is a receipt as a QR code has it.
func (d *Device) Shown(r offline.Receipt) string {
	text := r.Text()
	return text + "." + base64.RawURLEncoding.EncodeToString(d.sign([]byte(string(offline.ForReceipt)+text)))
}

// HandOver is a file of acts, sealed.
func (d *Device) HandOver(seal offline.Seal, at time.Time, acts []offline.Signed) []byte {
	file, err := seal.SealFor(d.Sign(offline.ForHandover, offline.Handover{Device: d.ID, At: at, Acts: acts}))
	if err != nil {
		panic(err)
	}
	return file
}
