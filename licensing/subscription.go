package licensing

import (
	"slices"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
)

// SubscriptionID is the distributor's own identifier of what it sold, at most 45 characters, unique over all distributors.
type SubscriptionID string

// Kind is how a subscription's rights are given (« type d'affectation »).
type Kind string

// The kinds, as the web service writes them.
const (
	Individual    Kind = "INDIV" // a copy per person
	Establishment Kind = "ETABL" // a right given to a school, a class, a group or a person
)

// Subscription (« abonnement ») is what a distributor sold. Either Schools or Natures says to whom, either Ends or SchoolYear
// until when, either Global or Per how many; Validate holds it to that.
type Subscription struct {
	ID          SubscriptionID
	Distributor string // SIREN_ISNI of « idDistributeurCom », 26 characters
	ARK         catalogue.ARK
	Resource    catalogue.ResourceID // found from the ARK by Subscribe
	Title       string               // « libelleRessource », as the distributor wrote it
	Comment     string
	ProjectCode string // « codeProjetRessource »

	Starts     clock.Date // first day, in each school's own zone
	Ends       clock.Date // last day, inclusive; Subscribe fills it from SchoolYear
	SchoolYear string     // « anneeFinValidite », YYYY-YYYY: ends on 15 August of the second year

	Schools []directory.UAI
	Natures []string // codes of N_NATURE_UAI: every school of these natures, those that join later too

	Kind         Kind
	Transferable bool // « transferable »: a copy taken back is free again even when it was opened
	Publics      []directory.Profile
	Global       *Count                      // per school, over all publics together
	Per          map[directory.Profile]Count // per school and public
	Trial        bool                        // « essai »: it is told wherever its copies are; only orders open such

	Created  time.Time
	Modified time.Time
	Ended    time.Time // when the distributor deleted it; zero while it stands
}

// Share is what a subscription opens in each of its schools: one pool.
type Share struct {
	Publics []directory.Profile
	Total   Count
}

// Shares lists the pools that the subscription opens in each school: one per public where it counts by profile, in the order
// of directory.Profiles; else one for the set of publics.
func (s Subscription) Shares() []Share {
	if s.Global != nil {
		return []Share{{inOrder(s.Publics), *s.Global}}
	}
	var out []Share
	for _, p := range directory.Profiles {
		if n, ok := s.Per[p]; ok {
			out = append(out, Share{[]directory.Profile{p}, n})
		}
	}
	return out
}

// inOrder returns the distinct profiles of list in the order of directory.Profiles.
func inOrder(list []directory.Profile) []directory.Profile {
	var out []directory.Profile
	for _, p := range directory.Profiles {
		if slices.Contains(list, p) {
			out = append(out, p)
		}
	}
	return out
}

// Filter selects subscriptions; zero fields select all. Lists are paged by key: After is the last ID of the page before.
type Filter struct {
	Distributor string
	School      directory.UAI
	Resource    catalogue.ResourceID
	ProjectCode string
	Nature      string // those that name this nature of school
	WithEnded   bool   // also those that their distributor deleted
	After       SubscriptionID
	Limit       int // 1 to 1000; 0 reads as 200
}
