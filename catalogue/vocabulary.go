package catalogue

import (
	"cmp"
	"strings"

	"pupitre/internal/lang"
)

// In is what a term is called in a language. French is what its notice says, or the vocabulary; English is what its notice says in English,
// or the vocabulary, or else the French. A term that nobody has a word for is its identifier.
func (t Term) In(locale lang.Locale) string {
	if locale == lang.French {
		return t.Label
	}
	return cmp.Or(t.English, vocabulary[termName(t.URI)].en, english[strings.ToLower(t.Label)], t.Label)
}

// words are what a term is called.
type words struct{ fr, en string }

// termName is how a term is looked up: LOM's tokens have spaces, which addresses write as underscores.
func termName(uri string) string {
	return strings.ToLower(strings.ReplaceAll(lastSegment(uri), "_", " "))
}

// vocabulary names terms by their identifiers: the tokens of LOM (IEEE 1484.12.1, 5.2 and 5.5), and those entries of ScoLOMFR's vocabularies
// (levels voc-022, types voc-010, documents voc-005) that notices often leave without a label.
var vocabulary = map[string]words{
	"exercise": {"exercice", "exercise"}, "questionnaire": {"questionnaire", "questionnaire"}, "self assessment": {"auto-évaluation", "self-assessment"},
	"exam": {"évaluation", "assessment"}, "lecture": {"cours / présentation", "lesson / presentation"}, "simulation": {"simulation", "simulation"},
	"experiment": {"expérience", "experiment"}, "problem statement": {"énoncé de problème", "problem statement"}, "narrative text": {"texte", "text"},
	"diagram": {"diagramme", "diagram"}, "figure": {"figure", "figure"}, "graph": {"graphique", "graph"}, "index": {"index", "index"},
	"slide": {"diaporama", "slides"}, "table": {"tableau", "table"},

	"learner": {"élèves", "pupils"}, "teacher": {"enseignants", "teachers"}, "author": {"auteurs", "authors"}, "manager": {"encadrement", "school leaders"},
	"documentaliste": {"documentalistes", "librarians"},

	"scolomfr-voc-022-num-016": {"collège", "lower secondary school"}, "scolomfr-voc-022-num-018": {"6e", "6e"}, "scolomfr-voc-022-num-020": {"5e", "5e"},
	"scolomfr-voc-022-num-021": {"4e", "4e"}, "scolomfr-voc-022-num-023": {"3e", "3e"},

	"scolomfr-voc-010-num-001": {"animation", "animation"}, "scolomfr-voc-010-num-006": {"étude de cas", "case study"},
	"scolomfr-voc-010-num-014": {"manuel d’enseignement", "textbook"}, "scolomfr-voc-010-num-025": {"méthode de langues", "language course"},
	"scolomfr-voc-010-num-027": {"activité pédagogique", "learning activity"},

	"scolomfr-voc-005-num-024": {"livre numérique", "e-book"}, "scolomfr-voc-005-num-034": {"présentation multimédia", "multimedia presentation"},
	"scolomfr-voc-005-num-039": {"site Web", "website"},
}

// english says in English what notices often say in French alone. Names of classes (« 5e ») are the same in both.
var english = map[string]string{
	"école maternelle": "nursery school", "maternelle": "nursery school", "école élémentaire": "primary school", "école primaire": "primary school", "élémentaire": "primary school",
	"collège": "lower secondary school", "lycée": "upper secondary school", "lycée général et technologique": "general and technological upper secondary school",
	"lycée professionnel": "vocational upper secondary school", "enseignement supérieur": "higher education",

	"allemand": "German", "anglais": "English", "arabe": "Arabic", "arts plastiques": "visual arts", "chinois": "Chinese", "éducation musicale": "music", "musique": "music",
	"éducation civique": "citizenship", "enseignement moral et civique": "moral and civic education", "éducation physique et sportive": "physical education", "espagnol": "Spanish",
	"français": "French", "géographie": "geography", "grec ancien": "ancient Greek", "histoire": "history", "histoire des arts": "history of art", "histoire-géographie": "history and geography",
	"histoire et géographie": "history and geography", "italien": "Italian", "langues vivantes": "modern languages", "latin": "Latin", "lettres": "literature", "mathématiques": "mathematics",
	"documentation": "library skills", "éducation aux médias et à l'information": "media and information literacy", "éducation aux médias et à l’information": "media and information literacy",
	"langues et cultures de l'antiquité": "classical languages", "langues et cultures de l’antiquité": "classical languages", "numérique et sciences informatiques": "computer science",
	"philosophie": "philosophy", "physique-chimie": "physics and chemistry", "physique chimie": "physics and chemistry", "portugais": "Portuguese", "sciences": "science",
	"sciences de la vie et de la terre": "life and Earth sciences", "sciences économiques et sociales": "economics and social sciences", "technologie": "technology", "toutes matières": "all subjects",

	"activité pédagogique": "learning activity", "animation": "animation", "annales": "past papers", "atlas": "atlas", "auto-évaluation": "self-assessment", "autoévaluation": "self-assessment",
	"banque de vidéos": "video library", "cahier d'exercices": "workbook", "cahier d’exercices": "workbook", "carte": "map", "cours / présentation": "lesson / presentation", "démonstration": "demonstration",
	"dictionnaire": "dictionary", "encyclopédie": "encyclopaedia", "enregistrement sonore": "sound recording", "étude de cas": "case study", "évaluation": "assessment", "exercice": "exercise",
	"expérience": "experiment", "fiche pédagogique": "lesson plan", "guide": "guide", "jeu éducatif": "educational game", "livre numérique": "e-book", "manuel d'enseignement": "textbook",
	"manuel d’enseignement": "textbook", "manuel numérique": "digital textbook", "matériel de référence": "reference material", "méthode de langues": "language course", "outil": "tool",
	"périodique": "periodical", "podcast": "podcast", "présentation multimédia": "multimedia presentation", "question": "question", "recueil d'exercices": "collection of exercises",
	"recueil d’exercices": "collection of exercises", "ressource interactive": "interactive resource", "revue": "magazine", "roman": "novel", "simulation": "simulation", "site web": "website",
	"texte": "text", "tutoriel": "tutorial", "vidéo": "video", "collection": "collection", "base de données": "database", "image": "picture", "image fixe": "still picture", "image en mouvement": "moving picture",
	"logiciel": "software", "son": "sound",

	"élèves": "pupils", "élève": "pupil", "enseignants": "teachers", "enseignant": "teacher", "documentalistes": "librarians", "parents": "parents", "grand public": "general public",
}
