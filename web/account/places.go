package account

import (
	"net/http"
	"net/url"

	"pupitre/internal/httpx"
	"pupitre/internal/look"
	"pupitre/web"
)

// choosePath is the sign-in's own: it takes school, profile and next.
const choosePath = "/connexion/lieu"

// placesPage lists the schools and profiles between which the reader may move.
type placesPage struct {
	look.Shell
	Places []placeRow
	Action string
	Next   string
	Asked  bool // the reader was on the way to Next: here is a choice, too
}

// placeRow is one place.
type placeRow struct {
	School, Profile   string // what the form sends
	Code, Name, Where string
	Here              bool
}

// places lists where the reader may go on from: all their places or, on the way to a resource (« ressource », its ARK), those that may open
// it. Where one is left, or the way names the school itself, there is nothing to ask.
func (a *Room) places(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	p := &placesPage{Shell: a.shell(r), Action: choosePath, Next: httpx.Next(r, web.DeskPath), Asked: r.URL.Query().Has("next")}
	p.Title, p.Lead = p.T("web.places.title"), reader.You(&p.Shell, "web.places.lead.")
	all := reader.Places
	if ark := r.URL.Query().Get("ressource"); ark != "" && a.Ways != nil {
		var err error
		if all, err = a.Ways.PlacesFor(r.Context(), reader.Session, ark); err != nil {
			return err
		}
		p.Asked, p.Title, p.Lead = true, p.T("web.places.which"), reader.You(&p.Shell, "web.places.which.lead.")
	}
	if p.Asked && (len(all) < 2 || namesSchool(p.Next)) {
		http.Redirect(w, r, p.Next, http.StatusSeeOther)
		return nil
	}
	for _, place := range all {
		p.Places = append(p.Places, placeRow{
			School: string(place.School.ID), Profile: string(place.Profile), Code: string(place.School.UAI), Name: place.School.Name,
			Where: p.T("web.places.where", "town", place.School.Town, "profile", web.Profile(&p.Shell, place.Profile, reader.Person.Name.Civility)),
			Here:  place.School.ID == reader.Session.School && place.Profile == reader.Session.Profile,
		})
	}
	return a.pages.places.Send(w, r, http.StatusOK, p)
}

// namesSchool reports whether a local address is a portal's link that says at which school it opens.
func namesSchool(next string) bool {
	u, err := url.Parse(next)
	return err == nil && u.Path == web.PortalLinkPath && u.Query().Get("idEtab") != ""
}
