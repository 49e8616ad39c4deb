package console_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/look/looktest"
	"pupitre/web/webtest"
)

const (
	crowd    = school + "/populations"
	take     = school + "/recuperation"
	families = school + "/familles"
)

// fields are everything that a page's form would send again, as pairs.
func fields(p *looktest.Doc, names ...string) []string {
	var pairs []string
	for _, n := range p.Find("input") {
		name := looktest.Attr(n, "name")
		if slices.Contains(names, name) && looktest.Attr(n, "type") == "hidden" {
			pairs = append(pairs, name, looktest.Attr(n, "value"))
		}
	}
	return pairs
}

// upload sends a form with a file.
func upload(t *testing.T, b webtest.Browser, path, file string, pairs ...string) *http.Response {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := form.WriteField(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	w, err := form.CreateFormFile("fichier", "liste.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(file)); err != nil {
		t.Fatal(err)
	}
	form.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Origin", "http://example.com")
	r.Header.Set("Cookie", "seance="+string(b.Person))
	answer := httptest.NewRecorder()
	b.Pages.ServeHTTP(answer, r)
	return answer.Result()
}

func TestPagesOfSeveralResourcesKeepTheRulesInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, english := range []bool{false, true} {
		o := open()
		o.stock.Notice(webtest.Labo).Family = webtest.Preau
		o.stock.Notice(webtest.Musique).Family = "r-elsewhere"
		b := o.as(webtest.Vasseur)
		b.English = english
		for _, path := range []string{
			crowd, take, take + "?q=zzz", take + "?choisir=1", take + "?q=calcul&ressource=r-labo",
			take + "/exemplaires?ressource=r-labo&ressource=r-calcul", families,
		} {
			page(t, b.Get(t, path), http.StatusOK)
		}
		page(t, b.Get(t, take+"/exemplaires"), http.StatusBadRequest)
		for _, c := range []struct {
			path  string
			pairs []string
			want  int
		}{
			{crowd, []string{"montrer", "enseignant", "cible", class}, 200}, {crowd, []string{"nom", "mar", "cible", "school"}, 200}, {crowd, []string{"nom", "zzz"}, 200},
			{crowd + "/ressources", []string{"cible", class}, 200}, {crowd + "/ressources", []string{"cible", class, "lister", "comptees", "q", "zzz"}, 200}, {crowd + "/ressources", nil, 400},
			{crowd + "/plan", []string{"cible", class}, 400}, {crowd + "/plan", []string{"cible", class, "ressource", "r-labo", "ressource", "r-lanterne", "comptees", "1"}, 200},
			{crowd + "/plan", []string{"cible", "person:p-aubry/enseignant", "ressource", "r-labo"}, 200},
			{crowd + "/attribuer", []string{"cible", class, "ressource", "r-labo", "empreinte", "x"}, 409},
			{families + "/plan", []string{"ressource", "r-preau"}, 200}, {families + "/plan", nil, 400}, {families + "/attribuer", []string{"ressource", "r-preau", "empreinte", "x"}, 409},
			{take + "/plan", []string{"ressource", "r-labo", "ressource", "r-calcul", "quoi", "tous"}, 200}, {take + "/plan", []string{"ressource", "r-labo", "quoi", "classes"}, 400},
			{take + "/plan", []string{"ressource", "r-labo", "quoi", "liste", "texte", "identifiant\nnobody"}, 400}, {take + "/plan", []string{"ressource", "r-labo", "quoi", "partis"}, 200},
			{take + "/reprendre", []string{"ressource", "r-labo", "quoi", "tous", "empreinte", "x"}, 409},
		} {
			page(t, b.Post(t, c.path, c.pairs...), c.want)
		}
	}
}

