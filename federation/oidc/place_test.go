package oidc_test

import (
	"net/http"
	"testing"

	"pupitre/federation"
	"pupitre/internal/db/dbtest"
	"pupitre/store/storetest/federationtest"
)

// launch begins with an authorization request, and ends with userinfo.
func (h *house) launch(t *testing.T) federationtest.Launch {
	return func(session federation.Token, silently bool) federationtest.Launched {
		t.Helper()
		ask := h.ask()
		if silently {
			ask.Set("prompt", "none")
		}
		_, to := h.authorize(t, session, ask.Encode())
		switch q := to.Query(); {
		case q.Get("error") == "access_denied":
			return federationtest.Launched{Code: q.Get("error_description")}
		case q.Get("error") != "":
			return federationtest.Launched{Code: q.Get("error")}
		case q.Get("code") == "":
			return federationtest.Launched{Asked: to.String()}
		}
		given := h.token(t, exchange(to.Query().Get("code")))
		status, told := h.get(t, "/oidc/userinfo", given.Access)
		list, ok := told["UAI"].([]any)
		if status != http.StatusOK || !ok || len(list) != 1 {
			t.Fatalf("%d %v", status, told)
		}
		return federationtest.Launched{UAI: list[0].(string)}
	}
}

func TestAClientsLaunchGoesByThePlaceThatHasTheRight(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		federationtest.Elsewhere(t, h.World, h.launch(t))
	})
}

// Where nobody may be asked, the client is told that somebody has to be (Core §3.1.2.6).
func TestASilentRequestSaysThatThePlaceMustBeChosen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		h.GiveTwiceElsewhere(t)
		if got := h.launch(t)(h.Arrive(t, "ent-renard"), true); got != (federationtest.Launched{Code: "interaction_required"}) {
			t.Errorf("%+v", got)
		}
	})
}

// A grant by another place than the person's own is worth what that place is worth at each use.
func TestAGrantByAnotherPlaceEndsWithItsRightAndWithThePlace(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		session := h.Arrive(t, "ent-renard")
		h.GiveAt(federationtest.Lycee)
		code := h.code(t, session)
		given := h.token(t, exchange(h.code(t, session)))
		h.WithdrawAt(federationtest.Lycee)
		h.GiveAt(federationtest.College) // which is no way in for what was given elsewhere
		if status, _ := h.get(t, "/oidc/userinfo", given.Access); status != http.StatusForbidden {
			t.Errorf("the right has ended: userinfo answers %d", status)
		}
		if got := h.token(t, exchange(code)); got.Error != "invalid_grant" {
			t.Errorf("the right has ended: %+v", got)
		}
		if got := h.token(t, renewal(given.Refresh)); got.Error != "invalid_grant" {
			t.Errorf("the right has ended: refresh gives %+v", got)
		}
		h.WithdrawAt(federationtest.College)
		h.GiveAt(federationtest.Lycee)
		code = h.code(t, session)
		given = h.token(t, exchange(h.code(t, session)))
		h.Leave(t, federationtest.Renard, federationtest.Lycee)
		if status, _ := h.get(t, "/oidc/userinfo", given.Access); status != http.StatusForbidden {
			t.Errorf("the place has ended: userinfo answers %d", status)
		}
		if got := h.token(t, exchange(code)); got.Error != "invalid_grant" {
			t.Errorf("the place has ended: %+v", got)
		}
	})
}
