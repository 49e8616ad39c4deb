package look_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"pupitre/internal/clock"
	"pupitre/internal/httpx"
	"pupitre/internal/lang"
	"pupitre/internal/look"
)

// kitPage shows every piece, in every state.
type kitPage struct {
	look.Shell
	Words    kitWords
	Under    string
	Pause    string
	Counters look.Counters
	Tags     []look.Tag
	Chips    look.Chips
	Single   look.Chips
	Notes    []look.Message
	Fields   []look.Field
	Sort     look.Sort
	Rows     []kitRow
	Pager    look.Pager
	Cards    []look.Card
	Shelf    look.Shelf
	Empty    look.Empty
	Dialog   look.Dialog
	Bar      look.ActionBar
}

type kitWords struct{ Buttons, Look, Back, Take, Give, Messages, Fields, Table, Left, Use, Cards, Rings string }

type kitRow struct {
	Cover     look.Cover
	Title, By string
	Left      int
	Used      int
	Tone      string
}

func fillKit(s look.Shell) *kitPage {
	s.Title, s.Lead, s.Area = "Composants", "Le petit nombre de pièces dont toutes les pages sont faites.", "Console d’affectation"
	s.Crumbs = []look.Link{{Text: "Accueil", Href: "/"}, {Text: "Composants", Current: true}}
	s.Steps = []look.Step{{Text: "Ressource", Href: "/", Done: true}, {Text: "Population", Current: true}, {Text: "Plan"}}
	s.Spaces = []look.Space{{Name: "Médiacentre", Note: "Les ressources que je peux ouvrir", Href: "/mediacentre", Icon: "book-open"}, {Name: "Console d’affectation", Href: "/affectation", Icon: "clipboard-list", Current: true}}
	s.Nav = []look.Link{{Text: "Tableau de bord", Href: "/"}, {Text: "Composants", Href: "/kit", Current: true}, {Text: "Suggestions", Href: "/s", Count: 3}}
	s.School = &look.School{Code: "0991234D", Name: "Collège Les Tilleuls", Town: "Rochebrune", Href: "/etablissement"}
	s.Who = &look.Who{Name: "Claire Vasseur", Role: "Responsable d’affectation", Initials: "CV", SignOut: "/deconnexion"}
	s.Banner = &look.Banner{Label: "Hors connexion", Icon: "wifi-off", Text: "Pour bénéficier du mode hors connexion, installez l’application.", Caps: true, Actions: []look.Link{{Text: "Installer l’application", Href: "/hors-ligne"}}}
	s.Problems = []look.Problem{{Field: "f2", Text: "La réserve ne peut pas être négative"}}
	s.Messages = []look.Message{{Tone: look.Green, Title: "25 exemplaires attribués", Text: "Vous pouvez annuler jusqu’au 14 octobre 2026.", Link: look.Link{Text: "Annuler", Href: "/annuler"}}}
	s.Toasts = append(s.Toasts, look.Message{Tone: look.Green, Text: "25 exemplaires attribués.", Link: look.Link{Text: "Annuler", Href: "/annuler"}})
	return &kitPage{
		Shell: s, Under: "Sous le titre.", Pause: "Mettre en pause",
		Words: kitWords{"Boutons", "Examiner", "Revenir", "Reprendre 9 exemplaires", "Attribuer", "Messages", "Champs", "Ressources", "Restants", "Usage", "Cartes", "Anneaux"},
		Counters: look.Counters{
			Selected: look.Figure{N: 37, Live: true}, Available: look.Figure{N: 31}, Left: look.Figure{N: -6, Wrong: true},
			Suggested: look.Figure{N: 2}, Assigned: look.Figure{N: 119}, Total: look.Figure{Text: "illimité"},
		},
		Tags:   []look.Tag{{Text: "Par élève"}, {Text: "Nouveau", Tone: look.News}, {Text: "Hors connexion", Tone: look.Green, Icon: "wifi-off"}, {Text: "Finit le 30", Tone: look.Amber, Icon: "calendar-clock"}, {Text: "En retard", Tone: look.Red, Icon: "triangle-alert"}},
		Chips:  look.Chips{Legend: "Filtres", Name: "etat", Items: []look.Chip{{Text: "Sans exemplaire", Value: "sans", Count: 26, On: true}, {Text: "Presque épuisées", Value: "bas", Count: 2}}},
		Single: look.Chips{Legend: "Profil", Name: "profil", Single: true, Items: []look.Chip{{Text: "Élèves", Value: "e", Count: 612, On: true}, {Text: "Enseignants", Value: "p", Count: -1}}},
		Notes: []look.Message{
			{Title: "Le monde a bougé", Text: "Paul Etchegaray a attribué 4 exemplaires. Voici le nouveau plan."},
			{Tone: look.Amber, Icon: "calendar-clock", Title: "Finit dans 16 jours", Text: "90 élèves perdront l’accès le 30 septembre."},
			{Tone: look.Red, Title: "L’import s’est arrêté", Text: "Ligne 214 : la classe « 5e Z » n’existe pas. Rien n’a changé."},
		},
		Fields: []look.Field{
			{ID: "f1", Label: "Budget d’exemplaires", Hint: "Ce que le délégué peut attribuer.", Type: "number", Value: "40", Min: "0"},
			{ID: "f2", Label: "Garder en réserve", Hint: "Sur le total.", Error: "−5 : la réserve ne peut pas être négative.", Value: "-5", InputMode: "numeric", Required: true},
			{ID: "f3", Name: "niveau", Label: "Niveau", Type: "select", Options: []look.Option{{Value: "", Text: "Tous"}, {Value: "5e", Text: "5e", On: true}}},
			{ID: "f4", Label: "Message", Type: "textarea", Value: "Bonjour"},
		},
		Sort:  look.Sort{Text: "Ressource", Href: "?tri=-titre", Dir: "ascending"},
		Rows:  []kitRow{{look.Cover{ID: "ark:/99999/labo-grammaire-5e", Level: "5e", Size: "s"}, "Le labo de grammaire 5e", "Éditions du Préau", 25, 83, ""}, {look.Cover{ID: "ark:/99999/encyclo-lanterne", Size: "s"}, "La Lanterne, encyclopédie des collèges", "La Lanterne", 12345, 97, "soon"}},
		Pager: look.Pager{From: 1, To: 10, Total: 29, Prev: "?page=1", Next: "?page=3"},
		Cards: kitCards(3),
		Shelf: look.Shelf{ID: "fam", Title: "Bibliothèque des Éditions du Préau", Note: "2 livres, un seul compte", Books: []look.Book{{Cover: look.Cover{ID: "ark:/99999/fabrique-maths-5e", Level: "5e"}, Title: "La fabrique de maths 5e", Href: "/m"}, {Cover: look.Cover{ID: "ark:/99999/preau-ortho"}, Title: "Orthographe, le carnet"}}},
		Empty: look.Empty{Title: "Aucune suggestion pour l’instant", Text: "Quand un enseignant propose une ressource pour ses classes, elle arrive ici.", Action: look.Link{Text: "Entrer par ressource", Href: "/affectation/ressources"}},
		Dialog: look.Dialog{ID: "reprendre", Title: "Reprendre 9 exemplaires de la 5e C ?", Text: "Ils n’ont jamais été ouverts.", Action: "/reprendre", Verb: "Reprendre 9 exemplaires", Danger: true,
			Fields: []look.Hidden{{Name: "lot", Value: "b1"}}, Leave: look.Link{Text: "Ne rien reprendre", Href: "#"}},
		Bar: look.ActionBar{Label: "Sélection", Title: "31 élèves sélectionnés", Note: "Il manque 6 exemplaires.", Tone: look.Red, Others: []look.Link{{Text: "Vider la sélection", Href: "/vider"}}, Do: look.Button{Text: "Voir le plan", Icon: "arrow-right", Href: "/plan"}},
	}
}

