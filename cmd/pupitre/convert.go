package main

import (
	"fmt"
	"os"
	"path/filepath"

	"pupitre/exos"
	"pupitre/exos/qti"
	"pupitre/exos/qti/export"
	"pupitre/exos/qti/report"
	"pupitre/internal/fault"
)

type convertCommand struct {
	Module convertModule `cmd:"" help:"Turn a QTI package or item, a GIFT file or Moodle's XML into a QTI 3 package, or into GIFT."`
}

type convertModule struct {
	Path string `arg:"" help:"The file: .zip, .xml, .gift, .txt."`
	Out  string `arg:"" help:"The file to write."`
	To   string `help:"qti3 or gift." enum:"qti3,gift" default:"qti3"`
}

// Run writes the module in the other form, and says what that form does not hold.
func (c *convertModule) Run(s session) error {
	data, err := readFile(c.Path)
	if err != nil {
		return err
	}
	m, found, err := (&exos.Service{}).CheckModule(exos.Package{Data: data})
	if err := s.printModule(c.Path, found, err); err != nil {
		return err
	}
	out, n, findings, err := c.write(m)
	if err != nil {
		return err
	}
	for _, f := range findings {
		fmt.Printf("%s: %s\n", placeOf(c.Path, f), s.finding(f))
	}
	if n == 0 {
		return placedError{error: fault.New(fault.Invalid, "command.convert.none"), file: c.Path}
	}
	if err := os.WriteFile(c.Out, out, 0o644); err != nil {
		return fault.Wrap(err, fault.Invalid, "command.folder.unwritable", "path", filepath.Dir(c.Out))
	}
	s.say("command.convert.done", "path", c.Out, "n", n, "out", len(m.Items())-n)
	return nil
}

// write gives the file, and how many exercises are in it.
func (c *convertModule) write(m *qti.Module) ([]byte, int, []report.Finding, error) {
	if c.To == "gift" {
		text, n, findings := export.GIFT(m)
		return text, n, findings, nil
	}
	out, findings, err := export.QTI(m)
	return out, len(m.Items()), findings, err
}
