// Package offerfile reads a distributor's offers from a spreadsheet (CSV): one line an offer.
//
//	reference;ressource;type;transferable;publics;annees;prix_ht;tva;minimum;du;jusqu_au;etablissements;essai_jours;essai_exemplaires;essai_immediat
//	labo-5e-eleve;ark:/99999/labo-grammaire-5e;INDIV;oui;eleve;1;4,50;5,5;1;;;;;;
//	labo-5e-essai;ark:/99999/labo-grammaire-5e;INDIV;oui;eleve;1;0;5,5;1;;;;30;5;oui
//
// « publics » and « etablissements » are lists, with blanks or commas between. Left out or empty, type is INDIV, transferable oui, annees
// and minimum 1, the days no bound, etablissements every school. With days in essai_jours the offer is a trial, of essai_exemplaires copies at
// most (1), which is there at once where essai_immediat says oui. Prices are exact: what is finer than a cent is refused, never rounded.
package offerfile

import (
	"cmp"
	"errors"
	"io"
	"strconv"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/internal/sheet"
	"pupitre/licensing"
	"pupitre/orders"
)

var columns = []sheet.Column{
	{ID: "reference", Names: []string{"reference", "référence de l'offre"}},
	{ID: "ressource", Names: []string{"ressource", "ark", "resource"}},
	{ID: "type", Names: []string{"type", "type d'affectation", "kind"}},
	{ID: "transferable", Names: []string{"transferable", "transférable"}},
	{ID: "publics", Names: []string{"publics", "public", "public cible"}},
	{ID: "annees", Names: []string{"annees", "durée", "years"}},
	{ID: "prix_ht", Names: []string{"prix_ht", "prix ht", "price"}},
	{ID: "tva", Names: []string{"tva", "taux de tva", "tax"}},
	{ID: "minimum", Names: []string{"minimum", "least"}},
	{ID: "du", Names: []string{"du", "from"}},
	{ID: "jusqu_au", Names: []string{"jusqu_au", "jusqu'au", "au", "until"}},
	{ID: "essai_jours", Names: []string{"essai_jours", "essai (jours)", "trial days"}},
	{ID: "essai_exemplaires", Names: []string{"essai_exemplaires", "essai (exemplaires)", "trial copies"}},
	{ID: "essai_immediat", Names: []string{"essai_immediat", "essai immédiat", "trial at once"}},
	{ID: "etablissements", Names: []string{"etablissements", "uai", "schools"}},
}

// needed are the columns without which nothing is an offer.
var needed = []string{"reference", "ressource", "publics", "prix_ht", "tva"}

// LineError is a refusal, and the line of the file that it is about.
type LineError struct {
	Line int
	error
}

// Unwrap implements errors.
func (e LineError) Unwrap() error { return e.error }

// Read reads a distributor's offers, and the line of each. What is refused is fault.Invalid, a LineError where it is about a line.
func Read(from io.Reader, distributor string) (offers []orders.Offer, lines []int, err error) {
	table, err := sheet.Read(from, columns)
	if err != nil {
		return nil, nil, err
	}
	for _, column := range needed {
		if !table.Has(column) {
			return nil, nil, fault.New(fault.Invalid, "offerfile.column.missing", "column", column)
		}
	}
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			return offers, lines, nil
		}
		var o orders.Offer
		if err == nil {
			o, err = offer(row, distributor)
		}
		if err != nil {
			return nil, nil, LineError{row.Line, err}
		}
		offers, lines = append(offers, o), append(lines, row.Line)
	}
}

func offer(row sheet.Row, distributor string) (o orders.Offer, err error) {
	o.OfferKey = orders.OfferKey{Distributor: distributor, ID: orders.OfferID(row.Get("reference"))}
	if o.ARK, err = catalogue.ParseARK(row.Get("ressource")); err != nil {
		return o, err
	}
	o.Kind = licensing.Kind(strings.ToUpper(cmp.Or(row.Get("type"), string(licensing.Individual))))
	if o.Transferable, err = yes(row, "transferable", "oui"); err != nil {
		return o, err
	}
	for _, public := range list(row.Get("publics")) {
		o.Publics = append(o.Publics, directory.Profile(strings.ToLower(public)))
	}
	for _, uai := range list(row.Get("etablissements")) {
		school, err := directory.ParseUAI(uai)
		if err != nil {
			return o, err
		}
		o.Schools = append(o.Schools, school)
	}
	if row.Get("essai_jours")+row.Get("essai_exemplaires")+row.Get("essai_immediat") != "" {
		if o.Trial, err = trial(row); err != nil {
			return o, err
		}
	}
	if o.Years, err = whole(row, "annees"); err != nil {
		return o, err
	}
	if o.Least, err = whole(row, "minimum"); err != nil {
		return o, err
	}
	cents, err := hundredths(row, "prix_ht")
	if err != nil {
		return o, err
	}
	rate, err := hundredths(row, "tva")
	if err != nil {
		return o, err
	}
	o.Net, o.Rate = orders.Cents(cents), orders.Rate(rate)
	if o.From, err = date(row, "du"); err != nil {
		return o, err
	}
	o.Until, err = date(row, "jusqu_au")
	return o, err
}

// trial is what makes an offer a trial. What is left out of its days, orders refuses.
func trial(row sheet.Row) (t orders.Trial, err error) {
	if row.Get("essai_jours") != "" {
		if t.Days, err = whole(row, "essai_jours"); err != nil {
			return t, err
		}
	}
	if t.Most, err = whole(row, "essai_exemplaires"); err != nil {
		return t, err
	}
	t.AtOnce, err = yes(row, "essai_immediat", "non")
	return t, err
}

func yes(row sheet.Row, column, otherwise string) (bool, error) {
	switch text := strings.ToLower(cmp.Or(row.Get(column), otherwise)); text {
	case "oui", "yes":
		return true, nil
	case "non", "no":
		return false, nil
	default:
		return false, wrong(column, text, "offerfile.yes-no")
	}
}

func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' || r == '+' || r == '|' })
}

func whole(row sheet.Row, column string) (int, error) {
	text := cmp.Or(row.Get(column), "1")
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, wrong(column, text, "offerfile.whole")
	}
	return n, nil
}

// hundredths reads « 4,50 », "4.5" or « 4 » as 450; a third decimal is refused.
func hundredths(row sheet.Row, column string) (int64, error) {
	text := strings.TrimRight(strings.Join(strings.Fields(row.Get(column)), ""), "€%")
	units, parts, _ := strings.Cut(strings.Replace(text, ",", ".", 1), ".")
	if len(parts) > 2 || len(units) > 9 || units == "" {
		return 0, wrong(column, row.Get(column), "offerfile.decimal")
	}
	n, err := strconv.ParseUint(units+parts+strings.Repeat("0", 2-len(parts)), 10, 62)
	if err != nil {
		return 0, wrong(column, row.Get(column), "offerfile.decimal")
	}
	return int64(n), nil
}

func date(row sheet.Row, column string) (clock.Date, error) {
	text := row.Get(column)
	if text == "" {
		return clock.Date{}, nil
	}
	d, err := clock.ParseDate(text)
	if err != nil {
		return d, wrong(column, text, "offerfile.date")
	}
	return d, nil
}

func wrong(column, text, code string) error {
	return fault.New(fault.Invalid, code, "field", column, "value", text)
}
