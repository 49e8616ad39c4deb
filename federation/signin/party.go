package signin

import (
	"context"
	"net/http"

	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// Party is a connector that is a party of its own to its portal, as in SAML: it describes itself, and answers when it is told that
// somebody signs out.
type Party interface {
	Connector
	// Describe writes the metadata that the portal's operator is given.
	Describe(ctx context.Context) ([]byte, error)
	// End hears the portal's word that a sign-in is over, has it ended under the name that the portal has for it, and answers as the
	// protocol wants; or hears the answer to a word of ours, and goes on.
	End(w http.ResponseWriter, r *http.Request, e Ending) error
}

// Ending is what a Party does with its portal's word.
type Ending struct {
	Onward  string                           // the local address to go on to where the portal is done, too
	End     func(c federation.Closing) error // ends the sign-ins that are over, once
	Partial func() (bool, error)             // of those ended: are there sites that do not know yet?
	Still   func() (bool, error)             // of those of this browser, which has been telling its sites since
}

// onceHeard is what is remembered of a portal's word that a sign-in is over, by the name that the portal gave the word: it is heard once.
func onceHeard(name string) federation.Token { return federation.Token("logout " + name) }

// party finds the connector of an address that only a Party has.
func (d *Door) party(r *http.Request) (Party, error) {
	c, err := d.find(r)
	if err != nil {
		return nil, err
	}
	p, ok := c.(Party)
	if !ok {
		return nil, fault.New(fault.NotFound, "federation.portal.unknown")
	}
	return p, nil
}

// describe shows our metadata to a portal's operator, or to the portal.
func (d *Door) describe(w http.ResponseWriter, r *http.Request) error {
	p, err := d.party(r)
	if err != nil {
		return err
	}
	text, err := p.Describe(r.Context())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err = w.Write(text)
	return err
}

// end hears a party's portal about the end of a sign-in.
func (d *Door) end(w http.ResponseWriter, r *http.Request) error {
	httpx.Private(w)
	p, err := d.party(r)
	if err != nil {
		return err
	}
	var ended []federation.Session
	return p.End(w, r, Ending{
		Onward: "/deconnexion?fait=" + there,
		End: func(c federation.Closing) (err error) {
			ended, err = d.Federation.SignOutThere(r.Context(), c)
			httpx.Event(r.Context()).Set("sessions", len(ended))
			return err
		},
		Partial: func() (bool, error) {
			if d.Partings == nil {
				return false, nil
			}
			return d.Partings.Untold(r.Context(), ended...)
		},
		Still: func() (bool, error) {
			if d.Partings == nil {
				return true, nil
			}
			return d.Partings.StillUntold(r.Context(), federation.Token(httpx.Cookie(r, federation.PartingCookie)))
		},
	})
}

// again is the name of the field of a form that the browser posts a second time.
const again = "encore"

// carryAgain has the browser post an answer of its portal once more, from a page of ours: what another site's form posts comes without
// our cookie (SameSite=Lax), and by the cookie we know whether this browser has asked.
func (d *Door) carryAgain(w http.ResponseWriter, r *http.Request, c Connector) error {
	f := federation.Form{Action: d.callback(c), Site: "Pupitre"}
	for name, values := range r.PostForm {
		for _, value := range values {
			f.Fields = append(f.Fields, federation.Field{Name: name, Value: value})
		}
	}
	f.Fields = append(f.Fields, federation.Field{Name: again, Value: "1"})
	return d.Poster.PostForm(w, r, f)
}
