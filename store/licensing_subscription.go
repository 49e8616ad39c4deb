package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"pupitre/catalogue"
	"pupitre/directory"
	"pupitre/internal/db"
	"pupitre/internal/fault"
	"pupitre/journal"
	"pupitre/licensing"
)

const subscriptionColumns = `s.id, s.distributor, s.resource, s.ark, s.title, s.comment, s.project_code, s.starts, s.ends, s.school_year,
	s.natures, s.kind, s.transferable, s.publics, s.counts, s.created_at, s.modified_at, s.ended_at, s.trial`

func scanSubscription(row db.Row) (s licensing.Subscription, err error) {
	var numbers string
	var created, modified, ended int64
	err = row.Scan(&s.ID, &s.Distributor, &s.Resource, &s.ARK, &s.Title, &s.Comment, &s.ProjectCode, (*day)(&s.Starts), (*day)(&s.Ends), &s.SchoolYear,
		(*texts)(&s.Natures), &s.Kind, &s.Transferable, (*publics)(&s.Publics), &numbers, &created, &modified, &ended, &s.Trial)
	if err != nil {
		return s, err
	}
	s.Created, s.Modified, s.Ended = db.FromMicros(created), db.FromMicros(modified), db.FromMicros(ended)
	return s, readCounts(&s, numbers)
}

// writeCounts keeps the numbers by public; the public "" is the global count.
func writeCounts(s licensing.Subscription) string {
	counts := s.Per
	if s.Global != nil {
		counts = map[directory.Profile]licensing.Count{"": *s.Global}
	}
	b, _ := json.Marshal(counts) // a map of texts to numbers always marshals
	return string(b)
}

// readCounts reads what writeCounts wrote, and nothing else: a list has thousands, and JSON in general would be a third of its time.
func readCounts(s *licensing.Subscription, text string) error {
	if text == "null" {
		return nil
	}
	inner, ok := strings.CutPrefix(text, "{")
	inner, closed := strings.CutSuffix(inner, "}")
	counts := map[directory.Profile]licensing.Count{}
	for part := range strings.SplitSeq(inner, ",") {
		if inner == "" {
			break
		}
		name, number, _ := strings.Cut(part, ":")
		n, err := strconv.ParseInt(number, 10, 64)
		if len(name) < 2 || err != nil {
			ok = false
			break
		}
		counts[directory.Profile(name[1:len(name)-1])] = licensing.Count(n)
	}
	if !ok || !closed {
		return fmt.Errorf("counts of subscription %s: %q", s.ID, text)
	}
	if n, ok := counts[""]; ok {
		s.Global = &n
	} else {
		s.Per = counts
	}
	return nil
}

// FindSubscription implements licensing.Reader.
func (t licensingTx) FindSubscription(ctx context.Context, id licensing.SubscriptionID) (licensing.Subscription, error) {
	s, err := one(ctx, t.Tx, `select `+subscriptionColumns+` from subscription s where s.id = $1`, []any{string(id)}, scanSubscription,
		fault.New(fault.NotFound, "licensing.subscription.unknown", "field", "idAbonnement", "value", string(id)))
	if err != nil {
		return s, err
	}
	all := []licensing.Subscription{s}
	err = t.nameSchools(ctx, all)
	return all[0], err
}

// ListDistributors implements licensing.Reader.
func (t licensingTx) ListDistributors(ctx context.Context, resources []catalogue.ResourceID) (map[catalogue.ResourceID][]string, error) {
	out := map[catalogue.ResourceID][]string{}
	err := t.Each(ctx, t.engine(`select distinct s.resource, s.distributor from subscription s
		where s.resource in (`+named("$1")+`) and s.ended_at = 0 order by s.resource, s.distributor`), []any{jsonArray(resources)}, func(row db.Row) error {
		var resource catalogue.ResourceID
		var distributor string
		if err := row.Scan(&resource, &distributor); err != nil {
			return err
		}
		out[resource] = append(out[resource], distributor)
		return nil
	})
	return out, err
}

// ListSubscriptions implements licensing.Reader.
func (t licensingTx) ListSubscriptions(ctx context.Context, f licensing.Filter) ([]licensing.Subscription, error) {
	w := where{}
	w.and("s.id > ?", string(f.After))
	if f.Distributor != "" {
		w.and("s.distributor = ?", f.Distributor)
	}
	if f.Resource != "" {
		w.and("s.resource = ?", string(f.Resource))
	}
	if f.ProjectCode != "" {
		w.and("s.project_code = ?", f.ProjectCode)
	}
	if f.School != "" {
		w.and(`(s.id in (select x.subscription from subscription_school x where x.uai = ?) or s.id in
			(select n.subscription from subscription_nature n join school c on c.nature = n.nature where c.uai = ?))`, string(f.School), string(f.School))
	}
	if f.Nature != "" {
		w.and("s.id in (select n.subscription from subscription_nature n where n.nature = ?)", f.Nature)
	}
	if !f.WithEnded {
		w.and("s.ended_at = 0")
	}
	w.args = append(w.args, f.Limit)
	all, err := list(ctx, t.Tx, fmt.Sprintf(`select `+subscriptionColumns+` from subscription s where %s order by s.id limit $%d`, w, len(w.args)),
		w.args, scanSubscription)
	if err != nil {
		return nil, err
	}
	return all, t.nameSchools(ctx, all)
}

