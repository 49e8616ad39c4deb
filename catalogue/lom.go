package catalogue

import (
	"regexp"
	"slices"
	"strings"
)

// fill reads what we need out of a notice's tree. What is missing stays empty; check says so afterwards.
func (n *Notice) fill(lom *node) {
	r := &n.Reads
	r.Shown = true
	for _, id := range lom.each("general", "identifier") {
		if ark, err := ParseARK(id.at("entry")); err == nil && r.ARK == "" {
			r.ARK = ark
		}
	}
	for _, t := range lom.each("general", "title") {
		r.Title = first(r.Title, oneLine(t.langString()))
	}
	for _, d := range lom.each("general", "description") {
		r.Description = first(r.Description, plainText(d.langString()))
	}
	for _, name := range []string{"documentType", "generalResourceType"} {
		r.Documents = append(r.Documents, terms(lom.each("general", name))...)
	}
	r.Pedagogical = terms(lom.each("educational", "learningResourceType"))
	r.Publics = terms(lom.each("educational", "intendedEndUserRole"))
	r.LaunchURL = lom.at("technical", "location")
	r.Free = saysNo(lom.each("rights", "cost"))
	n.fillContributors(lom)
	n.fillClassifications(lom)
	n.fillRelations(lom)
	for _, x := range lom.all("acces") {
		if x.name.Space == extensionSpace {
			n.fillExtension(x)
		}
	}
	if !n.Certain && (r.IsFamily || n.Mother == r.ARK) {
		n.Mother = "" // a family has one level: « is part of » does not make it two, nor anything its own
	}
	if r.Presentation == "" {
		r.Presentation = presentationOf(r.Pedagogical)
	}
}

func (n *Notice) fillContributors(lom *node) {
	r := &n.Reads
	for _, c := range lom.each("lifeCycle", "contribute") {
		role := strings.ToLower(lastSegment(c.at("role", "value")))
		for _, entity := range c.all("entity") {
			name, number := readCard(entity.text)
			switch role {
			case "publisher", "éditeur", "editeur":
				if r.Publisher.Name == "" {
					r.Publisher = Publisher{Name: name, Official: number}
				}
			case "scolomfr-voc-003-num-026", "distributeur technique", "technical distributor":
				r.Technical = first(r.Technical, number)
			}
		}
	}
}

// fillClassifications sorts taxons by their vocabulary, which is surer than the purpose: purposes are written in four ways.
func (n *Notice) fillClassifications(lom *node) {
	r := &n.Reads
	for _, c := range lom.all("classification") {
		purpose := termName(c.at("purpose", "value"))
		if purpose == "accessibility restrictions" || purpose == "accessibilité" {
			n.fillAccessibility(c)
			continue
		}
		for _, path := range c.all("taxonPath") {
			taxons := path.all("taxon")
			if len(taxons) == 0 {
				continue
			}
			narrowest := taxons[len(taxons)-1]
			t := term(narrowest.at("id"), called(narrowest.all("entry")))
			switch {
			case t == Term{}:
			case strings.Contains(t.URI, "voc-022"), purpose == "educational level", purpose == "niveau éducatif détaillé":
				r.Levels = with(r.Levels, t)
			case strings.Contains(t.URI, "voc-015"), purpose == "scolomfr-voc-028-num-003", purpose == "domaine d'enseignement", purpose == "enseignement":
				r.Subjects = with(r.Subjects, t)
			}
		}
	}
}

// fillAccessibility reads what a classification says of accessibility (LOM 9.1 « accessibility restrictions », which ScoLOMFR keeps): the
// narrowest taxons, then the description in words (9.3).
func (n *Notice) fillAccessibility(c *node) {
	for _, path := range c.all("taxonPath") {
		if taxons := path.all("taxon"); len(taxons) > 0 {
			narrowest := taxons[len(taxons)-1]
			n.reached(term(narrowest.at("id"), called(narrowest.all("entry"))).Label)
		}
	}
	for _, d := range c.all("description") {
		n.reached(d.langString())
	}
}

// reached adds what the resource does for those who see, hear or move otherwise, once.
func (n *Notice) reached(text string) {
	if text = oneLine(plainText(text)); text != "" && !slices.Contains(n.Reads.Accessible, text) {
		n.Reads.Accessible = append(n.Reads.Accessible, text)
	}
}