// kitCards makes n cards; the third of each three is closed.
func kitCards(n int) []look.Card {
	var cards []look.Card
	for i := range n {
		c := look.Card{
			Cover: look.Cover{ID: "ark:/99999/" + string(rune('a'+i)), Level: "5e"}, Title: "Le labo de grammaire 5e", Href: "/mediacentre/ouvrir/1", By: "édité par Éditions du Préau",
			Tags: []look.Tag{{Text: "Cahier d’exercices"}, {Text: "5e"}, {Text: "Hors connexion", Tone: look.Green, Icon: "wifi-off"}}, Foot: "Donné à la 5e B jusqu’au 31 août 2027",
		}
		if i%3 == 2 {
			c.Href, c.Foot, c.Closed, c.Why, c.Ask = "", "", true, "Pas encore donnée à ta classe.", look.Link{Text: "Demander à Mme Vasseur", Href: "/demander"}
		}
		cards = append(cards, c)
	}
	return cards
}

// kit is a small product whose only pages are the kit and its failures.
func kit(t testing.TB) http.Handler {
	t.Helper()
	words := lang.MustLoad()
	site := look.New(look.Pupitre, words)
	site.Frame = func(_ *http.Request, s *look.Shell) { s.Nav = []look.Link{{Text: "Aide", Href: "/aide"}} }
	edge := &httpx.Edge{Log: slog.New(slog.DiscardHandler), Now: clock.System, Words: words, Pages: site}
	mux := edge.Mux()
	site.Mount(mux)
	page := site.Template(os.DirFS("testdata"), "kit.html")
	mux.Handle("GET /kit", func(w http.ResponseWriter, r *http.Request) error {
		p := fillKit(site.Shell(r))
		p.Airy = r.URL.Query().Has("airy")
		if !r.URL.Query().Has("dialogue") {
			p.Dialog = look.Dialog{}
		}
		return page.Send(w, r, http.StatusOK, p)
	})
	mux.Handle("POST /flash", func(w http.ResponseWriter, r *http.Request) error {
		m := look.Message{Tone: look.Green, Title: r.FormValue("title"), Text: r.FormValue("text"), Link: look.Link{Text: "Annuler", Href: r.FormValue("undo")}}
		if err := site.Flash(w, r, m); err != nil {
			return err
		}
		http.Redirect(w, r, "/kit", http.StatusSeeOther)
		return nil
	})
	return edge.Wrap(mux)
}

// get asks the kit for a page, with headers as pairs.
func get(t testing.TB, h http.Handler, path string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}
