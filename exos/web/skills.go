package web

import (
	"net/http"
	"strconv"

	"pupitre/exos"
	"pupitre/internal/lang"
	table "pupitre/internal/sheet"
)

// serveSkills sends what each pupil earned of each skill as a spreadsheet opens it, by the conventions of serveResults: a row a pupil, in
// the order of the page. Of a skill of which nothing was answered, nothing is said but that.
func (room *Room) serveSkills(w http.ResponseWriter, r *http.Request, v exos.Visitor) error {
	res, err := room.Classroom.Results(r.Context(), v, exos.HomeworkID(r.PathValue("homework")))
	if err != nil {
		return err
	}
	s := room.Site.Shell(r)
	asTable(w, "competences")
	header := []string{s.T("exosweb.csv.pupil"), s.T("exosweb.csv.class")}
	for _, k := range res.Skills {
		for _, what := range []string{"answered", "of", "points", "max"} {
			header = append(header, s.T("exosclass.skills.csv."+what, "name", k.Name))
		}
		header = append(header, s.T("exosclass.skills.csv", "name", k.Name))
	}
	out := table.NewWriter(w, header...)
	for _, row := range res.Rows {
		line := []string{nameOf(&s, row.Member, row.Number), classesOf(row.Member)}
		for _, c := range row.Skills {
			points, most, share := "", "", ""
			if c.Answered > 0 {
				points, most = lang.Decimal(s.Locale, c.Earned), lang.Decimal(s.Locale, c.Max)
			}
			if c.Max > 0 {
				share = strconv.Itoa(percent(c.Share()))
			}
			line = append(line, strconv.Itoa(c.Answered), strconv.Itoa(c.Of), points, most, share)
		}
		out.Write(line...)
	}
	return out.Close()
}
