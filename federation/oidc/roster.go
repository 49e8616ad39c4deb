package oidc

import (
	"net/http"
	"time"

	"pupitre/internal/fault"
	"pupitre/internal/httpx"
)

// rosterClass is a federation.RosterClass as a publisher's page reads it (docs/protocols/rights.md).
type rosterClass struct {
	Code    string         `json:"code"`
	Label   string         `json:"label"`
	Kind    string         `json:"kind"`
	Persons []rosterPerson `json:"persons"`
}

type rosterPerson struct {
	Subject string `json:"sub"`
	Name    string `json:"name"`
}

// roster tells a teacher's page who is behind the pseudonyms of their classes. It answers browsers on the client's own pages only
// (the CORS protocol of the Fetch standard, §3.2): the names are for the glass, not for the publisher's server.
func (p *Provider) roster(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Add("Vary", "Origin")
	h, client, err := p.use(r)
	if err != nil {
		return tellBearer(w, err)
	}
	origin := r.Header.Get("Origin")
	if !client.IsOrigin(origin) {
		return tellBearer(w, fault.New(fault.Denied, "federation.roster.origin"))
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	classes, err := p.Federation.Roster(r.Context(), h.Grant.Session, client, h.Grant.ARK)
	if err != nil {
		return tellBearer(w, err)
	}
	list := make([]rosterClass, 0, len(classes))
	for _, c := range classes {
		out := rosterClass{c.Code, c.Label, string(c.Kind), make([]rosterPerson, 0, len(c.Persons))}
		for _, person := range c.Persons {
			out.Persons = append(out.Persons, rosterPerson{person.Pseudonym.Subject(), person.Name})
		}
		list = append(list, out)
	}
	return tellJSON(w, http.StatusOK, struct {
		At      time.Time     `json:"at"`
		Classes []rosterClass `json:"classes"`
	}{p.Now(), list})
}

// rosterAhead answers the question that a browser asks before it sends the token (Fetch §3.2.2, a preflight): it carries none, so
// any registered page is answered; what it then gets its token decides.
func (p *Provider) rosterAhead(w http.ResponseWriter, r *http.Request) error {
	w.Header().Add("Vary", "Origin")
	origin := r.Header.Get("Origin")
	known, err := p.Federation.IsOrigin(r.Context(), origin)
	if err != nil {
		return err
	}
	if !known {
		return httpx.WithStatus(fault.New(fault.Denied, "federation.roster.origin"), http.StatusForbidden)
	}
	w.Header().Set("Access-Control-Allow-Origin", origin)
	w.Header().Set("Access-Control-Allow-Methods", "GET")
	w.Header().Set("Access-Control-Allow-Headers", "Authorization")
	w.Header().Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
	return nil
}
