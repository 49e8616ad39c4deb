package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// selected is whom a manager has chosen, and when that was changed last.
type selected struct {
	targets map[string]licensing.Target
	on      clock.Date
}

func (m *Machine) manager(t *rapid.T) journal.Actor {
	return m.nodes[rapid.IntRange(0, 1).Draw(t, "manager")].manager
}

func (m *Machine) selection(by journal.Actor) licensing.SelectionKey {
	return licensing.SelectionKey{School: m.school.ID, Manager: directory.PersonID(by.ID), Purpose: string(m.work.ID)}
}

// choice is whom a manager has chosen, in the order of the targets' writing; nobody, where it was left for too long.
func (m *Machine) choice(by journal.Actor) (targets []licensing.Target) {
	of := m.chosen[by]
	if of.on.AddDays(30).Before(m.model.today) {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(of.targets)) {
		targets = append(targets, of.targets[key])
	}
	return targets
}

// Choose changes whom a manager has chosen: adds somebody, leaves somebody out, or begins again.
func (m *Machine) Choose(t *rapid.T) {
	by := m.manager(t)
	c := licensing.Choosing{Of: m.selection(by), Seen: licensing.AnyVersion, Empty: rapid.IntRange(0, 5).Draw(t, "empty") == 5}
	add := m.target(t)
	c.Add = []licensing.Target{add}
	if before := m.choice(by); len(before) > 0 && rapid.IntRange(0, 2).Draw(t, "remove") == 2 {
		c.Remove, c.Add = []licensing.Target{rapid.SampledFrom(before).Draw(t, "target")}, nil
	}
	m.ask(t, func(n *node) error {
		_, err := n.Licensing.Choose(context.Background(), c)
		return err
	}, func(err error) {
		if len(c.Add) > 0 && add.Kind == licensing.Person && !m.model.in(add, directory.PersonID(add.ID)) {
			expect(t, err, "licensing.person.elsewhere")
			return
		}
		expect(t, err, "")
		next := selected{map[string]licensing.Target{}, m.chosen[by].on}
		for _, x := range m.choice(by) {
			next.targets[x.String()] = x
		}
		changed := len(m.chosen[by].targets) > 0 && (c.Empty || len(next.targets) == 0)
		if c.Empty {
			clear(next.targets)
		}
		for _, x := range c.Remove {
			changed = changed || next.targets[x.String()].Kind != ""
			delete(next.targets, x.String())
		}
		for _, x := range c.Add {
			changed = changed || next.targets[x.String()].Kind == ""
			next.targets[x.String()] = x
		}
		if changed {
			next.on = m.model.today
		}
		m.chosen[by] = next
	})
}

// Check compares the world with the model, by the node that was not asked last. What pages and the audit read by themselves, of the school
// beside too, is looked at each third time.
func (m *Machine) Check(t *rapid.T) {
	n := m.nodes[1-m.asked]
	m.steps++
	m.compare(t, n, place{m.school, m.model})
	m.doors(t, n)
	switch m.steps % 3 {
	case 0:
		m.compare(t, n, m.beside)
	case 1:
		m.compareStock(t, n)
	case 2:
		m.compareChoice(t, n, m.nodes[m.steps%2].manager)
	}
}

