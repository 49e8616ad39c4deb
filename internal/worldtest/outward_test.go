package worldtest_test

import (
	"encoding/json"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/directory/provision/academy"
	"pupitre/exos/lti"
	"pupitre/federation"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/app/exosapp"
	"pupitre/internal/clock"
	"pupitre/internal/lang"
	"pupitre/internal/worldtest"
	"pupitre/journal"
	"pupitre/licensing"
)

// Biblio Exos as a tool of another platform, in a browser. The platform is our own broker's LTI face, and the two know each other by
// the standard alone: an address, a client, a deployment and a key set written down on either side.
func TestATeacherAndAPupilOfAPlatformInABrowser(t *testing.T) {
	t.Parallel()
	w := worldtest.Open(t, worldtest.Options{})
	var world map[string]any
	if err := json.Unmarshal([]byte(w.JSON(t, false)), &world); err != nil {
		t.Fatal(err)
	}
	by, silent, ark := journal.System("test"), slog.New(slog.DiscardHandler), world["workbook"].(string)
	broker, err := brokerapp.Open(t.Context(), brokerapp.Settings{
		Database: w.Database, Base: w.Broker, Log: silent, Now: clock.System, Words: lang.MustLoad(), Client: &http.Client{Transport: nobody{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer broker.Close()
	exos, err := exosapp.Open(t.Context(), exosapp.Settings{
		Database: "sqlite:" + w.Data + "/biblio-exos.db", Base: w.Exos, Issuer: w.Broker, ClientID: "biblio-exos", Log: silent, Now: clock.System, Words: lang.MustLoad(),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer exos.Close()

	own, err := broker.Federation.FindClient(t.Context(), "biblio-exos")
	if err != nil {
		t.Fatal(err)
	}
	const client = "exos-outil"
	err = broker.Federation.Register(t.Context(), by, federation.Client{
		ID: client, Sector: own.Sector, Name: "Biblio Exos, par LTI", Algorithm: federation.RS256,
		Proof: federation.Proof{Method: federation.ByKey, KeysAt: w.Exos + "/lti/cles"},
		LTI: &federation.LTI{
			Login: w.Exos + "/lti/connexion", Redirects: []string{w.Exos + "/lti/lancement"}, Deployment: "d1", DeepLinking: w.Exos + "/lti/ouvrir",
			Targets: []federation.LTITarget{{Address: w.Exos + "/lti/ouvrir", ARK: ark}},
		},
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	// Two sites that show a launch in a frame; one of them is a platform.
	frames := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!doctype html><title>Cours</title><iframe src="%s" style="width:100%%;height:600px"></iframe>`, html.EscapeString(r.FormValue("dans")))
	})
	course, stranger := httptest.NewServer(frames), httptest.NewServer(frames)
	defer course.Close()
	defer stranger.Close()
	platform := lti.Platform{
		Name: "Le campus", Issuer: w.Broker, ClientID: client, Deployments: []string{"d1"}, Authorize: w.Broker + "/lti/authorize", Token: w.Broker + "/lti/token",
		Keys: w.Broker + "/oidc/jwks", Opens: []string{ark}, Until: clock.On(clock.System(), clock.ZoneOfUAI("")).AddDays(30),
	}
	framing := platform
	framing.Name, framing.Issuer, framing.Authorize = "Le cours en cadre", course.URL, course.URL+"/auth"
	for _, p := range []lti.Platform{platform, framing} {
		if _, err := exos.LTI.Register(t.Context(), by, p); err != nil {
			t.Fatal(err)
		}
	}

	// A teacher of the pupils' class who holds the workbook.
	school, err := broker.Directory.FindSchoolByUAI(t.Context(), academy.Tilleuls)
	if err != nil {
		t.Fatal(err)
	}
	ines, _ := academy.FindCharacter("ines.marchal")
	cohorts, err := broker.Directory.Cohorts(t.Context(), school.ID)
	if err != nil {
		t.Fatal(err)
	}
	var class directory.Cohort
	for _, c := range cohorts {
		if c.Label == ines.Class {
			class = c
		}
	}
	resources, err := broker.Catalogue.List(t.Context(), catalogue.Find{Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	members, err := broker.Directory.MembersOfCohort(t.Context(), school.ID, class.ID)
	if err != nil {
		t.Fatal(err)
	}
	order := licensing.Order{School: school.ID}
	for _, r := range resources {
		if string(r.ARK) == ark {
			order.Resources = []catalogue.ResourceID{r.ID}
		}
	}
	for _, m := range members {
		if m.Profile == directory.Teacher {
			order.Targets = append(order.Targets, licensing.ToPerson(m.Person))
		}
	}
	if _, err := broker.Licensing.Assign(t.Context(), by, order); err != nil {
		t.Fatal(err)
	}
	world["client"], world["class"], world["course"], world["stranger"] = client, string(class.ID), course.URL, stranger.URL
	text, err := json.Marshal(world)
	if err != nil {
		t.Fatal(err)
	}
	journey(t, string(text), "outward")
}
