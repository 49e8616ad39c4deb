package batch

import (
	"net/http"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/httpx"
	"pupitre/internal/sheet"
	"pupitre/licensing"
	"pupitre/web/console/hall"
	"pupitre/web/copyfile"
)

// asFile says of an answer that it is a table to keep: with names in it, so that no cache may have it.
func asFile(w http.ResponseWriter, at hall.Site, name string) {
	httpx.Private(w)
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `attachment; filename="`+string(at.School.UAI)+"-"+name+`.csv"`)
}

func (c *Room) stockFile(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	roll, err := c.Rolls.Roll(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return err
	}
	stock, err := c.Copies.ListStock(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return err
	}
	asFile(w, at, "stock")
	return copyfile.WriteStock(w, roll, stock)
}

// holdersFile writes who holds what, a resource after the other.
func (c *Room) holdersFile(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	roll, err := c.Rolls.Roll(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return err
	}
	stock, err := c.Copies.ListStock(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return err
	}
	asFile(w, at, "attributions")
	out := copyfile.NewHolders(w, roll)
	for _, s := range stock {
		page := directory.Page{Limit: 1000}
		page = page.Bounded()
		for {
			some, err := c.Holders.ListHoldersAmong(r.Context(), at.School.ID, s.Resource, at.Scope(), page)
			if err != nil {
				return err
			}
			out.Write(s, some)
			if len(some) < page.Limit {
				break
			}
			page.After = some[len(some)-1].Key
		}
	}
	return out.Close()
}

// refusedFile writes all lines that are not carried out.
func (c *Room) refusedFile(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	refused, err := c.Files.RefusedLines(r.Context(), at.School.ID, licensing.BatchID(r.PathValue("lot")), 0, at.Mandate)
	if err != nil {
		return err
	}
	if len(refused) == 0 {
		return errGone
	}
	asFile(w, at, "lignes-refusees")
	s := c.House.Site.Shell(r)
	return copyfile.WriteRefused(w, refused, func(err error) string { return hall.Why(&s, err) })
}

// outcomesFile writes what becomes of each person.
func (c *Room) outcomesFile(w http.ResponseWriter, r *http.Request, at hall.Site) error {
	b, err := c.Files.FindBatch(r.Context(), at.School.ID, licensing.BatchID(r.PathValue("lot")), at.Mandate)
	if err != nil {
		return err
	}
	roll, err := c.Rolls.Roll(r.Context(), at.School.ID, at.Mandate)
	if err != nil {
		return err
	}
	works := map[catalogue.ResourceID]licensing.Work{}
	for _, work := range roll.Works {
		works[work.ID] = work
	}
	s := c.House.Site.Shell(r)
	asFile(w, at, "resultats")
	out := sheet.NewWriter(w, "identifiant", "nom", "prenom", "classe", "ark", "titre", "resultat", "raison")
	for _, step := range b.Steps {
		outcomes, err := c.Files.Outcomes(r.Context(), at.School.ID, b.ID, step.Seq, at.Mandate)
		if err != nil {
			return err
		}
		work := works[step.Order.Resources[0]]
		for _, o := range outcomes {
			who, _ := roll.Named(o.Person)
			why := ""
			if o.Why != "" {
				why = s.T("licensing.why." + string(o.Why))
			}
			out.Write(who.External, who.Name.Family, who.Name.Given, who.Class, string(work.ARK), work.Title, s.T("console.file.verdict."+string(o.Verdict)), why)
		}
	}
	return out.Close()
}
