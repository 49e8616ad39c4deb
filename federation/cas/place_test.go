package cas_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// launch begins at the service, and ends with what it is told of a ticket.
func (h *house) launch(t *testing.T) federationtest.Launch {
	return func(session federation.Token, silently bool) federationtest.Launched {
		t.Helper()
		q := url.Values{"service": {labo}}
		if silently {
			q.Set("gateway", "true")
		}
		status, to := h.login(t, session, q.Encode())
		_, ticket, ok := strings.Cut(to, "ticket=")
		switch {
		case status == http.StatusForbidden: // the service is not told: its person is, on a page
			return federationtest.Launched{Code: "licensing.right.none"}
		case !ok:
			return federationtest.Launched{Asked: to}
		}
		a := read(t, h.get(t, "/cas/p3/serviceValidate", "service", labo, "ticket", ticket))
		if a.Success == nil {
			return federationtest.Launched{Code: a.Failure.Code}
		}
		for _, v := range a.Success.Attributes.All {
			if v.XMLName.Local == "UAI" {
				return federationtest.Launched{UAI: v.Value}
			}
		}
		return federationtest.Launched{}
	}
}

func TestAServicesLaunchGoesByThePlaceThatHasTheRight(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		federationtest.Elsewhere(t, h.World, h.launch(t))
	})
}

// A ticket that was given by another place than the person's own is worth what that place is worth when it is shown.
func TestATicketByAnotherPlaceEndsWithItsRightAndWithThePlace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-renard")
		h.GiveAt(federationtest.Lycee)
		ticket := h.ticket(t, session, labo)
		h.WithdrawAt(federationtest.Lycee)
		h.GiveAt(federationtest.College) // which is no way in for what was given elsewhere
		if got := h.verdict(t, "/cas/p3/serviceValidate", labo, ticket); got != "INVALID_TICKET" {
			t.Errorf("the right has ended: %s", got)
		}
		h.WithdrawAt(federationtest.College)
		h.GiveAt(federationtest.Lycee)
		ticket = h.ticket(t, session, labo)
		h.Leave(t, federationtest.Renard, federationtest.Lycee)
		if got := h.verdict(t, "/cas/p3/serviceValidate", labo, ticket); got != "INVALID_TICKET" {
			t.Errorf("the place has ended: %s", got)
		}
	})
}
