package web

import (
	"strings"

	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
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
