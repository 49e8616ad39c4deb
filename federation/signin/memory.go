package signin

import (
	"net/http"
	"time"

	"pupitre/directory"
	"pupitre/federation"
	"pupitre/internal/httpx"
)

// What a browser remembers of last time, for a year: the portal's project and, where it was chosen by a school, the school's official
// number; of somebody who has several places, a hint of the one that they chose (federation.Service.Choose). None says who was there.
const (
	entCookie    = "ent"
	schoolCookie = "ecole"
	placeCookie  = "lieu"
	memoryLife   = 365 * 24 * time.Hour
)

// remember notes which way somebody came in: by a school, or by a portal; then a school of another portal is not the one of last time.
func remember(w http.ResponseWriter, r *http.Request, project directory.ProjectID) {
	if uai, err := directory.ParseUAI(r.URL.Query().Get("uai")); err == nil {
		httpx.SetCookie(w, r, schoolCookie, string(uai), memoryLife)
	} else if old := httpx.Cookie(r, entCookie); old != "" && old != string(project) && httpx.Cookie(r, schoolCookie) != "" {
		httpx.ClearCookie(w, r, schoolCookie)
	}
	httpx.SetCookie(w, r, entCookie, string(project), memoryLife)
}

// lastSchool is the school of last time, if a portal of ours still has it. The cookie is the browser's: it is looked up, never shown.
func (d *Door) lastSchool(r *http.Request, projects []directory.ProjectID) (directory.School, error) {
	uai, err := directory.ParseUAI(httpx.Cookie(r, schoolCookie))
	if err != nil {
		return directory.School{}, nil
	}
	found, _, err := d.Schools.Find(r.Context(), directory.Sought{Text: string(uai), Of: projects, Limit: 1})
	if err != nil || len(found) == 0 || found[0].UAI != uai {
		return directory.School{}, err
	}
	return found[0], nil
}

// forget has the browser remember nothing of last time: on a computer that many use.
func (d *Door) forget(w http.ResponseWriter, r *http.Request) error {
	httpx.ClearCookie(w, r, entCookie)
	httpx.ClearCookie(w, r, schoolCookie)
	httpx.ClearCookie(w, r, placeCookie)
	http.Redirect(w, r, federation.SignInPath(httpx.Next(r, ""), ""), http.StatusSeeOther)
	return nil
}
