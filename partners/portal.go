package partners

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/fault"
	"pupitre/internal/httpx"
	"pupitre/internal/recent"
	"pupitre/licensing"
	"pupitre/mediacentre"
)

// Desks is what the portals' door asks of the médiacentre.
type Desks interface {
	Desk(ctx context.Context, person directory.PersonID, school directory.SchoolID) (mediacentre.Desk, error)
}

// People is what it asks of the directory.
type People interface {
	FindSchoolByUAI(ctx context.Context, uai directory.UAI) (directory.School, error)
	FindPersonByExternal(ctx context.Context, project directory.ProjectID, external string) (directory.Person, error)
}

// Resources is what it asks of the catalogue.
type Resources interface {
	List(ctx context.Context, f catalogue.Find) ([]catalogue.Resource, error)
}

// Sellers is what it asks of licensing: who has sold each resource.
type Sellers interface {
	Distributors(ctx context.Context, resources ...catalogue.ResourceID) (map[catalogue.ResourceID][]string, error)
}

// PortalDoor is the face that portals ask what a person may open (« WS Médiacentre »), for the host list-ressource.… It speaks JSON, and
// its errors too, uncompressed (gar-protocol §3). Build it as a literal.
type PortalDoor struct {
	Gate
	Base      string // the broker's address, without a slash at the end: links to resources go through it
	Desks     Desks
	People    People
	Resources Resources
	Sellers   Sellers

	once    sync.Once
	mux     *http.ServeMux
	schools recent.Memory[directory.UAI, directory.School]
	told    recent.Memory[string, text]
}

// ServeHTTP answers one request.
func (d *PortalDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.once.Do(func() {
		d.JSON = true
		d.told.Most = 512 // of about 30 KiB
		d.mux = http.NewServeMux()
		for pattern, do := range map[string]func(*call) error{
			"GET /ressources/{project}/{uai}/{person}": d.list,
			"GET /ressourcesDiffusables":               d.catalogue,
			"/ressources/{project}/{uai}/{person}":     refuseMethod("GET"),
			"/ressourcesDiffusables":                   refuseMethod("GET"),
			"/":                                        func(*call) error { return errNoRoute },
		} {
			d.mux.Handle(pattern, d.open(ForResourceList, do))
		}
	})
	d.mux.ServeHTTP(w, r)
}

// list is GET /ressources/{idENT}/{UAI}/{GARPersonIdentifiant}: what the person may open at this school, at this instant. All three
// are in clear. A person whom the portal has not sent yet is 404: the portal shows the sentence to them.
func (d *PortalDoor) list(c *call) error {
	ctx := c.r.Context()
	project := directory.ProjectID(c.r.PathValue("project"))
	if project != c.partner.Project {
		if err := d.note(c, "ressources", string(project)); err != nil {
			return err
		}
		return fault.New(fault.Denied, "partners.project.other", "project", string(project), "own", string(c.partner.Project))
	}
	school, err := d.school(ctx, project, c.r.PathValue("uai"))
	if err != nil {
		return err
	}
	person, err := d.People.FindPersonByExternal(ctx, project, c.r.PathValue("person"))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "partners.person.unknown", "project", string(project))
	}
	if err != nil {
		return err
	}
	desk, err := d.Desks.Desk(ctx, person.ID, school.ID)
	if err != nil {
		return err
	}
	shown := slices.DeleteFunc(desk.Cards, func(card mediacentre.Card) bool { return !card.Openable || !card.Resource.Shown })
	// It names nobody: the pupils of a class, who come at the same minute, are mostly told the same.
	told, err := d.told.Find(listOf(school, shown), d.Now(), func() (text, error) { return d.write(shown, school) })
	if err != nil {
		return err
	}
	return told.send(c, jsonType+";charset=utf-8")
}

// listOf is what tells one list from another.
func listOf(school directory.School, cards []mediacentre.Card) string {
	var b strings.Builder
	b.WriteString(string(school.ID))
	for _, card := range cards {
		b.WriteByte(' ')
		b.WriteString(string(card.Resource.ID))
	}
	return b.String()
}

// write is the answer's text.
func (d *PortalDoor) write(cards []mediacentre.Card, school directory.School) (text, error) {
	answer := listed{}
	answer.List.Resources = make([]listedResource, len(cards))
	for i, card := range cards {
		answer.List.Resources[i] = d.describe(card.Resource, school)
	}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false) // links are links: no page is made of this
	err := encoder.Encode(answer)
	return newText(body.Bytes()), err
}

