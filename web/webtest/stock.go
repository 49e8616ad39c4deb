package webtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/clock"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

// Now is the instant of every test: a Monday of November 2026.
var Now = time.Date(2026, time.November, 23, 8, 0, 0, 0, time.UTC)

// The resources that tests speak of.
const (
	Labo     = catalogue.ResourceID("r-labo")     // 30 copies for pupils, 5 given
	Calcul   = catalogue.ResourceID("r-calcul")   // all 3 copies given, one of them locked
	Lanterne = catalogue.ResourceID("r-lanterne") // the whole school, without limit
	Musique  = catalogue.ResourceID("r-musique")  // 5 for teachers
	Preau    = catalogue.ResourceID("r-preau")    // a mother of family
)

// Stock is the copies of Tilleuls, one pool a resource, and one more for each public that Add gives copies of its own. It satisfies console.Copies and console.Past.
type Stock struct {
	World *World
	Busy  error // what the next Apply answers instead of applying, once

	mu       sync.Mutex
	notices  []catalogue.Resource
	pools    map[catalogue.ResourceID][]*licensing.Pool
	held     map[catalogue.ResourceID]map[directory.PersonID]licensing.Holder
	given    map[catalogue.ResourceID][]licensing.GivenTarget
	drafts   map[licensing.SelectionKey]licensing.Selection
	asked    map[catalogue.ResourceID]int64 // « Suggérés »
	Acts     []licensing.Order
	By       []journal.Actor
	Twice    []directory.PersonID // who holds two copies of Labo
	Doubtful []licensing.Double   // of Labo, what may be a double
	apart    []licensing.Double   // of it, what was told to be two persons
	past     []done
	mandates []*licensing.Mandate
}

// NewStock fills the shelves.
func NewStock(w *World) *Stock {
	s := &Stock{World: w, pools: map[catalogue.ResourceID][]*licensing.Pool{}, held: map[catalogue.ResourceID]map[directory.PersonID]licensing.Holder{}, given: map[catalogue.ResourceID][]licensing.GivenTarget{}}
	pupils, teachers := []directory.Profile{directory.Pupil}, []directory.Profile{directory.Teacher}
	s.add(Labo, "Le labo de grammaire 5e", "Éditions du Préau", "5e", licensing.Individual, 30, pupils)
	s.add(Calcul, "L’atelier de calcul 6e", "Éditions du Préau", "6e", licensing.Individual, 3, pupils)
	s.add(Lanterne, "La Lanterne, encyclopédie des collèges", "La Lanterne", "", licensing.Establishment, licensing.Unlimited, directory.Profiles)
	s.add(Musique, "L’atelier de musique", "Sonatine", "", licensing.Individual, 5, teachers)
	s.add(Preau, "Préau Manuels", "Éditions du Préau", "", licensing.Establishment, licensing.Unlimited, directory.Profiles)
	s.notices[4].IsFamily = true
	for i := range 5 {
		s.hold(Labo, directory.PersonID(fmt.Sprintf("p-c-5a-%02d", i)), false)
	}
	for i := range 3 {
		s.hold(Calcul, directory.PersonID(fmt.Sprintf("p-c-6a-%02d", i)), i == 0)
	}
	return s
}

func (s *Stock) add(id catalogue.ResourceID, title, publisher, level string, kind licensing.Kind, total licensing.Count, publics []directory.Profile) {
	n := catalogue.Resource{ID: id, ARK: catalogue.ARK("ark:/99999/" + strings.TrimPrefix(string(id), "r-")), Title: title, Publisher: catalogue.Publisher{ID: catalogue.PublisherID("pub-" + publisher), Name: publisher}, Presentation: "MAN", Shown: true}
	if level != "" {
		n.Levels = []catalogue.Term{{URI: "niveau:" + level, Label: level}}
	}
	s.notices = append(s.notices, n)
	s.held[id] = map[directory.PersonID]licensing.Holder{}
	s.pool(id, kind, total, publics)
}

