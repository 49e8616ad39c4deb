package signin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"pupitre/federation"
	"pupitre/internal/fault"
)

// identity is who a portal says has signed in, whatever the protocol.
type identity struct {
	project  string // idEnt
	external string // GARPersonIdentifiant
}

var (
	errAmbiguous = errors.New("the portal's answer says the same thing twice")
	errNoAnswer  = errors.New("this is no answer of the portal's")
)

// field is where an attribute of that name is kept; nil for one that is not read.
func (i *identity) field(name string) *string {
	switch name {
	case "idEnt", "idENT":
		return &i.project
	case "GARPersonIdentifiant":
		return &i.external
	}
	return nil
}

// hear takes an attribute down. Of one that comes twice with two values none is believed.
func (i *identity) hear(name, value string) error {
	field := i.field(name)
	if *field != "" && *field != value {
		return errAmbiguous
	}
	*field = value
	return nil
}

// of is the identity as that portal's word: it speaks for its own project only.
func (i identity) of(portal federation.ENT) (Vouched, error) {
	if i.project != string(portal.Project) || i.external == "" {
		return Vouched{}, mute(portal, errors.New("the portal names nobody of its own project"))
	}
	return Vouched{Project: portal.Project, External: i.external}, nil
}

// mute: the portal vouches, but does not say for whom, or not clearly.
func mute(portal federation.ENT, why error) error {
	return fault.Wrap(why, fault.Denied, "federation.portal.mute", "portal", portal.Name)
}

// refused: the portal does not vouch, or what came is not its word.
func refused(portal federation.ENT, why error) error {
	return fault.Wrap(why, fault.Denied, "federation.portal.refused", "portal", portal.Name)
}

// silent: the portal does not answer, or nothing that can be read.
func silent(portal federation.ENT, why error) error {
	return fault.Wrap(why, fault.Unavailable, "federation.portal.silent", "portal", portal.Name)
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
