package orders

import (
	"net/mail"
	"strings"

	"pupitre/internal/fault"
)

// References are what a public body's accounting wants on an order. Each may be empty until the order is sent; then the SIRET is asked for.
type References struct {
	PurchaseOrder string // « numéro du bon de commande »
	Engagement    string // « numéro d'engagement »
	SIRET         string // of the school, 14 digits
	Mail          string // whom to tell when copies are there
}

const maxReference = 50

// settled writes the references as they are kept: without the spaces that people write in numbers.
func (r References) settled() References {
	return References{
		strings.TrimSpace(r.PurchaseOrder), strings.TrimSpace(r.Engagement), strings.Join(strings.Fields(r.SIRET), ""), strings.TrimSpace(r.Mail),
	}
}

// check holds what is there to its form, in the order of the page.
func (r References) check() error {
	for _, one := range []struct{ field, value string }{{"bon", r.PurchaseOrder}, {"engagement", r.Engagement}} {
		if !line(one.value, maxReference) {
			return fault.New(fault.Invalid, "orders.reference.form", "field", one.field, "most", maxReference)
		}
	}
	if r.SIRET != "" {
		if err := checkSIRET(r.SIRET); err != nil {
			return err
		}
	}
	return CheckMail(r.Mail)
}

// CheckMail refuses what is no address to write to; "" is none, and right.
func CheckMail(address string) error {
	if address == "" {
		return nil
	}
	if a, err := mail.ParseAddress(address); err != nil || a.Address != address || !line(address, 254) {
		return fault.New(fault.Invalid, "orders.mail.form", "field", "mail", "value", address)
	}
	return nil
}

// complete is check for an order that is to be sent.
func (r References) complete() error {
	if r.SIRET == "" {
		return fault.New(fault.Invalid, "orders.siret.missing", "field", "siret")
	}
	return r.check()
}

// checkSIRET checks the 14 digits of a SIRET and its Luhn sum; of the post office's (SIREN 356000000) the plain sum of digits is a
// multiple of five instead.
func checkSIRET(s string) error {
	sum, plain := 0, 0
	for i, r := range s {
		if r < '0' || r > '9' {
			return fault.New(fault.Invalid, "orders.siret.digits", "field", "siret")
		}
		d := int(r - '0')
		plain += d
		if (len(s)-i)%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	switch {
	case len(s) != 14:
		return fault.New(fault.Invalid, "orders.siret.length", "field", "siret", "n", len(s))
	case sum%10 != 0 && (!strings.HasPrefix(s, "356000000") || plain%5 != 0):
		return fault.New(fault.Invalid, "orders.siret.sum", "field", "siret")
	}
	return nil
}
