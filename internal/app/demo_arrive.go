package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/directory/provision"
	"pupitre/directory/provision/academy"
	"pupitre/exos"
	"pupitre/internal/clock"
	"pupitre/internal/demo/notices"
	"pupitre/internal/demo/offers"
	"pupitre/internal/demo/portal"
	"pupitre/internal/demo/start"
	"pupitre/internal/demo/subscriptions"
	"pupitre/internal/demo/workbook"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
	"pupitre/partners"
	"pupitre/web/offerfile"
)

// Arrived is what came in by the doors at the first start.
type Arrived struct {
	Schools, People, Notices, Subscriptions, Exercises int
	Module                                             string
}

// Workbook is the title of the demonstration's workbook.
const Workbook = "Le labo de grammaire 5e"

// workbookARK is the resource that opens the demonstration's workbook.
const workbookARK = "ark:/99999/preau-labo-grammaire-5e"

// demoSeed invents the same academy on every machine.
const demoSeed = 2026

// arrive brings the academy in by the real doors: the portal's archive, the publishers' notices, the workbook's package, the
// distributor's orders over mutual TLS. Nothing here writes a table. Each step may be repeated, so a first start that was
// interrupted is finished by the next; notices and registrations follow the ports of this start.
func (d *Demo) arrive(ctx context.Context) (*Arrived, error) {
	out := &Arrived{}
	done := d.folder.path("arrivees/academie.faite")
	_, err := os.Stat(done)
	first := err != nil
	if first {
		if err := d.arriveSchools(ctx, out); err != nil {
			return nil, err
		}
	}
	if err := d.arriveNotices(ctx, out); err != nil {
		return nil, err
	}
	if err := d.register(ctx); err != nil {
		return nil, err
	}
	if err := d.admitPrograms(ctx); err != nil {
		return nil, err
	}
	if !first {
		return nil, nil
	}
	if err := d.arriveWorkbook(ctx, out); err != nil {
		return nil, err
	}
	if err := d.arriveSubscriptions(ctx, out); err != nil {
		return nil, err
	}
	if err := d.arriveOffers(ctx); err != nil {
		return nil, err
	}
	if err := d.arriveCopies(ctx); err != nil {
		return nil, err
	}
	return out, os.WriteFile(done, nil, 0o600)
}

// arriveSchools is `pupitre generate ent` then `pupitre import ent`.
func (d *Demo) arriveSchools(ctx context.Context, out *Arrived) error {
	archive, err := academy.WriteArchive(d.folder.path("arrivees"), academy.Options{Seed: demoSeed, Project: demoProject})
	if err != nil {
		return err
	}
	source, err := provision.Open(archive)
	if err != nil {
		return err
	}
	report, err := d.brokers[0].Importer.Import(ctx, source, provision.Options{Project: demoProject})
	if err == nil {
		err = report.Err()
	}
	if err != nil {
		return fmt.Errorf("import %s: %w", filepath.Base(archive), err)
	}
	out.Schools = len(report.Schools)
	for _, school := range report.Schools {
		out.People += school.Persons
	}
	return nil
}

// arriveNotices is `pupitre import notices`.
func (d *Demo) arriveNotices(ctx context.Context, out *Arrived) error {
	files, err := notices.Files(notices.Bases{Exos: d.Exos, Publisher: d.Publisher})
	if err != nil {
		return err
	}
	var in []catalogue.NoticeFile
	for _, f := range files {
		in = append(in, catalogue.NoticeFile{Name: f.Name, Body: f.Body})
	}
	report, err := d.brokers[0].Catalogue.ImportNotices(ctx, journal.System("demo"), in)
	if err != nil {
		return err
	}
	if len(report.Findings) > 0 {
		return fmt.Errorf("a notice of the demonstration was refused: %+v", report.Findings[0])
	}
	out.Notices = len(files)
	return nil
}

// arriveOffers is `pupitre import offres`.
func (d *Demo) arriveOffers(ctx context.Context) error {
	list, _, err := offerfile.Read(bytes.NewReader(offers.File), distributorPartner.Distributor)
	if err != nil {
		return err
	}
	return d.brokers[0].Orders.KeepOffers(ctx, journal.System("demo"), distributorPartner.Distributor, list)
}

// arriveWorkbook is `pupitre import module`.
func (d *Demo) arriveWorkbook(ctx context.Context, out *Arrived) error {
	data, err := workbook.Package()
	if err != nil {
		return err
	}
	published, err := d.exos[0].Service.ImportModule(ctx, journal.System("demo"), exos.Package{Data: data, ARK: workbookARK})
	if err != nil {
		return err
	}
	out.Module, out.Exercises = published.Module.Title, len(published.Version.Lines)
	return nil
}

// PublishWorkshop publishes « L'atelier des gestes », an exercise for each interaction, beside the workbook: who holds the one has the
// other. It is for tests of the player.
func (d *Demo) PublishWorkshop(ctx context.Context) (exos.ModuleID, error) {
	data, err := workbook.Workshop()
	if err != nil {
		return "", err
	}
	published, err := d.exos[0].Service.ImportModule(ctx, journal.System("demo"), exos.Package{Data: data, ARK: workbookARK})
	return published.Module.ID, err
}