// nameSchools fills in the schools that subscriptions name by number.
func (t licensingTx) nameSchools(ctx context.Context, all []licensing.Subscription) error {
	ids := make([]licensing.SubscriptionID, len(all))
	at := map[licensing.SubscriptionID]int{}
	for i, s := range all {
		ids[i], at[s.ID] = s.ID, i
	}
	return t.Each(ctx, t.engine(`select subscription, uai from subscription_school where subscription in (`+named("$1")+`)
		order by subscription, uai`), []any{jsonArray(ids)}, func(row db.Row) error {
		var id licensing.SubscriptionID
		var uai directory.UAI
		err := row.Scan(&id, &uai)
		s := &all[at[id]]
		s.Schools = append(s.Schools, uai)
		return err
	})
}

// AddSubscription implements licensing.Writer.
func (t licensingTx) AddSubscription(ctx context.Context, act journal.ActID, s licensing.Subscription) error {
	err := t.Later(ctx, `
		insert into subscription (id, distributor, resource, ark, title, comment, project_code, starts, ends, school_year,
			natures, kind, transferable, publics, counts, act, created_at, modified_at, ended_at, trial)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
		string(s.ID), s.Distributor, string(s.Resource), string(s.ARK), s.Title, s.Comment, s.ProjectCode, s.Starts.String(), s.Ends.String(), s.SchoolYear,
		texts(s.Natures).String(), string(s.Kind), s.Transferable, licensing.JoinProfiles(s.Publics), writeCounts(s), string(act),
		db.Micros(s.Created), db.Micros(s.Modified), db.Micros(s.Ended), s.Trial)
	if len(s.Schools) > 0 && err == nil {
		err = t.Later(ctx, t.engine(`insert into subscription_school (subscription, uai)
			select cast($1 as text), e.value from `+members("$2")+` where true on conflict do nothing`), string(s.ID), jsonArray(s.Schools))
	}
	if len(s.Natures) > 0 && err == nil {
		err = t.Later(ctx, t.engine(`insert into subscription_nature (subscription, nature)
			select cast($1 as text), e.value from `+members("$2")+` where true on conflict do nothing`), string(s.ID), jsonArray(s.Natures))
	}
	return err
}

// KeepSubscription implements licensing.Writer.
func (t licensingTx) KeepSubscription(ctx context.Context, act journal.ActID, s licensing.Subscription) error {
	return t.Later(ctx, `
		update subscription set title = $2, comment = $3, project_code = $4, starts = $5, ends = $6, school_year = $7,
			publics = $8, counts = $9, act = $10, modified_at = $11, ended_at = $12, trial = $13
		where id = $1`,
		string(s.ID), s.Title, s.Comment, s.ProjectCode, s.Starts.String(), s.Ends.String(), s.SchoolYear,
		licensing.JoinProfiles(s.Publics), writeCounts(s), string(act), db.Micros(s.Modified), db.Micros(s.Ended), s.Trial)
}

// FindBasis implements licensing.Reader.
func (t licensingTx) FindBasis(ctx context.Context, sub licensing.Subscription) (b licensing.Basis, err error) {
	var stands []licensing.Subscription
	var works []licensing.Work
	// Asked with « or », both engines look at every school there is to find one by its code.
	which, codes := `s.uai`, jsonArray(sub.Schools)
	if len(sub.Schools) == 0 {
		which, codes = `s.nature`, jsonArray(sub.Natures)
	}
	err = t.Ask(ctx,
		into(&stands, scanSubscription, `select `+subscriptionColumns+` from subscription s where s.id = $1`, string(sub.ID)),
		into(&works, scanWork, `select id, ark, title, is_family, family from resource where ark = $1`, string(sub.ARK)),
		into(&b.Schools, scanSchool, t.engine(`select `+schoolColumns+` from school s where `+which+` in (`+named("$1")+`) order by s.uai`), codes))
	if err != nil {
		return b, err
	}
	if len(works) > 0 {
		b.Work = &works[0]
	}
	if len(stands) > 0 {
		b.Stands = &stands[0]
		err = t.nameSchools(ctx, stands)
	}
	return b, err
}

func scanWork(row db.Row) (w licensing.Work, err error) {
	err = row.Scan(&w.ID, &w.ARK, &w.Title, &w.Family, &w.Mother)
	return w, err
}

// FindWorkByID implements licensing.Reader.
func (t licensingTx) FindWorkByID(ctx context.Context, id catalogue.ResourceID) (licensing.Work, error) {
	return one(ctx, t.Tx, `select id, ark, title, is_family, family from resource where id = $1`, []any{string(id)}, scanWork, noWork(id))
}

func noWork(id catalogue.ResourceID) error {
	return fault.New(fault.NotFound, "licensing.resource.unknown", "field", "idRessource", "value", string(id))
}

// FindWorks implements licensing.Reader.
func (t licensingTx) FindWorks(ctx context.Context, ids []catalogue.ResourceID) (map[catalogue.ResourceID]licensing.Work, error) {
	works := make(map[catalogue.ResourceID]licensing.Work, len(ids))
	if len(ids) == 0 {
		return works, nil
	}
	if err := t.Each(ctx, t.engine(`select id, ark, title, is_family, family from resource where id in (`+named("$1")+`)`), []any{jsonArray(ids)}, func(row db.Row) error {
		w, err := scanWork(row)
		works[w.ID] = w
		return err
	}); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if _, ok := works[id]; !ok {
			return nil, noWork(id)
		}
	}
	return works, nil
}

// FindSchool implements licensing.Reader.
func (t licensingTx) FindSchool(ctx context.Context, id directory.SchoolID) (directory.School, error) {
	return directoryTx(t).School(ctx, id)
}

// ListSchoolsOf implements licensing.Reader.
func (t licensingTx) ListSchoolsOf(ctx context.Context, id licensing.SubscriptionID) ([]directory.School, error) {
	return list(ctx, t.Tx, `select `+schoolColumns+` from school s
		where s.school in (select p.school from pool p where p.subscription = $1) order by s.uai`, []any{string(id)}, scanSchool)
}
