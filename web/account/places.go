package account

import (
	"net/http"

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

func (a *Room) places(w http.ResponseWriter, r *http.Request, reader *web.Reader) error {
	p := &placesPage{Shell: a.shell(r), Action: choosePath, Next: httpx.Next(r, web.DeskPath), Asked: r.URL.Query().Has("next")}
	p.Title, p.Lead = p.T("web.places.title"), reader.You(&p.Shell, "web.places.lead.")
	for _, place := range reader.Places {
		p.Places = append(p.Places, placeRow{
			School: string(place.School.ID), Profile: string(place.Profile), Code: string(place.School.UAI), Name: place.School.Name,
			Where: p.T("web.places.where", "town", place.School.Town, "profile", web.Profile(&p.Shell, place.Profile, reader.Person.Name.Civility)),
			Here:  place.School.ID == reader.Session.School && place.Profile == reader.Session.Profile,
		})
	}
	return a.pages.places.Send(w, r, http.StatusOK, p)
}
