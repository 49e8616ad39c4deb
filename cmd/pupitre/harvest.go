package main

import (
	"fmt"
	"time"

	"pupitre/catalogue/harvest"
)

type harvestCommand struct {
	Add  harvestAdd  `cmd:"" help:"Add a source, and print its identifier."`
	List harvestList `cmd:"" help:"List the sources, and how their last harvests ended."`
	Run  harvestRun  `cmd:"" help:"Harvest a source now."`
}

type harvestAdd struct {
	brokerFlags
	Address string `arg:"" help:"The repository's base URL."`
	Prefix  string `help:"The format asked for (metadataPrefix)." default:"scolomfr"`
	Set     string `help:"Only this set of the repository." placeholder:"SET"`
}

// Run adds the source; a server that runs harvests it within a minute.
func (c *harvestAdd) Run(s session) error {
	b, err := c.open(s)
	if err != nil {
		return err
	}
	defer b.Close()
	source, err := b.Harvest.Add(s, operator, harvest.Source{Address: c.Address, Prefix: c.Prefix, Set: c.Set})
	if err != nil {
		return err
	}
	fmt.Println(string(source.ID))
	return nil
}

type harvestList struct{ brokerFlags }

// Run prints a line a source.
func (c *harvestList) Run(s session) error {
	b, err := c.open(s)
	if err != nil {
		return err
	}
	defer b.Close()
	list, err := b.Harvest.List(s)
	if err != nil {
		return err
	}
	for _, x := range list {
		ended := "-"
		if !x.Ended.IsZero() {
			ended = x.Ended.Format(time.RFC3339)
		}
		fmt.Printf("%s\t%s\t%s\t%s\t%s\t%d\t%s\n", x.ID, x.Address, x.Prefix, x.Set, ended, x.Notices, x.Trouble)
	}
	return nil
}

type harvestRun struct {
	brokerFlags
	ID string `arg:"" help:"The source's identifier, as list prints it."`
}

// Run harvests the source and names the notices that did not come in.
func (c *harvestRun) Run(s session) error {
	b, err := c.open(s)
	if err != nil {
		return err
	}
	defer b.Close()
	r, err := b.Harvest.Run(s, harvest.ID(c.ID))
	for _, f := range r.Findings {
		fmt.Printf("%s: %s\n", f.File, s.words.Error(s.locale, f.Fault))
	}
	if err != nil {
		return err
	}
	s.say("command.notices.done", "n", r.Read, "added", r.New, "changed", r.Changed, "same", r.Same, "refused", r.Refused)
	s.say("command.harvest.deleted", "n", r.Deleted)
	if r.Waiting > 0 {
		s.say("command.notices.waiting", "n", r.Waiting)
	}
	return nil
}