func (n *Notice) fillRelations(lom *node) {
	for _, rel := range lom.all("relation") {
		entry := ""
		for _, id := range rel.each("resource", "identifier") {
			entry = first(entry, id.at("entry"))
		}
		switch strings.ToLower(lastSegment(rel.at("kind", "value"))) {
		case "scolomfr-voc-009-num-021", "a pour vignette":
			if isWeb(entry) {
				n.Reads.Thumbnail = first(n.Reads.Thumbnail, entry)
			}
		case "membrefamille":
			if ark, err := ParseARK(entry); err == nil {
				n.Mother, n.Certain = ark, true
			}
		case "ispartof", "scolomfr-voc-009-num-010", "est une partie de":
			if ark, err := ParseARK(entry); err == nil && n.Mother == "" {
				n.Mother = ark
			}
		}
	}
}

const extensionSpace = "urn:pupitre:notice:1"

func (n *Notice) fillExtension(x *node) {
	r := &n.Reads
	r.Presentation = Presentation(strings.ToUpper(x.at("typePresentation")))
	r.IsFamily = isTrue(x.at("mereFamille"))
	for _, offline := range x.all("horsConnexion") {
		r.Offline = isTrue(offline.text)
		for _, a := range offline.attr {
			if a.Name.Local == "adresse" && r.Offline && isWeb(a.Value) {
				r.OfflineURL = a.Value
			}
		}
	}
	if shown := x.at("affichable"); shown != "" {
		r.Shown = isTrue(shown)
	}
	for _, a := range x.all("accessibilite") {
		n.reached(a.text)
	}
	for _, d := range x.all("donnee") {
		declared := Declared{Reason: oneLine(d.text)}
		for _, a := range d.attr {
			if a.Name.Local == "nom" {
				declared.Attribute = Attribute(strings.TrimSpace(a.Value))
			}
		}
		r.Declared = append(r.Declared, declared)
	}
}

// saysNo reports whether a yes-or-no of LOM is there and says no. What is not said is not no.
func saysNo(nodes []*node) bool {
	return len(nodes) > 0 && !slices.ContainsFunc(nodes, func(n *node) bool {
		value := strings.ToLower(lastSegment(n.at("value")))
		return value != "no" && value != "non"
	})
}

// terms reads vocabulary entries: value, and where it is given the label.
func terms(nodes []*node) []Term {
	var out []Term
	for _, n := range nodes {
		if t := term(n.at("value"), called(n.all("label"))); t != (Term{}) {
			out = with(out, t)
		}
	}
	return out
}

func with(list []Term, t Term) []Term {
	if slices.ContainsFunc(list, func(u Term) bool { return u.URI == t.URI }) {
		return list
	}
	return append(list, t)
}

var (
	// cardProperty begins a property of a vCard (RFC 6350 §3.3). Cards come on one line as often as on many.
	cardProperty = regexp.MustCompile(`(?:^|\s)([A-Z][A-Z-]*)(?:;[^:\s]*)?:`)
	wholeNumber  = regexp.MustCompile(`\b[0-9]{9}_[0-9]{16}\b`)
	siren        = regexp.MustCompile(`(?i)\bSIREN\s*=\s*([0-9]{9})\b`)
	isni         = regexp.MustCompile(`(?i)\bISNI\s*=\s*([0-9]{4}-?[0-9]{4}-?[0-9]{4}-?[0-9]{4})\b`)
)

// readCard reads a contributor's name and SIREN_ISNI out of a vCard, whose notes hold them; what is no card is a name.
// An ISNI that is not given is zeros, as in subscriptions.
func readCard(text string) (name, number string) {
	marks := cardProperty.FindAllStringSubmatchIndex(text, -1)
	if len(marks) == 0 {
		return oneLine(text), ""
	}
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		value := oneLine(text[m[1]:end])
		switch text[m[2]:m[3]] {
		case "FN":
			name = value
		case "ORG":
			name = first(name, strings.TrimRight(value, "; "))
		}
	}
	if number = wholeNumber.FindString(text); number == "" {
		if m := siren.FindStringSubmatch(text); m != nil {
			number = m[1] + "_0000000000000000"
			if k := isni.FindStringSubmatch(text); k != nil {
				number = m[1] + "_" + strings.ReplaceAll(k[1], "-", "")
			}
		}
	}
	return name, number
}

func first(have, other string) string {
	if have != "" {
		return have
	}
	return other
}
