package main

import (
	"encoding/json"
	"os"

	"pupitre/internal/fault"
	"pupitre/privacy"
)

// learnerCommand answers what a learner may ask of Biblio Exos (GDPR art. 15 and 17). A broker that erases a person tells it so by itself.
type learnerCommand struct {
	Export learnerExport `cmd:"" help:"Write all that is kept of a learner, as JSON."`
	Erase  learnerErase  `cmd:"" help:"Erase a learner."`
}

// pseudonym names a learner as the broker does.
type pseudonym struct {
	Issuer string `arg:"" help:"Address of the broker that signs the learner in."`
	ID     string `arg:"" name:"pseudonym" help:"Pseudonym of the learner there."`
}

func (p pseudonym) subject() privacy.Subject { return privacy.Subject{Project: p.Issuer, ID: p.ID} }

type learnerExport struct {
	exosFlags
	pseudonym `embed:""`
}

// Run writes what is kept.
func (c *learnerExport) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	sections, err := e.Register().Export(s, c.subject())
	if err != nil {
		return err
	}
	if len(sections) == 0 {
		return fault.New(fault.NotFound, "exosclass.person.unknown", "pseudonym", c.ID, "issuer", c.Issuer)
	}
	out := json.NewEncoder(os.Stdout)
	out.SetIndent("", "  ")
	return out.Encode(sections[0].Data)
}

type learnerErase struct {
	exosFlags
	pseudonym `embed:""`
	Yes       bool `help:"Say that it is meant: there is no way back."`
}

// Run erases.
func (c *learnerErase) Run(s session) error {
	e, err := c.open(s)
	if err != nil {
		return err
	}
	defer e.Close()
	if !c.Yes {
		return fault.New(fault.Invalid, "exosclass.person.sure", "pseudonym", c.ID)
	}
	if err := e.Register().Erase(s, c.subject()); err != nil {
		return err
	}
	s.say("exosclass.person.erased", "pseudonym", c.ID)
	return nil
}
