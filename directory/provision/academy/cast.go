package academy

import "pupitre/directory"

// Tilleuls is the first school of every academy of the second degree.
const (
	Tilleuls     directory.UAI = "0991234D"
	TilleulsName string        = "Collège Les Tilleuls"
	TilleulsTown string        = "Rochebrune"
)

// Character is somebody of the « Collège Les Tilleuls » whom the demonstration relies on. Role is a word of the portal's pages:
// eleve, enseignant, documentaliste, responsable, direction.
type Character struct {
	Login    string
	External string // GARPersonIdentifiant
	Given    string
	Family   string
	Role     string
	Class    string // label of the class of a pupil: « 5e B »
	School   directory.UAI
	Shared   bool // works in the second school, too

	civility string
	profile  string // National_…
	subject  string // code, of a teacher
	classes  []string
}

// Name is the given name, then the family name.
func (c Character) Name() string { return c.Given + " " + c.Family }

// Cast lists them: who assigns, who heads, who teaches, who looks after the books, who learns.
var Cast = []Character{
	{Login: "claire.vasseur", External: "tilleuls-c-0001", Given: "Claire", Family: "Vasseur", Role: "responsable", School: Tilleuls, civility: "Mme", profile: "National_eta"},
	{Login: "helene.castaing", External: "tilleuls-c-0002", Given: "Hélène", Family: "Castaing", Role: "direction", School: Tilleuls, civility: "Mme", profile: "National_dir"},
	{Login: "nadia.aubry", External: "tilleuls-c-0003", Given: "Nadia", Family: "Aubry", Role: "enseignant", School: Tilleuls, civility: "Mme", profile: "National_ens", subject: french, classes: []string{"5B", "6A"}},
	{Login: "karim.belhadj", External: "tilleuls-c-0004", Given: "Karim", Family: "Belhadj", Role: "enseignant", School: Tilleuls, civility: "M.", profile: "National_ens", subject: maths, classes: []string{"5A", "5B"}},
	{Login: "odile.tran", External: "tilleuls-c-0005", Given: "Odile", Family: "Tran", Role: "documentaliste", School: Tilleuls, Shared: true, civility: "Mme", profile: "National_doc"},
	{Login: "ines.marchal", External: "tilleuls-c-0006", Given: "Inès", Family: "Marchal", Role: "eleve", Class: "5e B", School: Tilleuls},
	{Login: "malo.kerbrat", External: "tilleuls-c-0007", Given: "Malo", Family: "Kerbrat", Role: "eleve", Class: "5e B", School: Tilleuls},
	{Login: "sacha.lemoine", External: "tilleuls-c-0008", Given: "Sacha", Family: "Lemoine", Role: "eleve", Class: "5e A", School: Tilleuls},
}

// FindCharacter returns one of the cast by login.
func FindCharacter(login string) (Character, bool) {
	for _, c := range Cast {
		if c.Login == login {
			return c, true
		}
	}
	return Character{}, false
}
