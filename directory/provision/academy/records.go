package academy

import "pupitre/directory"

// The records of each file, in the order of the schema.

func putSchool(d *document, s *school) {
	contract := text("GARStructureContrat", "PU")
	d.put(0, "GAREtab", text("GARStructureUAI", s.uai), text("GARStructureNomCourant", s.name+", "+s.town), contract,
		text("GARStructureTelephone", "0199000000"), text("GARStructureEmail", s.slug+"@ecoles.example"))
	if d.options.Degree == directory.FirstDegree {
		return
	}
	for _, c := range s.courses {
		fields := []field{text("GARStructureUAI", s.uai), text("GARMEFCode", c.mef), text("GARMEFLibelle", c.label)}
		if c.stat11 != "" {
			fields = append(fields, text("GARMEFSTAT11", c.stat11))
		}
		d.put(1, "GARMEF", fields...)
	}
	for _, list := range [][]subject{subjects, options} {
		for _, m := range list {
			d.put(2, "GARMatiere", text("GARStructureUAI", s.uai), text("GARMatiereCode", m.code), text("GARMatiereLibelle", m.label))
		}
	}
}

// identity is what pupils and adults have alike. Somebody may be the same in other schools, too.
func identity(s *school, external, profile, family, given, civility, born string, also ...string) []field {
	schools := append([]string{s.uai}, also...)
	fields := []field{text("GARPersonIdentifiant", external)}
	for _, uai := range schools {
		fields = append(fields, inside("GARPersonProfils", text("GARStructureUAI", uai), text("GARPersonProfil", profile)))
	}
	fields = append(fields, text("GARPersonNomPatro", family), text("GARPersonNom", family), text("GARPersonPrenom", given), text("GARPersonAutresPrenoms", given))
	if civility != "" {
		fields = append(fields, text("GARPersonCivilite", civility))
	}
	fields = append(fields, text("GARPersonStructRattach", s.uai))
	for _, uai := range schools {
		fields = append(fields, text("GARPersonEtab", uai))
	}
	return append(fields, text("GARPersonDateNaissance", born))
}

func putPupils(d *document, s *school) {
	for _, p := range s.pupils {
		d.put(0, "GAREleve", identity(s, p.external, "National_elv", p.family, p.given, "", p.born)...)
		tie := func(section int, name, element, value string) {
			d.put(section, name, text("GARStructureUAI", s.uai), text("GARPersonIdentifiant", p.external), text(element, value))
		}
		if d.options.Degree == directory.FirstDegree {
			tie(1, "GARPersonMEFSTAT4", "GARMEFSTAT4Code", p.class.course.stat4)
			continue
		}
		tie(1, "GARPersonMEF", "GARMEFCode", p.class.course.mef)
		for _, m := range subjects {
			tie(2, "GAREleveEnseignement", "GARMatiereCode", m.code)
		}
		if p.group != nil {
			tie(2, "GAREleveEnseignement", "GARMatiereCode", p.group.subject.code)
		}
	}
}

func putTeachers(d *document, s *school) {
	for _, a := range s.staff {
		fields := identity(s, a.external, a.profile, a.family, a.given, a.civility, a.born, a.also...)
		if d.options.Degree == directory.FirstDegree {
			d.put(0, "GAREnseignant", fields...)
			continue
		}
		if a.subject != "" {
			fields = append(fields, inside("GAREnsDisciplinesPostes", text("GARStructureUAI", s.uai), text("GAREnsDisciplinePosteCode", "L"+a.subject[:4])))
		}
		d.put(0, "GAREnseignant", append(fields, text("GARPersonMail", a.external+"@ecoles.example"))...)
		seen := map[string]bool{}
		for _, k := range a.classes {
			if !seen[k.course.mef] {
				seen[k.course.mef] = true
				d.put(1, "GARPersonMEF", text("GARStructureUAI", s.uai), text("GARPersonIdentifiant", a.external), text("GARMEFCode", k.course.mef))
			}
		}
	}
}

func putGroups(d *document, s *school) {
	for _, k := range s.classes {
		d.put(0, "GARGroupe", text("GARGroupeCode", k.code), text("GARStructureUAI", s.uai), text("GARGroupeLibelle", k.label), text("GARGroupeStatut", "DIVISION"))
	}
	for _, g := range s.groups {
		fields := []field{text("GARGroupeCode", g.code), text("GARStructureUAI", s.uai), text("GARGroupeLibelle", g.label), text("GARGroupeStatut", "GROUPE")}
		for _, k := range g.within {
			fields = append(fields, text("GARGroupeDivAppartenance", k.code))
		}
		d.put(0, "GARGroupe", fields...)
	}
	member := func(external, code string) {
		d.put(1, "GARPersonGroupe", text("GARStructureUAI", s.uai), text("GARPersonIdentifiant", external), text("GARGroupeCode", code))
	}
	for _, p := range s.pupils {
		member(p.external, p.class.code)
		if p.group != nil {
			member(p.external, p.group.code)
		}
	}
	for _, a := range s.staff {
		if d.options.Degree == directory.FirstDegree {
			for _, k := range a.classes {
				member(a.external, k.code)
			}
			continue
		}
		teach := func(section int, name, code string) {
			d.put(section, name, text("GARStructureUAI", s.uai), text("GARPersonIdentifiant", a.external), text("GARGroupeCode", code), text("GARMatiereCode", a.subject))
		}
		for _, g := range a.groups {
			teach(2, "GAREnsGroupeMatiere", g.code)
		}
		for _, k := range a.classes {
			teach(3, "GAREnsClasseMatiere", k.code)
		}
	}
}

func putManagers(d *document, s *school) {
	for _, a := range s.staff {
		if a.manager {
			d.put(0, "GARRespAff", text("GARPersonIdentifiant", a.external), text("GARPersonNom", a.family), text("GARPersonPrenom", a.given),
				text("GARPersonCivilite", a.civility), text("GARPersonMail", a.external+"@ecoles.example"), text("GARRespAffEtab", s.uai))
		}
	}
}
