package main

import (
	"fmt"
	"slices"
	"time"

	"pupitre/directory"
	"pupitre/internal/app/brokerapp"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/licensing"
	"pupitre/token"
)

type tokenCommand struct {
	Add    tokenAdd    `cmd:"" help:"Make a token for a program of an assignment manager or a delegate, and print it once."`
	List   tokenList   `cmd:"" help:"List the tokens of a school."`
	Revoke tokenRevoke `cmd:"" help:"End a token at once."`
}

// ofSchool is a command about the tokens of a school.
type ofSchool struct {
	brokerFlags
	UAI string `arg:"" help:"Number of the school (UAI)."`
}

// with opens the broker, finds the school, and hands both on.
func (c ofSchool) with(s session, do func(*brokerapp.Broker, directory.School) error) error {
	uai, err := directory.ParseUAI(c.UAI)
	if err != nil {
		return err
	}
	b, err := c.openThere(s)
	if err != nil {
		return err
	}
	defer b.Close()
	school, err := b.Directory.FindSchoolByUAI(s, uai)
	if err != nil {
		return err
	}
	return do(b, school)
}

type tokenAdd struct {
	ofSchool
	Person string `arg:"" help:"Identifier of the assignment manager or delegate for whom the program acts, as the portal has it."`
	Name   string `help:"What the program is called." required:"" placeholder:"NAME"`
	Read   bool   `help:"It may ask only, and change nothing."`
	Days   int    `help:"How many days it lasts: 1 to 366." default:"90"`
}

// Run makes the token. Whoever runs commands may make one for any manager or delegate; the journal says that it was a command.
func (c *tokenAdd) Run(s session) error {
	return c.with(s, func(b *brokerapp.Broker, school directory.School) error {
		person, err := b.Directory.FindPersonByExternal(s, school.Project, c.Person)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		assigns := false
		if err == nil {
			if assigns, err = b.Directory.IsManager(s, person.ID, school.ID); err != nil {
				return err
			}
		}
		if err == nil && !assigns {
			mandates, err := b.Licensing.MandatesOf(s, person.ID)
			if err != nil {
				return err
			}
			assigns = slices.ContainsFunc(mandates, func(m licensing.Mandate) bool { return m.School == school.ID })
		}
		if !assigns {
			return fault.New(fault.NotFound, "command.token.manager", "identifier", c.Person, "uai", string(school.UAI))
		}
		made, secret, err := b.Tokens.Make(s, operator, token.Token{School: school.ID, Person: person.ID, Name: c.Name, Scope: c.scope(), Ends: clock.System().AddDate(0, 0, c.Days)})
		if err != nil {
			return err
		}
		s.say("command.token.made", "name", made.Name, "manager", person.Name.String(), "until", made.Ends.Format(time.DateOnly), "id", string(made.ID))
		fmt.Println(string(secret))
		return nil
	})
}

func (c *tokenAdd) scope() token.Scope {
	if c.Read {
		return token.ScopeRead
	}
	return token.ScopeChange
}

type tokenList struct{ ofSchool }

// Run lists them: id, scope, end, last use, name.
func (c *tokenList) Run(s session) error {
	return c.with(s, func(b *brokerapp.Broker, school directory.School) error {
		all, err := b.Tokens.List(s, school.ID)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			s.say("command.token.none")
		}
		for _, t := range all {
			state := t.Ends.Format(time.DateOnly)
			if !t.Revoked.IsZero() {
				state = s.words.T(s.locale, "command.token.ended")
			}
			used := t.Used
			if used == "" {
				used = s.words.T(s.locale, "command.token.unused")
			}
			fmt.Printf("%s  %-6s  %s  %s  %s\n", t.ID, t.Scope, state, used, t.Name)
		}
		return nil
	})
}

type tokenRevoke struct {
	ofSchool
	ID string `arg:"" help:"Identifier of the token, as the list writes it."`
}

// Run ends the token.
func (c *tokenRevoke) Run(s session) error {
	return c.with(s, func(b *brokerapp.Broker, school directory.School) error {
		if err := b.Tokens.Revoke(s, operator, school.ID, token.ID(c.ID)); err != nil {
			return err
		}
		s.say("command.token.revoked", "id", c.ID)
		return nil
	})
}
