package partners

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/licensing"
)

// elements of a subscription, in the order in which it is written (gar-protocol §1.3). It is read in any order.
var elements = []string{
	"idAbonnement", "commentaireAbonnement", "idDistributeurCom", "idRessource", "typeIdRessource", "libelleRessource",
	"debutValidite", "finValidite", "anneeFinValidite", "uaiEtab", "codeNatureUAI", "categorieAffectation", "typeAffectation",
	"nbLicenceEnseignant", "nbLicenceEleve", "nbLicenceProfDoc", "nbLicenceAutrePersonnel", "nbLicenceGlobale", "publicCible",
	"codeProjetRessource",
}

var repeatedElements = []string{"uaiEtab", "publicCible"}

// readSubscription reads the body of a PUT or POST.
func readSubscription(r *http.Request) (licensing.Subscription, fields, error) {
	reader, err := open(r, "abonnement")
	if err != nil {
		return licensing.Subscription{}, nil, err
	}
	fs, err := simple(reader, elements, repeatedElements)
	if err != nil {
		return licensing.Subscription{}, nil, err
	}
	if err := finish(reader); err != nil {
		return licensing.Subscription{}, nil, err
	}
	sub, err := subscription(fs)
	return sub, fs, err
}

// subscription makes of a body's elements what licensing understands. What it leaves empty, licensing misses.
func subscription(fs fields) (licensing.Subscription, error) {
	sub := licensing.Subscription{
		ID:          licensing.SubscriptionID(fs.get("idAbonnement").text),
		Distributor: fs.get("idDistributeurCom").text,
		Title:       fs.get("libelleRessource").text,
		Comment:     fs.get("commentaireAbonnement").text,
		ProjectCode: fs.get("codeProjetRessource").text,
		SchoolYear:  fs.get("anneeFinValidite").text,
		Kind:        licensing.Kind(strings.ToUpper(fs.get("typeAffectation").text)),
	}
	for _, read := range []func(*licensing.Subscription, fields) error{readResource, readDays, readSchools, readCategory, readCounts, readPublics} {
		if err := read(&sub, fs); err != nil {
			return sub, err
		}
	}
	return sub, nil
}

func readResource(sub *licensing.Subscription, fs fields) error {
	if f := fs.get("typeIdRessource"); f.text != "" && !strings.EqualFold(f.text, "ark") {
		return at(f, fault.New(fault.Invalid, "partners.resource.type", "value", f.text))
	}
	f := fs.get("idRessource")
	if f.text == "" {
		return nil
	}
	ark, err := catalogue.ParseARK(f.text)
	if err != nil {
		return at(f, err)
	}
	sub.ARK = ark
	return nil
}

func readDays(sub *licensing.Subscription, fs fields) error {
	for name, day := range map[string]*clock.Date{"debutValidite": &sub.Starts, "finValidite": &sub.Ends} {
		f := fs.get(name)
		if f.text == "" {
			continue
		}
		d, ok := parseDay(f.text)
		if !ok {
			return at(f, fault.New(fault.Invalid, "partners.day.form", "value", f.text))
		}
		*day = d
	}
	return nil
}

// home is the zone that a time with an offset is read in, and that our own times are written in.
var home = clock.ZoneOfUAI("")

// parseDay reads the civil day of a date, of a date and time, with or without fraction and offset. With an offset it is the day
// that the instant falls on at home: midnight in Paris, sent as the evening before in UTC, is still that day.
func parseDay(s string) (clock.Date, bool) {
	if len(s) >= len(time.DateOnly) && !strings.Contains(s, "T") {
		d, err := clock.ParseDate(s[:len(time.DateOnly)])
		return d, err == nil && (len(s) == len(time.DateOnly) || isOffset(s[len(time.DateOnly):]))
	}
	if t, err := time.Parse("2006-01-02T15:04:05", s); err == nil {
		return clock.On(t, time.UTC), true
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return clock.On(t, home), true
	}
	return clock.Date{}, false
}

func isOffset(s string) bool {
	_, err := time.Parse("Z07:00", s)
	return err == nil
}

func readSchools(sub *licensing.Subscription, fs fields) error {
	for _, f := range fs.all("uaiEtab") {
		uai, err := directory.ParseUAI(f.text)
		if err != nil {
			return at(f, err)
		}
		sub.Schools = append(sub.Schools, uai)
	}
	for code := range strings.SplitSeq(fs.get("codeNatureUAI").text, ",") {
		if code = strings.TrimSpace(code); code != "" {
			sub.Natures = append(sub.Natures, code)
		}
	}
	return nil
}

// readCategory reads « categorieAffectation »; where it is left out, copies are transferable, as everywhere in the GAR.
func readCategory(sub *licensing.Subscription, fs fields) error {
	f := fs.get("categorieAffectation")
	switch strings.ToLower(f.text) {
	case "", transferable:
		sub.Transferable = true
	case notTransferable, "non-transferable", "nontransferable":
	default:
		return at(f, fault.New(fault.Invalid, "partners.category.unknown", "value", f.text))
	}
	return nil
}

const (
	transferable    = "transferable"
	notTransferable = "non transferable"
)

func readCounts(sub *licensing.Subscription, fs fields) error {
	for _, p := range directory.Profiles {
		f := fs.get(licensing.CountField(p))
		if f.text == "" {
			continue
		}
		n, err := licensing.ParseCount(f.name, f.text)
		if err != nil {
			return at(f, err)
		}
		if sub.Per == nil {
			sub.Per = map[directory.Profile]licensing.Count{}
		}
		sub.Per[p] = n
	}
	if f := fs.get("nbLicenceGlobale"); f.text != "" {
		n, err := licensing.ParseCount(f.name, f.text)
		if err != nil {
			return at(f, err)
		}
		sub.Global = &n
	}
	return nil
}

func readPublics(sub *licensing.Subscription, fs fields) error {
	for _, f := range fs.all("publicCible") {
		i := slices.IndexFunc(directory.Profiles, func(p directory.Profile) bool {
			return strings.EqualFold(licensing.PublicValue(p), f.text)
		})
		if i < 0 {
			return at(f, fault.New(fault.Invalid, "licensing.public.unknown", "field", f.name, "value", f.text))
		}
		sub.Publics = append(sub.Publics, directory.Profiles[i])
	}
	return nil
}

func httpx415(kind string) error {
	return httpx.WithStatus(fault.New(fault.Invalid, "partners.body.type", "type", kind), http.StatusUnsupportedMediaType)
}