// The document's rule: only what is « en affectation établissement » is proposed, until the manager asks for more.
func TestByPopulationProposesSchoolWideResourcesFirst(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	says(t, page(t, b.Get(t, crowd), 200), "Entrer par population", "Tout l’établissement", "5e B", "Latin 5e")
	says(t, page(t, b.Post(t, crowd, "nom", "ines", "montrer", "eleve"), 200), "Marchal Inès", "1 personne trouvée")
	p := page(t, b.Post(t, crowd+"/ressources", "cible", class), 200)
	says(t, p, "Pour 5e B.", "La Lanterne", "Préau Manuels", "Personne ne l’a")
	if text := looktest.Words(p.Find("tbody")[0]); strings.Contains(text, "grammaire") || len(p.Find("td")) == 0 {
		t.Errorf("a counted resource is proposed: %s", text)
	}
	p = page(t, b.Post(t, crowd+"/ressources", "cible", class, "lister", "comptees", "ressource", "r-labo"), 200)
	says(t, p, "Le labo de grammaire 5e", "Ressources choisies : 1", "29 25 −4 0 5 30")
	if value(p, "comptees") != "1" {
		t.Error("the switch is forgotten")
	}
}

func TestSeveralResourcesAreGivenToAPopulationInOneAct(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	asked := []string{"cible", "cohort:c-5a/eleve", "ressource", "r-labo", "ressource", "r-lanterne", "comptees", "1"}
	plan := page(t, b.Post(t, crowd+"/plan", asked...), 200)
	says(t, plan, "28 personnes vont avoir accès à 2 ressources", "51 accès de plus", "5 accès existent déjà", "Le labo de grammaire 5e", "23", "La Lanterne", "Ensemble", "Attribuer 23 exemplaires")
	done := b.Post(t, crowd+"/attribuer", append(asked, "empreinte", value(plan, "empreinte"))...)
	after := shown(t, b, done)
	says(t, after, "23 exemplaires attribués", "La Lanterne", "pour 5e A")
	if got := links(after, "Annuler cette affectation"); !slices.Equal(got, []string{past + "/act-1/annuler"}) {
		t.Errorf("the receipt leads to %q", got)
	}
	if len(o.stock.Acts) != 1 || len(o.stock.Acts[0].Resources) != 2 {
		t.Errorf("acts: %+v", o.stock.Acts)
	}
	again := page(t, b.Post(t, crowd+"/plan", asked...), 200)
	says(t, again, "Il n’y a rien à attribuer", "Ce plan ne change rien")
}

func TestShortageOverSeveralResourcesIsTheManagersChoice(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	asked := []string{"cible", class, "cible", "cohort:c-6a/eleve", "ressource", "r-labo", "ressource", "r-calcul", "comptees", "1"}
	plan := page(t, b.Post(t, crowd+"/plan", asked...), 200)
	says(t, plan, "Il manque 86 exemplaires pour servir tout le monde", "Voir les 57 personnes", "il en manque 32", "il en manque 54", "86 exemplaires manquent", "Que faire des 86 exemplaires qui manquent ?", "25 exemplaires seront attribués, 86 en attente")
	asked = append(asked, "empreinte", value(plan, "empreinte"))
	says(t, page(t, b.Post(t, crowd+"/attribuer", asked...), 409), "Il manque des exemplaires", "Rien n’a été attribué")
	if len(o.stock.Acts) != 0 {
		t.Fatal("something was given")
	}
	says(t, shown(t, b, b.Post(t, crowd+"/attribuer", append(asked, "manque", "serve")...)), "25 exemplaires attribués")
}

// A book whose family is not given offers both.
func TestABookOffersItsFamily(t *testing.T) {
	t.Parallel()
	o := open()
	o.stock.Notice(webtest.Labo).Family = webtest.Preau
	b := o.as(webtest.Vasseur)
	plan := sent(t, b, labo+"/plan", "cible", "cohort:c-5a/eleve")
	says(t, plan, "La mère de famille n’est pas encore donnée.", "Préau Manuels", "Donner aussi la mère de famille", "Attribuer 23 exemplaires")
	both := page(t, b.Post(t, crowd+"/plan", fields(plan, "ressource", "comptees", "selection")...), 200)
	says(t, both, "28 personnes vont avoir accès à 2 ressources", "Préau Manuels")
	if text := looktest.Words(both.Find("main")[0]); strings.Contains(text, "n’est pas encore donnée") {
		t.Error("the family is offered again")
	}
	alone := page(t, b.Post(t, crowd+"/plan", "cible", "cohort:c-5a/eleve", "ressource", "r-labo"), 200)
	says(t, alone, "Donner aussi la mère de famille")
	r := b.Post(t, crowd+"/attribuer", append(fields(both, "ressource", "comptees", "selection"), "empreinte", value(both, "empreinte"))...)
	says(t, shown(t, b, r), "23 exemplaires attribués", "Préau Manuels")
	after := sent(t, b, labo+"/plan", "cible", "cohort:c-5a/eleve")
	if text := looktest.Words(after.Find("main")[0]); strings.Contains(text, "mère de famille") {
		t.Errorf("a family that is given is offered: %s", text)
	}
}

