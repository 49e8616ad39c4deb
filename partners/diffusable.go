package partners

import (
	"bufio"
	"bytes"
	"slices"
	"strconv"
	"time"

	"pupitre/catalogue"
)

const diffusableSpace = "http://gar.education.fr/schemas/init/0/1/"

// catalogue is GET /ressourcesDiffusables: everything that there is, so that a portal may know it before anybody holds it
// (gar-protocol §3.4). A member of a family names its mother by ARK.
func (d *PortalDoor) catalogue(c *call) error {
	ctx := c.r.Context()
	names, err := d.names(c)
	if err != nil {
		return err
	}
	all, err := d.everything(c)
	if err != nil {
		return err
	}
	arks := make(map[catalogue.ResourceID]catalogue.ARK, len(all))
	for _, r := range all {
		arks[r.ID] = r.ARK
	}
	var body bytes.Buffer
	w := bufio.NewWriter(&body)
	w.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + `<listeRessourcesDiffusables xmlns="` + diffusableSpace + `">`)
	writeElement(w, "dateGeneration", d.Now().UTC().Format(time.RFC3339))
	for page := range slices.Chunk(all, pageOfResources) {
		sold, err := d.Sellers.Distributors(ctx, idsOf(page)...)
		if err != nil {
			return err
		}
		for _, r := range page {
			writeDiffusable(w, r, arks[r.Family], sold[r.ID], names)
		}
	}
	w.WriteString("</listeRessourcesDiffusables>\n")
	if err := w.Flush(); err != nil {
		return err
	}
	return newText(body.Bytes()).send(c, xmlType)
}

const pageOfResources = 500

func (d *PortalDoor) everything(c *call) ([]catalogue.Resource, error) {
	var all []catalogue.Resource
	for after := ""; ; after = all[len(all)-1].Key {
		page, err := d.Resources.List(c.r.Context(), catalogue.Find{Hidden: true, After: after, Limit: pageOfResources})
		if all = append(all, page...); err != nil || len(page) < pageOfResources {
			return all, err
		}
	}
}

// names are the distributors by number.
func (d *PortalDoor) names(c *call) (map[string]string, error) {
	list, err := d.Partners.List(c.r.Context())
	names := make(map[string]string, len(list))
	for _, p := range list {
		names[p.Distributor] = p.Name
	}
	return names, err
}

func idsOf(list []catalogue.Resource) []catalogue.ResourceID {
	ids := make([]catalogue.ResourceID, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	return ids
}

// writeDiffusable writes one resource. Where nobody has sold it yet, its publisher stands for the distributor: there is always one.
func writeDiffusable(w *bufio.Writer, r catalogue.Resource, mother catalogue.ARK, sellers []string, names map[string]string) {
	if len(sellers) == 0 {
		sellers = []string{r.Publisher.Official}
	}
	nameOf := func(number string) string {
		if number == r.Publisher.Official {
			return r.Publisher.Name
		}
		if name := names[number]; name != "" {
			return name
		}
		return number
	}
	technical := technicalOf(r)
	w.WriteString("<ressourceDiffusable>")
	writeElement(w, "idRessource", string(r.ARK))
	writeElement(w, "nomRessource", r.Title)
	writeElement(w, "idEditeur", r.Publisher.Official)
	writeElement(w, "nomEditeur", r.Publisher.Name)
	for _, s := range sellers {
		w.WriteString("<distributeursCom>")
		writeElement(w, "distributeurCom", s)
		writeElement(w, "nomDistributeurCom", nameOf(s))
		w.WriteString("</distributeursCom>")
	}
	writeElement(w, "distributeurTech", technical)
	writeElement(w, "nomDistributeurTech", nameOf(technical))
	writeElement(w, "affichable", strconv.FormatBool(r.Shown && !r.IsFamily))
	writeElement(w, "diffusable", strconv.FormatBool(r.IsFamily || r.LaunchURL != ""))
	switch {
	case r.IsFamily:
		writeElement(w, "mereFamille", "true")
	case mother != "":
		writeElement(w, "membreFamille", string(mother))
	}
	w.WriteString("</ressourceDiffusable>")
}
