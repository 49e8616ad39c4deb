package partners

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"sync"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// Counts is what the counting door asks of licensing.
type Counts interface {
	finder
	Census(ctx context.Context, distributor string, id licensing.SubscriptionID, projectCode string) ([]licensing.Subscription, []licensing.Census, error)
}

// CountDoor is the face that distributors ask how much of what they sold is in use (« décompte des affectations »), for the host
// decompte-affectations.… (gar-protocol §1.8). Build it as a literal.
type CountDoor struct {
	Gate
	Counts Counts

	once sync.Once
	mux  *http.ServeMux
}

// ServeHTTP answers one request.
func (d *CountDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.once.Do(func() {
		d.mux = http.NewServeMux()
		d.mux.Handle("GET /decompteaffectations", d.open(ForCounts, d.count))
		d.mux.Handle("/decompteaffectations", d.open(ForCounts, refuseMethod("GET")))
		d.mux.Handle("/", d.open(ForCounts, func(*call) error { return errNoRoute }))
	})
	d.mux.ServeHTTP(w, r)
}

// count is GET /decompteaffectations?idAbonnement=… or ?codeProjetRessource=…: a table (CSV, « ; ») with a line per subscription and
// school where anybody has a right by it.
func (d *CountDoor) count(c *call) error {
	q := c.r.URL.Query()
	id, code := q.Get("idAbonnement"), q.Get("codeProjetRessource")
	if (id == "") == (code == "") {
		return fault.New(fault.Invalid, "partners.count.one")
	}
	if id != "" {
		if _, err := d.own(c, d.Counts, licensing.SubscriptionID(id)); err != nil {
			return err
		}
	}
	subs, counts, err := d.Counts.Census(c.r.Context(), c.partner.Distributor, licensing.SubscriptionID(id), code)
	if err != nil {
		return err
	}
	of := make(map[licensing.SubscriptionID]licensing.Subscription, len(subs))
	for _, s := range subs {
		of[s.ID] = s
	}
	c.w.Header().Set("Content-Type", "text/csv;charset=utf-8")
	w := csv.NewWriter(c.w)
	w.Comma = ';'
	w.Write([]string{"UAI", "idAbonnement", "codeProjetRessource", "idRessource",
		"cumulAffectationEleve", "cumulAffectationEnseignant", "cumulAffectationDocumentaliste", "cumulAffectationAutrePersonnel"})
	for _, n := range counts {
		s := of[n.Subscription]
		line := []string{string(n.School), string(s.ID), orNull(s.ProjectCode), string(s.ARK)}
		for _, p := range []directory.Profile{directory.Pupil, directory.Teacher, directory.Librarian, directory.Staff} {
			line = append(line, strconv.FormatInt(n.Per[p], 10))
		}
		w.Write(line)
	}
	w.Flush()
	return w.Error()
}

// orNull writes a code that there is not as the GAR does.
func orNull(s string) string {
	if s == "" {
		return "null"
	}
	return s
}

var _ Counts = (*licensing.Service)(nil)