func TestASuggestedBookOffersItsFamily(t *testing.T) {
	t.Parallel()
	o := open()
	o.stock.Notice(webtest.Labo).Family = webtest.Preau
	b := o.as(webtest.Vasseur)
	id := o.asked.Add(webtest.Labo, "", pupilsOf("c-5a", "c-5b")...)
	asked := []string{"part", ofClass(id, "c-5a")}
	plan := page(t, b.Post(t, suggested+"/plan", asked...), http.StatusOK)
	says(t, plan, "La mère de famille n’est pas encore donnée.", "Préau Manuels", "Donner aussi la mère de famille")
	add := plan.Find("button")[slices.IndexFunc(plan.Find("button"), func(b *html.Node) bool { return looktest.Attr(b, "name") == "famille" })]
	both := page(t, b.Post(t, looktest.Attr(add, "formaction"), append(fields(plan, "part"), "famille", looktest.Attr(add, "value"), "mot", "Bonne lecture.")...), http.StatusOK)
	says(t, both, "Bonne lecture.") // what is typed comes along
	says(t, both, "Préau Manuels 5e A", "Le labo de grammaire 5e 5e A")
	if text := looktest.Words(both.Find("main")[0]); strings.Contains(text, "n’est pas encore donnée") {
		t.Error("the family is offered again")
	}
	r := b.Post(t, suggested+"/accepter", append(fields(both, "part", "famille"), "empreinte", value(both, "empreinte"))...)
	says(t, shown(t, b, r), "23 exemplaires attribués")
	given := o.stock.Acts[len(o.stock.Acts)-1]
	if given.Resources[0] != webtest.Preau || len(given.Targets) != 1 || given.Targets[0].ID != "c-5a" {
		t.Errorf("the family was given by %+v", given)
	}
	page(t, b.Post(t, suggested+"/plan", append(asked, "famille", string(webtest.Lanterne))...), http.StatusNotFound)
}

func TestAFileOfBooksOffersTheirFamily(t *testing.T) {
	t.Parallel()
	f := openFiling(t)
	mother := f.Mother(t, webtest.Tilleuls)
	f.Adopt(mother, f.work)
	b := f.as(webtest.Vasseur)
	r := f.send(t, webtest.Vasseur, fichier, "identifiant\next-p-c-5b-00\next-p-c-5b-01\next-p-stray\n", "ressource", string(f.work.ID))
	dry := shown(t, b, r)
	says(t, dry, "La mère de famille n’est pas encore donnée.", mother.Title, "Donner aussi la mère de famille", "Attribuer 2 exemplaires")
	both := shown(t, b, b.Post(t, r.Header.Get("Location")+"/familles", remedy(dry)...))
	says(t, both, "Ce que ferait ce fichier", f.work.Title, mother.Title, "1 ligne refusée")
	if text := looktest.Words(both.Find("main")[0]); strings.Contains(text, "n’est pas encore donnée") {
		t.Error("the family is offered again")
	}
}

