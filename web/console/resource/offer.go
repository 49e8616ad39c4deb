package resource

import (
	"net/http"

	"pupitre/internal/look"
	"pupitre/web/console/errand"
	"pupitre/web/console/hall"
)

// offerFamily offers the mother of the one book that a plan gives: both then become an order of several resources, for the selection that
// the server keeps: it may be of more persons than a form names.
func (c *Room) offerFamily(r *http.Request, d hall.Desk, ch choice) (*hall.Remedy, error) {
	if d.Notice.Family == "" {
		return nil, nil
	}
	all, err := c.Items(r, d.Site)
	if err != nil {
		return nil, err
	}
	e := &errand.Errand{Site: d.Site, Order: ch.plan.Order, Items: []hall.Item{{Stock: d.Stock, Notice: d.Notice}}}
	if err := c.OfferFamilies(r, e, all); err != nil || e.Remedy == nil {
		return nil, err
	}
	e.Remedy.Action = d.Site.Path(hall.CrowdPlanPath)
	e.Remedy.Fields = append(e.Remedy.Fields, look.Hidden{Name: "ressource", Value: string(d.Stock.Resource)}, look.Hidden{Name: "comptees", Value: "1"},
		look.Hidden{Name: "selection", Value: string(d.Stock.Resource)})
	return e.Remedy, nil
}
