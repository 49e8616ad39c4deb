package repository

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The verbs (§4).
const (
	identify            = "Identify"
	listMetadataFormats = "ListMetadataFormats"
	listSets            = "ListSets"
	listIdentifiers     = "ListIdentifiers"
	listRecords         = "ListRecords"
	getRecord           = "GetRecord"
)

// The arguments.
const (
	argVerb       = "verb"
	argIdentifier = "identifier"
	argPrefix     = "metadataPrefix"
	argFrom       = "from"
	argUntil      = "until"
	argSet        = "set"
	argToken      = "resumptionToken"
)

// takes says which arguments a verb must have, and may have besides. Where one takes a token, that stands alone (§3.5).
var takes = map[string]struct{ must, may []string }{
	identify:            {},
	listMetadataFormats: {may: []string{argIdentifier}},
	listSets:            {may: []string{argToken}},
	listIdentifiers:     {must: []string{argPrefix}, may: []string{argFrom, argUntil, argSet, argToken}},
	listRecords:         {must: []string{argPrefix}, may: []string{argFrom, argUntil, argSet, argToken}},
	getRecord:           {must: []string{argIdentifier, argPrefix}},
}

// order is the arguments as the answer repeats them.
var order = []string{argVerb, argIdentifier, argPrefix, argFrom, argUntil, argSet, argToken}

// trouble is an error of the protocol (§3.6): a code, and words for whoever reads the answer.
type trouble struct{ code, text string }

func (t *trouble) Error() string { return t.code + ": " + t.text }

func refused(code, text string) error { return &trouble{code, text} }

// The codes of the protocol.
const (
	badVerb        = "badVerb"
	badArgument    = "badArgument"
	badToken       = "badResumptionToken"
	noFormat       = "cannotDisseminateFormat"
	noItem         = "idDoesNotExist"
	noMatch        = "noRecordsMatch"
	noItemFormats  = "noMetadataFormats"
	noSetHierarchy = "noSetHierarchy"
)

// request is what was asked, once it is known to make sense.
type request struct {
	verb string
	args url.Values
}

func (r *request) get(name string) string { return r.args.Get(name) }

// readRequest holds the arguments to what the verb takes (§3.1.1, §3.6): each at most once, none that it does not know.
func readRequest(args url.Values) (*request, error) {
	verb := args[argVerb]
	if len(verb) != 1 {
		return nil, refused(badVerb, "there must be one argument verb, once")
	}
	allowed, known := takes[verb[0]]
	if !known {
		return nil, refused(badVerb, "the verb is one of Identify, ListMetadataFormats, ListSets, ListIdentifiers, ListRecords, GetRecord")
	}
	r := &request{verb[0], args}
	for name, values := range args {
		switch {
		case name != argVerb && !slices.Contains(allowed.must, name) && !slices.Contains(allowed.may, name):
			return r, refused(badArgument, r.verb+" takes no argument "+name)
		case len(values) > 1:
			return r, refused(badArgument, "the argument "+name+" stands more than once")
		}
	}
	if args.Has(argToken) {
		if len(args) > 2 {
			return r, refused(badArgument, "resumptionToken stands alone with its verb")
		}
		return r, nil
	}
	for _, name := range allowed.must {
		if args.Get(name) == "" {
			return r, refused(badArgument, r.verb+" needs an argument "+name)
		}
	}
	for name, form := range forms {
		if args.Has(name) && !form.MatchString(args.Get(name)) {
			return r, refused(badArgument, "this is not how "+name+" is written")
		}
	}
	return r, nil
}

// forms are what arguments may be made of at all, by the schema of answers (§3.2), which repeat them.
var forms = map[string]*regexp.Regexp{
	argIdentifier: regexp.MustCompile("^[^\\s<>\"{}|\\\\^`]+$"), // anyURI
	argPrefix:     regexp.MustCompile(`^[A-Za-z0-9\-_.!~*'()]+$`),
	argSet:        regexp.MustCompile(`^[A-Za-z0-9\-_.!~*'()]+(:[A-Za-z0-9\-_.!~*'()]+)*$`),
}

const (
	seconds = "2006-01-02T15:04:05Z"
	days    = time.DateOnly
)

// span reads from and until (§2.7.1), both inclusive and as fine as each other: until is given back as the first instant after it.
func (r *request) span() (from, until time.Time, err error) {
	fine := map[string]bool{}
	read := func(name string) (at time.Time, after time.Duration, err error) {
		text := r.get(name)
		if !r.args.Has(name) {
			return at, 0, nil
		}
		form, unit := days, 24*time.Hour
		if fine[name] = strings.Contains(text, "T"); fine[name] {
			form, unit = seconds, time.Second
		}
		if at, err = time.Parse(form, text); err != nil || len(text) != len(form) { // it also reads fractions
			return at, 0, refused(badArgument, name+" is a day, as 2026-09-01, or a second, as 2026-09-01T08:00:00Z")
		}
		return at, unit, nil
	}
	from, _, err = read(argFrom)
	if err != nil {
		return from, until, err
	}
	last, unit, err := read(argUntil)
	switch {
	case err != nil:
		return from, until, err
	case last.IsZero():
		return from, until, nil
	case !from.IsZero() && fine[argFrom] != fine[argUntil]:
		return from, until, refused(badArgument, "from and until must be as fine as each other")
	case last.Before(from):
		return from, until, refused(badArgument, "until is before from")
	}
	return from, last.Add(unit), nil
}
