package orders

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/licensing"
)

// OfferID is the distributor's own reference of an offer, unique among its offers.
type OfferID string

// OfferKey is an offer's place among everybody's.
type OfferKey struct {
	Distributor string
	ID          OfferID
}

// Offer (« offre ») is what a distributor sells of a resource.
type Offer struct {
	OfferKey
	ARK      catalogue.ARK
	Resource catalogue.ResourceID // found from the ARK when the offer is kept
	Title    string               // of the resource, as its notice says

	Kind         licensing.Kind      // a copy per person, or a right for the whole school
	Transferable bool                // a copy taken back is free again even when it was opened
	Publics      []directory.Profile // whom it is for; copies are counted over all of them together
	Years        int                 // school years that it lasts, 1 to 10
	Net          Cents               // the price of one copy, or of the school's right, without tax
	Rate         Rate
	Least        int             // the fewest that an order may ask for
	From, Until  clock.Date      // the days on which it may be ordered, both included; zero for no bound
	Schools      []directory.UAI // to whom it is made; none: to every school
	Ended        time.Time       // when its distributor took it back; zero while it stands
	Trial        Trial           // zero: it is sold
}

// Trial (« essai ») makes of an offer some copies, or the school's right, for some days at no price: once for each school and resource.
type Trial struct {
	Days   int  // from its delivery on, that day included, 1 to MaxTrialDays; 0: the offer is no trial
	Most   int  // the most copies that a school may try
	AtOnce bool // it is there as soon as it is asked for; else by the distributor's word, as any order
}

// IsTrial reports whether it is tried and not sold.
func (o Offer) IsTrial() bool { return o.Trial.Days > 0 }

// The bounds of an offer, so that no sum of them overflows.
const (
	MaxPrice     Cents = 10_000_000 // 100,000 €
	MaxQuantity        = 100_000
	MaxYears           = 10
	MaxTrialDays       = 120
	MaxTried           = 1_000 // copies of a trial
	maxRate      Rate  = 3_000
	maxSchools         = 1_000
)

var offerIDs = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$`)

// Validate holds an offer to its form. The refusal is Invalid and names the field at fault, by its column in a distributor's file.
func (o Offer) Validate() error {
	wrong := func(code, field string, params ...any) error {
		return fault.New(fault.Invalid, code, append([]any{"field", field}, params...)...)
	}
	switch {
	case !licensing.IsDistributor(o.Distributor):
		return wrong("orders.distributor.form", "distributeur", "value", o.Distributor)
	case !offerIDs.MatchString(string(o.ID)):
		return wrong("orders.offer.id", "reference", "value", string(o.ID))
	case o.Kind != licensing.Individual && o.Kind != licensing.Establishment:
		return wrong("orders.offer.kind", "type", "value", string(o.Kind))
	case len(o.Publics) == 0 || !distinct(o.Publics):
		return wrong("orders.offer.publics", "publics")
	case o.Years < 1 || o.Years > MaxYears:
		return wrong("orders.offer.years", "annees", "most", MaxYears)
	case o.Net < 0 || o.Net > MaxPrice:
		return wrong("orders.offer.price", "prix_ht")
	case o.Rate < 0 || o.Rate > maxRate:
		return wrong("orders.offer.rate", "tva")
	case o.Least < 1 || o.Least > MaxQuantity || o.Kind == licensing.Establishment && o.Least != 1:
		return wrong("orders.offer.least", "minimum", "most", MaxQuantity)
	case !o.From.IsZero() && !o.Until.IsZero() && o.Until.Before(o.From):
		return wrong("orders.offer.until", "jusqu_au")
	case len(o.Schools) > maxSchools || !distinct(o.Schools):
		return wrong("orders.offer.schools", "etablissements", "most", maxSchools)
	}
	return o.validTrial(wrong)
}

// validTrial holds a trial to its form: what is tried has no price, ends within a school year, and is not more than a few copies.
func (o Offer) validTrial(wrong func(code, field string, params ...any) error) error {
	t := o.Trial
	switch {
	case t == Trial{}:
		return nil
	case t.Days < 1 || t.Days > MaxTrialDays:
		return wrong("orders.trial.days", "essai_jours", "most", MaxTrialDays)
	case t.Most < o.Least || t.Most > MaxTried || o.Kind == licensing.Establishment && t.Most != 1:
		return wrong("orders.trial.copies", "essai_exemplaires", "least", o.Least, "most", MaxTried)
	case o.Net != 0:
		return wrong("orders.trial.price", "prix_ht")
	case o.Years != 1:
		return wrong("orders.trial.years", "annees")
	}
	return nil
}

// MadeTo reports whether a school may order it on a day.
func (o Offer) MadeTo(school directory.UAI, today clock.Date) bool {
	return o.Ended.IsZero() && (len(o.Schools) == 0 || slices.Contains(o.Schools, school)) &&
		(o.From.IsZero() || !today.Before(o.From)) && (o.Until.IsZero() || !o.Until.Before(today))
}

func distinct[T comparable](list []T) bool {
	for i, v := range list {
		if slices.Contains(list[:i], v) {
			return false
		}
	}
	return true
}

// line checks one line of text that somebody wrote: no line break, no more characters than most.
func line(s string, most int) bool {
	return utf8.RuneCountInString(s) <= most && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' })
}
