package partners_test

import (
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/internal/db/dbtest"
	"pupitre/licensing"
	"pupitre/store/storetest"
)

// resources is the answer as a portal's program reads it.
type resources struct {
	List struct {
		Resources []map[string]any `json:"ressource"`
	} `json:"listeRessources"`
}

func (h *house) resources(portal *http.Client, path string) []map[string]any {
	h.t.Helper()
	got := h.at(portal, lists, "GET", path, "", "Accept", "application/json")
	h.want(got, 200)
	var answer resources
	if err := json.Unmarshal([]byte(got.body), &answer); err != nil {
		h.t.Fatalf("%v: %s", err, got.body)
	}
	return answer.List.Resources
}

func (h *house) listPath(project string, person directory.PersonID) string {
	return "/ressources/" + project + "/" + string(h.school.UAI) + "/" + string(person)
}

func TestAPortalIsToldWhatOnePersonMayOpenHereAndNow(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		portal := h.portal("A70")
		pupils := h.Persons(h.school.ID, directory.Pupil, 2, "")
		h.Sell(t, h.Offer(h.school, h.work, 5))
		h.Assign(t, storetest.To(h.school, h.work, licensing.ToPerson(pupils[0])))

		list := h.resources(portal, h.listPath("A70", pupils[0]))
		if len(list) != 1 {
			t.Fatalf("got %v", list)
		}
		for name, want := range map[string]string{
			"idRessource": string(h.work.ARK), "idType": "ARK", "nomRessource": h.work.Title, "idEditeur": "000000000_0000000000000001", "nomEditeur": "Éditions du Préau",
			"distributeurTech": "000000000_0000000000000001", "validateurTech": "000000000_0000000000000001",
		} {
			if got := list[0][name]; got != want {
				t.Errorf("%s: got %v, want %s", name, got, want)
			}
		}
		for _, name := range []string{"typePedagogique", "typologieDocument", "niveauEducatif", "domaineEnseignement"} {
			if _, isList := list[0][name].([]any); !isList {
				t.Errorf("%s is %v: it must be a list, empty or not", name, list[0][name])
			}
		}
		access, _ := list[0]["urlAccesRessource"].(string)
		if !strings.HasPrefix(access, "https://idp-auth.localhost/domaineGar?idENT=QTcw&idEtab=") || !strings.Contains(access, "&idRessource=ark%3A%2F99999%2F") {
			t.Errorf("urlAccesRessource: %s", access)
		}

		if list := h.resources(portal, h.listPath("A70", pupils[1])); len(list) != 0 {
			t.Errorf("who holds nothing is told of %v", list)
		}
		if _, err := h.Licensing.Release(t.Context(), storetest.Manager, storetest.To(h.school, h.work, licensing.ToPerson(pupils[0]))); err != nil {
			t.Fatal(err)
		}
		if list := h.resources(portal, h.listPath("A70", pupils[0])); len(list) != 0 {
			t.Errorf("what was taken back is still listed: %v", list)
		}
	})
}

func TestTheListIsCompressedOnDemandAndErrorsNever(t *testing.T) {
	t.Parallel()
	h := open(t, dbtest.Engines()[0])
	portal := h.portal("A70")
	pupil := h.Persons(h.school.ID, directory.Pupil, 1, "")[0]
	got := h.at(portal, lists, "GET", h.listPath("A70", pupil), "", "Accept-Encoding", "gzip, deflate")
	h.want(got, 200)
	z, err := gzip.NewReader(strings.NewReader(got.body))
	if err != nil || got.header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%v, Content-Encoding %q", err, got.header.Get("Content-Encoding"))
	}
	if plain, err := io.ReadAll(z); err != nil || !strings.HasPrefix(string(plain), `{"listeRessources":{"ressource":[`) {
		t.Errorf("%q, %v", plain, err)
	}
	bad := h.at(portal, lists, "GET", "/ressources/A70/0000000X/x", "", "Accept-Encoding", "gzip, deflate")
	h.want(bad, 400, `"Erreur":{"Code":"Bad Request","Message":`, `"Resource":"ressources/A70/0000000X/x"`)
}

func TestAPortalReadsItsOwnProjectOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		portal, stranger := h.portal("A70"), h.portal("B00")
		pupil := h.Persons(h.school.ID, directory.Pupil, 1, "")[0]
		h.want(h.at(stranger, lists, "GET", h.listPath("A70", pupil), ""), 403, "A70", "B00")
		h.want(h.at(stranger, lists, "GET", h.listPath("B00", pupil), ""), 400, string(h.school.UAI))
		h.want(h.at(portal, lists, "GET", h.listPath("A70", "nobody"), ""), 404, "A70")
		h.want(h.at(portal, lists, "GET", "/ressources/A70/"+string(h.school.UAI), ""), 404)
		h.want(h.at(portal, lists, "POST", h.listPath("A70", pupil), "x"), 405)
		// A distributor's certificate opens nothing here, nor a portal's where distributors order.
		h.want(h.at(h.mine, lists, "GET", h.listPath("A70", pupil), ""), 403)
		h.want(h.at(portal, host, "GET", "/abonnements", ""), 403)
		h.want(h.at(h.client(nil), lists, "GET", h.listPath("A70", pupil), ""), 403)
	})
}

func TestThePortalKnowsTheWholeCatalogueAndItsFamilies(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		portal := h.portal("A70")
		mother := h.Resource(true)
		h.want(h.do(h.mine, "PUT", "/abo-1", h.abonnement("abo-1")), 201)
		got := h.at(portal, lists, "GET", "/ressourcesDiffusables", "", "Accept", "application/xml")
		h.want(got, 200)
		var answer struct {
			XMLName xml.Name `xml:"http://gar.education.fr/schemas/init/0/1/ listeRessourcesDiffusables"`
			At      string   `xml:"dateGeneration"`
			List    []struct {
				ARK     string `xml:"idRessource"`
				Sellers []struct {
					Number string `xml:"distributeurCom"`
					Name   string `xml:"nomDistributeurCom"`
				} `xml:"distributeursCom"`
				Shown  string `xml:"affichable"`
				Mother string `xml:"mereFamille"`
			} `xml:"ressourceDiffusable"`
		}
		if err := xml.Unmarshal([]byte(got.body), &answer); err != nil {
			t.Fatalf("%v: %s", err, got.body)
		}
		if answer.At != "2026-11-23T09:00:00Z" || len(answer.List) != 2 {
			t.Fatalf("%+v", answer)
		}
		for _, r := range answer.List {
			switch r.ARK {
			case string(h.work.ARK):
				if len(r.Sellers) != 1 || r.Sellers[0].Number != ours || r.Sellers[0].Name != "Comptoir des écoles" || r.Shown != "true" || r.Mother != "" {
					t.Errorf("%+v", r)
				}
			case string(mother.ARK):
				if len(r.Sellers) != 1 || r.Sellers[0].Name != "Éditions du Préau" || r.Shown != "false" || r.Mother != "true" {
					t.Errorf("%+v", r)
				}
			}
		}
	})
}
