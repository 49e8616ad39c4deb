package web

import (
	"net/http"

	"pupitre/exos"
	"pupitre/internal/fault"
)

// offer is a module that may be taken along.
type offer struct {
	Module exos.ModuleID `json:"module"`
	Title  string        `json:"title"`
}

// sendOffersAway tells a device, by its signature: by the rights of its learner's last sign-in, whoever is signed in beside.
func (room *Room) sendOffersAway(w http.ResponseWriter, r *http.Request) error {
	said, err := signed(r, maxFetch)
	if err != nil {
		return err
	}
	_, by, err := room.Devices.Asks(r.Context(), said)
	if err != nil {
		return err
	}
	if by.RightsAt.IsZero() {
		return fault.New(fault.Denied, "exos.device.lent")
	}
	cards, err := room.Service.Modules(r.Context(), by.Visitor)
	if err != nil {
		return err
	}
	out := []offer{}
	for _, c := range cards {
		if c.Closed == nil && c.Publisher != "" { // a teacher's own are not lent
			out = append(out, offer{c.Module, c.Title})
		}
	}
	return sendJSON(w, http.StatusOK, out)
}
