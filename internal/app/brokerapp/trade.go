package brokerapp

import (
	"cmp"
	"context"
	"net/http"

	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/federation/signin"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/orders/trade"
	"pupitre/web"
)

// guests is the sign-in of booksellers and distributors. Its session is the trade's: it opens nothing of a school.
func (b *Broker) guests(pages local.Pages) *signin.Guests {
	ent := federation.ENT{Project: local.Guests, Name: b.settings.Words.T(lang.French, "trade.space")}
	return &signin.Guests{
		Local: &signin.Local{Portal: ent, Accounts: b.Accounts, Pages: pages, Behind: b.settings.Behind},
		Open: func(w http.ResponseWriter, r *http.Request, v signin.Vouched) (string, error) {
			token, err := b.Trade.Arrive(r.Context(), v.External, v.Once, v.OnceUntil)
			if err != nil {
				return "", err
			}
			httpx.SetCookie(w, r, trade.SessionCookie, string(token), 0)
			return web.TradePath, nil
		},
	}
}

// called is what a house of the trade is called: by its number, where nobody knows its name.
func (b *Broker) called(ctx context.Context, house trade.House) (string, error) {
	if house.Publisher != "" {
		publisher, err := b.Catalogue.FindPublisher(ctx, house.Publisher)
		return publisher.Name, err
	}
	if house.Bookseller != "" {
		seller, err := b.Orders.FindBookseller(ctx, house.Bookseller)
		return seller.Name, err
	}
	name, err := b.seller(ctx, house.Distributor)
	return cmp.Or(name, house.Distributor), err
}
