package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/internal/lang"
)

type backupCommand struct {
	brokerFlags
	exosFlags
	To   string `help:"Folder of the copies; made where it is not there." default:"sauvegardes" type:"path" placeholder:"DIR"`
	Only string `help:"One product alone." enum:",broker,exos" default:"" placeholder:"broker|exos"`
}

// Run copies the broker first: what it told Biblio Exos until then is in the other copy, which is the younger.
func (c *backupCommand) Run(s session) error {
	if err := os.MkdirAll(c.To, 0o700); err != nil {
		return fault.Wrap(err, fault.Invalid, "db.backup.unwritable", "file", c.To)
	}
	day := time.Now().UTC().Format("20060102T150405Z")
	for _, p := range []struct{ name, product, address, other string }{
		{"Pupitre", "broker", c.Database, "exos"},
		{"Biblio Exos", "exos", c.ExosDatabase, "broker"},
	} {
		if c.Only == p.other {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(strings.TrimPrefix(p.address, "sqlite:")), ".db")
		file := filepath.Join(c.To, name+"-"+day+".db")
		size, err := db.Backup(s, p.address, file)
		if err != nil {
			return err
		}
		s.say("command.backup.done", "product", p.name, "file", file, "size", lang.Decimal(s.locale, float64(size/1e5)/10))
	}
	if c.Only != "exos" {
		s.say("command.backup.seal")
	}
	return nil
}
