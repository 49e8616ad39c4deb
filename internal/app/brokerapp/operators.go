package brokerapp

import (
	"net/http"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/federation/operator"
	"pupitre/federation/outsider"
	"pupitre/federation/signin"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/web"
)

// operators is the sign-in of operators. Its session opens the pages of operation: nothing of a school, nor of the trade.
func (b *Broker) operators(pages local.Pages) *signin.Guests {
	ent := federation.ENT{Project: local.Operators, Name: b.settings.Words.T(lang.French, "operator.space")}
	return &signin.Guests{
		Local: &signin.Local{Portal: ent, Accounts: b.Accounts, Pages: pages, Behind: b.settings.Behind},
		Open: func(w http.ResponseWriter, r *http.Request, v signin.Vouched) (string, error) {
			token, err := b.Operators.Arrive(r.Context(), outsider.Arrival{
				External: v.External, Once: v.Once, Until: v.OnceUntil, Replaces: federation.Token(httpx.Cookie(r, operator.SessionCookie)),
			})
			if err != nil {
				return "", err
			}
			httpx.SetCookie(w, r, operator.SessionCookie, string(token), 0)
			return web.OperatorPath, nil
		},
	}
}