func (s *Stock) pool(id catalogue.ResourceID, kind licensing.Kind, total licensing.Count, publics []directory.Profile) *licensing.Pool {
	pool := &licensing.Pool{School: Tilleuls.ID, ID: licensing.PoolID(fmt.Sprint("pool-", len(s.pools[id]), "-", id)), Subscription: "abo-1", Resource: id, Kind: kind, Publics: publics, Total: total,
		Starts: clock.Date{Year: 2026, Month: 9, Day: 1}, Ends: clock.Date{Year: 2027, Month: 8, Day: 31}}
	s.pools[id] = append(s.pools[id], pool)
	return pool
}

// Add gives a resource copies for another public too, and returns their pool to change before a test.
func (s *Stock) Add(id catalogue.ResourceID, total licensing.Count, public directory.Profile) *licensing.Pool {
	return s.pool(id, licensing.Individual, total, []directory.Profile{public})
}

// Pool gives the first pool of a resource to change before a test.
func (s *Stock) Pool(id catalogue.ResourceID) *licensing.Pool { return s.pools[id][0] }

// copies are a resource's pools as they are now, to be planned with.
func (s *Stock) copies(id catalogue.ResourceID) []licensing.Pool {
	out := make([]licensing.Pool, len(s.pools[id]))
	for i, p := range s.pools[id] {
		out[i] = *p
	}
	return out
}

// serving is the pool that serves somebody: the first that has a copy, else the first of their public, else the resource's first.
func serving(pools []licensing.Pool, profiles []directory.Profile) *licensing.Pool {
	of := func(p licensing.Pool) bool { return p.Serves(profiles) }
	some := func(p licensing.Pool) bool { return of(p) && (p.Total.IsUnlimited() || p.Free() > 0) }
	return &pools[max(0, slices.IndexFunc(pools, of), slices.IndexFunc(pools, some))]
}

func (s *Stock) hold(id catalogue.ResourceID, person directory.PersonID, locked bool) {
	from := s.pools[id][0]
	if at := s.World.find(person).At; len(at) > 0 {
		pool := serving(s.copies(id), []directory.Profile{at[0].Profile})
		from = s.pools[id][slices.IndexFunc(s.pools[id], func(p *licensing.Pool) bool { return p.ID == pool.ID })]
	}
	h := licensing.Holder{Person: person, Pool: from.ID, Since: Now.Add(-30 * 24 * time.Hour), Locked: locked}
	if locked {
		h.Opened, h.LastOpened = Now.Add(-time.Hour), Now.Add(-time.Hour)
		from.Locked++
	}
	s.held[id][person] = h
	from.Assigned++
}

// back takes somebody's copy back.
func (s *Stock) back(id catalogue.ResourceID, person directory.PersonID) {
	for _, p := range s.pools[id] {
		if p.ID == s.held[id][person].Pool {
			p.Assigned--
		}
	}
	delete(s.held[id], person)
}

// ListOpen implements mediacentre.Notices.
func (s *Stock) ListOpen(context.Context) (list []catalogue.Resource, _ error) {
	for _, n := range s.notices {
		if n.OpenToAll() {
			list = append(list, n)
		}
	}
	return list, nil
}

// ListResources implements hall.Notices.
func (s *Stock) ListResources(_ context.Context, ids ...catalogue.ResourceID) (list []catalogue.Resource, _ error) {
	for _, n := range s.notices {
		if slices.Contains(ids, n.ID) {
			list = append(list, n)
		}
	}
	return list, nil
}

// FindByARK implements desk.Notices.
func (s *Stock) FindByARK(_ context.Context, ark catalogue.ARK) (catalogue.Resource, error) {
	for _, n := range s.notices {
		if n.ARK == ark {
			return n, nil
		}
	}
	return catalogue.Resource{}, fault.New(fault.NotFound, "catalogue.resource.unknown")
}

// Notice gives a resource to change before a test.
func (s *Stock) Notice(id catalogue.ResourceID) *catalogue.Resource {
	return &s.notices[slices.IndexFunc(s.notices, func(n catalogue.Resource) bool { return n.ID == id })]
}

