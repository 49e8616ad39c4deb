package signin

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"pupitre/federation"
	"pupitre/internal/xmlgate"
)

const (
	casSpace  = "http://www.yale.edu/tp/cas"
	samlpName = "urn:oasis:names:tc:SAML:2.0:protocol"
)

// validation is a portal's answer about a ticket.
type validation struct {
	failure  string // the code of authenticationFailure, "" for a success
	project  string // idEnt
	external string // GARPersonIdentifiant
}

func (v validation) err() error { return fmt.Errorf("the portal answers %s", v.failure) }

var (
	limits       = xmlgate.Limits{Bytes: maxResponse, Depth: 12, Elements: 2000, Text: 8 << 10}
	errAmbiguous = errors.New("the portal's answer says the same thing twice")
	errNotCAS    = errors.New("the portal's answer is no CAS response")
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
			var field *string
			switch attribute.Name.Local {
			case "idEnt", "idENT":
				field = &v.project
			case "GARPersonIdentifiant":
				field = &v.external
			default:
				continue
			}
			value, err := r.Trimmed()
			if err != nil {
				return err
			}
			if *field != "" && *field != value {
				return errAmbiguous
			}
			*field = value
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

// statusError is an HTTP status that is no answer.
type statusError int

func (s statusError) Error() string {
	return fmt.Sprintf("the portal answers %d %s", int(s), http.StatusText(int(s)))
}

// hideQuery keeps a ticket in an address from reaching a log.
func hideQuery(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
