package history

import (
	"pupitre/directory"
	"pupitre/internal/look"
	"pupitre/licensing"
	"pupitre/web/console/hall"
)

// termRow is one thing that an act said of who assigns copies, before it and after; "" where there was, or is, nothing.
type termRow struct{ Name, Before, After string }

// naming reads what the appointments among some acts speak of. A delegate is told the names of their scope; of the rest, how many.
func (s *Sayer) naming(deeds []licensing.Deed) error {
	var all []licensing.Mandate
	for _, d := range deeds {
		if d.Appointment == nil {
			continue
		}
		for _, m := range []*licensing.Mandate{d.Appointment.Before, d.Appointment.After} {
			if m != nil {
				all = append(all, *m)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	names, err := s.Room.Naming(s.R.Context(), s.At, all...)
	s.scopes = names.Of(s.At.Mandate)
	return err
}

// terms says what an act changed: a manager's charge, or each of a delegate's terms.
func (s *Sayer) terms(a *licensing.Appointment) []termRow {
	t := s.Shell.T
	if a.Manages() {
		state := func(is directory.ManagerState) string {
			switch is {
			case directory.ManagerNamed:
				return t("console.history.charge.named")
			case directory.ManagerConfirmed:
				return t("console.history.charge.confirmed")
			}
			return t("console.history.charge.none")
		}
		return []termRow{{t("console.history.charge"), state(a.Was), state(a.Is)}}
	}
	rows := []termRow{{Name: t("console.tree")}, {Name: t("console.delegates.resources")}, {Name: t("console.mandate.budget")}, {Name: t("console.mandate.until")}}
	before, after := s.said(a.Before), s.said(a.After)
	for i := range rows {
		rows[i].Before, rows[i].After = before[i], after[i]
	}
	return rows
}

// said puts a delegate's terms into words, in the order of terms' rows.
func (s *Sayer) said(m *licensing.Mandate) (out [4]string) {
	if m == nil {
		return out
	}
	budget := s.Shell.T("console.history.budget.none")
	if !m.Budget.IsUnlimited() {
		budget = s.Shell.T("console.short.left", "n", int64(m.Budget))
	}
	return [4]string{s.scopes.Classes(s.Shell, *m), s.scopes.Resources(s.Shell, *m), budget, s.Shell.T("console.history.day", "day", m.Until)}
}

// brief says in few words what an act changed: of terms that are changed, only those that are not as before.
func (s *Sayer) brief(a *licensing.Appointment) (out []string) {
	for _, row := range s.terms(a) {
		switch {
		case row.Before != "" && row.After != "" && row.Before != row.After:
			out = append(out, s.Shell.T("console.history.term.changed", "term", row.Name, "before", row.Before, "after", row.After))
		case row.Before == "":
			out = append(out, s.Shell.T("console.history.term", "term", row.Name, "is", row.After))
		}
	}
	return out
}

// appointed names an act on who assigns copies.
func appointed(s *look.Shell, d licensing.Deed) string {
	if d.Verb == licensing.VerbDelegated && d.Appointment.Before != nil {
		return s.T("console.history.redelegated")
	} else if d.Verb == licensing.VerbDelegated {
		return s.T("console.history.delegated")
	}
	return s.T(d.Verb)
}

// appointment is what an act said of who assigns copies, as its page tells it; no rows for another act.
type appointment struct {
	Name, Past string // who, and the way to all that the history tells of them
	Rows       []termRow
}

func (s *Sayer) appointment(d licensing.Deed) (a appointment, err error) {
	if d.Appointment == nil {
		return a, nil
	}
	a = appointment{Past: s.At.PastPath(d.Appointment.Person), Rows: s.terms(d.Appointment)}
	a.Name, err = s.Name(d.Appointment.Person)
	return a, err
}

// named are the acts that said what a person is to the school's copies, on the first page of their history.
func (c *Room) named(s *Sayer, at hall.Site, person directory.PersonID) (rows []ActRow, err error) {
	deeds, err := c.Past.History(s.R.Context(), licensing.HistoryFilter{School: at.School.ID, Named: person, Within: at.Mandate})
	if err == nil {
		err = s.naming(deeds)
	}
	for _, d := range deeds {
		row, err := s.Row(d)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, err
}
