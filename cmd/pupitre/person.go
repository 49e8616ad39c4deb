package main

import (
	"context"
	"encoding/json"
	"os"

	"pupitre/directory"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/fault"
	"pupitre/privacy"
)

// personCommand answers what a person may ask of who keeps their data (GDPR art. 15 and 17).
type personCommand struct {
	Export personExport `cmd:"" help:"Write all that is kept of a person, as JSON."`
	Erase  personErase  `cmd:"" help:"Erase a person: everything that names them, here and at the publishers that they entered."`
}

// who names a person as their portal does.
type who struct {
	Project string `arg:"" help:"Code of the ENT project."`
	ID      string `arg:"" name:"identifier" help:"Identifier that the portal has for the person."`
}

func (w who) find(s session, b *brokerapp.Broker) (privacy.Subject, error) {
	var found directory.Person
	err := b.Store.Directory().Read(s, func(ctx context.Context, r directory.Reader) (err error) {
		found, err = r.PersonByExternal(ctx, directory.ProjectID(w.Project), w.ID)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return privacy.Subject{}, fault.New(fault.NotFound, "command.person.unknown", "identifier", w.ID, "project", w.Project)
	}
	return privacy.Subject{Project: w.Project, ID: string(found.ID)}, err
}

type personExport struct {
	brokerFlags
	who `embed:""`
}

// Run writes what every area keeps.
func (c *personExport) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	subject, err := c.find(s, b)
	if err != nil {
		return err
	}
	sections, err := b.Register().Export(s, subject)
	if err != nil {
		return err
	}
	all := map[string]any{}
	for _, section := range sections {
		all[section.Area] = section.Data
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(all)
}

type personErase struct {
	brokerFlags
	who `embed:""`
	Yes bool `help:"Say that it is meant: there is no way back."`
}

// Run erases, and says what happens next.
func (c *personErase) Run(s session) error {
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	subject, err := c.find(s, b)
	if err != nil {
		return err
	}
	if !c.Yes {
		return fault.New(fault.Invalid, "command.person.sure", "identifier", c.ID, "project", c.Project)
	}
	if err := b.Register().Erase(s, subject); err != nil {
		return err
	}
	s.say("command.person.erased", "identifier", c.ID, "project", c.Project)
	return nil
}
