package brokerapp

import (
	"pupitre/directory"
	"pupitre/directory/delivery"
	"pupitre/directory/provision"
	"pupitre/federation"
	"pupitre/federation/local"
	"pupitre/federation/operator"
	"pupitre/licensing"
	"pupitre/mediacentre"
	"pupitre/notify"
	"pupitre/orders"
	"pupitre/orders/trade"
	"pupitre/privacy"
)

// Register is the broker's register of personal data, in the order of erasure: publishers are told while there is still a pseudonym to
// tell, and what names the person goes last.
func (b *Broker) Register() privacy.Register {
	return privacy.Register{
		provision.Holder{Store: b.Store.Provision()},
		delivery.Holder{Store: b.Store.Delivery()},
		operator.Holder{Store: b.Store.Operator()},
		local.Holder{Store: b.Store.Local()}, // nobody comes in any more while the rest goes
		federation.Holder{Store: b.Store.Federation()},
		licensing.Keeper{Store: b.Store.Licensing()},
		notify.Keeper{Store: b.Store.Notify()}, // nobody is written to any more
		trade.Holder{Store: b.Store.Trade()},
		orders.Keeper{Store: b.Store.Orders()},
		licensing.Visitors{Store: b.Store.Licensing()},
		mediacentre.Keeper{Store: b.Store.Mediacentre()},
		directory.Holder{Store: b.Store.Directory()},
	}
}
