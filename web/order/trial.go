package order

import (
	"net/http"

	"pupitre/internal/fault"
	"pupitre/internal/look"
	"pupitre/orders"
	"pupitre/web"
)

// try asks for a trial: an order of its own, whose page says whether its copies are there.
func (s *Room) try(w http.ResponseWriter, r *http.Request, v Visit) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	offer := r.PostForm.Get("offre")
	key, _ := web.ReadOfferField(offer)
	n, err := quantity(r.PostForm.Get("nombre"))
	var o orders.Order
	if err == nil {
		o, err = s.Orders.Try(r.Context(), v.of(), key, n)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.Conflict) {
		return s.offersWith(w, r, v, http.StatusBadRequest, offer, err)
	}
	if err != nil {
		return err
	}
	return s.toTrial(w, r, v, o)
}

// toTrial leads to a trial, with a word on whether it is open.
func (s *Room) toTrial(w http.ResponseWriter, r *http.Request, v Visit, o orders.Order) error {
	shell, said := s.House.Site.Shell(r), "web.order.trial.sent"
	if o.State == orders.Delivered {
		said = "web.order.trial.open"
	}
	return s.to(w, r, v.path(o.ID, ""), look.Message{Tone: look.Green, Text: shell.T(said)})
}