// ListStock implements console.Copies.
func (s *Stock) ListStock(ctx context.Context, school directory.SchoolID, within *licensing.Mandate) (list []licensing.Stock, _ error) {
	for _, n := range s.notices {
		one, err := s.FindStock(ctx, school, n.ID, within)
		if err == nil && len(one.Pools) > 0 {
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b licensing.Stock) int {
		return strings.Compare(directory.Fold(a.Title), directory.Fold(b.Title))
	})
	return list, nil
}

// FindStock implements console.Copies.
func (s *Stock) FindStock(_ context.Context, school directory.SchoolID, id catalogue.ResourceID, within *licensing.Mandate) (licensing.Stock, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pools[id] == nil {
		return licensing.Stock{}, fault.New(fault.NotFound, "catalogue.resource.unknown")
	}
	one := licensing.Stock{Resource: id, Title: s.Notice(id).Title, Family: s.Notice(id).IsFamily}
	if school == Tilleuls.ID && (within == nil || within.Allows(id)) {
		one.Pools, one.Targets = s.copies(id), slices.Clone(s.given[id])
		one.Counters = s.tally(one.Pools)
		one.Counters.Suggested = s.asked[id]
		if within != nil && len(within.Cohorts) > 0 {
			one.Counters.Suggested = 0 // what is of the scope alone, the store tells
			one.Targets = slices.DeleteFunc(one.Targets, func(g licensing.GivenTarget) bool {
				return g.Target.Kind != licensing.WholeSchool && !within.Covers(g.Target)
			})
		}
	}
	return one, nil
}

var today = clock.On(Now, Tilleuls.Zone())

func (s *Stock) tally(pools []licensing.Pool) licensing.Counters {
	return licensing.Tally(pools, today)
}

// suggested counts those of the targets who hold no copy.
func (s *Stock) suggested(id catalogue.ResourceID, targets []licensing.Target) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked == nil {
		s.asked = map[catalogue.ResourceID]int64{}
	}
	for _, who := range s.candidates(licensing.Order{School: Tilleuls.ID, Targets: targets}) {
		if _, holds := s.held[id][who.Person]; !holds {
			s.asked[id]++
		}
	}
}

// ListHolders implements console.Copies.
func (s *Stock) ListHolders(_ context.Context, school directory.SchoolID, id catalogue.ResourceID, page directory.Page) (list []licensing.Holder, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if school != Tilleuls.ID {
		return nil, nil
	}
	for _, h := range s.held[id] {
		p := s.World.find(h.Person)
		h.Name, h.Key = p.Name, p.Name.Sorting()+"\t"+string(p.ID)
		if len(p.In) > 0 {
			h.Class = s.World.label(p.In[0])
		}
		if h.Key > page.After {
			list = append(list, h)
		}
	}
	slices.SortFunc(list, func(a, b licensing.Holder) int { return strings.Compare(a.Key, b.Key) })
	return list[:min(len(list), page.Bounded().Limit)], nil
}

func (w *World) label(id directory.CohortID) string {
	for _, c := range w.Classes {
		if c.ID == id {
			return c.Label
		}
	}
	return ""
}

// Plan implements console.Copies.
func (s *Stock) Plan(_ context.Context, order licensing.Order) (licensing.Plan, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.decide(order)
}

// Weigh implements console.Copies.
func (s *Stock) Weigh(ctx context.Context, order licensing.Order) (licensing.Plan, error) {
	return s.Plan(ctx, order)
}

func (s *Stock) decide(order licensing.Order) (licensing.Plan, error) {
	if order.Rank == "" {
		order.Rank = licensing.ByClass
	}
	if order.Rank != licensing.ByClass && order.Rank != licensing.ByName {
		return licensing.Plan{}, fault.New(fault.Invalid, "licensing.order.choice")
	}
	p := licensing.Plan{Order: order}
	for _, id := range order.Resources {
		if s.pools[id] == nil {
			return licensing.Plan{}, fault.New(fault.NotFound, "catalogue.resource.unknown")
		}
		p.Figures = append(p.Figures, s.decideOne(&p, id))
	}
	sum := sha256.Sum256(fmt.Append(nil, order.Take, order.Only.String(), p.Outcomes, p.Targets))
	p.Hash = hex.EncodeToString(sum[:])
	return p, nil
}