// publisherKey lets the workbook's publisher in at Biblio Exos, for a month; of a key there is nothing to read again, so each start
// makes one.
func (d *Demo) publisherKey(ctx context.Context) (string, error) {
	const prefix = "ark:/99999/preau-" // what the workbook's resource begins with
	service := d.exos[0].Service
	p, err := service.PublisherOf(ctx, prefix)
	if fault.Is(err, fault.NotFound) {
		p, err = service.AddPublisher(ctx, journal.System("demo"), exos.Publisher{Name: "Éditions du Préau", Prefix: prefix})
	}
	if err != nil {
		return "", err
	}
	_, key, err := service.MakePublisherKey(ctx, journal.System("demo"), exos.PublisherKey{Publisher: p.ID, Name: "démonstration", Ends: d.options.Now().AddDate(0, 1, 0)})
	return string(key), err
}

// schools are the collège and the lycée that came in.
func (d *Demo) schools(ctx context.Context) (college, lycee directory.School, err error) {
	all, err := d.brokers[0].Directory.ListSchools(ctx, directory.SchoolFilter{}, directory.Page{})
	for _, school := range all {
		if school.UAI == academy.Tilleuls {
			college = school
		} else {
			lycee = school
		}
	}
	return college, lycee, err
}

// arriveSubscriptions plays the distributor's program: PUT /{idAbonnement} on https://abonnement.localhost, with its certificate.
func (d *Demo) arriveSubscriptions(ctx context.Context, out *Arrived) error {
	pair, err := d.admit(ctx, distributorPartner, partners.ForSubscriptions, distributorCertificate)
	if err != nil {
		return err
	}
	client := loopback(roots(d.pki), pair)
	college, lycee, err := d.schools(ctx)
	if err != nil {
		return err
	}
	files, err := subscriptions.Files(subscriptions.For{
		College: string(college.UAI), Lycee: string(lycee.UAI), Today: clock.On(d.options.Now(), college.Zone()),
	})
	if err != nil {
		return err
	}
	for _, f := range files {
		address := fmt.Sprintf("https://abonnement.localhost:%d/%s", d.Secure, f.ID)
		req, err := http.NewRequestWithContext(ctx, http.MethodPut, address, bytes.NewReader(f.Body))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/xml;charset=utf-8")
		res, err := client.Do(req)
		if err != nil {
			return fmt.Errorf("order %s: %w", f.ID, err)
		}
		answer, _ := io.ReadAll(io.LimitReader(res.Body, 4096))
		res.Body.Close()
		if res.StatusCode != http.StatusCreated && res.StatusCode != http.StatusConflict {
			return fmt.Errorf("order %s: status %d: %s", f.ID, res.StatusCode, answer)
		}
		out.Subscriptions++
	}
	return nil
}

// arriveCopies is the assignment manager's first work of the year, by the use case that the console calls: the encyclopaedia for the
// whole collège, and the workbook for one pupil, so that somebody may open it at once. The rest is left to the reader.
func (d *Demo) arriveCopies(ctx context.Context) error {
	broker := d.brokers[0]
	manager, err := d.person(ctx, "claire.vasseur")
	if err != nil {
		return err
	}
	pupil, err := d.person(ctx, holder)
	if err != nil {
		return err
	}
	college, _, err := d.schools(ctx)
	if err != nil {
		return err
	}
	for _, gift := range []struct {
		ark catalogue.ARK
		to  licensing.Target
	}{
		{"ark:/99999/lanterne-encyclopedie", licensing.ToSchool()},
		{workbookARK, licensing.ToPerson(pupil.ID)},
	} {
		resource, err := broker.Catalogue.FindByARK(ctx, gift.ark)
		if err != nil {
			return err
		}
		order := licensing.Order{School: college.ID, Resources: []catalogue.ResourceID{resource.ID}, Targets: []licensing.Target{gift.to}}
		if _, err := broker.Licensing.Assign(ctx, journal.Actor{Kind: journal.ByPerson, ID: string(manager.ID)}, order); err != nil {
			return fmt.Errorf("give %s: %w", gift.ark, err)
		}
	}
	return nil
}

// holder is the pupil who has the workbook from the first day.
const holder = "malo.kerbrat"

// Holds reports whether somebody of the cast may open the workbook now.
func (d *Demo) Holds(ctx context.Context, login string) bool {
	person, err := d.person(ctx, login)
	if err != nil {
		return false
	}
	resource, err := d.brokers[0].Catalogue.FindByARK(ctx, workbookARK)
	if err != nil {
		return false
	}
	_, err = d.brokers[0].Licensing.May(ctx, licensing.Opening{Person: person.ID, Resource: resource.ID})
	return err == nil
}

// person finds one of the cast in the directory.
func (d *Demo) person(ctx context.Context, login string) (directory.Person, error) {
	character, ok := academy.FindCharacter(login)
	if !ok {
		return directory.Person{}, fmt.Errorf("nobody of the demonstration is called %s", login)
	}
	return d.brokers[0].Directory.FindPersonByExternal(ctx, demoProject, character.External)
}

// accounts are the demonstration's, for the first page and the terminal.
func accounts() []start.Account {
	roles := map[string]string{"responsable": "demo.role.manager", "direction": "demo.role.head", "enseignant": "demo.role.teacher", "documentaliste": "demo.role.librarian", "eleve": "demo.role.pupil"}
	var out []start.Account
	for _, c := range academy.Cast {
		out = append(out, start.Account{Login: c.Login, Name: c.Name(), Role: roles[c.Role], Class: c.Class})
	}
	return out
}

func portalAccounts() []portal.Account {
	var out []portal.Account
	for _, c := range academy.Cast {
		out = append(out, portal.Account{Login: c.Login, External: c.External, Name: c.Name(), Role: c.Role, School: academy.TilleulsName, UAI: string(c.School)})
	}
	return out
}
