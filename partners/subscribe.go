package partners

import (
	"net/http"
	"slices"

	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// subscribe is PUT /{idAbonnement}: 201, or 409 with « existe deja » where the identifier stands already.
func (d *Door) subscribe(c *call) error {
	sub, fs, err := d.read(c)
	if err != nil {
		return err
	}
	if _, err := d.Subscriptions.Subscribe(c.r.Context(), c.by(), sub); err != nil {
		return fs.locate(err)
	}
	c.w.WriteHeader(http.StatusCreated)
	return nil
}

// amend is POST /{idAbonnement}: 200. Schools cannot change; a body that repeats the same ones, as it was read, is taken.
func (d *Door) amend(c *call) error {
	sub, fs, err := d.read(c)
	if err != nil {
		return err
	}
	stands, err := d.own(c, d.Subscriptions, sub.ID)
	if err != nil {
		return fs.locate(err)
	}
	if len(sub.Schools) > 0 && !sameSchools(sub.Schools, stands.Schools) {
		return at(fs.get("uaiEtab"), fault.New(fault.Conflict, "licensing.amend.fixed", "field", "uaiEtab"))
	}
	if len(sub.Schools) > 0 || len(sub.Natures) == 0 {
		sub.Schools, sub.Natures = stands.Schools, stands.Natures
	}
	if _, err := d.Subscriptions.Amend(c.r.Context(), c.by(), sub); err != nil {
		return fs.locate(err)
	}
	c.w.WriteHeader(http.StatusOK)
	return nil
}

func sameSchools(a, b []directory.UAI) bool {
	order := func(list []directory.UAI) []directory.UAI {
		return slices.Compact(slices.Sorted(slices.Values(list)))
	}
	return slices.Equal(order(a), order(b))
}

// end is DELETE /{idAbonnement}: 204, also where it was deleted before: a program whose answer got lost asks again.
func (d *Door) end(c *call) error {
	sub, err := d.own(c, d.Subscriptions, licensing.SubscriptionID(c.r.PathValue("id")))
	if err != nil {
		return err
	}
	if !sub.Ended.IsZero() {
		c.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	if err := d.Subscriptions.End(c.r.Context(), c.by(), sub.Distributor, sub.ID); err != nil {
		return err
	}
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}

// read reads a body, which must be about the path's subscription and the partner's own number.
func (d *Door) read(c *call) (licensing.Subscription, fields, error) {
	sub, fs, err := readSubscription(c.r)
	if err != nil {
		return sub, fs, err
	}
	if id := c.r.PathValue("id"); string(sub.ID) != id && sub.ID != "" {
		return sub, fs, at(fs.get("idAbonnement"), fault.New(fault.Invalid, "partners.path.differs", "path", id, "value", string(sub.ID)))
	}
	if sub.Distributor != c.partner.Distributor && sub.Distributor != "" {
		return sub, fs, at(fs.get("idDistributeurCom"), d.refuse(c, string(sub.ID), sub.Distributor))
	}
	return sub, fs, nil
}