// decideOne adds what the order does of one resource.
func (s *Stock) decideOne(p *licensing.Plan, id catalogue.ResourceID) licensing.Figures {
	order, pools := p.Order, s.copies(id)
	f := licensing.Figures{Resource: id, Before: s.tally(pools), PortionsBefore: licensing.Portions(pools, today)}
	if pool := pools[0]; pool.SiteWide() && order.Only.String() == "" {
		for _, t := range order.Targets {
			at := slices.IndexFunc(s.given[id], func(g licensing.GivenTarget) bool { return g.Target.String() == t.String() })
			if (at >= 0) == order.Take {
				p.Targets = append(p.Targets, licensing.GivenTarget{Resource: id, Pool: pool.ID, Target: t})
			}
		}
	}
	for _, who := range s.candidates(order) {
		pool := serving(pools, who.Profiles)
		h, holds := s.held[id][who.Person]
		if i := slices.IndexFunc(pools, func(p licensing.Pool) bool { return p.ID == h.Pool }); holds && i >= 0 {
			pool = &pools[i]
		}
		o := licensing.Outcome{Resource: id, Person: who.Person, Pool: pool.ID, Through: who.Through}
		asked := f.Gets + f.Short
		if order.Take {
			o.Used = h.LastOpened
		}
		switch {
		case order.Take && holds && h.Locked:
			o.Verdict, o.Why = licensing.Cannot, licensing.WhyLocked
			f.Cannot++
		case order.Take && holds && order.Only.Unopened && !h.Opened.IsZero():
			o.Verdict, o.Why = licensing.Cannot, licensing.WhyOpened
			f.Cannot++
		case order.Take && holds:
			o.Verdict = licensing.Loses
			f.Loses++
			pool.Assigned--
		case order.Take:
			o.Verdict = licensing.Lacks
			f.Lacks++
		case holds || pool.SiteWide() && len(s.given[id]) > 0:
			o.Verdict, o.SiteWide = licensing.Has, !holds
			f.Has++
		case !pool.Serves(who.Profiles):
			o.Verdict, o.Why = licensing.Cannot, licensing.WhyPublic
			f.Cannot++
		case pool.SiteWide():
			o.Verdict, o.SiteWide = licensing.Gets, true
			f.Gets++
		case s.purse(order.For) <= f.Gets:
			o.Verdict, o.Why = licensing.Cannot, licensing.WhyBudget
			f.Cannot++
			f.Short++
		case pool.Free() < 1:
			o.Verdict, o.Why = licensing.Cannot, licensing.WhyShort
			f.Cannot++
			f.Short++
		default:
			o.Verdict = licensing.Gets
			f.Gets++
			pool.Assigned++
		}
		for i, of := range f.PortionsBefore {
			if of.Of(*pool) && f.Gets+f.Short > asked {
				f.PortionsBefore[i].Counters = of.Select(of.Selected + 1)
			}
		}
		p.Outcomes = append(p.Outcomes, o)
	}
	f.Before, f.After, f.PortionsAfter = f.Before.Select(f.Gets+f.Short), s.tally(pools), licensing.Portions(pools, today)
	return f
}

