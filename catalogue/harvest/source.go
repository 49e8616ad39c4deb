package harvest

import (
	"net/url"
	"strings"
	"time"

	"pupitre/internal/fault"
)

// ID is ours.
type ID string

// Source (« source moissonnée ») is a repository whose notices we bring in.
type Source struct {
	ID      ID
	Address string // its base URL
	Prefix  string // metadataPrefix
	Set     string // "" for all

	Since   string // what changed from then on is asked for next, by the source's clock; "" for all
	Begun   string // when the harvest under way began, by the source's clock; "" for none
	Token   string // where it goes on
	Due     time.Time
	Ended   time.Time
	Trouble string // why the last one ended; "" where all went well
	Notices int64  // read in the last one, or in the one under way
}

// UsualPrefix is how ScoLOMFR is asked for where nobody says otherwise.
const UsualPrefix = "scolomfr"

const longestAddress = 1000

// check holds a source to what can be asked.
func (s *Source) check() error {
	u, err := url.Parse(s.Address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(s.Address) > longestAddress {
		return fault.New(fault.Invalid, "harvest.address.form", "address", s.Address)
	}
	if s.Prefix == "" || strings.ContainsAny(s.Prefix, " /?&#") || len(s.Prefix) > 100 || len(s.Set) > 200 {
		return fault.New(fault.Invalid, "harvest.prefix.form", "prefix", s.Prefix)
	}
	return nil
}

// request is the address of the next page.
func (s *Source) request() string {
	q := url.Values{"verb": {"ListRecords"}}
	if s.Token != "" { // an exclusive argument (§3.5)
		q.Set("resumptionToken", s.Token)
		return s.Address + "?" + q.Encode()
	}
	q.Set("metadataPrefix", s.Prefix)
	if s.Set != "" {
		q.Set("set", s.Set)
	}
	if s.Since != "" {
		q.Set("from", s.Since)
	}
	return s.Address + "?" + q.Encode()
}