func TestFamiliesAreGroupedByKindAndGivenInOneAct(t *testing.T) {
	t.Parallel()
	o := open()
	o.stock.Notice(webtest.Labo).Family, o.stock.Notice(webtest.Calcul).Family = webtest.Preau, webtest.Preau
	b := o.as(webtest.Vasseur)
	p := page(t, b.Get(t, families), 200)
	says(t, p, "Mères de famille d’éditeurs de manuels Préau Manuels", "Pas encore donnée", "2 livres de l’établissement", "Le labo de grammaire 5e", "1 mère de famille n’est pas encore")
	if !slices.ContainsFunc(p.Find("input"), func(n *html.Node) bool {
		return looktest.Attr(n, "value") == "r-preau" && slices.ContainsFunc(n.Attr, func(a attr) bool { return a.Key == "checked" })
	}) {
		t.Error("a family that is not given is not chosen")
	}
	plan := page(t, b.Post(t, families+"/plan", "ressource", "r-preau"), 200)
	says(t, plan, "tout l’établissement", "Ceux qui y arriveront plus tard")
	says(t, shown(t, b, b.Post(t, families+"/attribuer", "ressource", "r-preau", "empreinte", value(plan, "empreinte"))), "Donnée à toute la population", "Toutes sont données")
	if len(o.stock.Acts) != 1 || o.stock.Acts[0].Targets[0].String() != "school" {
		t.Errorf("acts: %+v", o.stock.Acts)
	}
	// A counted book is no family, whatever the form says.
	page(t, b.Post(t, families+"/plan", "ressource", "r-labo"), 404)
	// A notice that says nothing of it reads as multimedia; what most of her books are tells.
	o.stock.Notice(webtest.Preau).Presentation = "MUL"
	says(t, page(t, b.Get(t, families), 200), "Mères de famille d’éditeurs de manuels Préau Manuels")
	for kind, c := range map[string]catalogue.Presentation{"de BRNE": "MUL", "documentaires": "DIC", "Autres mères de famille": "PRO"} {
		o.stock.Notice(webtest.Preau).Presentation, o.stock.Notice(webtest.Preau).Pedagogical = c, []catalogue.Term{{Label: "x"}}
		says(t, page(t, b.Get(t, families), 200), kind)
	}
}

func TestCopiesOfSeveralResourcesComeBackInOneAct(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	says(t, page(t, b.Get(t, take), 200), "Récupération des exemplaires par lot", "Le labo de grammaire 5e", "L’atelier de calcul 6e", "1 verrouillé")
	if text := looktest.Words(page(t, b.Get(t, take), 200).Find("tbody")[0]); strings.Contains(text, "La Lanterne") {
		t.Errorf("nobody has La Lanterne: %s", text)
	}
	asked := []string{"ressource", "r-labo", "ressource", "r-calcul"}
	which := page(t, b.Get(t, take+"/exemplaires?ressource=r-labo&ressource=r-calcul"), 200)
	says(t, which, "8 exemplaires attribués", "7 exemplaires n’ont jamais été ouverts", "5 jamais ouverts.", "1 verrouillé")
	plan := page(t, b.Post(t, take+"/plan", append(asked, "quoi", "tous")...), 200)
	says(t, plan, "7 exemplaires reviennent, de 7 personnes", "1 verrouillé, ne revient pas", "Jamais ouvert", "Reprendre 7 exemplaires")
	r := b.Post(t, take+"/reprendre", append(fields(plan, "ressource", "cible", "quoi"), "empreinte", value(plan, "empreinte"))...)
	after := shown(t, b, r)
	says(t, after, "7 exemplaires repris", "peut être attribué dès maintenant", "0 2 2 0 1 3")
	if got := links(after, "Annuler cette reprise"); !slices.Equal(got, []string{past + "/act-1/annuler"}) {
		t.Errorf("the receipt leads to %q", got)
	}
	if len(o.stock.Acts) != 1 || !o.stock.Acts[0].Take || len(o.stock.Acts[0].Resources) != 2 {
		t.Errorf("acts: %+v", o.stock.Acts)
	}
	page(t, b.Get(t, take+"/exemplaires?ressource=r-none"), 404)
	page(t, b.Get(t, take+"/exemplaires?ressource=r-lanterne"), 404)
}

func TestWhichCopiesComeBackIsTheManagersChoice(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	plan := page(t, b.Post(t, take+"/plan", "ressource", "r-calcul", "quoi", "classes", "cible", "cohort:c-6a", "jamais", "1"), 200)
	says(t, plan, "2 exemplaires reviennent", "1 verrouillé")
	r := b.Post(t, take+"/reprendre", append(fields(plan, "ressource", "cible", "quoi", "jamais"), "empreinte", value(plan, "empreinte"))...)
	shown(t, b, r)
	if got := o.stock.Acts[0]; !got.Only.Unopened || got.Targets[0].String() != "cohort:c-6a" {
		t.Errorf("order %+v", got)
	}
	says(t, page(t, b.Post(t, take+"/plan", "ressource", "r-labo", "quoi", "classes"), 400), "Cochez au moins une classe ou un groupe")
	says(t, page(t, b.Post(t, take+"/plan", "ressource", "r-labo", "quoi", "liste"), 400), "Choisissez un fichier, ou collez une liste")
	page(t, b.Post(t, take+"/plan", "ressource", "r-labo", "quoi", "rien"), 400)
	page(t, b.Post(t, take+"/plan", "ressource", "r-labo", "quoi", "classes", "cible", "cohort:c-2de1"), 404)
	says(t, page(t, b.Post(t, take+"/plan", "ressource", "r-labo", "quoi", "partis"), 200), "Rien ne peut être repris")
}

