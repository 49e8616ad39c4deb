package desk

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web"
)

var (
	errPrefetch  = fault.New(fault.Unavailable, "mediacentre.launch.prefetch")
	errUnknown   = fault.New(fault.NotFound, "mediacentre.launch.unknown")
	errNoAddress = fault.New(fault.NotFound, "mediacentre.launch.address")
	errMethod    = httpx.WithStatus(fault.New(fault.Invalid, "httpx.method.not-allowed"), http.StatusMethodNotAllowed)
)

// known is a resource by its ARK; errUnknown where there is none.
func (d *Room) known(ctx context.Context, ark catalogue.ARK) (catalogue.Resource, error) {
	resource, err := d.Notices.FindByARK(ctx, ark)
	if fault.Is(err, fault.NotFound) {
		err = errUnknown
	}
	return resource, err
}

// named is the resource that a form names.
func (d *Room) named(r *http.Request) (catalogue.Resource, error) {
	ark, err := catalogue.ParseARK(r.FormValue("ressource"))
	if err != nil {
		return catalogue.Resource{}, err
	}
	return d.known(r.Context(), ark)
}

// access opens a card.
func (d *Room) access(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	ark, err := catalogue.ParseARK(r.PathValue("ark"))
	if err != nil {
		return err
	}
	return d.launch(w, r, reader, reader.Session.School, ark)
}

// launch opens the right, journals the access, and sends the browser to the resource, which then asks who this is by its own
// protocol. An opening is a change: it may burn the transfer of a copy, so what merely looks ahead gets nothing.
func (d *Room) launch(w http.ResponseWriter, r *http.Request, reader *web.Reader, school directory.SchoolID, ark catalogue.ARK) error {
	if err := meant(r); err != nil {
		return err
	}
	resource, err := d.known(r.Context(), ark)
	if err != nil {
		return err
	}
	httpx.Event(r.Context()).Set("resource", string(resource.ID))
	address, err := d.way(r, resource)
	if err != nil {
		return err
	}
	if !resource.IsFamily && address == resource.LaunchURL && !openable(address) {
		return errNoAddress // before the right is opened: nothing is used up
	}
	_, err = d.Doors.Open(r.Context(), licensing.Opening{Person: reader.Person.ID, School: school, Resource: resource.ID})
	if fault.Is(err, fault.Denied) && resource.OpenToAll() && openable(resource.LaunchURL) {
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, resource.LaunchURL, http.StatusFound) // as a link: nobody is signed in there, and nothing is counted
		return nil
	}
	if fault.Is(err, fault.Denied) {
		httpx.Event(r.Context()).Set("refused", fault.CodeOf(err))
		return d.refused(w, r, reader, resource, err)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusFound)
	return nil
}

func (d *Room) way(r *http.Request, resource catalogue.Resource) (string, error) {
	if d.Ways == nil {
		return resource.LaunchURL, nil
	}
	return d.Ways.Way(r.Context(), resource)
}

// meant refuses what merely looks ahead: a HEAD, a browser's prefetch.
func meant(r *http.Request) error {
	switch {
	case r.Method != http.MethodGet:
		return errMethod
	case httpx.LooksAhead(r):
		return errPrefetch
	}
	return nil
}

// openable accepts the whole address of a page.
func openable(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil
}

// reasons are the refusals that have a page of their own, by the code of licensing.
var reasons = map[string]string{
	"licensing.right.none": "none", "licensing.right.expired": "expired", "licensing.right.future": "future", "licensing.right.ended": "ended",
	"licensing.resource.family": "family",
}

// refused says why the resource stays closed, and whom to ask.
func (d *Room) refused(w http.ResponseWriter, r *http.Request, reader *web.Reader, resource catalogue.Resource, refusal error) error {
	reason, known := reasons[fault.CodeOf(refusal)]
	if !known {
		return refusal
	}
	p := &web.Closed{Shell: d.House.Site.Shell(r)}
	p.Airy, p.Parent = true, p.T("web.space.desk")
	cover := web.CoverOf(&p.Shell, resource)
	p.Cover = &cover
	args := append([]any{"title", resource.Title}, fault.ParamsOf(refusal)...)
	p.Title = p.T("mediacentre.refused."+reason+".title", args...)
	p.Why = reader.You(&p.Shell, "mediacentre.refused."+reason+".why.", args...)
	p.Do = look.Link{Text: p.T("mediacentre.refused.back"), Href: web.DeskPath}
	if reason != "family" && reason != "future" {
		var err error
		if p.Ask, err = d.House.Ask(r.Context(), &p.Shell, reader); err != nil {
			return err
		}
	}
	return d.House.SendClosed(w, r, http.StatusForbidden, p)
}

// portalLink opens a resource by the link that a portal keeps (docs/protocols: /domaineGar). It names the portal and the school,
// so somebody who is not signed in is sent to the right portal at once, and somebody with two schools to the right one.
func (d *Room) portalLink(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	ark, err := linkedARK(q)
	if err != nil {
		return err
	}
	project := directory.ProjectID(unwrap(q.Get("idENT")))
	err = d.House.For(func(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
		if project != "" && reader.Session.Project != project {
			return fault.New(fault.Denied, "mediacentre.launch.portal", "project", string(project))
		}
		if err := meant(r); err != nil {
			return err // before the session moves to another school
		}
		school, err := d.settle(r, reader, q.Get("idEtab"))
		if err != nil {
			return err
		}
		return d.launch(w, r, reader, school, ark)
	})(w, r)
	if fault.Is(err, fault.Unauthenticated) {
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, federation.SignInPath(r.URL.RequestURI(), project), http.StatusSeeOther)
		return nil
	}
	return err
}

// linkedARK reads idRessource, or idSrc, its older form in base64.
func linkedARK(q url.Values) (catalogue.ARK, error) {
	text := q.Get("idRessource")
	if text == "" {
		text = unwrap(q.Get("idSrc"))
	}
	return catalogue.ParseARK(text)
}

// settle moves the reader to the school that the link names; a link without one means where they are.
func (d *Room) settle(r *http.Request, reader *web.Reader, idEtab string) (directory.SchoolID, error) {
	if idEtab == "" {
		return reader.Session.School, nil
	}
	uai, err := directory.ParseUAI(unwrap(idEtab))
	if err != nil {
		return "", err
	}
	if reader.School().UAI == uai {
		return reader.Session.School, nil
	}
	for _, place := range reader.Places {
		if place.School.UAI == uai {
			token := federation.Token(httpx.Cookie(r, federation.SessionCookie))
			_, err := d.Moves.Choose(r.Context(), token, place.School.ID, place.Profile) // the link's choice: the browser remembers the reader's own
			return place.School.ID, err
		}
	}
	return "", fault.New(fault.Denied, "mediacentre.launch.elsewhere", "uai", string(uai))
}

// unwrap undoes base64 in any of its writings ('+' comes as a space where a link was not escaped); what is not base64 of plain
// text is taken as it is.
func unwrap(s string) string {
	text := strings.NewReplacer(" ", "+", "-", "+", "_", "/").Replace(s)
	plain, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil || strings.ContainsFunc(string(plain), func(c rune) bool { return c < ' ' || c > '~' }) {
		return s
	}
	return string(plain)
}
