package web

import (
	"strings"

	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/orders"
)

// ForWhom says whom an offer or a line of an order is for: « Élèves », « Élèves, Enseignants », « Tout l’établissement ».
func ForWhom(s *look.Shell, kind licensing.Kind, publics []directory.Profile) string {
	if kind == licensing.Establishment {
		return s.T("web.order.whole")
	}
	var out []string
	for _, public := range publics {
		out = append(out, s.T("web.order.public."+string(public)))
	}
	return strings.Join(out, ", ")
}

// TrialTerms says how a trial comes, and that there is one only.
func TrialTerms(s *look.Shell, o orders.Offer) string {
	opens := "web.order.trial.asked-first"
	if o.Trial.AtOnce {
		opens = "web.order.trial.at-once"
	}
	return s.T(opens) + " " + s.T("web.order.trial.once")
}

// OfferField writes an offer's key as forms carry it; ReadOfferField reads it.
func OfferField(k orders.OfferKey) string { return k.Distributor + "." + string(k.ID) }

// ReadOfferField reads what OfferField wrote.
func ReadOfferField(s string) (orders.OfferKey, bool) {
	distributor, id, ok := strings.Cut(s, ".")
	return orders.OfferKey{Distributor: distributor, ID: orders.OfferID(id)}, ok
}
