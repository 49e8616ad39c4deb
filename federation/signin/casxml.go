package signin

import (
	"errors"
	"fmt"
	"io"

	"pupitre/federation"
	"pupitre/internal/xmlgate"
)

const (
	casSpace  = "http://www.yale.edu/tp/cas"
	samlpName = "urn:oasis:names:tc:SAML:2.0:protocol"
)

// validation is a portal's answer about a ticket.
type validation struct {
	failure string // the code of authenticationFailure, "" for a success
	identity
}

func (v validation) err() error { return fmt.Errorf("the portal answers %s", v.failure) }

var (
	limits    = xmlgate.Limits{Bytes: maxResponse, Depth: 12, Elements: 2000, Text: 8 << 10}
	errNotCAS = errors.New("the portal's answer is no CAS response")
)

// readValidation reads a serviceResponse (CAS appendix A). Of an attribute that comes twice with two values none is believed.
func readValidation(src io.Reader) (validation, error) {
	r := xmlgate.NewReader(src, limits)
	root, err := r.Root()
	if err != nil {
		return validation{}, err
	}
	if root.Name != (xmlgate.Name{Space: casSpace, Local: "serviceResponse"}) {
		return validation{}, errNotCAS
	}
	var v validation
	said := 0
	for child, err := range r.Children() {
		if err != nil {
			return validation{}, err
		}
		if child.Name.Space != casSpace {
			continue
		}
		switch child.Name.Local {
		case "authenticationFailure":
			said++
			v.failure = "failure"
			if code := child.Get("code"); code != "" {
				v.failure = code
			}
		case "authenticationSuccess":
			said++
			if err := v.readSuccess(r); err != nil {
				return validation{}, err
			}
		}
	}
	if said != 1 {
		return validation{}, errAmbiguous
	}
	return v, end(r)
}

func (v *validation) readSuccess(r *xmlgate.Reader) error {
	for child, err := range r.Children() {
		if err != nil {
			return err
		}
		if child.Name != (xmlgate.Name{Space: casSpace, Local: "attributes"}) {
			continue
		}
		for attribute, err := range r.Children() {
			if err != nil {
				return err
			}
			if v.field(attribute.Name.Local) == nil {
				continue
			}
			value, err := r.Trimmed()
			if err != nil {
				return err
			}
			if err := v.hear(attribute.Name.Local, value); err != nil {
				return err
			}
		}
	}
	return nil
}

// readLogout reads the SessionIndex of a LogoutRequest.
func readLogout(src io.Reader) (federation.Token, error) {
	r := xmlgate.NewReader(src, limits)
	root, err := r.Root()
	if err != nil {
		return "", err
	}
	if root.Name != (xmlgate.Name{Space: samlpName, Local: "LogoutRequest"}) {
		return "", errNotCAS
	}
	index := ""
	for child, err := range r.Children() {
		if err != nil {
			return "", err
		}
		if child.Name != (xmlgate.Name{Space: samlpName, Local: "SessionIndex"}) {
			continue
		}
		value, err := r.Trimmed()
		if err != nil {
			return "", err
		}
		if index != "" {
			return "", errAmbiguous
		}
		index = value
	}
	if !isTicket(index) {
		return "", errNotCAS
	}
	return federation.Token(index), end(r)
}

// end reads what is after the root, so that a document is right as a whole or not at all.
func end(r *xmlgate.Reader) error {
	for {
		switch _, err := r.Next(); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}
