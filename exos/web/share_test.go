package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pupitre/exos"
	"pupitre/exos/store/storetest"
	"pupitre/internal/look/looktest"
)

func TestANotebookIsSharedAndCopied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, n := w.Own("t1", storetest.Keyed("Le verbe", "B"))
	prof, colleague := w.teacher(), w.as(storetest.Claims("t2", exos.Teacher))
	at := "/mes-exercices/" + string(n.ID)
	colleague.page("/bibliotheque", http.StatusOK).says("Aucun collègue ne partage encore")
	prof.page(at, http.StatusOK).says("Partager", "Avec un code")
	prof.post(at+"/partager", url.Values{"tous": {"1"}, "code": {"1"}}, http.StatusOK).says("Le partage est enregistré.", "Code :")
	page := colleague.page("/bibliotheque", http.StatusOK)
	page.says("Les verbes", "Recueil d’exercices", "Inès", "Copier dans mes exercices")
	form := url.Values{}
	for _, input := range page.Find("input") {
		if name := looktest.Attr(input, "name"); name == "recueil" {
			form.Set(name, looktest.Attr(input, "value"))
		}
	}
	colleague.post("/bibliotheque/copier", form, http.StatusOK).says("Le recueil est copié dans vos exercices.", "Copie de : Les verbes, Inès", "Le verbe")

	share, err := w.Classroom.ShareOf(t.Context(), prof.visit(), "notebook", string(n.ID))
	if err != nil || share.Code == "" {
		t.Fatalf("%+v, %v", share, err)
	}
	page.silent(share.Code) // it is its owner's to give
	colleague.post("/bibliotheque", url.Values{"code": {"AAAAAAAA"}}, http.StatusUnprocessableEntity).says("Aucun partage n’a ce code")
	colleague.post("/bibliotheque", url.Values{"code": {strings.ToLower(share.Code)}}, http.StatusOK).says("Les verbes", "exercices : 1")
	for range 6 {
		colleague.post("/bibliotheque", url.Values{"code": {"AAAAAAAA"}}, http.StatusUnprocessableEntity)
	}
	colleague.post("/bibliotheque", url.Values{"code": {share.Code}}, http.StatusUnprocessableEntity).says("Trop de codes ont été essayés")
}

func TestASharedHomeworkBeginsAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	h := w.given(2, func(h *exos.Homework) { h.Title = "Les natures de mots" })
	prof, colleague := w.teacher(), w.as(storetest.Claims("t2", exos.Teacher))
	prof.post(at(h)+"/partager", url.Values{"tous": {"1"}}, http.StatusOK).says("Le partage est enregistré.")
	page := colleague.page("/bibliotheque", http.StatusOK)
	page.says("Les natures de mots", "Devoir", "Reprendre ce devoir")
	for _, a := range page.Find("a") {
		if href := looktest.Attr(a, "href"); strings.HasPrefix(href, "/devoirs/nouveau?") {
			form := colleague.page(href, http.StatusOK)
			on := 0
			for _, input := range form.Find("input") {
				if _, checked := attr(input, "checked"); checked && looktest.Attr(input, "name") == "ex" {
					on++
				}
			}
			if on != 2 || !strings.Contains(form.text, "Les natures de mots") {
				t.Errorf("%d exercises are taken over", on)
			}
			return
		}
	}
	t.Error("no way to use it")
}