func TestAListOfPersonsIsReadAndItsWrongLinesAreSaid(t *testing.T) {
	t.Parallel()
	o := open()
	o.world.Everyone = append(o.world.Everyone, twin("p-twin-a", "c-5a"), twin("p-twin-b", "c-5b"))
	b := o.as(webtest.Vasseur)
	first := o.world.Everyone[0] // a pupil of 5e A with a copy
	list := "Nom;Prénom;Classe;Identifiant\n" +
		first.Name.Family + ";" + first.Name.Given + ";5eA;\n" + // the class by its code
		";;;ext-p-c-5a-01\n" +
		";;;ext-p-c-5a-01\n" +
		"\n" +
		"Dupont;Élise;;\n" +
		"Dupont;Zoé;5e A;\n" +
		"Dupont;Élise;9e Z;\n" +
		";;5e A;\n" +
		";;;ext-p-stray\n" +
		"DUPONT;elise;5e B;\n"
	pairs := []string{"ressource", "r-labo", "quoi", "liste"}
	for name, send := range map[string]func() *http.Response{
		"pasted":   func() *http.Response { return b.Post(t, take+"/plan", append(pairs, "texte", list)...) },
		"uploaded": func() *http.Response { return upload(t, b, take+"/plan", list, pairs...) },
		"tabs": func() *http.Response {
			return upload(t, b, take+"/plan", strings.ReplaceAll(list, ";", "\t"), pairs...)
		},
	} {
		plan := page(t, send(), 200)
		says(t, plan, "2 exemplaires reviennent, de 2 personnes", "6 lignes ne sont pas prises.", "Ligne 4. La ligne 3 dit déjà la même chose", "Ligne 6. 2 personnes s’appellent Élise Dupont. Ajoutez la classe",
			"Ligne 7. Zoé Dupont n’est pas dans l’établissement", "Ligne 8. Aucune classe ni aucun groupe de l’établissement 0991234D ne s’appelle « 9e Z »", "Ligne 9. La ligne ne dit pas qui",
			"Ligne 10. Personne n’a l’identifiant « ext-p-stray »", "1 fois, rien à reprendre")
		if got := value(plan, "personnes"); got != "p-c-5a-00 p-c-5a-01 p-twin-b" {
			t.Errorf("%s: carries %q", name, got)
		}
	}
	latin := upload(t, b, take+"/plan", "\xc9l\xe8ve,classe\nMARCHAL In\xe8s,5e B\n", pairs...)
	says(t, page(t, latin, 200), "Accents convertis.", "Rien ne peut être repris")
	ids := page(t, upload(t, b, take+"/plan", "ext-p-c-5a-02\next-p-c-5a-03\n", pairs...), 200)
	says(t, ids, "2 exemplaires reviennent")
	r := b.Post(t, take+"/reprendre", append(fields(ids, "ressource", "quoi", "personnes"), "empreinte", value(ids, "empreinte"))...)
	says(t, shown(t, b, r), "2 exemplaires repris")
	if got := o.stock.Acts[0].Only.Persons; !slices.Equal(got, []directory.PersonID{"p-c-5a-02", "p-c-5a-03"}) {
		t.Errorf("taken from %v", got)
	}
	for file, says := range map[string]string{
		"Dupont;5e A\n": "La première ligne ne nomme aucune colonne connue", "PK\x03\x04": "Ce fichier est un classeur",
		strings.Repeat("x", 1<<20+1): "1 Mo au plus", "id\n" + strings.Repeat("x\n", 5001): "plus de 5 000 lignes", "nom;prenom\na;\"b\n": "Un guillemet",
	} {
		r := upload(t, b, take+"/plan", file, pairs...)
		if text := strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(looktest.Body(t, r)); r.StatusCode != 400 || !strings.Contains(text, says) {
			t.Errorf("%.20q: %s", file, r.Status)
		}
	}
}