// school finds a school of the project; another's is as unknown as one that does not exist. It is 400, as the GAR has it.
func (d *PortalDoor) school(ctx context.Context, project directory.ProjectID, text string) (directory.School, error) {
	unknown := fault.New(fault.Invalid, "partners.school.unknown", "uai", text)
	uai, err := directory.ParseUAI(text)
	if err != nil {
		return directory.School{}, unknown
	}
	school, err := d.schools.Find(uai, d.Now(), func() (directory.School, error) { return d.People.FindSchoolByUAI(ctx, uai) })
	if fault.Is(err, fault.NotFound) || err == nil && school.Project != project {
		return directory.School{}, unknown
	}
	return school, err
}

// listed is the answer, in the GAR's words (gar-protocol §3.2). Lists are there even when they are empty.
type listed struct {
	List struct {
		Resources []listedResource `json:"ressource"`
	} `json:"listeRessources"`
}

type listedResource struct {
	ID           string       `json:"idRessource"`
	IDType       string       `json:"idType"`
	Title        string       `json:"nomRessource"`
	Publisher    string       `json:"idEditeur"`
	PublisherIs  string       `json:"nomEditeur"`
	Thumbnail    string       `json:"urlVignette,omitempty"`
	Presentation listedKind   `json:"typePresentation"`
	Pedagogical  []listedTerm `json:"typePedagogique"`
	Documents    []listedTerm `json:"typologieDocument"`
	Levels       []listedTerm `json:"niveauEducatif"`
	Subjects     []listedTerm `json:"domaineEnseignement"`
	Access       string       `json:"urlAccesRessource"`
	Label        string       `json:"nomSourceEtiquetteGar"`
	Technical    string       `json:"distributeurTech"`
	Validator    string       `json:"validateurTech"`
	Description  string       `json:"description,omitempty"`
}

type listedKind struct {
	Code string `json:"code"`
	Name string `json:"nom"`
}

type listedTerm struct {
	URI  string `json:"uri"`
	Name string `json:"nom"`
}

// label tells a portal's reader through whom the resource is reached.
const label = "Accessible via Pupitre, gestionnaire d’accès aux ressources"

// kinds are the names of « typePresentation », as the GAR's answers write them.
var kinds = map[catalogue.Presentation]string{
	"MAN": "manuels numériques", "MUL": "ressources d'enseignement multimédias", "ACC": "entraînement et accompagnement scolaire",
	"DOC": "documentaires et presse", "DIC": "référence, dictionnaires, encyclopédies", "PRO": "production pédagogique",
}

func (d *PortalDoor) describe(r catalogue.Resource, at directory.School) listedResource {
	technical := technicalOf(r)
	return listedResource{
		ID: string(r.ARK), IDType: "ARK", Title: r.Title, Publisher: r.Publisher.Official, PublisherIs: r.Publisher.Name, Thumbnail: r.Thumbnail,
		Presentation: listedKind{string(r.Presentation), kinds[r.Presentation]},
		Pedagogical:  terms(r.Pedagogical), Documents: terms(r.Documents), Levels: terms(r.Levels), Subjects: terms(r.Subjects),
		Access: d.access(r.ARK, at), Label: label, Technical: technical, Validator: technical, Description: r.Description,
	}
}

// technicalOf is who serves a resource; a notice that does not say is served by its publisher.
func technicalOf(r catalogue.Resource) string {
	if r.Technical != "" {
		return r.Technical
	}
	return r.Publisher.Official
}

func terms(list []catalogue.Term) []listedTerm {
	out := make([]listedTerm, len(list))
	for i, t := range list {
		out[i] = listedTerm{t.URI, t.Label}
	}
	return out
}

// access is the link that opens a resource: the project and the school in base64 with « = » left as it is, the ARK percent-encoded
// (gar-protocol §4.1).
func (d *PortalDoor) access(ark catalogue.ARK, at directory.School) string {
	b64 := base64.StdEncoding
	return d.Base + "/domaineGar?idENT=" + b64.EncodeToString([]byte(at.Project)) + "&idEtab=" + b64.EncodeToString([]byte(at.UAI)) +
		"&idRessource=" + url.QueryEscape(string(ark))
}

// text is a whole answer, as it is and in gzip.
type text struct{ plain, packed []byte }

// send sends it, in gzip where the caller takes that.
func (t text) send(c *call, kind string) error {
	h := c.w.Header()
	h.Set("Content-Type", kind)
	h.Add("Vary", "Accept-Encoding")
	body := t.plain
	if httpx.TakesGzip(c.r) {
		h.Set("Content-Encoding", "gzip")
		body = t.packed
	}
	_, err := c.w.Write(body)
	return err
}

func newText(body []byte) text { return text{body, httpx.Gzipped(body)} }

var _ Sellers = (*licensing.Service)(nil)
