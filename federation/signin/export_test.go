package signin

import "io"

// ReadValidation reads a portal's answer about a CAS ticket.
func ReadValidation(src io.Reader) error {
	_, err := readValidation(src)
	return err
}
