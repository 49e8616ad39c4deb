package partners_test

import (
	"crypto/x509"
	"net/http"
	"strings"
	"testing"

	"pupitre/directory"
	"pupitre/internal/db/dbtest"
	"pupitre/licensing"
	"pupitre/partners"
	"pupitre/store/storetest"
)

// with pins one more certificate of a distributor, for a purpose, and returns its program.
func (h *house) with(number string, purpose partners.Purpose) *http.Client {
	h.t.Helper()
	p, err := h.service.Find(h.t.Context(), number)
	if err != nil {
		h.t.Fatal(err)
	}
	pair, certificate := h.certificate(number+"-"+string(purpose), long)
	h.pin(p.ID, purpose, certificate)
	return h.client(pair)
}

func (h *house) pin(id partners.PartnerID, purpose partners.Purpose, certificate *x509.Certificate) {
	h.t.Helper()
	if _, err := h.service.Pin(h.t.Context(), operator, id, purpose, certificate); err != nil {
		h.t.Fatal(err)
	}
}

const countHead = "UAI;idAbonnement;codeProjetRessource;idRessource;cumulAffectationEleve;cumulAffectationEnseignant;cumulAffectationDocumentaliste;cumulAffectationAutrePersonnel\n"

func TestADistributorCountsWhoHasWhatItSold(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		program := h.with(ours, partners.ForCounts)
		class := h.Class(h.school.ID, "5b")
		pupils := h.Persons(h.school.ID, directory.Pupil, 3, class)
		h.Persons(h.school.ID, directory.Pupil, 4, "")
		teachers := h.Persons(h.school.ID, directory.Teacher, 2, "")

		h.want(h.do(h.mine, "PUT", "/copies", h.abonnement("copies", "codeProjetRessource", "TERRITOIRE")), 201)
		h.Assign(t, storetest.To(h.school, h.work, licensing.ToPerson(pupils[0]), licensing.ToPerson(pupils[1]), licensing.ToPerson(teachers[0])))
		line := string(h.school.UAI) + ";copies;TERRITOIRE;" + string(h.work.ARK) + ";2;1;0;0\n"
		if got := h.at(program, count, "GET", "/decompteaffectations?idAbonnement=copies", ""); got.body != countHead+line {
			t.Errorf("copies: %d %s", got.status, got.body)
		}
		if got := h.at(program, count, "GET", "/decompteaffectations?codeProjetRessource=TERRITOIRE", ""); got.body != countHead+line {
			t.Errorf("by project: %d %s", got.status, got.body)
		}

		wide := h.Resource(false)
		h.want(h.do(h.mine, "PUT", "/wide", h.abonnement("wide", "idRessource", string(wide.ARK), "libelleRessource", wide.Title, "typeAffectation", "ETABL",
			"nbLicenceEnseignant", "-", "nbLicenceEleve", "-", "nbLicenceGlobale", "ILLIMITE")), 201)
		if got := h.at(program, count, "GET", "/decompteaffectations?idAbonnement=wide", ""); got.body != countHead {
			t.Errorf("given to nobody: %s", got.body)
		}
		h.Assign(t, storetest.To(h.school, wide, licensing.ToCohort(class)))
		if got := h.at(program, count, "GET", "/decompteaffectations?idAbonnement=wide", ""); !strings.HasSuffix(got.body, ";wide;null;"+string(wide.ARK)+";3;0;0;0\n") {
			t.Errorf("given to a class: %s", got.body)
		}
		h.Assign(t, storetest.To(h.school, wide, licensing.ToSchool()))
		if got := h.at(program, count, "GET", "/decompteaffectations?idAbonnement=wide", ""); !strings.HasSuffix(got.body, ";7;2;0;0\n") {
			t.Errorf("given to the school, everybody once: %s", got.body)
		}
	})
}

func TestADistributorCountsItsOwnOnly(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, e dbtest.Engine) {
		h := open(t, e)
		mine, yours := h.with(ours, partners.ForCounts), h.with(their, partners.ForCounts)
		h.want(h.do(h.mine, "PUT", "/copies", h.abonnement("copies", "codeProjetRessource", "TERRITOIRE")), 201)
		h.want(h.at(yours, count, "GET", "/decompteaffectations?idAbonnement=copies", ""), 403)
		if got := h.at(yours, count, "GET", "/decompteaffectations?codeProjetRessource=TERRITOIRE", ""); got.body != countHead {
			t.Errorf("another's project: %s", got.body)
		}
		h.want(h.at(mine, count, "GET", "/decompteaffectations?idAbonnement=none", ""), 404)
		h.want(h.at(mine, count, "GET", "/decompteaffectations", ""), 400, "idAbonnement", "codeProjetRessource")
		h.want(h.at(mine, count, "GET", "/decompteaffectations?idAbonnement=copies&codeProjetRessource=TERRITOIRE", ""), 400)
		h.want(h.at(mine, count, "POST", "/decompteaffectations?idAbonnement=copies", ""), 405)
		// The certificate of the subscription service opens that service only.
		h.want(h.at(h.mine, count, "GET", "/decompteaffectations?idAbonnement=copies", ""), 403)
	})
}
