package web_test

import (
	"net/http"
	"testing"
	"time"

	"pupitre/exos"
	"pupitre/exos/store/storetest"
	"pupitre/internal/lang"
	"pupitre/internal/look/looktest"
)

func TestEveryPageKeepsTheRulesInBothLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, locale := range lang.Locales {
		stranger := &browser{world: w, locale: locale}
		stranger.page("/", http.StatusOK)
		stranger.page("/deconnexion", http.StatusOK)
		for _, profile := range []exos.Profile{exos.Pupil, exos.Teacher, exos.Staff} {
			b := w.as(storetest.Claims(exos.Pseudonym(string(locale)+string(profile)), profile))
			b.locale = locale
			module := "/modules/" + string(w.Module)
			for _, path := range []string{"/", "/modules", module, module + "/exercices/1", "/groupes", "/devoirs", "/aide", "/hors-ligne", "/appli/", "/", "/modules", module} {
				b.page(path, http.StatusOK)
			}
			b.page("/modules/nowhere", http.StatusNotFound)
			b.page(module+"/exercices/99", http.StatusNotFound)
			b.page("/nowhere", http.StatusNotFound)
		}
	}
}

func TestStrangersAreLedToTheSignIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := &browser{world: w, locale: lang.French}
	home := b.page("/", http.StatusOK)
	home.says("Médiacentre", "Aller au Médiacentre")
	for _, path := range []string{"/modules", "/modules/x", "/modules/x/exercices/1", "/groupes", "/devoirs", "/aide"} {
		answer := b.do(get(path))
		if at := answer.Header.Get("Location"); answer.StatusCode != http.StatusSeeOther || len(at) < 11 || at[:11] != "/connexion?" {
			t.Errorf("%s: %s to %q", path, answer.Status, at)
		}
	}
	for _, path := range []string{"/modules/x/exercices/1", "/modules/x/exercices/1/encore", "/modules/x/version", "/api/evenements"} {
		if answer := b.do(post(path, "")); answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("POST %s: %s", path, answer.Status)
		}
	}
}

// Whoever has no portal signs in where their account is, at the issuer's: here nobody is asked for a password.
func TestTheDoorAsksForNoPassword(t *testing.T) {
	t.Parallel()
	stranger := &browser{world: newWorld(t), locale: lang.French}
	door := stranger.page("/", http.StatusOK)
	door.says("Avec ENT", "Se connecter au portail", "Sans ENT", "Identifiant et mot de passe", "Biblio Exos ne demande ni nom ni mot de passe")
	door.says("Collège", "Lycée")
	leads := map[string]bool{}
	for _, a := range door.Find("a") {
		leads[looktest.Attr(a, "href")] = true
	}
	for _, way := range []string{"idENT=sans-ent", "niveau=college", "niveau=lycee"} {
		if !leads["http://pupitre.example/connexion?"+way] {
			t.Errorf("nothing leads to the issuer's %s", way)
		}
	}
	for _, field := range door.Find("input") {
		if kind := looktest.Attr(field, "type"); kind != "hidden" {
			t.Errorf("the page asks for %s (%s)", looktest.Attr(field, "name"), kind)
		}
	}
}

// An address that does not exist was asked by somebody: the page speaks to them, in their frame.
func TestAPageThatIsNotThereIsStillTheReaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.pupil().page("/nowhere", http.StatusNotFound).says("Inès", "Mes modules", "Vérifie l’adresse", "Voir mes modules")
	w.as(storetest.Claims("t1", exos.Teacher)).page("/nowhere", http.StatusNotFound).says("Vérifiez l’adresse")
	stranger := &browser{world: w, locale: lang.French}
	lost := stranger.page("/nowhere", http.StatusNotFound)
	lost.says("Vérifie l’adresse", "Aller au Médiacentre")
	lost.silent("Voir mes modules")
}

func TestCardHasTheDocumentsWords(t *testing.T) {
	t.Parallel()
	b := newWorld(t).pupil()
	cards := b.page("/modules", http.StatusOK)
	cards.says("1 module", "Le labo de grammaire 5e", "Éditions du Préau", "Validité : 31/08/2027", "Réussite (%) : 0 %", "Fait : 0 sur 24")
	cards.says("Pour bénéficier du mode hors connexion, installez l’application.", "Ouvrir dans Biblio Exos", "Installer l’application")
}

func TestNoModuleSaysWhatToDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Broker.Give(nil)
	w.pupil().page("/modules", http.StatusOK).says("Pas encore de module", "Demande-lui")
	w.as(storetest.Claims("t1", exos.Teacher)).page("/modules", http.StatusOK).says("Demandez à la personne responsable")
}

func TestEndedModuleIsClosedAndOwnWorkStaysReadable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := w.pupil()
	first := b.exercise("1")
	form := first.form()
	form.Set("r.RESPONSE", "TANTE")
	first.press(form, "do", "answer")
	w.Clock.Set(time.Date(2027, time.September, 1, 8, 0, 0, 0, time.UTC))
	b = w.pupil()
	b.page("/modules", http.StatusOK).says("finie le 31/08/2027", "31 août 2027")
	own := b.exercise("1")
	own.says("n’est plus ouvert")
	own.silent("Valider", "VOLETS est")
	b.page("/modules/"+string(w.Module)+"/exercices/2", http.StatusForbidden).says("professeur", "n’est plus ouvert")
}

func TestWhoNeverHeldTheModuleIsToldWhyAndWhomToAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Broker.Give(nil)
	w.pupil().page("/modules/"+string(w.Module)+"/exercices/1", http.StatusForbidden).says("n’est pas attribué", "parles-en à ton professeur")
	w.as(storetest.Claims("t1", exos.Teacher)).page("/modules/"+string(w.Module), http.StatusForbidden).says("responsable des affectations")
}

func TestHomeSaysWhereIWas(t *testing.T) {
	t.Parallel()
	b := newWorld(t).pupil()
	b.page("/", http.StatusOK).says("Bonjour Inès", "Le labo de grammaire 5e")
	b.exercise("3")
	b.page("/", http.StatusOK).says("Exercice 3 : ", "là où tu en étais aujourd’hui", "Reprendre")
}

func TestHelpTellsWhatIsKnown(t *testing.T) {
	t.Parallel()
	help := newWorld(t).pupil().page("/aide", http.StatusOK)
	help.says("Inès", "0991234D", "5e B, Latin", "Élève", "Pseudonyme")
}
