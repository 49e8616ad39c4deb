package trade

import (
	"net/http"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/look"
	"pupitre/orders"
	"pupitre/web/order"
)

// orderRow is an order in a table of several schools.
type orderRow struct {
	order.Summary
	School string
}

// rows are orders as such a table shows them, each with its address. A school is asked for once, however many of them are its.
func (s *Room) rows(r *http.Request, p *look.Shell, list []orders.Order, href func(o orders.Order) string) ([]orderRow, error) {
	var rows []orderRow
	schools := map[directory.SchoolID]directory.School{}
	for _, o := range list {
		school, known := schools[o.School]
		if !known {
			var err error
			if school, err = s.Schools.FindSchool(r.Context(), o.School); err != nil {
				return nil, err
			}
			schools[o.School] = school
		}
		rows = append(rows, orderRow{order.Summarize(p, o, href(o), clock.On(o.Changed, clock.ZoneOfUAI(string(o.UAI)))), school.Label()})
	}
	return rows, nil
}