// compare holds a school's pools to the model one by one, to the equations together and for each set of publics, and to the audit.
func (m *Machine) compare(t *rapid.T, n *node, at place) {
	var pools []licensing.Pool
	var broken []licensing.Finding
	err := n.Read(context.Background(), func(ctx context.Context, r licensing.Reader) error {
		broken, pools = nil, nil
		audited, err := r.Audit(ctx, licensing.AuditKey{School: at.school.ID}, len(at.subs)+1)
		for _, a := range audited {
			if a.School != at.school.ID {
				continue
			}
			broken, pools = append(broken, a.Findings()...), append(pools, a.Pool)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(broken) > 0 {
		t.Fatalf("broken: %v\n%s", broken, at.model)
	}
	if len(pools) != len(at.subs) {
		t.Fatalf("%d pools in %s, want %d", len(pools), at.school.ID, len(at.subs))
	}
	per := map[string]licensing.Counters{}
	for _, s := range at.subs {
		want, key := licensing.Counters{}, licensing.JoinProfiles(s.publics)
		if at.inForce(s) {
			want = s.counters()
		}
		per[key] = plus(per[key], want)
		i := slices.IndexFunc(pools, func(p licensing.Pool) bool { return p.Subscription == s.ID && slices.Equal(p.Publics, s.publics) })
		if i < 0 {
			t.Fatalf("no pool of %s for %v in %s\n%s", s.ID, s.publics, at.school.ID, at.model)
		}
		balanced(t, at, fmt.Sprint(s.ID, s.publics), licensing.Tally(pools[i:i+1], at.today), want)
	}
	for key, want := range per {
		of := slices.DeleteFunc(slices.Clone(pools), func(p licensing.Pool) bool { return licensing.JoinProfiles(p.Publics) != key })
		balanced(t, at, key, licensing.Tally(of, at.today), want)
	}
	balanced(t, at, "all", licensing.Tally(pools, at.today), at.counters())
}

// compareStock holds what the console shows of the stock and of standing assignments to the model.
func (m *Machine) compareStock(t *rapid.T, n *node) {
	stock, err := n.Licensing.FindStock(context.Background(), m.school.ID, m.work.ID, nil)
	if err != nil {
		t.Fatal(err)
	}
	balanced(t, place{m.school, m.model}, "the stock", stock.Counters, m.model.counters())
	if len(m.model.rules) == 0 {
		return
	}
	all, err := n.Licensing.ListRules(context.Background(), m.school.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range m.model.rules {
		i := slices.IndexFunc(all, func(x licensing.RuleStanding) bool { return x.Rule.ID == r.id })
		if i < 0 && r.state == licensing.RuleDropped {
			continue
		}
		if i < 0 || all[i].Rule.State != r.state {
			t.Fatalf("rule %d is not in %+v\n%s", r.number, all, m.model)
		}
		served, waiting, kept := m.model.standing(r)
		if x := all[i]; x.Served != served || x.Waiting != waiting || x.Kept != kept {
			t.Fatalf("rule %d: %d served, %d wait, %d kept, want %d, %d, %d\n%s", r.number, x.Served, x.Waiting, x.Kept, served, waiting, kept, m.model)
		}
	}
}

func plus(a, b licensing.Counters) licensing.Counters {
	return licensing.Counters{Available: a.Available + b.Available, Remaining: a.Remaining + b.Remaining, Assigned: a.Assigned + b.Assigned, Total: a.Total + b.Total,
		Reserved: a.Reserved + b.Reserved, Locked: a.Locked + b.Locked, Unlimited: a.Unlimited || b.Unlimited, SiteWide: a.SiteWide || b.SiteWide}
}

func balanced(t *rapid.T, at place, of string, got, want licensing.Counters) {
	if got != want || !got.Balanced() || got.Selected != 0 {
		t.Fatalf("counters of %s in %s: got %+v, want %+v\n%s", of, at.school.ID, got, want, at.model)
	}
}

// doors holds to the model what they may open, in both schools, whose right is another than a step ago, and one more by turns, who tries the
// door itself.
func (m *Machine) doors(t *rapid.T, n *node) {
	for i, p := range m.model.persons {
		var by [2]licensing.SubscriptionID
		for j, at := range m.places() {
			if door, _ := at.door(p); door != nil {
				by[j] = door.ID
			}
		}
		turn := i == m.steps%len(m.model.persons)
		if by == m.opens[p] && !turn {
			continue
		}
		m.opens[p] = by
		rights, err := n.Licensing.Rights(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		for j, at := range m.places() {
			var got licensing.SubscriptionID
			for _, r := range rights {
				if r.School == at.school.ID && r.Status == licensing.Active {
					got = r.Subscription
				}
			}
			if got != by[j] {
				t.Fatalf("%s in %s: open by %q, want %q\n%s", p, at.school.ID, got, by[j], at.model)
			}
			if !turn {
				continue
			}
			if _, err := n.Licensing.May(context.Background(), licensing.Opening{Person: p, School: at.school.ID, Resource: m.work.ID}); fault.Is(err, fault.Denied) == (by[j] != "") {
				t.Fatalf("%s in %s: got %v, want open by %q\n%s", p, at.school.ID, err, by[j], at.model)
			}
		}
	}
}

// compareChoice holds a manager's selection to the model, and the figures that it gives: who is selected is who of them does not hold a
// copy and may get one, and Restants = Disponibles − Sélectionnés.
func (m *Machine) compareChoice(t *rapid.T, n *node, by journal.Actor) {
	sel, err := n.Licensing.FindSelection(context.Background(), m.selection(by))
	if err != nil {
		t.Fatal(err)
	}
	want := m.choice(by)
	if diff := cmp.Diff(want, sel.Targets); diff != "" {
		t.Fatalf("chosen by %s (-want +got):\n%s", by.ID, diff)
	}
	if len(want) == 0 {
		return
	}
	p, err := n.Licensing.Weigh(context.Background(), To(m.school, m.work, sel.Targets...))
	if err != nil {
		t.Fatal(err)
	}
	_, d := m.model.decide(To(m.school, m.work, want...))
	now := m.model.counters()
	now.Selected = int64(d.gets + d.short)
	now.Remaining = now.Available - now.Selected
	if got := p.Figures[0].Before; got != now || !got.Balanced() {
		t.Fatalf("figures with %v chosen: got %+v, want %+v\n%s", want, got, now, m.model)
	}
}