func twin(id directory.PersonID, in directory.CohortID) webtest.Someone {
	w := webtest.NewWorld()
	one := w.Everyone[0]
	one.ID, one.External, one.Name, one.In = id, "ext-"+string(id), directory.Name{Family: "Dupont", Given: "Élise"}, []directory.CohortID{in}
	return one
}

func TestTamperedFormsOfSeveralResourcesAreRefused(t *testing.T) {
	t.Parallel()
	o := open()
	b := o.as(webtest.Vasseur)
	var many []string
	for i := range 101 {
		many = append(many, "ressource", fmt.Sprint("r-", i))
	}
	for _, c := range []struct {
		path  string
		pairs []string
		want  int
	}{
		{crowd, []string{"montrer", "roi"}, 400}, {crowd, []string{"cible", "cohort:c-2de1"}, 404}, {crowd + "/ressources", []string{"cible", "person:p-stray"}, 404},
		{crowd + "/plan", []string{"cible", class, "ressource", "r-none"}, 404}, {crowd + "/plan", append(many, "cible", class), 400},
		{crowd + "/attribuer", []string{"cible", "person:p-stray", "ressource", "r-labo", "empreinte", "x"}, 404},
		{crowd + "/attribuer", []string{"cible", class, "ressource", "r-labo", "ordre", "age"}, 400},
		{families + "/attribuer", []string{"ressource", "r-none"}, 404}, {take + "/reprendre", []string{"ressource", "r-none"}, 404},
		{take + "/reprendre", []string{"ressource", "r-labo", "quoi", "liste", "personnes", strings.Repeat("x ", 5001)}, 400},
	} {
		if r := b.Post(t, c.path, c.pairs...); r.StatusCode != c.want {
			t.Errorf("%s %.60q: %d, want %d", c.path, c.pairs, r.StatusCode, c.want)
		}
	}
	o.stock.Busy = fault.New(fault.Unavailable, "db.busy")
	if r := b.Post(t, take+"/reprendre", "ressource", "r-labo", "quoi", "tous", "empreinte", "x"); r.StatusCode != 503 {
		t.Errorf("a broken house: %s", r.Status)
	}
	for _, path := range []string{crowd + "/ressources", crowd + "/plan", take + "/plan", families + "/plan"} {
		if r := b.Get(t, path); r.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
	if len(o.stock.Acts) != 0 {
		t.Errorf("acts were done: %v", o.stock.Acts)
	}
}

// Of a class of which some are chosen, the box is half ticked, and its note says how many.
func TestAClassOfWhichSomeAreChosenIsHalfTicked(t *testing.T) {
	t.Parallel()
	b := open().as(webtest.Vasseur)
	half := func(p *looktest.Doc) (out []string) {
		for _, n := range p.Find("input") {
			if k := looktest.Attr(n, "data-half"); k != "" {
				out = append(out, looktest.Attr(n, "data-group")+" "+k)
			}
		}
		return out
	}
	one, two := "person:p-c-5b-00/eleve", "person:p-c-5b-01/eleve"
	p := page(t, b.Post(t, crowd, "cible", one, "cible", two, "nom", "abadie"), 200)
	says(t, p, "2 choisis sur", "Abadie")
	if got := half(p); !slices.Equal(got, []string{"c-5b 2", "g-latin 1"}) {
		t.Errorf("by population: %q", got)
	}
	if !slices.ContainsFunc(p.Find("li"), func(n *html.Node) bool {
		return strings.Contains(looktest.Words(n), "Abadie") && strings.HasSuffix(looktest.Words(n), " 5e B") && strings.Contains(looktest.Attr(n, "data-in"), "c-5b")
	}) {
		t.Error("who is found by name is not said to be of a class")
	}
	if got := half(page(t, b.Post(t, crowd, "cible", one, "cible", class, "montrer", "eleve"), 200)); slices.Contains(got, "c-5b 1") {
		t.Errorf("a class that is chosen: %q", got)
	}
	if got := half(page(t, b.Post(t, crowd, "cible", one, "montrer", "enseignant"), 200)); len(got) != 0 {
		t.Errorf("among the teachers: %q", got)
	}
}
