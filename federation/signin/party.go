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
	// protocol wants; or hears the answer to a word of ours, and goes on to onward.
	End(w http.ResponseWriter, r *http.Request, onward string, end func(index federation.Token) error) error
}

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
	return p.End(w, r, "/deconnexion?fait="+there, func(index federation.Token) error {
		n, err := d.Federation.SignOutThere(r.Context(), federation.Closing{Project: p.ENT().Project, Index: index})
		httpx.Event(r.Context()).Set("sessions", n)
		return err
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