func (s *Stock) candidates(order licensing.Order) (list []licensing.Candidate) {
	seen := map[directory.PersonID]bool{}
	for _, t := range order.Targets {
		for _, m := range s.World.members(order.School, directory.Filter{}) {
			in := s.World.find(m.Person).In
			if order.Only.Left || len(order.Only.Persons) > 0 && !slices.Contains(order.Only.Persons, m.Person) {
				continue
			}
			named := t.Kind == licensing.WholeSchool || t.Kind == licensing.Person && t.ID == string(m.Person) || t.Kind == licensing.Cohort && slices.Contains(in, directory.CohortID(t.ID))
			if !named || seen[m.Person] || len(t.Profiles) > 0 && !slices.Contains(t.Profiles, m.Profile) {
				continue
			}
			seen[m.Person] = true
			c := licensing.Candidate{Person: m.Person, Profiles: []directory.Profile{m.Profile}, Folded: m.Key, Through: t}
			if t.Kind == licensing.Person {
				c.Through = licensing.Target{Kind: licensing.Person}
			} else if len(in) > 0 {
				c.Class = string(in[0])
			}
			list = append(list, c)
		}
	}
	slices.SortStableFunc(list, func(a, b licensing.Candidate) int {
		if order.Rank == licensing.ByClass && a.Class != b.Class {
			return strings.Compare(a.Class, b.Class)
		}
		return strings.Compare(a.Folded, b.Folded)
	})
	return list
}

// Undertake implements console.Copies. Here nothing is too much for one answer.
func (s *Stock) Undertake(ctx context.Context, by journal.Actor, order licensing.Order, hash string) (licensing.Applied, error) {
	return s.Apply(ctx, by, order, hash)
}

// Apply implements console.Copies.
func (s *Stock) Apply(_ context.Context, by journal.Actor, order licensing.Order, hash string) (licensing.Applied, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, err := s.decide(order)
	if err != nil {
		return licensing.Applied{}, err
	}
	if s.Busy != nil {
		err, s.Busy = s.Busy, nil
		return licensing.Applied{Plan: p}, err
	}
	if p.Hash != hash {
		return licensing.Applied{Plan: p}, fault.New(fault.Conflict, "licensing.plan.changed")
	}
	if sum := p.Sum(); sum.Short > 0 && s.purse(order.For) < sum.Gets+sum.Short && order.Short != licensing.ShortServe {
		return licensing.Applied{Plan: p}, fault.New(fault.Exhausted, "licensing.mandate.budget", "n", sum.Gets, "asked", sum.Gets+sum.Short, "short", sum.Short)
	} else if sum.Short > 0 && order.Short != licensing.ShortServe {
		return licensing.Applied{Plan: p}, fault.New(fault.Exhausted, "licensing.plan.short", "n", sum.Gets, "asked", sum.Gets+sum.Short, "short", sum.Short)
	}
	for _, o := range p.Outcomes {
		switch {
		case o.Verdict == licensing.Gets && !o.SiteWide:
			s.hold(o.Resource, o.Person, false)
		case o.Verdict == licensing.Loses:
			s.back(o.Resource, o.Person)
		}
	}
	for _, g := range p.Targets {
		if order.Take {
			s.given[g.Resource] = slices.DeleteFunc(s.given[g.Resource], func(x licensing.GivenTarget) bool { return x.Target.String() == g.Target.String() })
		} else {
			s.given[g.Resource] = append(s.given[g.Resource], g)
		}
	}
	s.Acts, s.By = append(s.Acts, order), append(s.By, by)
	s.past = append(s.past, done{by: by, plan: p})
	return licensing.Applied{Act: actID(len(s.past)), Plan: p}, nil
}

// Publish adds a resource of which there is no stock, and returns its id.
func (s *Stock) Publish(title, publisher string) catalogue.ResourceID {
	id := catalogue.ResourceID(fmt.Sprintf("r-more-%03d", len(s.notices)))
	level := catalogue.Term{URI: "niveau:5e", Label: "5e"}
	s.notices = append(s.notices, catalogue.Resource{ID: id, ARK: catalogue.ARK("ark:/99999/" + string(id)), Title: title, Presentation: "MAN", Shown: true, Offline: len(s.notices)%2 == 0,
		Publisher: catalogue.Publisher{ID: catalogue.PublisherID("pub-" + publisher), Name: publisher}, Levels: []catalogue.Term{level}, LaunchURL: "https://editeur.example/" + string(id)})
	return id
}
